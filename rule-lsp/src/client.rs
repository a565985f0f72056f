//! What the editor can do, as it said at the start.

use crate::position::Encoding;
use crate::protocol::{
    InitializeParams, MarkupKind, PositionEncodingKind, Uri, WorkspaceFolder, WorkspaceFolders,
};

/// The editor's abilities, as far as they matter here.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is an ability")]
pub(crate) struct Client {
    /// What characters are counted in.
    pub(crate) encoding: Encoding,
    /// It asks for diagnostics, so none are pushed.
    pub(crate) pulls_diagnostics: bool,
    /// It can be told to ask for diagnostics again.
    pub(crate) refreshes_diagnostics: bool,
    /// It can be asked to watch files.
    pub(crate) watches_files: bool,
    /// It takes edits with versions of documents.
    pub(crate) versioned_edits: bool,
    /// It shows symbols inside of symbols.
    pub(crate) nested_symbols: bool,
    /// It folds whole lines only.
    pub(crate) folds_lines: bool,
    /// It completes with places to fill in.
    pub(crate) snippets: bool,
    /// It shows Markdown where it hovers.
    pub(crate) markdown_hover: bool,
    /// It takes tokens of several lines.
    pub(crate) multiline_tokens: bool,
}

impl Client {
    pub(crate) fn of(params: &InitializeParams) -> Self {
        let capabilities = &params.capabilities;
        let text_document = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let encodings = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
        let takes_bytes = encodings.is_some_and(|encodings| encodings.contains(&PositionEncodingKind::UTF8));
        let completion = text_document.and_then(|one| one.completion.as_ref());
        Self {
            encoding: if takes_bytes { Encoding::Utf8 } else { Encoding::Utf16 },
            pulls_diagnostics: text_document.is_some_and(|one| one.diagnostic.is_some()),
            refreshes_diagnostics: workspace
                .and_then(|one| one.diagnostics.as_ref())
                .is_some_and(|one| one.refresh_support == Some(true)),
            watches_files: workspace
                .and_then(|one| one.did_change_watched_files.as_ref())
                .is_some_and(|one| one.dynamic_registration == Some(true)),
            versioned_edits: workspace
                .and_then(|one| one.workspace_edit.as_ref())
                .is_some_and(|one| one.document_changes == Some(true)),
            nested_symbols: text_document
                .and_then(|one| one.document_symbol.as_ref())
                .is_some_and(|one| one.hierarchical_document_symbol_support == Some(true)),
            folds_lines: text_document
                .and_then(|one| one.folding_range.as_ref())
                .is_some_and(|one| one.line_folding_only == Some(true)),
            snippets: completion
                .and_then(|one| one.completion_item.as_ref())
                .is_some_and(|one| one.snippet_support == Some(true)),
            markdown_hover: text_document
                .and_then(|one| one.hover.as_ref()?.content_format.as_ref())
                .is_none_or(|formats| formats.contains(&MarkupKind::Markdown)),
            multiline_tokens: text_document
                .and_then(|one| one.semantic_tokens.as_ref())
                .is_some_and(|one| one.multiline_token_support == Some(true)),
        }
    }
}

/// The folders that the editor has open.
pub(crate) fn folders(params: &InitializeParams) -> Vec<WorkspaceFolder> {
    match &params.workspace_folders_initialize_params.workspace_folders {
        Some(WorkspaceFolders::WorkspaceFolderList(folders)) => folders.clone(),
        _ => root(params).map(|uri| WorkspaceFolder { uri, name: String::new() }).into_iter().collect(),
    }
}

/// What editors said before there were several folders.
#[expect(deprecated, reason = "older editors, and the simpler ones, know nothing else")]
fn root(params: &InitializeParams) -> Option<Uri> {
    params.root_uri.clone()
}
