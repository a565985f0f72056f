//! Whether a request that failed is sent again, and when (contract 0, "Retries").

use std::time::Duration;

/// How a request failed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Failed {
    /// No connection was made: nothing was sent.
    NotConnected,
    /// It was sent, and no answer came, or half of one.
    Lost,
    /// An answer of this status came, with what its `Retry-After` says.
    Answered(u16, Option<Duration>),
}

/// What is allowed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Policy {
    /// How often a request is sent at most.
    pub(crate) attempts: u32,
    /// The longest wait that somebody may ask for.
    pub(crate) max_wait: Duration,
}

/// What is done now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Decision {
    /// Nothing more: the error stands.
    GiveUp,
    /// It is sent again after this wait.
    Wait(Duration),
    /// Nothing more: this is longer than is waited.
    TooLong(Duration),
}

/// Decides after the attempt of this number, counted from 1. `repeatable` is what changes nothing when it is carried out
/// twice; anything else goes again only where it certainly was not carried out. `chance` is from 0 to 1.
pub(crate) fn decide(
    attempt: u32,
    failed: Failed,
    repeatable: bool,
    policy: Policy,
    chance: f64,
) -> Decision {
    let (again, asked) = match failed {
        Failed::NotConnected => (true, None),
        Failed::Lost => (repeatable, None),
        Failed::Answered(429, asked) => (true, asked),
        Failed::Answered(502..=504, asked) => (repeatable, asked),
        Failed::Answered(..) => (false, None),
    };
    if !again {
        return Decision::GiveUp;
    }
    // A wait that is too long is told as such even where no attempt is left: the number is what matters.
    if let Some(asked) = asked.filter(|asked| *asked > policy.max_wait) {
        return Decision::TooLong(asked);
    }
    if attempt >= policy.attempts {
        return Decision::GiveUp;
    }
    let chance = if chance.is_finite() { chance.clamp(0.0, 1.0) } else { 1.0 };
    let wait = asked.unwrap_or_else(|| backoff(attempt).min(policy.max_wait).mul_f64(chance));
    // A little more, so that many clients that were told the same do not come back as one.
    Decision::Wait(wait.mul_f64(1.0 + chance / 10.0))
}

/// 1, 2, 4, 8, … seconds.
fn backoff(attempt: u32) -> Duration {
    Duration::from_secs(1_u64.checked_shl(attempt.saturating_sub(1).min(20)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: Policy = Policy { attempts: 5, max_wait: Duration::from_secs(180) };
    const fn asks(status: u16, seconds: u64) -> Failed {
        Failed::Answered(status, Some(Duration::from_secs(seconds)))
    }
    fn wait(seconds: f64) -> Decision {
        Decision::Wait(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn the_table_of_decisions() {
        use Decision::{GiveUp, TooLong};
        use Failed::{Answered, Lost, NotConnected};
        let cases = [
            // Nothing was sent, or the platform did not want it: anything goes again.
            (1, NotConnected, false, 1.0, wait(1.1)),
            (1, Answered(429, None), false, 1.0, wait(1.1)),
            (1, asks(429, 12), false, 0.0, wait(12.0)),
            (1, asks(429, 12), false, 1.0, wait(13.2)),
            (1, asks(429, 180), false, 0.0, wait(180.0)),
            (1, asks(429, 181), false, 0.0, TooLong(Duration::from_secs(181))),
            (5, asks(429, 86_400), false, 0.0, TooLong(Duration::from_hours(24))),
            (1, asks(429, 0), false, 1.0, wait(0.0)),
            // It may have been carried out: reads alone go again.
            (1, Lost, true, 0.0, wait(0.0)),
            (1, Lost, false, 0.0, GiveUp),
            (1, Answered(502, None), true, 1.0, wait(1.1)),
            (2, Answered(503, None), true, 1.0, wait(2.2)),
            (3, Answered(504, None), true, 1.0, wait(4.4)),
            (4, Answered(504, None), true, 0.5, wait(4.2)),
            (1, asks(503, 3), true, 0.0, wait(3.0)),
            (1, asks(503, 3), false, 0.0, GiveUp),
            (1, asks(503, 181), true, 0.0, TooLong(Duration::from_secs(181))),
            // Five attempts, not six.
            (5, NotConnected, true, 0.0, GiveUp),
            (5, asks(429, 1), true, 0.0, GiveUp),
            // Everything else stands.
            (1, Answered(500, None), true, 0.0, GiveUp),
            (1, Answered(501, None), true, 0.0, GiveUp),
            (1, asks(500, 1), true, 0.0, GiveUp),
            (1, Answered(409, None), true, 0.0, GiveUp),
            (1, Answered(200, None), true, 0.0, GiveUp),
        ];
        for (attempt, failed, repeatable, chance, expected) in cases {
            let decision = decide(attempt, failed, repeatable, POLICY, chance);
            assert_eq!(decision, expected, "{attempt} {failed:?} {repeatable} {chance}");
        }
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_allowed_by_more_than_a_tenth(
            attempt in 0_u32.., status in 0_u16.., asked in proptest::option::of(0_u64..), repeatable: bool, chance: f64,
        ) {
            let failed = Failed::Answered(status, asked.map(Duration::from_secs));
            if let Decision::Wait(wait) = decide(attempt, failed, repeatable, POLICY, chance) {
                prop_assert!(wait <= POLICY.max_wait.mul_f64(1.1) && attempt < POLICY.attempts);
            }
        }
    }
}
