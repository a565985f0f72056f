//! Strategies compared by their metrics (contract 1.5, D52, D56 and D57).
//!
//! [`compare`] scales each metric over all strategies, turns it round where less is better, and adds them up by weight.
//! [`seed_compat`] gives the contract's own figures, with its faults, to the digit.

mod compare;
mod derived;
mod percentile;
mod scheme;
mod seed_compat;

pub use compare::{Comparison, ExcludedMetric, Part, Reason, ScoredStrategy, StrategyFigures, compare};
pub use derived::{ABANDON_RATE, ANSWER_RATE};
pub use percentile::percentile_ranks;
pub use scheme::{Criterion, Direction, Scheme, SchemeError};
pub use seed_compat::{SeedScore, seed_compat};
