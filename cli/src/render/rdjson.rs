//! reviewdog's diagnostic format, which becomes comments and suggestions in reviews.
//!
//! Its columns count bytes from 1, and its suggestions replace one range each.

use std::io::{self, Write};

use rule_lang::{Diagnostic, Edit, FileId, Fix, Severity, Span};
use serde::Serialize;

use super::Report;
use super::each::Each;
use super::place::{clamp, line_of, line_start};
use crate::failure::Failure;
use rule_lang::fix;

#[derive(Serialize)]
struct Rdjson<D> {
    source: Source,
    diagnostics: D,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Finding<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(rename = "relatedLocations", skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Value {
    value: &'static str,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: usize,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

/// Writes everything that a check found.
///
/// # Errors
///
/// What writing to `out` says.
pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let all = Rdjson {
        source: Source { name: "rulec" },
        diagnostics: Each(|| {
            let found = report.diagnostics.iter().map(|one| finding(report, one));
            report.failures.iter().map(unread).chain(found)
        }),
    };
    serde_json::to_writer_pretty(&mut *out, &all)?;
    writeln!(out)
}

/// What kept a file from being read.
fn unread(failure: &Failure) -> Finding<'_> {
    Finding {
        message: with_help(&failure.message, failure.help.as_deref()),
        location: Location { path: failure.file.as_deref().unwrap_or("."), range: None },
        severity: "ERROR",
        code: None,
        suggestions: Vec::new(),
        related: Vec::new(),
    }
}

fn finding<'a>(report: &Report<'a>, diagnostic: &'a Diagnostic) -> Finding<'a> {
    let file = diagnostic.primary.span.file;
    Finding {
        message: with_help(&diagnostic.message, diagnostic.help.as_deref()),
        location: location(report, diagnostic.primary.span),
        severity: match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
        },
        code: Some(Value { value: diagnostic.code.id }),
        suggestions: diagnostic.fixes.iter().filter_map(|fix| suggestion(report, file, fix)).collect(),
        related: diagnostic
            .labels
            .iter()
            .map(|label| Related { message: &label.text, location: location(report, label.span) })
            .collect(),
    }
}

fn with_help(message: &str, help: Option<&str>) -> String {
    help.map_or_else(|| message.to_owned(), |help| format!("{message}\nhelp: {help}"))
}

fn location<'a>(report: &Report<'a>, span: Span) -> Location<'a> {
    Location { path: report.name(span.file), range: Some(range(report, span)) }
}

fn range(report: &Report<'_>, span: Span) -> Range {
    let Some(source) = report.sources.get(span.file) else {
        return Range { start: Position { line: 1, column: 1 }, end: Position { line: 1, column: 1 } };
    };
    let (start, end) = clamp(source.text(), span);
    let position = |offset: usize| {
        let line = line_of(source, offset);
        Position { line: line + 1, column: offset - line_start(source, line) + 1 }
    };
    Range { start: position(start), end: position(end) }
}

/// A fix as the change of one range: from its first edit to its last. One of several files has no such range.
fn suggestion(report: &Report<'_>, file: FileId, fix: &Fix) -> Option<Suggestion> {
    let start = fix.edits.iter().map(|edit| edit.span.start).min()?;
    let end = fix.edits.iter().map(|edit| edit.span.end).max()?;
    if fix.edits.iter().any(|edit| edit.span.file != file) {
        return None;
    }
    let span = Span::new(file, start, end);
    let moved: Vec<Edit> = fix
        .edits
        .iter()
        .map(|edit| Edit {
            span: Span::new(file, edit.span.start - start, edit.span.end - start),
            text: edit.text.clone(),
        })
        .collect();
    let text = fix::apply(report.sources.get(file)?.slice(span), &moved.iter().collect::<Vec<_>>())?;
    Some(Suggestion { range: range(report, span), text })
}
