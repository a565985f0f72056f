//! What the editor tells: documents, folders and files that change.

use lsp_server::Notification;
use serde_json::json;

use crate::protocol::{
    DidChangeTextDocumentNotification, DidChangeTextDocumentParams, DidChangeWatchedFilesNotification,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersNotification, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentNotification, DidCloseTextDocumentParams, DidOpenTextDocumentNotification,
    DidOpenTextDocumentParams, DidSaveTextDocumentNotification, Notification as _, Registration,
    RegistrationParams, Uri,
};
use crate::workspace::Workspace;

/// What was told; what is not understood changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Noted {
    /// Nothing that changes what is known.
    Nothing,
    /// The text of a document.
    Document(Uri),
    /// Which files there are.
    Files,
}

/// Takes note of what the editor tells.
pub(crate) fn note(workspace: &mut Workspace<'_>, notification: Notification) -> Noted {
    let Notification { method, params } = notification;
    match method.as_str() {
        method if method == DidOpenTextDocumentNotification::METHOD.as_str() => {
            let Ok(DidOpenTextDocumentParams { text_document }) = serde_json::from_value(params) else {
                return Noted::Nothing;
            };
            let uri = text_document.uri.clone();
            workspace.open(text_document);
            Noted::Document(uri)
        }
        method if method == DidChangeTextDocumentNotification::METHOD.as_str() => {
            let Ok(DidChangeTextDocumentParams { text_document, content_changes }) =
                serde_json::from_value(params)
            else {
                return Noted::Nothing;
            };
            let uri = text_document.text_document_identifier.uri;
            workspace.change(&uri, text_document.version, content_changes);
            Noted::Document(uri)
        }
        method if method == DidSaveTextDocumentNotification::METHOD.as_str() => {
            // Whoever saves has often done more than that: switched branches, made files.
            workspace.look_again();
            Noted::Files
        }
        method if method == DidCloseTextDocumentNotification::METHOD.as_str() => {
            let Ok(DidCloseTextDocumentParams { text_document }) = serde_json::from_value(params) else {
                return Noted::Nothing;
            };
            workspace.close(&text_document);
            Noted::Files
        }
        method if method == DidChangeWatchedFilesNotification::METHOD.as_str() => {
            let Ok(DidChangeWatchedFilesParams { changes }) = serde_json::from_value(params) else {
                return Noted::Nothing;
            };
            let uris: Vec<Uri> = changes.into_iter().map(|change| change.uri).collect();
            workspace.files_changed(&uris);
            Noted::Files
        }
        method if method == DidChangeWorkspaceFoldersNotification::METHOD.as_str() => {
            let Ok(DidChangeWorkspaceFoldersParams { event }) = serde_json::from_value(params) else {
                return Noted::Nothing;
            };
            let (added, removed) = (event.added.iter(), event.removed.iter());
            workspace.set_folders(added.map(|folder| &folder.uri), removed.map(|folder| &folder.uri));
            Noted::Files
        }
        _ => Noted::Nothing,
    }
}

/// The files that decide what a project is.
pub(crate) fn watched_files() -> RegistrationParams {
    let watchers: Vec<_> = ["**/*.rule", "**/rulec.toml", "**/.gitignore", "**/.ignore"]
        .into_iter()
        .map(|pattern| json!({ "globPattern": pattern }))
        .collect();
    RegistrationParams {
        registrations: vec![Registration {
            id: "rulec-files".to_owned(),
            method: DidChangeWatchedFilesNotification::METHOD.as_str().to_owned(),
            register_options: Some(json!({ "watchers": watchers })),
        }],
    }
}
