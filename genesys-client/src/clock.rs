//! Time and chance come in as a parameter, so that tests own them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// A wait that is under way.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What time it is, how to wait, and the dice.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now.
    fn now(&self) -> SystemTime;
    /// Waits for so long.
    fn sleep(&self, duration: Duration) -> Sleep;
    /// A number from 0 to 1, 1 excluded.
    fn chance(&self) -> f64;
}

/// A time as RFC 3339 in UTC, to the second: `2026-11-21T13:07:28Z`.
pub fn rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }

    fn chance(&self) -> f64 {
        use std::hash::{BuildHasher, RandomState};
        // The standard library keys each state at random; waits need no better dice.
        let bits = RandomState::new().hash_one(0_u8) >> 11;
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
        let chance = bits as f64 / (1_u64 << 53) as f64;
        chance
    }
}
