//! Strategies: the parts of a queue's list, which has the version; written by merging into it (contract 0,
//! "Strategies"; 1.1).

use serde_json::{Map, Value, json};

use super::{Capabilities, Driver, Fields, Goal, Key, Kind, Live, ReadError, Reference, wire};
use crate::{Method, Request, segment};

/// The driver of strategies.
pub(super) struct StrategyDriver;

const MANAGED: [&str; 5] = ["queue", "mediaType", "strategy", "overflow", "skills"];
/// What is left of them where only the strategy itself is written.
const WRITTEN: [&str; 4] = ["mediaType", "strategy", "overflow", "skills"];

impl Driver for StrategyDriver {
    fn kind(&self) -> Kind {
        Kind::Strategy
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { versions: true, partial_update: false, part: true, switch: None, delete: true }
    }

    fn managed(&self) -> &'static [&'static str] {
        &MANAGED
    }

    fn references(&self) -> &'static [(&'static str, Kind)] {
        &[("queue", Kind::Queue)]
    }

    fn list(&self) -> Request {
        Request::get("/api/v2/routing/strategies", "list the strategies").query("pageSize", 100)
    }

    fn find(&self, key: &Key) -> Request {
        self.get("", key)
    }

    fn get(&self, _: &str, key: &Key) -> Request {
        Request::get(path(key), format!("read the strategy {key}"))
    }

    fn create(&self, goal: &Goal, version: Option<u64>) -> Request {
        merge("create", version, &goal.key, &written(goal))
    }

    /// Merging takes a strategy whole.
    fn update(&self, _: &str, version: Option<u64>, key: &Key, _: &Fields, goal: &Goal) -> Request {
        merge("change", version, key, &written(goal))
    }

    fn delete(&self, _: &str, version: Option<u64>, key: &Key) -> Request {
        let gone = [("mediaType", json!(key.name)), ("strategy", Value::Null)];
        let gone = gone.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        merge("delete", version, key, &gone)
    }

    /// Reads one of the list of all, which has no versions.
    fn read(&self, mut object: Map<String, Value>) -> Result<Live, ReadError> {
        let queue = wire::text(&object, "queueId").filter(|id| !id.is_empty());
        let queue = queue.ok_or_else(|| error(&object, "it has no queue"))?;
        object.remove("queueId");
        live(&Reference::to(&queue, &queue), None, object)
    }

    fn read_part(&self, mut list: Map<String, Value>, key: &Key) -> Result<(u64, Option<Live>), ReadError> {
        let wrong = |reason: &str| ReadError {
            kind: Kind::Strategy,
            named: key.to_string(),
            reason: reason.to_owned(),
        };
        let version = list
            .get("version")
            .and_then(Value::as_u64)
            .ok_or_else(|| wrong("the list has no version that is a number of changes"))?;
        let Some(Value::Array(strategies)) = list.remove("strategies") else {
            return Err(wrong("the list has no strategies"));
        };
        let Some(queue) = &key.queue else { return Err(wrong("it has no queue")) };
        let mut found = None;
        for strategy in strategies {
            let Value::Object(strategy) = strategy else { return Err(wrong("it is no object")) };
            if strategy.get("mediaType").and_then(Value::as_str) == Some(&key.name)
                && found.replace(live(queue, Some(version), strategy)?).is_some()
            {
                return Err(wrong("the list has it twice"));
            }
        }
        Ok((version, found))
    }

    fn key(&self, fields: &Fields) -> Option<Key> {
        let name = fields.get("mediaType")?.as_str()?.to_owned();
        Some(Key { queue: Some(Reference::read(fields.get("queue")?)?), name })
    }

    fn normal(&self, fields: &Fields) -> Fields {
        let normal = |name: &str, value: &Value| match name {
            "overflow" if value.get("rules").and_then(Value::as_array).is_none_or(Vec::is_empty) => {
                Value::Null
            }
            "skills" => skills(value),
            _ => wire::normal(self.references(), name, value),
        };
        fields.iter().map(|(name, value)| (name.clone(), normal(name, value))).collect()
    }
}

fn path(key: &Key) -> String {
    let queue = key.queue.as_ref().map(Reference::id).unwrap_or_default();
    format!("/api/v2/routing/queues/{}/strategies", segment(queue))
}

fn merge(verb: &str, version: Option<u64>, key: &Key, strategy: &Fields) -> Request {
    Request::new(Method::Patch, path(key), format!("{verb} the strategy {key}"))
        .if_match(version)
        .body(json!({ "strategies": [strategy] }))
}

/// A strategy as it is written: without its queue and without what it does not say, and with what is not managed.
fn written(goal: &Goal) -> Fields {
    let mut fields = goal.fields.clone();
    fields.retain(|name, _| WRITTEN.contains(&name.as_str()));
    wire::body(fields, &goal.rest)
}

/// It is named by its queue and its media type.
fn live(queue: &Reference, version: Option<u64>, mut object: Map<String, Value>) -> Result<Live, ReadError> {
    let name = wire::text(&object, "mediaType").ok_or_else(|| error(&object, "it has no media type"))?;
    let mut fields: Fields = WRITTEN
        .iter()
        .map(|name| ((*name).to_owned(), object.remove(*name).unwrap_or(Value::Null)))
        .collect();
    fields.insert("queue".to_owned(), queue.value());
    // Its id is the platform's.
    object.remove("id");
    object.retain(|_, value| !value.is_null());
    let id = format!("{}/{name}", queue.id());
    Ok(Live { id, version, key: Key { queue: Some(queue.clone()), name }, fields, rest: object })
}

fn error(object: &Map<String, Value>, reason: &str) -> ReadError {
    wire::error(Kind::Strategy, object, reason)
}

/// Lists of names as sets; an empty one is as good as none.
fn skills(value: &Value) -> Value {
    let Value::Object(lists) = value else { return value.clone() };
    let lists: Fields = lists
        .iter()
        .filter_map(|(name, list)| {
            let Value::Array(list) = list else { return Some((name.clone(), list.clone())) };
            let mut list = list.clone();
            list.sort_unstable_by_key(Value::to_string);
            list.dedup();
            (!list.is_empty()).then(|| (name.clone(), Value::Array(list)))
        })
        .collect();
    if lists.is_empty() { Value::Null } else { Value::Object(lists) }
}
