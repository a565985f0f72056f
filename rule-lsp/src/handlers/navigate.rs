//! From a name to its other places.

use rule_compiler::Role;

use crate::features::{definition, references};
use crate::main_loop::Session;
use crate::protocol::{
    Definition, DefinitionParams, DefinitionResponse, DocumentHighlight, DocumentHighlightKind,
    DocumentHighlightParams, Location, ReferenceParams,
};

/// Where the name under the cursor is declared.
pub(super) fn definition(session: &Session<'_, '_>, params: &DefinitionParams) -> Option<DefinitionResponse> {
    let place = session.workspace.place(&params.text_document_position_params)?;
    let spans = definition::definition(&place.project.program, place.file, place.offset);
    let locations = spans.into_iter().filter_map(|span| session.workspace.location(place.project, span));
    Some(DefinitionResponse::Definition(Definition::LocationList(locations.collect())))
}

/// All places of the name under the cursor.
pub(super) fn references(session: &Session<'_, '_>, params: &ReferenceParams) -> Option<Vec<Location>> {
    let place = session.workspace.place(&params.text_document_position_params)?;
    let with_declarations = params.context.include_declaration;
    let spans = references::references(&place.project.program, place.file, place.offset, with_declarations);
    Some(spans.into_iter().filter_map(|span| session.workspace.location(place.project, span)).collect())
}

/// The places of the name under the cursor in its document.
pub(super) fn highlights(
    session: &Session<'_, '_>,
    params: &DocumentHighlightParams,
) -> Option<Vec<DocumentHighlight>> {
    let place = session.workspace.place(&params.text_document_position_params)?;
    let found = references::highlights(&place.project.program, place.file, place.offset);
    let highlights = found.into_iter().map(|one| DocumentHighlight {
        range: place.lines.range(one.span),
        kind: Some(match one.role {
            Role::Declaration => DocumentHighlightKind::Write,
            Role::Use | Role::PlatformName => DocumentHighlightKind::Read,
        }),
    });
    Some(highlights.collect())
}
