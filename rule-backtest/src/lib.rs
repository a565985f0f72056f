//! Rules over records of the past: reading them, counting what decides, comparing two versions, SQL.

mod examples;
mod moves;
pub mod records;
pub mod report;
mod run;
pub mod sql;
mod tally;

pub use examples::{Example, Examples};
pub use moves::{Move, Moves};
pub use report::Report;
pub use run::{Backtest, Counted, Spent, Watcher, run};
pub use tally::{MAX_STEPS, Memory, NONE, Rows, RuleCount, Tally};
