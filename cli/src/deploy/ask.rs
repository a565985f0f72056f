//! The question before anything is written.

use std::io::{self, BufRead, IsTerminal};

use crate::failure::{Failure, reason};
use crate::render::clean::clean;
use crate::terminal::Terminal;

/// Asks a person. Only `y` and `yes` mean yes.
///
/// # Errors
///
/// Where nobody is there to be asked.
pub(crate) fn ask(question: &str, terminal: &mut Terminal) -> Result<bool, Failure> {
    // What the question is about must stand above it.
    terminal.flush()?;
    if !io::stdin().is_terminal() {
        return Err(Failure::new("there is no terminal to ask on, and nothing was changed")
            .help("run this again with `--yes` where nobody is to be asked"));
    }
    let _ = write!(terminal.err(), "{} [y/N] ", clean(question));
    let _ = terminal.err().flush();
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::new(format!("cannot read the answer: {}", reason(&error))))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
