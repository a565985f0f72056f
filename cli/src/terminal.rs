//! Where output goes: results to standard output, everything else to standard error.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::failure::{Failure, reason};
use crate::render::clean::clean;
use crate::render::failure;

/// The widest that messages are laid out, in columns; also the width where there is no terminal.
const WIDTH: usize = 100;

/// The two streams of a command, and how to write to them.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about a stream")]
pub struct Terminal {
    out: PipeSafe<BufWriter<io::Stdout>>,
    err: PipeSafe<io::Stderr>,
    /// Whether a person reads standard output as it comes.
    pub out_is_terminal: bool,
    /// Whether standard output takes colours.
    pub out_color: bool,
    /// Whether standard error takes colours.
    pub err_color: bool,
    /// The columns to lay messages out in.
    pub width: usize,
    quiet: bool,
    verbose: bool,
}

impl Terminal {
    /// The process's own streams. Colours follow `choice`, and in `Auto` the terminal, `NO_COLOR` and
    /// `CLICOLOR_FORCE`.
    pub fn new(choice: ColorChoice, quiet: bool, verbose: bool) -> Self {
        let resolve = |auto: ColorChoice| match choice {
            ColorChoice::Auto => auto != ColorChoice::Never,
            other => other != ColorChoice::Never,
        };
        let columns = if io::stdout().is_terminal() {
            terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0))
        } else {
            WIDTH
        };
        Self {
            out_is_terminal: io::stdout().is_terminal(),
            out_color: resolve(AutoStream::choice(&io::stdout())),
            err_color: resolve(AutoStream::choice(&io::stderr())),
            out: PipeSafe::new(BufWriter::new(io::stdout())),
            err: PipeSafe::new(io::stderr()),
            width: columns.clamp(60, 120),
            quiet,
            verbose,
        }
    }

    /// Whether summaries and hints are left out.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether every request is told.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Standard output, for results.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Standard error, for diagnostics of commands whose results other programs read.
    pub fn err(&mut self) -> &mut dyn Write {
        &mut self.err
    }

    /// Whether nobody reads standard output any more, as far as writing to it has told.
    pub fn out_is_gone(&self) -> bool {
        self.out.gone
    }

    /// Whether nobody reads standard error any more, as far as writing to it has told.
    pub fn err_is_gone(&self) -> bool {
        self.err.gone
    }

    /// Says how a command went, on standard error; nothing with `--quiet`.
    pub fn note(&mut self, text: impl Display) {
        if !self.quiet {
            // Nobody can be told that standard error is gone.
            let _ = writeln!(self.err, "{text}");
        }
    }

    /// Warns on standard error; nothing with `--quiet`.
    pub fn warn(&mut self, text: &str) {
        let head = paint(self.err_color, YELLOW, "warning:");
        self.note(format_args!("{head} {}", clean(text)));
    }

    /// Reports a failure on standard error.
    pub fn fail(&mut self, failure: &Failure) {
        // Nobody can be told that standard error is gone.
        let _ = failure::write(&mut self.err, self.err_color, failure);
    }

    /// Writes out what is still buffered.
    ///
    /// # Errors
    ///
    /// Whatever the system says, except that nobody reads any more.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| output_failed(&error))
    }
}

/// The failure to write a result.
pub fn output_failed(error: &io::Error) -> Failure {
    Failure::new(format!("cannot write to standard output: {}", reason(error)))
}

/// Bold red.
pub const RED: &str = "1;31";
/// Bold green.
pub const GREEN: &str = "1;32";
/// Bold yellow.
pub const YELLOW: &str = "1;33";
/// Cyan.
pub const CYAN: &str = "36";
/// Bold.
pub const BOLD: &str = "1";
/// Faint.
pub const FAINT: &str = "2";

/// The text in a style, where colours are taken.
pub fn paint(color: bool, style: &str, text: &str) -> String {
    if color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// `1 file`, `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A writer that goes silent when its reader has gone (`rulec compile | head`), so that the command still
/// ends with its own exit code.
struct PipeSafe<W> {
    inner: W,
    gone: bool,
}

impl<W> PipeSafe<W> {
    fn new(inner: W) -> Self {
        Self { inner, gone: false }
    }

    fn guard<T>(&mut self, result: io::Result<T>, silent: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(silent)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for PipeSafe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        let result = self.inner.write(bytes);
        self.guard(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let result = self.inner.flush();
        self.guard(result, ())
    }
}
