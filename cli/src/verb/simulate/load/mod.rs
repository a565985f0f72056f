//! `rulec simulate load`: what a load does to waiting times (contract 1.1).

mod formulas;
mod required;

use crate::Outcome;
use crate::args::SimulateLoadArgs;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Forecasts one queue by formulas, or simulates all of them.
pub(super) fn run(arguments: &SimulateLoadArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    formulas::run(arguments, terminal)
}
