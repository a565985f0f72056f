//! The overflow rules of a strategy, judged by what the queue does (contract 1.1, D9).

use std::fmt;

use genesys_model::OverflowCondition;
use serde::Serialize;

use super::{LoadError, Queue, Steady};

/// From these shares of interactions on a rule is met now and then, and often.
const OCCASIONAL: f64 = 0.001;
const FREQUENT: f64 = 0.1;

/// What becomes of one overflow rule under a load. The figures are those of the queue as it is without the rule: what the rule moves
/// away makes them smaller.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Judgement {
    /// What the rule watches.
    pub condition: OverflowCondition,
    /// What is too much: more waiting than that, a wait of more seconds than that.
    pub threshold: u64,
    /// The mean of what is watched: interactions that wait, or seconds of waiting. None where the queue never settles.
    pub expected: Option<f64>,
    /// The share of arriving interactions that meet the rule: that find more than `threshold` waiting, or wait longer than that. None
    /// where the queue never settles.
    pub probability: Option<f64>,
    /// How often that is.
    pub verdict: Verdict,
}

/// How often a rule is met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// By less than one interaction in a thousand.
    Rare,
    /// By less than one in ten.
    Occasional,
    /// By one in ten or more.
    Frequent,
    /// The mean is beyond the threshold: overflow is the normal state.
    Usual,
    /// The queue grows for as long as the load lasts, and meets any threshold sooner or later.
    Unstable,
}

impl Judgement {
    /// What becomes of one rule.
    ///
    /// # Errors
    ///
    /// None for a queue that was made by [`Queue::steady`]; the type is that of what it asks.
    pub fn of(steady: &Steady, condition: OverflowCondition, threshold: u64) -> Result<Self, LoadError> {
        let Steady::Stable(queue) = steady else {
            let verdict = Verdict::Unstable;
            return Ok(Self { condition, threshold, expected: None, probability: None, verdict });
        };
        #[expect(clippy::cast_precision_loss, reason = "such thresholds are beyond any queue")]
        let limit = threshold as f64;
        let (expected, probability) = figures(queue, condition, threshold, limit)?;
        let verdict = match probability {
            _ if expected > limit => Verdict::Usual,
            often if often >= FREQUENT => Verdict::Frequent,
            sometimes if sometimes >= OCCASIONAL => Verdict::Occasional,
            _ => Verdict::Rare,
        };
        Ok(Self { condition, threshold, expected: Some(expected), probability: Some(probability), verdict })
    }

    /// Whether the mean is beyond the threshold, or the queue never settles: `overflowTriggered` of contract 1.1.
    pub fn is_triggered(&self) -> bool {
        matches!(self.verdict, Verdict::Usual | Verdict::Unstable)
    }
}

fn figures(
    queue: &Queue,
    condition: OverflowCondition,
    threshold: u64,
    limit: f64,
) -> Result<(f64, f64), LoadError> {
    Ok(match condition {
        OverflowCondition::QueueDepth => (queue.mean_queue_length(), queue.probability_depth_over(threshold)),
        OverflowCondition::WaitTime => (queue.mean_wait_seconds(), queue.probability_wait_over(limit)?),
    })
}

impl fmt::Display for Judgement {
    /// One plain sentence.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(expected), Some(probability)) = (self.expected, self.probability) else {
            return out.write_str("always met in the end: the queue grows for as long as the load lasts");
        };
        let often = match self.verdict {
            Verdict::Rare => "rarely",
            Verdict::Occasional => "now and then",
            Verdict::Frequent => "often",
            Verdict::Usual | Verdict::Unstable => "as a rule",
        };
        let share = Share(probability);
        let threshold = self.threshold;
        match self.condition {
            OverflowCondition::QueueDepth => write!(
                out,
                "{often} met: {expected:.2} wait on average, and {share} of arrivals find more than {threshold} waiting"
            ),
            OverflowCondition::WaitTime => write!(
                out,
                "{often} met: the mean wait is {expected:.1} s, and {share} of arrivals wait longer than {threshold} s"
            ),
        }
    }
}

/// A share for people.
struct Share(f64);

impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.0 * 100.0;
        if percent > 0.0 && percent < 0.01 {
            return out.write_str("less than 0.01 %");
        }
        write!(out, "{percent:.2} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queueing::Traffic;

    fn judge(agents: u32, condition: OverflowCondition, threshold: u64) -> Judgement {
        let steady = Queue::steady(Traffic::per_hour(45.0, 240.0).unwrap(), agents, None).unwrap();
        Judgement::of(&steady, condition, threshold).unwrap()
    }

    #[test]
    fn a_depth_is_judged_by_what_arrivals_find() {
        let found = judge(4, OverflowCondition::QueueDepth, 15);
        let by_hand = 0.509_433_962_264_150_9 * 0.75_f64.powi(16);
        assert!((found.probability.unwrap() / by_hand - 1.0).abs() < 1e-12);
        assert_eq!(found.verdict, Verdict::Occasional);
        assert!(!found.is_triggered());
        assert_eq!(
            found.to_string(),
            "now and then met: 1.53 wait on average, and 0.51 % of arrivals find more than 15 waiting"
        );
    }

    #[test]
    fn a_wait_is_judged_by_who_waits_longer() {
        let found = judge(4, OverflowCondition::WaitTime, 120);
        assert_eq!(found.verdict, Verdict::Usual);
        assert!(found.is_triggered());
        assert_eq!(
            found.to_string(),
            "as a rule met: the mean wait is 122.3 s, and 30.90 % of arrivals wait longer than 120 s"
        );
        assert_eq!(judge(5, OverflowCondition::WaitTime, 120).verdict, Verdict::Occasional);
        assert_eq!(judge(10, OverflowCondition::WaitTime, 120).verdict, Verdict::Rare);
    }

    #[test]
    fn a_queue_that_never_settles_has_no_figures() {
        for agents in 0..=3 {
            let found = judge(agents, OverflowCondition::QueueDepth, u64::MAX);
            assert_eq!((found.expected, found.probability), (None, None));
            assert_eq!(found.verdict, Verdict::Unstable);
        }
    }
}
