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

use rule_lang::{Applicability, Diagnostic, FileId, Severity, SourceMap, Span};
use serde::Serialize;

use super::{Place, Places, Summary};
use crate::failure::Failure;

/// The version of the schema.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    diagnostics: Vec<Finding<'a>>,
    failures: Vec<Trouble<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    span: Place,
    label: Option<&'a str>,
    labels: Vec<Remark<'a>>,
    help: Option<&'a str>,
    fixes: Vec<Mend<'a>>,
}

/// A text and the place it belongs to: a label, or an edit.
#[derive(Serialize)]
struct Remark<'a> {
    file: &'a str,
    span: Place,
    text: &'a str,
}

#[derive(Serialize)]
struct Mend<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Remark<'a>>,
}

#[derive(Serialize)]
struct Trouble<'a> {
    message: &'a str,
    file: Option<&'a str>,
    help: Option<&'a str>,
}

/// Writes everything that a check found.
///
/// # Errors
///
/// What writing to `out` says.
pub fn write(
    out: &mut dyn Write,
    sources: &SourceMap,
    diagnostics: &[&Diagnostic],
    failures: &[Failure],
    summary: Summary,
) -> io::Result<()> {
    let writer = Writer { sources, places: Places::default() };
    let report = Report {
        version: VERSION,
        diagnostics: diagnostics.iter().map(|diagnostic| writer.finding(diagnostic)).collect(),
        failures: failures
            .iter()
            .map(|failure| Trouble {
                message: &failure.message,
                file: failure.file.as_deref(),
                help: failure.help.as_deref(),
            })
            .collect(),
        summary,
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

struct Writer<'a> {
    sources: &'a SourceMap,
    places: Places,
}

impl<'a> Writer<'a> {
    fn finding(&self, diagnostic: &'a Diagnostic) -> Finding<'a> {
        Finding {
            code: diagnostic.code.id,
            name: diagnostic.code.name,
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: &diagnostic.message,
            file: self.name(diagnostic.primary.span.file),
            span: self.place(diagnostic.primary.span),
            label: Some(diagnostic.primary.text.as_str()).filter(|text| !text.is_empty()),
            labels: diagnostic.labels.iter().map(|label| self.remark(label.span, &label.text)).collect(),
            help: diagnostic.help.as_deref(),
            fixes: diagnostic
                .fixes
                .iter()
                .map(|fix| Mend {
                    title: &fix.title,
                    applicability: match fix.applicability {
                        Applicability::Safe => "safe",
                        Applicability::Unsafe => "unsafe",
                        Applicability::Alternative => "alternative",
                    },
                    edits: fix.edits.iter().map(|edit| self.remark(edit.span, &edit.text)).collect(),
                })
                .collect(),
        }
    }

    fn remark(&self, span: Span, text: &'a str) -> Remark<'a> {
        Remark { file: self.name(span.file), span: self.place(span), text }
    }

    fn name(&self, file: FileId) -> &'a str {
        self.sources.get(file).map_or("", |source| source.name())
    }

    fn place(&self, span: Span) -> Place {
        self.sources
            .get(span.file)
            .map_or(Place { start: 0, end: 0, line: 1, column: 1, end_line: 1, end_column: 1 }, |source| {
                self.places.of(source, span)
            })
    }
}
