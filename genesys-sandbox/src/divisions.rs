//! The divisions over HTTP, by which objects of one name are told apart.

use genesys_model::Division;

use crate::call::{Answer, Call};

pub(crate) const PATH: &str = "/api/v2/authorization/divisions";

/// Those of the fixture; every client sees them.
pub(crate) async fn list(call: Call) -> Answer {
    let query = call.list()?;
    let name = query.get("name");
    let divisions = call.organization.settings().fixture.iter().flat_map(|fixture| &fixture.divisions);
    let found: Vec<&Division> =
        divisions.filter(|division| name.is_none_or(|name| division.name.as_deref() == Some(name))).collect();
    Ok(query.page_of(PATH, &found))
}
