//! Which request is which feature, in the protocol's words.

mod navigate;
mod pull;
mod show;
mod sync;

use lsp_server::{ErrorCode, Request, ResponseError};
use serde_json::Value;

use crate::client::Client;
use crate::main_loop::{Session, with};
use crate::pages;
use crate::position::Encoding;
use crate::protocol::{
    self, ChangeNotifications, DefinitionProvider, DiagnosticOptions, DiagnosticProvider, HoverProvider,
    InitializeResult, PositionEncodingKind, Request as _, ServerCapabilities, ServerInfo,
    TextDocumentContentOptions, TextDocumentSync, TextDocumentSyncKind, TextDocumentSyncOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};

pub(crate) use sync::{Noted, note, watched_files};

/// What the server can do, for an editor that can do this.
pub(crate) fn capabilities(client: &Client) -> InitializeResult {
    let encoding = match client.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProvider::Bool(true)),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        diagnostic_provider: client.pulls_diagnostics.then(|| {
            DiagnosticProvider::DiagnosticOptions(DiagnosticOptions {
                identifier: None,
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..DiagnosticOptions::default()
            })
        }),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(ChangeNotifications::Bool(true)),
            }),
            text_document_content: Some(
                TextDocumentContentOptions { schemes: vec![pages::SCHEME.to_owned()] }.into(),
            ),
            ..WorkspaceOptions::default()
        }),
        ..ServerCapabilities::default()
    };
    InitializeResult {
        capabilities,
        server_info: Some(ServerInfo {
            name: "rulec".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

/// Answers a request.
pub(crate) fn answer(session: &Session<'_, '_>, request: &Request) -> Result<Value, ResponseError> {
    #[cfg(test)]
    assert_ne!(request.method, "test/panic", "on purpose");
    macro_rules! methods {
        ($($method:ident => $handler:path,)*) => {
            $(if request.method == protocol::$method::METHOD.as_str() {
                return with::<protocol::$method>(request, |params| $handler(session, params));
            })*
        };
    }
    methods! {
        HoverRequest => show::hover,
        DefinitionRequest => navigate::definition,
        DocumentDiagnosticRequest => pull::document,
        WorkspaceDiagnosticRequest => pull::workspace,
        TextDocumentContentRequest => show::page,
    }
    Err(ResponseError {
        code: ErrorCode::MethodNotFound as i32,
        message: format!("rulec does not know `{}`", request.method),
        data: None,
    })
}
