//! Diagnostics as the editor shows them: those of `check`, file by file.

use std::path::Path;

use rule_lang::{Diagnostic as Finding, Severity, codes};

use crate::pages;
use crate::position::Lines;
use crate::project::Project;
use crate::protocol::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, Message, Range, Uri,
};
use crate::workspace::Workspace;

/// Who says it.
const SOURCE: &str = "rulec";

/// The findings of one file; of a path that is no file of the project, of its `rulec.toml`.
pub(crate) fn of_file(workspace: &Workspace<'_>, project: &Project, path: &Path) -> Vec<Diagnostic> {
    let Some(file) = project.file(path) else { return of_settings(workspace, project, path) };
    project
        .program
        .diagnostics_of(file)
        .filter_map(|finding| converted(workspace, project, finding))
        .collect()
}

fn of_settings(workspace: &Workspace<'_>, project: &Project, path: &Path) -> Vec<Diagnostic> {
    let Some(wrong) = project.wrong_settings.as_ref().filter(|wrong| wrong.path == path) else {
        return Vec::new();
    };
    let index = line_index::LineIndex::new(&wrong.text);
    let lines = Lines::new(&wrong.text, &index, workspace.encoding);
    let at = |offset: usize| lines.position(u32::try_from(offset).unwrap_or(u32::MAX));
    vec![Diagnostic {
        range: Range { start: at(wrong.range.start), end: at(wrong.range.end) },
        severity: Some(DiagnosticSeverity::Error),
        source: Some(SOURCE.to_owned()),
        message: Message::String(wrong.message.clone()),
        ..Diagnostic::default()
    }]
}

/// A finding in the protocol's words.
pub(crate) fn converted(
    workspace: &Workspace<'_>,
    project: &Project,
    finding: &Finding,
) -> Option<Diagnostic> {
    let place = workspace.location(project, finding.primary.span)?;
    let related = |location: Location, message: &str| DiagnosticRelatedInformation {
        location,
        message: message.to_owned(),
    };
    let related: Vec<_> = finding
        .labels
        .iter()
        .filter_map(|label| Some(related(workspace.location(project, label.span)?, &label.text)))
        .collect();
    let is_unused = codes::UNUSED.contains(&finding.code);
    Some(Diagnostic {
        range: place.range,
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
        }),
        code: Some(Code::String(finding.code.id.to_owned())),
        code_description: Some(CodeDescription { href: page(finding.code) }),
        source: Some(SOURCE.to_owned()),
        message: Message::String(message(finding)),
        tags: is_unused.then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    })
}

/// All that is said at the place itself, a line each.
fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    if !finding.primary.text.is_empty() {
        message = format!("{message}\n{}", finding.primary.text);
    }
    match &finding.help {
        Some(help) => format!("{message}\nhelp: {help}"),
        None => message,
    }
}

/// Where a diagnostic is explained: a document that this server holds.
fn page(code: &rule_lang::Code) -> Uri {
    Uri(format!("{}/{}.md", pages::SCHEME_AND_FOLDER, code.id))
}
