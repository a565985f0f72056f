//! A discrete-event simulation, for where formulas end: several queues, agents with many skills, priorities, patience,
//! overflow, days whose load changes.
//!
//! A [`Scenario`] says who calls and who works; a [`Version`] how one version of rules and strategies routes.
//! [`simulate`] runs a version and gives its figures with confidence intervals; [`compare`] runs two on the same callers
//! and gives what changes. Times are in seconds; skills, queues, agents and kinds of interactions are numbers from 0.
//!
//! Random numbers are drawn by key (seed, replication, stream, number in the stream), with functions that are the same on
//! every machine: a report is a function of its input and seed, whatever the number of threads, and a caller has the same
//! patience and the same errand under every version of the rules.

mod arrivals;
mod bits;
mod calendar;
mod durations;
mod error;
mod idle;
mod kernel;
mod lines;
mod measures;
mod philox;
mod plan;
mod quantile;
mod scenario;
mod series;
mod simulate;
mod strategies;
mod tally;
mod trace;

pub use durations::Durations;
pub use error::{
    MAX_AGENTS, MAX_EVENTS, MAX_INTERACTIONS, MAX_INTERVALS, MAX_KINDS, MAX_LINES_BY_AGENTS, MAX_MOVES,
    MAX_QUEUES, MAX_QUEUES_BY_INTERVALS, MAX_REPLICATIONS, MAX_SECONDS, MAX_SHIFTS, MAX_SKILLS, MAX_STREAMS,
    SimError,
};
pub use measures::{Difference, Estimate, Measures};
pub use scenario::{
    Agent, AgentChoice, Arrival, Arrivals, Decision, OverflowRule, OverflowThen, OverflowWhen, Queue,
    Scenario, Skilled, Stream, Version, WorkChoice,
};
pub use series::Point;
pub use simulate::{Comparison, QueueDifference, Report, Runs, compare, simulate, trace};
pub use strategies::{Names, Routing, routing_of};
pub use trace::{Ending, Observer, Outcome};
