//! How far a backtest is, and what it leaves out.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rule_backtest::Watcher;
use rule_backtest::records::{RecordError, Reject};
use serde::Serialize;

use super::files::Source;
use crate::failure::Failure;
use crate::name::shown;
use crate::terminal::Terminal;

/// Shows a bar where somebody looks, and writes rejects aside where that was asked for.
pub(super) struct Progress {
    bar: ProgressBar,
    records: u64,
    rejects: Option<(PathBuf, BufWriter<File>)>,
}

/// A record that was left out.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    number: u64,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'a str>,
}

impl Progress {
    /// Over these files.
    ///
    /// # Errors
    ///
    /// Where what is left out cannot be written.
    pub(super) fn new(
        sources: &[Source],
        rejects: Option<&Path>,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let bytes: Option<u64> = sources.iter().map(|source| source.bytes).sum();
        let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::hidden());
        if std::io::stderr().is_terminal() && !terminal.is_quiet() {
            let style = match bytes {
                Some(_) => "{bar:30} {percent:>3} %  {msg}  {binary_bytes_per_sec}, {eta} left",
                None => "{spinner} {msg}  {binary_bytes_per_sec}",
            };
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style.progress_chars("━╸─"));
            }
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
        let rejects = rejects.map(|path| {
            if sources
                .iter()
                .any(|source| source.path.canonicalize().ok() == path.canonicalize().ok() && path.exists())
            {
                let name = shown(path);
                return Err(Failure::new(format!("`{name}` is a file of records; it is left as it is"))
                    .help("write what is left out to another file"));
            }
            let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
            Ok((path.to_owned(), BufWriter::new(file)))
        });
        Ok(Self { bar, records: 0, rejects: rejects.transpose()? })
    }

    /// Takes the bar away, and sees that all that was left out is written.
    ///
    /// # Errors
    ///
    /// Where it cannot be.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        match &mut self.rejects {
            Some((path, file)) => file.flush().map_err(|error| Failure::file("write", path, &error)),
            None => Ok(()),
        }
    }
}

impl Watcher for Progress {
    fn advanced(&mut self, bytes: u64, records: u64) {
        self.records += records;
        self.bar.inc(bytes);
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("{} records", crate::render::table::grouped(self.records)));
        }
    }

    fn rejected(&mut self, reject: &Reject) -> Result<(), RecordError> {
        let Some((path, file)) = &mut self.rejects else { return Ok(()) };
        let line = Line {
            file: &reject.input.name,
            number: reject.number,
            why: reject.why.to_string(),
            record: reject.text.as_deref(),
        };
        serde_json::to_writer(&mut *file, &line)
            .map_err(std::io::Error::from)
            .and_then(|()| writeln!(file))
            .map_err(|source| RecordError::Read { file: shown(path).into(), source })
    }
}
