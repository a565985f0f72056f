//! Which request is which feature, in the protocol's words.

mod actions;
mod annotate;
mod change;
mod colour;
mod commands;
mod complete;
mod navigate;
mod outline;
mod pull;
mod show;
mod sync;
#[cfg(test)]
mod tests;

use lsp_server::{ErrorCode, Request, ResponseError};
use serde_json::Value;

use crate::client::Client;
use crate::main_loop::{Session, try_with, with};
use crate::pages;
use crate::position::Encoding;
use crate::protocol::{
    self, ChangeNotifications, CodeLensOptions, DefinitionProvider, DiagnosticOptions, DiagnosticProvider,
    HoverProvider, InitializeResult, InlayHintProvider, PositionEncodingKind, RenameOptions, Request as _,
    ServerCapabilities, ServerInfo, TextDocumentContentOptions, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
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
            save: Some(true.into()),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(complete::options()),
        semantic_tokens_provider: Some(colour::provider()),
        inlay_hint_provider: Some(InlayHintProvider::Bool(true)),
        code_lens_provider: Some(CodeLensOptions::default()),
        execute_command_provider: Some(commands::options()),
        hover_provider: Some(HoverProvider::Bool(true)),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        references_provider: Some(true.into()),
        document_highlight_provider: Some(true.into()),
        rename_provider: Some(
            RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() }.into(),
        ),
        document_symbol_provider: Some(true.into()),
        workspace_symbol_provider: Some(true.into()),
        document_formatting_provider: Some(true.into()),
        document_range_formatting_provider: Some(true.into()),
        code_action_provider: Some(actions::provider()),
        folding_range_provider: Some(true.into()),
        selection_range_provider: Some(true.into()),
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

/// Whether an answer may change files that are not open, or is about them: then what the disk has is looked at first.
pub(crate) fn is_about_files(method: &str) -> bool {
    [protocol::RenameRequest::METHOD.as_str(), protocol::ExecuteCommandRequest::METHOD.as_str()]
        .contains(&method)
}

/// Answers a request.
pub(crate) fn answer(session: &Session<'_, '_>, request: &Request) -> Result<Value, ResponseError> {
    #[cfg(test)]
    assert_ne!(request.method, "test/panic", "on purpose");
    macro_rules! methods {
        ($($method:ident => $handler:path,)*) => { methods!(with, $($method => $handler,)*) };
        ($with:ident, $($method:ident => $handler:path,)*) => {
            $(if request.method == protocol::$method::METHOD.as_str() {
                return $with::<protocol::$method>(request, |params| $handler(session, params));
            })*
        };
    }
    // Those that may be refused, with the reason.
    methods! {
        try_with,
        PrepareRenameRequest => change::prepare_rename,
        RenameRequest => change::rename,
    }
    methods! {
        HoverRequest => show::hover,
        CompletionRequest => complete::completion,
        SemanticTokensRequest => colour::full,
        SemanticTokensRangeRequest => colour::range,
        InlayHintRequest => annotate::inlay_hints,
        CodeLensRequest => annotate::code_lenses,
        ExecuteCommandRequest => commands::execute,
        DefinitionRequest => navigate::definition,
        ReferencesRequest => navigate::references,
        DocumentHighlightRequest => navigate::highlights,
        DocumentFormattingRequest => change::format,
        DocumentRangeFormattingRequest => change::format_range,
        CodeActionRequest => actions::actions,
        DocumentSymbolRequest => outline::document,
        WorkspaceSymbolRequest => outline::workspace,
        FoldingRangeRequest => outline::folds,
        SelectionRangeRequest => outline::selections,
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
