//! From a name to its other places.

use crate::features::definition;
use crate::main_loop::Session;
use crate::protocol::{Definition, DefinitionParams, DefinitionResponse};

/// Where the name under the cursor is declared.
pub(super) fn definition(session: &Session<'_, '_>, params: &DefinitionParams) -> Option<DefinitionResponse> {
    let place = session.workspace.place(&params.text_document_position_params)?;
    let spans = definition::definition(&place.project.program, place.file, place.offset);
    let locations = spans.into_iter().filter_map(|span| session.workspace.location(place.project, span));
    Some(DefinitionResponse::Definition(Definition::LocationList(locations.collect())))
}
