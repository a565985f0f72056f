//! What kept a command from doing its work, for people.

use std::io::{self, Write};

use super::clean::clean;
use crate::failure::Failure;
use crate::terminal::{CYAN, RED, paint};

/// Writes a failure: what happened, where, and what to do next.
///
/// # Errors
///
/// What writing to `out` says.
pub fn write(out: &mut dyn Write, color: bool, failure: &Failure) -> io::Result<()> {
    writeln!(out, "{} {}", paint(color, RED, "error:"), clean(&failure.message))?;
    if let Some(excerpt) = &failure.excerpt {
        writeln!(out, "{excerpt}")?;
    }
    for note in &failure.notes {
        let head = paint(color, CYAN, "note:");
        // Lines that follow stand below the first.
        writeln!(out, "  {head} {}", clean(note).replace('\n', "\n        "))?;
    }
    if let Some(help) = &failure.help {
        writeln!(out, "  {} {}", paint(color, CYAN, "help:"), clean(help))?;
    }
    Ok(())
}
