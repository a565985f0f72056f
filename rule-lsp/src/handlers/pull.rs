//! Diagnostics for an editor that asks for them.

use std::collections::HashMap;
use std::path::Path;

use crate::diagnostics;
use crate::main_loop::Session;
use crate::protocol::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};
use crate::publish::{paths_with_findings, result_id};

/// The diagnostics of a document.
pub(super) fn document(
    session: &Session<'_, '_>,
    params: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReport {
    let place = session.workspace.file(&params.text_document);
    let found: Vec<Diagnostic> = place
        .and_then(|place| {
            let path = place.project.path(place.file)?;
            Some(diagnostics::of_file(session.workspace, place.project, path))
        })
        .unwrap_or_default();
    let id = result_id(&found);
    if params.previous_result_id.as_ref() == Some(&id) {
        return RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
        }
        .into();
    }
    RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items: found },
    }
    .into()
}

/// The diagnostics of all files of all projects; of a file without any only where the editor knows of some.
pub(super) fn workspace(
    session: &Session<'_, '_>,
    params: &WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReport {
    let workspace = session.workspace;
    let mut known: HashMap<String, String> = params
        .previous_result_ids
        .iter()
        .map(|previous| (previous.uri.0.clone(), previous.value.clone()))
        .collect();
    let mut items: Vec<WorkspaceDocumentDiagnosticReport> = Vec::new();
    let mut report = |path: &Path, found: Vec<Diagnostic>, previous: Option<String>| {
        let (uri, id) = (workspace.uri(path), result_id(&found));
        let version = workspace.document(path).map(|document| document.version);
        items.push(if previous.as_ref() == Some(&id) {
            WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            }
            .into()
        } else {
            WorkspaceFullDocumentDiagnosticReport {
                uri,
                version,
                full_document_diagnostic_report: FullDocumentDiagnosticReport {
                    result_id: Some(id),
                    items: found,
                },
            }
            .into()
        });
    };
    for project in workspace.projects() {
        for path in paths_with_findings(project) {
            let previous = known.remove(&workspace.uri(path).0);
            report(path, diagnostics::of_file(workspace, project, path), previous);
        }
    }
    for (uri, previous) in known {
        report(&crate::uri::to_path(&crate::protocol::Uri(uri)), Vec::new(), Some(previous));
    }
    WorkspaceDiagnosticReport { items }
}
