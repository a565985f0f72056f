//! `rulec simulate`: what the rules do to agents and waiting times.

mod agents;
mod load;
mod required;

use crate::Outcome;
use crate::args::{SimulateArgs, SimulateWhat};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Simulates.
pub(crate) fn run(arguments: &SimulateArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    match &arguments.what {
        SimulateWhat::Agents(arguments) => agents::run(arguments, terminal),
        SimulateWhat::Load(arguments) => load::run(arguments, terminal),
    }
}
