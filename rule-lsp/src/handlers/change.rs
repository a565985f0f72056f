//! What changes texts: rename and formatting.

use lsp_server::{ErrorCode, ResponseError};

use crate::edits;
use crate::features::formatting;
use crate::features::rename::{self, Refused};
use crate::main_loop::Session;
use crate::protocol::{
    DocumentFormattingParams, DocumentRangeFormattingParams, PrepareRenameParams, PrepareRenamePlaceholder,
    PrepareRenameResult, RenameParams, TextEdit, WorkspaceEdit,
};
use crate::workspace::Place;

/// What would be renamed under the cursor.
pub(super) fn prepare_rename(
    session: &Session<'_, '_>,
    params: &PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>, ResponseError> {
    let Some(place) = session.workspace.place(&params.text_document_position_params) else { return Ok(None) };
    let found = rename::prepare(&place.project.program, place.file, place.offset).map_err(refused)?;
    Ok(found.map(|found| {
        PrepareRenamePlaceholder { range: place.lines.range(found.span), placeholder: found.name }.into()
    }))
}

/// Renames what stands under the cursor.
pub(super) fn rename(
    session: &Session<'_, '_>,
    params: &RenameParams,
) -> Result<Option<WorkspaceEdit>, ResponseError> {
    let Some(place) = session.workspace.place(&params.text_document_position_params) else { return Ok(None) };
    let Place { project, file, offset, .. } = place;
    let edits = rename::rename(&project.program, &project.sources, file, offset, &params.new_name);
    Ok(edits.map_err(refused)?.map(|edits| edits::of_project(session, project, &edits)))
}

fn refused(refused: Refused) -> ResponseError {
    let (code, message) = match refused {
        Refused::Symbol(message) => (ErrorCode::RequestFailed, message),
        Refused::NewName(message) => (ErrorCode::InvalidParams, message),
    };
    ResponseError { code: code as i32, message, data: None }
}

/// Formats a document; nothing where it has syntax errors.
pub(super) fn format(session: &Session<'_, '_>, params: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
    let place = session.workspace.file(&params.text_document)?;
    let edits = formatting::document(place.source);
    Some(edits::of_file(place.lines, place.source.text(), &edits.iter().collect::<Vec<_>>()))
}

/// Formats the declarations that a range touches.
pub(super) fn format_range(
    session: &Session<'_, '_>,
    params: &DocumentRangeFormattingParams,
) -> Option<Vec<TextEdit>> {
    let place = session.workspace.file(&params.text_document)?;
    let (start, end) = (place.lines.offset(params.range.start), place.lines.offset(params.range.end));
    let edits = formatting::range(place.source, start, end);
    Some(edits::of_file(place.lines, place.source.text(), &edits.iter().collect::<Vec<_>>()))
}
