//! The pace of all requests under one token: one is told to wait, everybody waits; and nobody asks for more than is
//! allowed, so that waiting is not told (public API, "Rate limits").
//!
//! The platform counts requests in fixed windows and says in every answer how many of how many it has counted and when
//! the window ends. What is under way counts as if it were answered. Before the first answer one request goes alone.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

use crate::Clock;
use crate::event::{Listener, TransportEvent, WaitReason};

/// How coarsely ends of windows are told: whole seconds.
const ROUNDING: Duration = Duration::from_secs(1);

/// What an answer says of the window.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Allowance {
    /// How many requests were counted in this window.
    pub(crate) count: u64,
    /// How many are allowed in one.
    pub(crate) allowed: u64,
    /// How long until the window ends.
    pub(crate) reset: Duration,
}

/// The pace of all requests under one token.
#[derive(Debug)]
pub(crate) struct Pace {
    state: Mutex<State>,
    answered: Notify,
    /// A window that ends later than this is not believed.
    longest: Duration,
}

#[derive(Debug, Default)]
struct State {
    /// Whether any answer came yet, with or without an allowance.
    begun: bool,
    under_way: u64,
    /// How many were counted in the present window.
    count: u64,
    /// How many are allowed in one, where that was told.
    allowed: Option<u64>,
    /// When the present window ends, where that was told.
    ends: Option<SystemTime>,
    /// Nothing is sent until then.
    paused: Option<SystemTime>,
    /// What is added to ends that proved to be told too early.
    margin: Duration,
    /// The wait that was last told, so that many that wait tell it once.
    told: Option<SystemTime>,
}

enum Entry {
    Go,
    Wait(SystemTime, Duration, WaitReason),
    UntilAnAnswer,
}

impl State {
    /// Whether a request may go now.
    fn entry(&mut self, now: SystemTime, longest: Duration) -> Entry {
        // A clock that was set back must not make a pause endless.
        let left = |until: SystemTime| {
            until.duration_since(now).ok().filter(|left| !left.is_zero() && *left <= longest * 2)
        };
        if let Some(until) = self.paused {
            match left(until) {
                Some(wait) => return Entry::Wait(until, wait, WaitReason::RateLimited),
                None => self.paused = None,
            }
        }
        if !self.begun {
            return if self.under_way == 0 { Entry::Go } else { Entry::UntilAnAnswer };
        }
        let Some(allowed) = self.allowed else {
            return Entry::Go;
        };
        if let Some(until) = self.ends {
            match left(until) {
                Some(wait) if self.count >= allowed => {
                    return Entry::Wait(until, wait, WaitReason::AllowanceUsed);
                }
                Some(_) => {}
                None => (self.ends, self.count) = (None, 0),
            }
        }
        if self.under_way > 0 && self.count.saturating_add(self.under_way) >= allowed {
            Entry::UntilAnAnswer
        } else {
            Entry::Go
        }
    }

    /// Takes in what an answer says, sent and received at these times.
    fn learn(&mut self, told: Allowance, sent: SystemTime, received: SystemTime) {
        let Some(ends) = received.checked_add(told.reset + self.margin) else {
            return;
        };
        self.allowed = Some(told.allowed);
        // Answers overtake each other. The end lies between `sent` and `received` plus what was told, a second off at most.
        let earliest = sent.checked_add(told.reset).unwrap_or(ends);
        match self.ends {
            Some(known) if ends + ROUNDING < known => {}
            Some(known) if earliest <= known + ROUNDING => {
                self.count = self.count.max(told.count);
                self.ends = Some(known.min(ends));
            }
            _ => (self.count, self.ends) = (told.count, Some(ends)),
        }
    }
}

impl Pace {
    /// A pace at which nothing is known yet. Waits longer than `longest` are not believed.
    pub(crate) fn new(longest: Duration) -> Self {
        Self { state: Mutex::default(), answered: Notify::new(), longest }
    }

    /// Waits until a request may be sent. It counts as under way until the slot is answered or dropped.
    pub(crate) async fn enter(&self, clock: &dyn Clock, listener: &Listener) -> Slot<'_> {
        loop {
            let mut answered = std::pin::pin!(self.answered.notified());
            // Before looking, so that an answer right after it is not missed.
            answered.as_mut().enable();
            let now = clock.now();
            let entry = {
                let mut state = self.lock();
                let entry = state.entry(now, self.longest);
                if matches!(entry, Entry::Go) {
                    state.under_way += 1;
                }
                entry
            };
            match entry {
                Entry::Go => return Slot { pace: self, sent: now, open: true },
                Entry::Wait(until, duration, reason) => {
                    let first = self.lock().told.replace(until) != Some(until);
                    if first {
                        listener.tell(|| TransportEvent::Waiting { duration, reason });
                    }
                    clock.sleep(duration).await;
                }
                Entry::UntilAnAnswer => answered.await,
            }
        }
    }

    /// Nothing is sent until then.
    pub(crate) fn pause(&self, until: SystemTime) {
        let mut state = self.lock();
        state.paused = Some(state.paused.map_or(until, |paused| paused.max(until)));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held; if it did, the numbers would still do.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is under way.
#[derive(Debug)]
pub(crate) struct Slot<'a> {
    pace: &'a Pace,
    sent: SystemTime,
    open: bool,
}

impl Slot<'_> {
    /// An answer came, with this allowance; `refused` for a 429.
    pub(crate) fn answered(mut self, told: Option<Allowance>, refused: bool, now: SystemTime) {
        let mut state = self.pace.lock();
        state.begun = true;
        if refused && state.allowed.is_some_and(|allowed| state.count < allowed) && state.margin.is_zero() {
            // There should have been room: the window ended later than it seemed, for its end is told in whole seconds.
            state.margin = ROUNDING;
        }
        if let Some(told) = told.filter(|told| told.allowed > 0 && told.reset <= self.pace.longest) {
            state.learn(told, self.sent, now);
        } else {
            state.count = state.count.saturating_add(1);
        }
        drop(state);
        self.close();
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            let mut state = self.pace.lock();
            state.under_way = state.under_way.saturating_sub(1);
            drop(state);
            self.pace.answered.notify_waiters();
        }
    }
}

/// Nobody knows whether what was never answered was counted; probably it was.
impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if self.open {
            let mut state = self.pace.lock();
            state.count = state.count.saturating_add(1);
            drop(state);
            self.close();
        }
    }
}
