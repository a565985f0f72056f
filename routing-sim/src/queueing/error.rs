//! What is wrong with a load that somebody asks about.

use thiserror::Error;

use super::traffic::{MAX_AGENTS, MAX_PATIENT};

/// Why a load is not calculated.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum LoadError {
    /// A figure is no number, negative, infinite or beyond all sense.
    #[error("`{what}` is {value}; it must be from {least} to {most}")]
    OutOfRange {
        /// Which figure.
        what: &'static str,
        /// What was given.
        value: f64,
        /// The least that is allowed.
        least: f64,
        /// The most that is allowed.
        most: f64,
    },
    /// A share is no number, or not between 0 and 1, exclusive.
    #[error("`{what}` is {value}; it must be above 0 and below 1")]
    NotAShare {
        /// Which figure.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// More agents than are calculated.
    #[error("{agents} agents are too many; at most {MAX_AGENTS} are calculated")]
    TooManyAgents {
        /// How many.
        agents: u32,
    },
    /// More work than that many agents could do.
    #[error("the offered load is {offered} agents' work; at most {MAX_AGENTS} are calculated")]
    TooMuchLoad {
        /// Arrivals a second, times the seconds that one takes.
        offered: f64,
    },
    /// So much patience that it makes no difference.
    #[error(
        "{waiting} interactions arrive within one's patience; at most {MAX_PATIENT} are calculated: leave patience out"
    )]
    TooPatient {
        /// Arrivals a second, times the seconds of patience.
        waiting: f64,
    },
    /// No number of agents that is calculated meets the target.
    #[error("not even {MAX_AGENTS} agents meet the target")]
    NotReached,
}
