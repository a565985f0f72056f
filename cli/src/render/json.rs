//! Diagnostics for other programs. The schema is stable: keys are added, never changed or removed.
//!
//! ```json
//! {"version": 1,
//!  "diagnostics": [{"code", "name", "severity": "error" | "warning", "message", "file", "span", "label",
//!                   "labels": [{"file", "span", "text"}], "help",
//!                   "fixes": [{"title", "applicability": "safe" | "unsafe" | "alternative",
//!                              "edits": [{"file", "span", "text"}]}]}],
//!  "failures": [{"message", "file", "help"}],
//!  "summary": {"files", "errors", "warnings", "fixable", "fixable_unsafely", "fixed"}}
//! ```
//!
//! A `span` is `{"start", "end", "line", "column", "end_line", "end_column"}`: offsets in bytes from 0, lines and
//! columns in characters from 1. `label` and `help` are null where there is nothing to say.

use std::io::{self, Write};

use serde::Serialize;

use super::each::Each;
use super::finding::{Findings, Trouble, VERSION};
use super::{Report, Summary};

#[derive(Serialize)]
struct Json<'a, D> {
    version: u32,
    diagnostics: D,
    failures: Vec<Trouble<'a>>,
    summary: Summary,
}

/// Writes everything that a check found.
///
/// # Errors
///
/// What writing to `out` says.
pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let findings = Findings::of(report);
    let json = Json {
        version: VERSION,
        diagnostics: Each(|| findings.iter()),
        failures: report.failures.iter().map(Trouble::from).collect(),
        summary: report.summary,
    };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}
