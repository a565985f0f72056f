//! Queues. Routing follows a changed link once the queue is refreshed (contract 1.4).

use serde_json::{Map, Value, json};

use super::alone::Alone;
use super::{Fields, Goal, Kind, ReadError, wire};

/// Where the wire has the link to the skill group.
const SETTINGS: &str = "routing_settings";
const LINK: &str = "routing_skill_group_id";

/// The driver of queues.
pub(super) static QUEUES: Alone = Alone {
    kind: Kind::Queue,
    path: "/api/v2/routing/queues",
    managed: &["name", "description", "skill_group"],
    references: &[("skill_group", Kind::SkillGroup)],
    take,
    body,
    refreshes: true,
};

#[expect(clippy::unnecessary_wraps, reason = "of other kinds it may fail")]
fn take(object: &mut Map<String, Value>) -> Result<Fields, ReadError> {
    let mut group = Value::Null;
    // Whatever else the settings hold is written back.
    if let Some(Value::Object(settings)) = object.get_mut(SETTINGS) {
        group = settings.remove(LINK).as_ref().map_or(Value::Null, wire::reference);
        if settings.is_empty() {
            object.remove(SETTINGS);
        }
    }
    Ok([("skill_group".to_owned(), group)].into_iter().collect())
}

/// Its group goes by its id.
fn body(goal: &Goal) -> Fields {
    let mut fields = goal.fields.clone();
    let group = fields.remove("skill_group").as_ref().map_or(Value::Null, wire::id_of);
    let mut body = wire::body(fields, &goal.rest);
    if !group.is_null()
        && let Value::Object(settings) = body.entry(SETTINGS).or_insert_with(|| json!({}))
    {
        settings.insert(LINK.to_owned(), group);
    }
    body
}
