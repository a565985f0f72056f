//! Rules: versions, partial updates, created disabled (contract 0, "Rule item"; 1.3).

use genesys_model::Expression;
use serde_json::{Map, Value, json};

use super::{Capabilities, Driver, Fields, Goal, Key, Kind, Live, ReadError, Reference, wire};
use crate::{Method, Request, segment};

/// The driver of rules.
pub(super) struct RuleDriver;

const PATH: &str = "/api/v2/routing/rules";
const MANAGED: [&str; 6] = ["name", "queue", "description", "priority", "enabled", "expression"];

impl Driver for RuleDriver {
    fn kind(&self) -> Kind {
        Kind::Rule
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            versions: true,
            partial_update: true,
            part: false,
            switch: Some("enabled"),
            delete: true,
        }
    }

    fn managed(&self) -> &'static [&'static str] {
        &MANAGED
    }

    fn references(&self) -> &'static [(&'static str, Kind)] {
        &[("queue", Kind::Queue)]
    }

    fn list(&self) -> Request {
        Request::get(PATH, "list the rules").query("pageSize", 100)
    }

    fn find(&self, key: &Key) -> Request {
        Request::get(PATH, format!("look up the rule {key}"))
            .query("queueId", key.queue.as_ref().map(Reference::id).unwrap_or_default())
            .query("name", &key.name)
            .query("pageSize", 100)
    }

    fn get(&self, id: &str, key: &Key) -> Request {
        Request::get(item(id), format!("read the rule {key}"))
    }

    fn create(&self, goal: &Goal, _: Option<u64>) -> Request {
        let mut body = written(&goal.fields);
        body.retain(|_, value| !value.is_null());
        Request::new(Method::Post, PATH, format!("create the rule {}", goal.key)).body(body)
    }

    fn update(&self, id: &str, version: Option<u64>, key: &Key, changed: &Fields, _: &Goal) -> Request {
        Request::new(Method::Patch, item(id), format!("change the rule {key}"))
            .if_match(version)
            .body(written(changed))
    }

    fn delete(&self, id: &str, version: Option<u64>, key: &Key) -> Request {
        Request::new(Method::Delete, item(id), format!("delete the rule {key}")).if_match(version)
    }

    fn read(&self, mut object: Map<String, Value>) -> Result<Live, ReadError> {
        let error = |object: &_, reason: &str| Err(wire::error(Kind::Rule, object, reason));
        let Some(id) = wire::text(&object, "id").filter(|id| !id.is_empty()) else {
            return error(&object, "it has no id");
        };
        let version = object.get("version").and_then(Value::as_u64);
        if version.is_none() {
            return error(&object, "it has no version");
        }
        let named = wire::error(Kind::Rule, &object, "it has no name or no queue");
        let fields: Fields = MANAGED
            .iter()
            .map(|name| ((*name).to_owned(), object.remove(*name).unwrap_or(Value::Null)))
            .collect();
        let key = self.key(&fields).ok_or(named)?;
        Ok(Live { id, version, key, fields, rest: Fields::new() })
    }

    fn key(&self, fields: &Fields) -> Option<Key> {
        let queue = Reference::read(fields.get("queue")?)?;
        Some(Key { queue: Some(queue), name: fields.get("name")?.as_str()?.to_owned() })
    }

    fn normal(&self, fields: &Fields) -> Fields {
        let normal = |name: &str, value: &Value| match name {
            "priority" if value.is_null() => json!(0),
            "enabled" if value.is_null() => json!(true),
            // A tree that is none of the contract's stays as it is: it equals itself alone.
            "expression" => serde_json::from_value::<Expression>(value.clone())
                .ok()
                .and_then(|expression| serde_json::to_value(expression.normal()).ok())
                .unwrap_or_else(|| value.clone()),
            _ => wire::normal(self.references(), name, value),
        };
        fields.iter().map(|(name, value)| (name.clone(), normal(name, value))).collect()
    }

    fn foreign(&self, fields: &Fields) -> Option<String> {
        let expression = fields.get("expression").unwrap_or(&Value::Null);
        serde_json::from_value::<Expression>(expression.clone()).err().map(|error| error.to_string())
    }
}

fn item(id: &str) -> String {
    format!("{PATH}/{}", segment(id))
}

/// The fields as they are written: a queue goes by its id alone.
fn written(fields: &Fields) -> Fields {
    fields
        .iter()
        .map(|(name, value)| {
            let value = match (name.as_str(), value.get("id")) {
                ("queue", Some(id)) => json!({ "id": id }),
                _ => value.clone(),
            };
            (name.clone(), value)
        })
        .collect()
}
