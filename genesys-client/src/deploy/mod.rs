//! The journalled application of a plan: all of it, or none of it.
//!
//! [`deploy`] writes each step into the journal before it is sent, verifies what was done by reading it back, and undoes
//! everything in reverse where anything fails. [`recover`] does the same for what a crash or a dead token left open.

mod carry_out;
mod drift;
mod event;
mod history;
mod journal;
mod lock;
mod look;
mod parts;
mod record;
mod recover;
mod refresh;
mod restored;
mod successors;
mod tier;
mod transaction;
mod undo;
mod verify;
mod way;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use drift::{Drift, drift};
pub use event::Event;
pub use history::{Deployment, Progress, deployments, owned, owned_ids};
pub use journal::{Journal, JournalError, MAX_JOURNAL_BYTES};
pub use lock::{Lock, LockError};
pub use record::{Begin, Contested, Outcome, Record};
pub use recover::{Direction, RecoverError, recover};
pub use successors::{changes_today, ids_today};
pub use transaction::{Cause, DeployError, Report, deploy};

use crate::{Client, Clock};

/// The organization that is deployed to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its API.
    pub client: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What the journal calls it.
    pub organization: String,
    /// How long a write may take to show.
    pub patience: Patience,
}

/// How long is waited for a write to show, where a read may still see what was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// For how long at most.
    pub window: Duration,
    /// How long between two reads.
    pub interval: Duration,
}

/// Half a minute, a second apart: the platform's caches take 15 to 30 seconds (contract 1.4).
impl Default for Patience {
    fn default() -> Self {
        Self { window: Duration::from_secs(30), interval: Duration::from_secs(1) }
    }
}

/// How a deployment is watched and stopped.
pub struct Control<'a> {
    /// Hears what happens.
    pub watch: &'a dyn Fn(&Event<'_>),
    /// Stops the deployment before its next write, and undoes it.
    pub interrupt: Interrupt,
    /// For tests that show what undoing is good for: leave everything as it is when something fails.
    #[doc(hidden)]
    pub without_undo: bool,
}

/// Asks a deployment to stop. Clones are one.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Stops the deployment before its next write.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was asked to stop.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
