//! The share that is answered in time, in each of the three senses in use.

use serde::{Deserialize, Serialize};

/// The share that is answered within a time. Where nobody leaves the three are one.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceLevel {
    /// The time, in seconds.
    pub within_seconds: f64,
    /// Answered in time, of all that arrive.
    pub of_offered: f64,
    /// Answered in time, of all that arrive but those that left within the same time.
    pub of_offered_less_left_in_time: f64,
    /// Answered in time, of all that are answered.
    pub of_answered: f64,
}

impl ServiceLevel {
    /// Where nobody leaves.
    pub(super) fn patient(within_seconds: f64, share: f64) -> Self {
        Self { within_seconds, of_offered: share, of_offered_less_left_in_time: share, of_answered: share }
    }

    /// The share in one of the senses.
    pub fn by(&self, definition: ServiceLevelDefinition) -> f64 {
        match definition {
            ServiceLevelDefinition::Offered => self.of_offered,
            ServiceLevelDefinition::OfferedLessLeftInTime => self.of_offered_less_left_in_time,
            ServiceLevelDefinition::Answered => self.of_answered,
        }
    }
}

/// What a service level is a share of.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ServiceLevelDefinition {
    /// All that arrive.
    #[default]
    Offered,
    /// All that arrive but those that left within the same time.
    OfferedLessLeftInTime,
    /// All that are answered.
    Answered,
}
