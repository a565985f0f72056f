//! What is shown of a place: hover, and the pages of diagnostics.

use crate::features::hover;
use crate::main_loop::Session;
use crate::pages;
use crate::protocol::{
    Contents, Hover, HoverParams, MarkupContent, MarkupKind, TextDocumentContentParams,
    TextDocumentContentResult,
};

/// What is known of the name under the cursor.
pub(super) fn hover(session: &Session<'_, '_>, params: &HoverParams) -> Option<Hover> {
    let place = session.workspace.place(&params.text_document_position_params)?;
    let found = hover::hover(&place.project.program, place.file, place.offset)?;
    Some(Hover {
        contents: Contents::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: found.markdown,
        }),
        range: Some(place.lines.range(found.span)),
    })
}

/// A diagnostic's page; an empty text where there is none.
pub(super) fn page(_: &Session<'_, '_>, params: &TextDocumentContentParams) -> TextDocumentContentResult {
    TextDocumentContentResult { text: pages::text(&params.uri).unwrap_or_default().to_owned() }
}
