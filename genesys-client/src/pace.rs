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
        let told = told.filter(|told| told.allowed > 0 && told.reset <= self.pace.longest);
        if refused && told.is_some_and(|told| told.count >= told.allowed && state.count < told.allowed) {
            // The window ended later than it seemed: whoever tells its end leaves out what is left of a second.
            state.margin = ROUNDING;
        }
        if let Some(told) = told {
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

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;
    use crate::Sleep;

    /// A clock that stands still but for sleeps.
    #[derive(Debug, Default)]
    struct Still(std::sync::Arc<Mutex<Duration>>);

    impl Still {
        fn pass(&self, duration: Duration) {
            *self.0.lock().unwrap() += duration;
        }
    }

    impl Clock for Still {
        fn now(&self) -> SystemTime {
            UNIX_EPOCH + Duration::from_hours(500_000) + *self.0.lock().unwrap()
        }
        fn sleep(&self, duration: Duration) -> Sleep {
            let (time, until) = (std::sync::Arc::clone(&self.0), *self.0.lock().unwrap() + duration);
            Box::pin(async move {
                let mut time = time.lock().unwrap();
                *time = (*time).max(until);
            })
        }
        fn chance(&self) -> f64 {
            0.0
        }
    }

    /// How whoever limits tells the end of the window.
    #[derive(Clone, Copy, Debug)]
    enum Tells {
        Up,
        Down,
        Exactly,
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    proptest! {
        /// A window that starts with its first request, told in whole seconds or exactly; one request after another.
        #[test]
        fn the_allowed_pace_is_kept_and_429_told_once_at_most(
            allowed in 2_u64..50, window in 5_000_u64..90_000, latency in 0_u64..200,
            tells in prop_oneof![Just(Tells::Up), Just(Tells::Down), Just(Tells::Exactly)],
        ) {
            let (clock, pace, listener) = (Still::default(), Pace::new(Duration::from_secs(180)), Listener::default());
            let (window, latency) = (Duration::from_millis(window), Duration::from_millis(latency));
            let (mut start, mut count, mut refused, mut done) = (clock.now(), 0, 0, 0);
            let begun = clock.now();
            while done < allowed * 6 {
                let slot = run(pace.enter(&clock, &listener));
                clock.pass(latency);
                let now = clock.now();
                if now.duration_since(start).unwrap() >= window {
                    (start, count) = (now, 0);
                }
                let left = window.saturating_sub(now.duration_since(start).unwrap());
                let refuse = count >= allowed;
                if refuse { refused += 1 } else { count += 1; done += 1 }
                let reset = match tells {
                    Tells::Up => Duration::from_secs(left.as_secs() + u64::from(left.subsec_nanos() > 0)),
                    Tells::Down => Duration::from_secs(left.as_secs()),
                    Tells::Exactly => left,
                };
                clock.pass(latency);
                if refuse {
                    // What it asks for is enough.
                    pace.pause(clock.now() + left);
                }
                slot.answered(Some(Allowance { count, allowed, reset }), refuse, clock.now());
            }
            // Five windows pass at least; what the requests take on their way is not the pace's.
            let took = clock.now().duration_since(begun).unwrap();
            let ideal = window * 5 + latency * 2 * u32::try_from(allowed).unwrap();
            // What whole seconds leave out cannot be known.
            let margin = if matches!(tells, Tells::Exactly) { Duration::ZERO } else { ROUNDING * 6 };
            let on_the_way = latency * 2 * u32::try_from(done + 6).unwrap();
            prop_assert!(took <= (ideal + latency * 20 + margin).max(on_the_way), "{took:?}, ideal {ideal:?}");
            prop_assert!(refused <= 1, "refused {refused} times");
        }
    }

    #[test]
    fn before_the_first_answer_one_request_goes_alone() {
        run(async {
            let (clock, pace, listener) =
                (Still::default(), Pace::new(Duration::from_secs(180)), Listener::default());
            let first = pace.enter(&clock, &listener).await;
            {
                let mut second = std::pin::pin!(pace.enter(&clock, &listener));
                let waits =
                    std::future::poll_fn(|cx| std::task::Poll::Ready(second.as_mut().poll(cx).is_pending()))
                        .await;
                assert!(waits);
                first.answered(None, false, clock.now());
                second.await.answered(None, false, clock.now());
            }
            // Nothing is said of a limit: nothing is limited.
            let slots = [pace.enter(&clock, &listener).await, pace.enter(&clock, &listener).await];
            drop(slots);
        });
    }

    #[test]
    fn a_request_that_is_given_up_leaves_no_trace_but_one_count() {
        run(async {
            let (clock, pace, listener) =
                (Still::default(), Pace::new(Duration::from_secs(180)), Listener::default());
            let told = Allowance { count: 1, allowed: 3, reset: Duration::from_secs(60) };
            pace.enter(&clock, &listener).await.answered(Some(told), false, clock.now());
            for _ in 0..2 {
                drop(pace.enter(&clock, &listener).await);
            }
            drop(pace.enter(&clock, &listener).await);
            assert_eq!(*clock.0.lock().unwrap(), Duration::from_secs(60));
        });
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_endless_wait() {
        run(async {
            let (clock, pace, listener) =
                (Still::default(), Pace::new(Duration::from_secs(180)), Listener::default());
            pace.pause(clock.now() + Duration::from_hours(24));
            drop(pace.enter(&clock, &listener).await);
            assert_eq!(*clock.0.lock().unwrap(), Duration::ZERO);
        });
    }
}
