//! How objects are recognized, and how they name each other.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Fields, Kind};
use crate::text::clean;

/// How an object is recognized: by its name, and by the queue that it belongs to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Key {
    /// The queue within which names differ; none where they differ within the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Reference>,
    /// Its name; of a strategy, its media type.
    pub name: String,
}

impl Key {
    /// The key of an object that belongs to no queue.
    pub fn alone(name: impl Into<String>) -> Self {
        Self { queue: None, name: name.into() }
    }
}

/// `Name` in `Queue`, in one line without control characters: names come from outside.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", clean(&self.name, &[]))?;
        match &self.queue {
            None => Ok(()),
            Some(queue) => write!(f, " in `{}`", clean(&queue.name, &[])),
        }
    }
}

/// Another object. Only the id counts where two are compared, and the name where there is none yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reference {
    /// Its id; none of an object that is yet to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name, for people; the id where the platform does not say.
    pub name: String,
}

impl Reference {
    /// An object that is there.
    pub fn to(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: Some(id.into()), name: name.into() }
    }

    /// Reads it as fields hold it.
    pub fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let id = text("id");
        let name = text("name").or_else(|| id.clone())?;
        Some(Self { id, name })
    }

    /// As fields hold it.
    pub fn value(&self) -> Value {
        match &self.id {
            Some(id) => json!({ "id": id, "name": self.name }),
            None => json!({ "name": self.name }),
        }
    }

    /// Its id, or nothing that any object has.
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    fn identity(&self) -> Result<&str, &str> {
        self.id.as_deref().ok_or(&self.name)
    }
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Reference {}

impl PartialOrd for Reference {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Reference {
    fn cmp(&self, other: &Self) -> Ordering {
        self.identity().cmp(&other.identity())
    }
}

impl Hash for Reference {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

/// Everything that an object's fields name.
pub(crate) fn references(kind: Kind, fields: &Fields) -> Vec<(Kind, Reference)> {
    let mut all = Vec::new();
    for (field, to) in kind.driver().references() {
        let value = fields.get(*field);
        let list = value
            .and_then(Value::as_array)
            .map_or_else(|| value.map(std::slice::from_ref), |list| Some(list.as_slice()));
        all.extend(
            list.unwrap_or_default().iter().filter_map(Reference::read).map(|reference| (*to, reference)),
        );
    }
    all
}

/// Visits everything that an object names, and lets it name something else.
pub(crate) fn visit(
    kind: Kind,
    key: &mut Key,
    fields: &mut Fields,
    visit: &mut dyn FnMut(Kind, &mut Reference),
) {
    for (field, to) in kind.driver().references() {
        let mut one = |value: &mut Value| {
            if let Some(mut reference) = Reference::read(value) {
                visit(*to, &mut reference);
                *value = reference.value();
            }
        };
        match fields.get_mut(*field) {
            Some(Value::Array(list)) => list.iter_mut().for_each(one),
            Some(value) => one(value),
            None => {}
        }
    }
    if let Some(queue) = &mut key.queue {
        visit(Kind::Queue, queue);
    }
}
