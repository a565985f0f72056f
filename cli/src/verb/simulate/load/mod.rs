//! `rulec simulate load`: what a load does to waiting times (contract 1.1).

mod callers;
mod events;
mod formulas;
mod page;
mod report;
mod scenario;
mod staff;
mod text;

use crate::Outcome;
use crate::args::SimulateLoadArgs;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Simulates every interaction, or forecasts one queue by formulas.
pub(super) fn run(arguments: &SimulateLoadArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    if arguments.calls.is_some() {
        formulas::run(arguments, terminal)
    } else {
        events::run(arguments, terminal)
    }
}
