//! Running the tests written in rules: what each case decides, which condition decided otherwise, and which
//! conditions no case ever made true or false.
//!
//! The trees that are run are the ones that are sent: they come from the compiler's one lowering.

mod case;
mod coverage;
mod given;
mod json;
mod leaf;
mod reason;
mod report;
mod run;

pub use coverage::{ConditionCoverage, Coverage};
pub use reason::{Rank, Reason};
pub use report::{CaseResult, Decided, Expected, Outcome, Report};
pub use run::{Options, RunError, run};
