//! What makes a strategy good: metrics, which way is better, and what each weighs.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ABANDON_RATE;

/// What strategies are compared by.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// At least one, each metric once.
    pub criteria: Vec<Criterion>,
}

/// One metric of a scheme.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The metric: as analytics name it, or a rate that is derived (`abandonRate`, `answerRate`).
    pub metric: String,
    /// What it weighs, above 0. Only the proportions of the weights matter.
    pub weight: f64,
    /// Which way is better.
    pub direction: Direction,
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More.
    Higher,
    /// Less.
    Lower,
}

/// What is wrong with a scheme.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum SchemeError {
    /// Nothing to compare by.
    #[error("no metric is named to compare strategies by")]
    Empty,
    /// A metric stands twice.
    #[error("the metric `{metric}` stands twice")]
    Twice {
        /// Which.
        metric: String,
    },
    /// A weight is no number, infinite, 0 or negative.
    #[error("the metric `{metric}` has the weight {weight}; it must be above 0 and at most 1000000")]
    Weight {
        /// Whose.
        metric: String,
        /// The weight.
        weight: f64,
    },
}

impl Default for Scheme {
    /// The contract's metrics and weights, with the speed of answer turned round as well (D52).
    fn default() -> Self {
        Self::of(&[
            ("handledCalls", 0.3, Direction::Higher),
            ("avgSpeedOfAnswer", 0.4, Direction::Lower),
            ("abandonedCalls", 0.3, Direction::Lower),
        ])
    }
}

impl Scheme {
    /// The same without volumes, by which the bigger queue wins (D57): what both volumes weigh goes to the share that abandons.
    pub fn rates() -> Self {
        Self::of(&[(ABANDON_RATE, 0.6, Direction::Lower), ("avgSpeedOfAnswer", 0.4, Direction::Lower)])
    }

    /// Whether strategies can be compared by it.
    ///
    /// # Errors
    ///
    /// No metric, a metric that stands twice, a weight that is none.
    pub fn check(&self) -> Result<(), SchemeError> {
        if self.criteria.is_empty() {
            return Err(SchemeError::Empty);
        }
        for (number, Criterion { metric, weight, .. }) in self.criteria.iter().enumerate() {
            if !(*weight > 0.0 && *weight <= 1e6) {
                return Err(SchemeError::Weight { metric: metric.clone(), weight: *weight });
            }
            if self.criteria.iter().take(number).any(|before| before.metric == *metric) {
                return Err(SchemeError::Twice { metric: metric.clone() });
            }
        }
        Ok(())
    }

    fn of(criteria: &[(&str, f64, Direction)]) -> Self {
        let criterion = |&(metric, weight, direction): &(&str, f64, Direction)| Criterion {
            metric: metric.to_owned(),
            weight,
            direction,
        };
        Self { criteria: criteria.iter().map(criterion).collect() }
    }
}
