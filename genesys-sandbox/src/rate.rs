//! How many requests a token may send: a window that starts with its first request.

use std::time::{Duration, SystemTime};

use crate::{RateLimit, Refusal};

/// A token's window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    start: SystemTime,
    count: u32,
}

/// What the `inin-ratelimit-*` headers say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RateNote {
    pub(crate) count: u32,
    pub(crate) allowed: u32,
    /// How long until the window ends.
    pub(crate) reset: Duration,
}

impl Window {
    pub(crate) fn new(now: SystemTime) -> Self {
        Self { start: now, count: 0 }
    }

    /// Counts a request. What is refused does not count.
    ///
    /// # Errors
    /// 429 where it is one too many.
    pub(crate) fn count(&mut self, limit: RateLimit, now: SystemTime) -> Result<(), Refusal> {
        if self.count == 0 || self.left(limit, now).is_zero() {
            *self = Self::new(now);
        }
        if self.count >= limit.allowed {
            return Err(Refusal::too_many_requests(limit.allowed, limit.window, self.left(limit, now)));
        }
        self.count += 1;
        Ok(())
    }

    /// What the headers say now.
    pub(crate) fn note(self, limit: RateLimit, now: SystemTime) -> RateNote {
        let left = self.left(limit, now);
        let (count, reset) = if left.is_zero() { (0, limit.window) } else { (self.count, left) };
        RateNote { count, allowed: limit.allowed, reset }
    }

    /// How long until the window ends. A clock that was set back starts it again.
    fn left(self, limit: RateLimit, now: SystemTime) -> Duration {
        now.duration_since(self.start).map_or(Duration::ZERO, |gone| limit.window.saturating_sub(gone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_refuses_what_is_too_much_and_begins_anew() {
        let limit = RateLimit { allowed: 2, window: Duration::from_secs(10) };
        let start = SystemTime::UNIX_EPOCH;
        let mut window = Window::new(start);
        assert!(window.count(limit, start).is_ok());
        assert!(window.count(limit, start).is_ok());
        let later = start + Duration::from_millis(7500);
        let refusal = window.count(limit, later).unwrap_err();
        assert_eq!((refusal.status(), refusal.retry_after), (429, Some(3)));
        let note = window.note(limit, later);
        assert_eq!((note.count, note.allowed, note.reset), (2, 2, Duration::from_millis(2500)));
        assert!(window.count(limit, start + Duration::from_secs(10)).is_ok());
    }
}
