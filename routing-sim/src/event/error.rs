//! Why a simulation cannot be run, and the limits on what it is given.

use thiserror::Error;

/// The most agents.
pub const MAX_AGENTS: usize = 100_000;
/// The most queues.
pub const MAX_QUEUES: usize = 10_000;
/// The most skills.
pub const MAX_SKILLS: usize = 4_096;
/// The most kinds of interactions: records whose attributes the rules are asked about.
pub const MAX_KINDS: usize = 10_000_000;
/// The most streams of arrivals.
pub const MAX_STREAMS: usize = 100_000;
/// The most interactions that are expected to arrive in one replication, and the most records.
pub const MAX_INTERACTIONS: usize = 50_000_000;
/// The most events of one replication.
pub const MAX_EVENTS: u64 = 1_000_000_000;
/// The most replications.
pub const MAX_REPLICATIONS: u32 = 10_000;
/// The most intervals of a time series, and of a stream's rates.
pub const MAX_INTERVALS: usize = 100_000;
/// The most queues, times the intervals of their time series.
pub const MAX_QUEUES_BY_INTERVALS: usize = 1 << 20;
/// The most shifts of all agents.
pub const MAX_SHIFTS: usize = 10_000_000;
/// The most lines, times the agents that each is held against. A line is a queue with one set of required skills.
pub const MAX_LINES_BY_AGENTS: usize = 1 << 26;
/// How often overflow rules move or change one interaction. After that it stays where it is.
pub const MAX_MOVES: u8 = 16;
/// The longest simulated time, in seconds: ten years.
pub const MAX_SECONDS: f64 = 315_360_000.0;

/// Why a simulation cannot be run.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum SimError {
    /// More of something than the stated limit.
    #[error("{count} {what} are more than {limit}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are, or would be at least.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A number names something that does not exist.
    #[error("{holder} {at} names {what} {index}, of which there are {count}")]
    Unknown {
        /// What names it.
        holder: &'static str,
        /// Which of them, from 0.
        at: usize,
        /// What is named.
        what: &'static str,
        /// Its number, from 0.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// A number is out of its range.
    #[error("{what} {allowed}, not {value}")]
    Range {
        /// What the number is.
        what: &'static str,
        /// What is allowed, beginning with a verb.
        allowed: &'static str,
        /// What it was.
        value: f64,
    },
    /// A distribution is none.
    #[error("{why}")]
    Durations {
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is not one decision for each kind of interaction.
    #[error("{decisions} decisions for {kinds} kinds of interactions")]
    Decisions {
        /// How many decisions there are.
        decisions: usize,
        /// How many kinds there are.
        kinds: usize,
    },
    /// Times that have to rise do not.
    #[error("{what} {at} does not come after the one before")]
    Order {
        /// What has the times.
        what: &'static str,
        /// Which of them, from 0.
        at: usize,
    },
    /// The time waited, counted by interactions, is not the time waited, counted by queues: a mistake in the simulation.
    #[error(
        "waiting adds up to {by_queue} s by the lengths of queue {queue} and to {by_interaction} s by its interactions"
    )]
    LittlesLaw {
        /// The queue, from 0; the number of queues for all of them together.
        queue: usize,
        /// The integral of its length, in seconds.
        by_queue: f64,
        /// The sum of what its interactions waited, in seconds.
        by_interaction: f64,
    },
}

/// # Errors
///
/// [`SimError::TooMany`] above the limit.
pub(crate) fn at_most(what: &'static str, count: usize, limit: usize) -> Result<(), SimError> {
    if count > limit { Err(SimError::TooMany { what, count, limit }) } else { Ok(()) }
}
