//! A finding and a failure as JSON and JSON lines give them.

use rule_lang::{Applicability, Diagnostic, Severity, Span};
use serde::Serialize;

use super::{Place, Places, Report};
use crate::failure::Failure;

/// The version of the schema of JSON and JSON lines.
pub(super) const VERSION: u32 = 1;

/// One finding.
#[derive(Serialize)]
pub(super) struct Finding<'a> {
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

/// What kept a file from being read.
#[derive(Serialize)]
pub(super) struct Trouble<'a> {
    message: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    help: Option<&'a str>,
}

impl<'a> From<&'a Failure> for Trouble<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            message: &failure.message,
            file: failure.file.as_deref(),
            line: failure.place.map(|(line, _)| line),
            column: failure.place.map(|(_, column)| column),
            help: failure.help.as_deref(),
        }
    }
}

/// The word for a severity.
pub(super) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The word for what may be done with a fix without asking.
pub(super) fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Alternative => "alternative",
    }
}

/// Makes findings of diagnostics.
pub(super) struct Findings<'a> {
    report: Report<'a>,
    places: Places,
}

impl<'a> Findings<'a> {
    /// For the diagnostics of this report.
    pub(super) fn of(report: &Report<'a>) -> Self {
        Self { report: *report, places: Places::default() }
    }

    /// The diagnostics of the report, one by one.
    pub(super) fn iter(&self) -> impl Iterator<Item = Finding<'a>> {
        self.report.diagnostics.iter().map(|diagnostic| self.finding(diagnostic))
    }

    fn finding(&self, diagnostic: &'a Diagnostic) -> Finding<'a> {
        Finding {
            code: diagnostic.code.id,
            name: diagnostic.code.name,
            severity: word(diagnostic.severity),
            message: &diagnostic.message,
            file: self.report.name(diagnostic.primary.span.file),
            span: self.report.place(&self.places, diagnostic.primary.span),
            label: Some(diagnostic.primary.text.as_str()).filter(|text| !text.is_empty()),
            labels: diagnostic.labels.iter().map(|label| self.remark(label.span, &label.text)).collect(),
            help: diagnostic.help.as_deref(),
            fixes: diagnostic
                .fixes
                .iter()
                .map(|fix| Mend {
                    title: &fix.title,
                    applicability: applicability(fix.applicability),
                    edits: fix.edits.iter().map(|edit| self.remark(edit.span, &edit.text)).collect(),
                })
                .collect(),
        }
    }

    fn remark(&self, span: Span, text: &'a str) -> Remark<'a> {
        Remark { file: self.report.name(span.file), span: self.report.place(&self.places, span), text }
    }
}
