//! `rulec completions`: scripts that complete `rulec` in a shell.

use clap::CommandFactory;

use crate::Outcome;
use crate::args::{Arguments, CompletionsArgs};
use crate::failure::Failure;
use crate::terminal::{Terminal, output_failed};

/// Prints the script for a shell.
pub(crate) fn run(arguments: &CompletionsArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "rulec", &mut script);
    terminal.out().write_all(&script).map_err(|error| output_failed(&error))?;
    Ok(Outcome::Clean)
}
