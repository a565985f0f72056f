//! Skill groups: without versions, replaced as a whole (contract 1.4).

use serde_json::{Map, Value, json};

use super::{Capabilities, Driver, Fields, Goal, Key, Kind, Live, ReadError, wire};
use crate::{Method, Request, segment};

/// The driver of skill groups.
pub(super) struct SkillGroupDriver;

const PATH: &str = "/api/v2/routing/skillgroups";
/// What the wire calls the skills.
const SKILLS: &str = "routing_skill_ids";

impl Driver for SkillGroupDriver {
    fn kind(&self) -> Kind {
        Kind::SkillGroup
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { versions: false, partial_update: false, part: false, switch: None, delete: true }
    }

    fn managed(&self) -> &'static [&'static str] {
        &["name", "description", "skills"]
    }

    fn references(&self) -> &'static [(&'static str, Kind)] {
        &[("skills", Kind::Skill)]
    }

    fn list(&self) -> Request {
        Request::get(PATH, "list the skill groups").query("pageSize", 100)
    }

    fn find(&self, key: &Key) -> Request {
        Request::get(PATH, format!("look up the skill group {key}"))
            .query("name", &key.name)
            .query("pageSize", 100)
    }

    fn get(&self, id: &str, key: &Key) -> Request {
        Request::get(item(id), format!("read the skill group {key}"))
    }

    fn create(&self, goal: &Goal, _: Option<u64>) -> Request {
        Request::new(Method::Post, PATH, format!("create the skill group {}", goal.key)).body(body(goal))
    }

    fn update(&self, id: &str, _: Option<u64>, key: &Key, _: &Fields, goal: &Goal) -> Request {
        Request::new(Method::Put, item(id), format!("change the skill group {key}")).body(body(goal))
    }

    fn delete(&self, id: &str, _: Option<u64>, key: &Key) -> Request {
        Request::new(Method::Delete, item(id), format!("delete the skill group {key}"))
    }

    fn read(&self, mut object: Map<String, Value>) -> Result<Live, ReadError> {
        let skills = match object.remove(SKILLS) {
            Some(Value::Array(ids)) => ids.iter().map(wire::reference).collect(),
            None | Some(Value::Null) => Vec::new(),
            Some(_) => return Err(wire::error(Kind::SkillGroup, &object, "its skills are no list")),
        };
        let fields = [("skills".to_owned(), Value::Array(skills))].into_iter().collect();
        wire::read(Kind::SkillGroup, object, fields)
    }

    fn key(&self, fields: &Fields) -> Option<Key> {
        fields.get("name")?.as_str().map(Key::alone)
    }
}

fn item(id: &str) -> String {
    format!("{PATH}/{}", segment(id))
}

/// The group as it is written: its skills go by their ids alone.
fn body(goal: &Goal) -> Fields {
    let mut fields = goal.fields.clone();
    let skills = fields.remove("skills");
    let ids: Vec<Value> =
        skills.as_ref().and_then(Value::as_array).into_iter().flatten().map(wire::id_of).collect();
    fields.insert(SKILLS.to_owned(), json!(ids));
    wire::body(fields, &goal.rest)
}
