//! A clock that the test owns: sleeps are over at once and move it on.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use genesys_client::{Clock, Sleep};

#[derive(Debug)]
pub(crate) struct TestClock {
    now: Arc<Mutex<SystemTime>>,
    slept: Mutex<Vec<Duration>>,
    chance: f64,
}

impl TestClock {
    /// A clock at noon whose dice always show this.
    pub(crate) fn with_chance(chance: f64) -> Arc<Self> {
        let noon = UNIX_EPOCH + Duration::from_secs(1_800_014_400);
        Arc::new(Self { now: Arc::new(Mutex::new(noon)), slept: Mutex::default(), chance })
    }

    pub(crate) fn new() -> Arc<Self> {
        Self::with_chance(0.0)
    }

    pub(crate) fn pass(&self, duration: Duration) {
        *self.now.lock().unwrap() += duration;
    }

    /// What was slept, in order.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }

    /// What was slept, in seconds.
    pub(crate) fn seconds(&self) -> Vec<f64> {
        self.slept().iter().map(Duration::as_secs_f64).collect()
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.slept.lock().unwrap().push(duration);
        let (now, until) = (Arc::clone(&self.now), self.now() + duration);
        Box::pin(async move {
            // Several that sleep at the same time wake at their own times.
            let mut now = now.lock().unwrap();
            *now = (*now).max(until);
        })
    }

    fn chance(&self) -> f64 {
        self.chance
    }
}
