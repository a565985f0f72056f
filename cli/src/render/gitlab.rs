//! GitLab's code quality report: a list of findings, shown in merge requests by what a branch adds and takes away.
//! It tells them apart by their fingerprints, so these stay when lines move.

use std::io::{self, Write};

use rule_lang::{Diagnostic, Severity};
use serde::Serialize;

use super::each::Each;
use super::fingerprint::{self, Fingerprints};
use super::{Places, Report};
use crate::failure::Failure;

#[derive(Serialize)]
struct Finding<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes everything that a check found.
///
/// # Errors
///
/// What writing to `out` says.
pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let places = Places::default();
    let failure = |failure: &Failure| {
        let path =
            failure.file.as_deref().map_or_else(|| ".".to_owned(), |file| report.repository.path(file));
        Finding {
            fingerprint: fingerprint::of(&["failure", &path, &failure.message]),
            description: failure.message.clone(),
            check_name: "failure",
            severity: "blocker",
            location: Location { path, lines: Lines { begin: 1, end: 1 } },
        }
    };
    let finding = |fingerprint: String, diagnostic: &Diagnostic| {
        let place = report.place(&places, diagnostic.primary.span);
        Finding {
            description: format!("{}: {}", diagnostic.code.id, diagnostic.message),
            check_name: diagnostic.code.name,
            fingerprint,
            severity: match diagnostic.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
            },
            location: Location {
                path: report.repository.path(report.name(diagnostic.primary.span.file)),
                lines: Lines { begin: place.line, end: place.end_line },
            },
        }
    };
    let all = Each(|| {
        let mut fingerprints = Fingerprints::default();
        let found = report.diagnostics.iter().map(move |one| finding(fingerprints.next(report, one), one));
        report.failures.iter().map(failure).chain(found)
    });
    serde_json::to_writer_pretty(&mut *out, &all)?;
    writeln!(out)
}
