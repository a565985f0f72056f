//! Skill groups (contract 1.4).

use serde_json::{Map, Value, json};

use super::alone::Alone;
use super::{Fields, Goal, Kind, ReadError, wire};

/// What the wire calls the skills.
const IDS: &str = "routing_skill_ids";

/// The driver of skill groups.
pub(super) static SKILL_GROUPS: Alone = Alone {
    kind: Kind::SkillGroup,
    path: "/api/v2/routing/skillgroups",
    managed: &["name", "description", "skills"],
    references: &[("skills", Kind::Skill)],
    take,
    body,
    refreshes: false,
};

fn take(object: &mut Map<String, Value>) -> Result<Fields, ReadError> {
    let skills = match object.remove(IDS) {
        Some(Value::Array(ids)) => ids.iter().map(wire::reference).collect(),
        None | Some(Value::Null) => Vec::new(),
        Some(_) => return Err(wire::error(Kind::SkillGroup, object, "its skills are no list")),
    };
    Ok([("skills".to_owned(), Value::Array(skills))].into_iter().collect())
}

/// Its skills go by their ids alone.
fn body(goal: &Goal) -> Fields {
    let mut fields = goal.fields.clone();
    let skills = fields.remove("skills");
    let ids: Vec<Value> =
        skills.as_ref().and_then(Value::as_array).into_iter().flatten().map(wire::id_of).collect();
    fields.insert(IDS.to_owned(), json!(ids));
    wire::body(fields, &goal.rest)
}
