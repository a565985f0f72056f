//! JSON lines: an object a line, with its `type`. Diagnostics and failures have the keys that they have in the JSON,
//! and a summary with the `version` is the last line, so that who reads on, as with `--watch`, knows that this was all.

use std::io::{self, Write};

use serde::Serialize;

use super::finding::{Finding, Findings, Trouble, VERSION};
use super::{Report, Summary};

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Diagnostic(Finding<'a>),
    Failure(Trouble<'a>),
    Summary {
        version: u32,
        #[serde(flatten)]
        summary: Summary,
        /// How many failures there were.
        failures: usize,
    },
}

/// Writes everything that a check found.
///
/// # Errors
///
/// What writing to `out` says.
pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut line = |line: &Line<'_>| {
        serde_json::to_writer(&mut *out, line)?;
        writeln!(out)
    };
    for finding in Findings::of(report).iter() {
        line(&Line::Diagnostic(finding))?;
    }
    for failure in report.failures {
        line(&Line::Failure(failure.into()))?;
    }
    line(&Line::Summary { version: VERSION, summary: report.summary, failures: report.failures.len() })
}
