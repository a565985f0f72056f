//! Skills: without versions, replaced as a whole (contract 1.4).

use serde_json::{Map, Value};

use super::{Capabilities, Driver, Fields, Goal, Key, Kind, Live, ReadError, wire};
use crate::{Method, Request, segment};

/// The driver of skills.
pub(super) struct SkillDriver;

const PATH: &str = "/api/v2/routing/skills";

impl Driver for SkillDriver {
    fn kind(&self) -> Kind {
        Kind::Skill
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { versions: false, partial_update: false, part: false, switch: None, delete: true }
    }

    fn managed(&self) -> &'static [&'static str] {
        &["name", "description"]
    }

    fn list(&self) -> Request {
        Request::get(PATH, "list the skills").query("pageSize", 100)
    }

    fn find(&self, key: &Key) -> Request {
        Request::get(PATH, format!("look up the skill {key}")).query("name", &key.name).query("pageSize", 100)
    }

    fn get(&self, id: &str, key: &Key) -> Request {
        Request::get(item(id), format!("read the skill {key}"))
    }

    fn create(&self, goal: &Goal, _: Option<u64>) -> Request {
        let body = wire::body(goal.fields.clone(), &goal.rest);
        Request::new(Method::Post, PATH, format!("create the skill {}", goal.key)).body(body)
    }

    fn update(&self, id: &str, _: Option<u64>, key: &Key, _: &Fields, goal: &Goal) -> Request {
        let body = wire::body(goal.fields.clone(), &goal.rest);
        Request::new(Method::Put, item(id), format!("change the skill {key}")).body(body)
    }

    fn delete(&self, id: &str, _: Option<u64>, key: &Key) -> Request {
        Request::new(Method::Delete, item(id), format!("delete the skill {key}"))
    }

    fn read(&self, object: Map<String, Value>) -> Result<Live, ReadError> {
        wire::read(Kind::Skill, object, Fields::new())
    }

    fn key(&self, fields: &Fields) -> Option<Key> {
        fields.get("name")?.as_str().map(Key::alone)
    }
}

fn item(id: &str) -> String {
    format!("{PATH}/{}", segment(id))
}
