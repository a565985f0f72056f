//! What the objects of the contract have in common on the wire.

use serde_json::{Map, Value, json};

use super::{Fields, Key, Kind, Live, ReadError, Reference};
use crate::text::clean;

/// A field's value in the form in which two are compared: references by their ids, lists of them as sets, and what is
/// empty as nothing.
pub(super) fn normal(references: &[(&str, Kind)], field: &str, value: &Value) -> Value {
    if references.iter().any(|(name, _)| *name == field) {
        return match value {
            Value::Array(list) => {
                let mut ids: Vec<Value> = list.iter().map(identity).collect();
                ids.sort_unstable_by_key(Value::to_string);
                ids.dedup();
                Value::Array(ids)
            }
            one => identity(one),
        };
    }
    match value.as_str() {
        Some("") => Value::Null,
        _ => value.clone(),
    }
}

/// A reference's id; of an object that is yet to be made, what names it.
fn identity(reference: &Value) -> Value {
    match (reference.get("id"), reference.get("name")) {
        (Some(id), _) => id.clone(),
        (None, Some(name)) => json!({ "name": name }),
        (None, None) => Value::Null,
    }
}

/// Ids as fields hold references to them; names come later.
pub(super) fn reference(id: &Value) -> Value {
    match id.as_str() {
        Some(id) if !id.is_empty() => Reference::to(id, id).value(),
        _ => Value::Null,
    }
}

/// The id of a reference; null where it has none.
pub(super) fn id_of(reference: &Value) -> Value {
    reference.get("id").cloned().unwrap_or(Value::Null)
}

/// What the platform sets, and no client writes.
const SET: [&str; 5] = ["id", "dateModified", "selfUri", "version", "routable"];

/// Reads an object that belongs to no queue and has no version, of whose fields these are managed.
pub(super) fn read(kind: Kind, mut object: Map<String, Value>, managed: Fields) -> Result<Live, ReadError> {
    let id = text(&object, "id")
        .filter(|id| !id.is_empty())
        .ok_or_else(|| error(kind, &object, "it has no id"))?;
    let name = text(&object, "name").ok_or_else(|| error(kind, &object, "it has no name"))?;
    let mut fields: Fields = [("name".to_owned(), json!(name))].into_iter().collect();
    fields.insert("description".to_owned(), object.remove("description").unwrap_or(Value::Null));
    fields.extend(managed);
    object.remove("name");
    object.retain(|name, value| !SET.contains(&name.as_str()) && !value.is_null());
    Ok(Live { id, version: None, key: Key::alone(name), fields, rest: object })
}

/// What is wrong with an object of an answer.
pub(super) fn error(kind: Kind, object: &Map<String, Value>, reason: &str) -> ReadError {
    let named = text(object, "name").or_else(|| text(object, "id"));
    let named = named.map_or_else(|| "without a name".to_owned(), |name| format!("`{}`", clean(&name, &[])));
    ReadError { kind, named, reason: reason.to_owned() }
}

pub(super) fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// A body of these fields and of what is written back, without what is nothing.
pub(super) fn body(fields: Fields, rest: &Fields) -> Fields {
    let mut body = rest.clone();
    body.extend(fields);
    body.retain(|_, value| !value.is_null());
    body
}
