//! Queues: without versions, replaced as a whole. Routing follows a changed link once the queue is refreshed (contract
//! 1.4).

use serde_json::{Map, Value, json};

use super::{Capabilities, Driver, Fields, Goal, Key, Kind, Live, ReadError, wire};
use crate::{Method, Request, segment};

/// The driver of queues.
pub(super) struct QueueDriver;

const PATH: &str = "/api/v2/routing/queues";
/// Where the wire has the link to the skill group.
const SETTINGS: &str = "routing_settings";
const LINK: &str = "routing_skill_group_id";

impl Driver for QueueDriver {
    fn kind(&self) -> Kind {
        Kind::Queue
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { versions: false, partial_update: false, part: false, switch: None, delete: true }
    }

    fn managed(&self) -> &'static [&'static str] {
        &["name", "description", "skill_group"]
    }

    fn references(&self) -> &'static [(&'static str, Kind)] {
        &[("skill_group", Kind::SkillGroup)]
    }

    fn list(&self) -> Request {
        Request::get(PATH, "list the queues").query("pageSize", 100)
    }

    /// A star in the name would be a pattern: then all are asked for.
    fn find(&self, key: &Key) -> Request {
        let request = Request::get(PATH, format!("look up the queue {key}")).query("pageSize", 100);
        if key.name.contains('*') { request } else { request.query("name", &key.name) }
    }

    fn get(&self, id: &str, key: &Key) -> Request {
        Request::get(item(id), format!("read the queue {key}"))
    }

    fn create(&self, goal: &Goal, _: Option<u64>) -> Request {
        Request::new(Method::Post, PATH, format!("create the queue {}", goal.key)).body(body(goal))
    }

    fn update(&self, id: &str, _: Option<u64>, key: &Key, _: &Fields, goal: &Goal) -> Request {
        Request::new(Method::Put, item(id), format!("change the queue {key}")).body(body(goal))
    }

    fn delete(&self, id: &str, _: Option<u64>, key: &Key) -> Request {
        Request::new(Method::Delete, item(id), format!("delete the queue {key}"))
    }

    fn refresh(&self, id: &str, key: &Key) -> Option<Request> {
        let path = format!("{}/refresh", item(id));
        Some(Request::new(Method::Post, path, format!("refresh the queue {key}")).harmless())
    }

    fn is_fresh(&self, object: &Map<String, Value>) -> bool {
        object.get("routable") != Some(&Value::Bool(false))
    }

    fn read(&self, mut object: Map<String, Value>) -> Result<Live, ReadError> {
        let mut group = Value::Null;
        // Whatever else the settings hold is written back.
        if let Some(Value::Object(settings)) = object.get_mut(SETTINGS) {
            group = settings.remove(LINK).as_ref().map_or(Value::Null, wire::reference);
            if settings.is_empty() {
                object.remove(SETTINGS);
            }
        }
        wire::read(Kind::Queue, object, [("skill_group".to_owned(), group)].into_iter().collect())
    }

    fn key(&self, fields: &Fields) -> Option<Key> {
        fields.get("name")?.as_str().map(Key::alone)
    }
}

fn item(id: &str) -> String {
    format!("{PATH}/{}", segment(id))
}

/// The queue as it is written: its group goes by its id.
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
