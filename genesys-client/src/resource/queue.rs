//! Queues, as far as rules need them: names become ids.

use std::collections::BTreeMap;

use genesys_model::{Queue, QueueRef};
use serde_json::{Map, Value};

use super::QueueKey;
use crate::Request;

/// The queues of an organization.
#[derive(Clone, Debug, Default)]
pub struct Queues {
    by_id: BTreeMap<String, Queue>,
    by_name: BTreeMap<String, Vec<String>>,
    /// Which id a project gives a name in this organization.
    chosen: BTreeMap<String, String>,
}

impl Queues {
    /// Asks for all queues; pages follow.
    pub fn list() -> Request {
        Request::get("/api/v2/routing/queues", "list the queues").query("pageSize", 100)
    }

    /// Reads the answer; what is no queue is left out.
    pub fn read(objects: Vec<Map<String, Value>>) -> Self {
        let queues =
            objects.into_iter().filter_map(|object| serde_json::from_value(Value::Object(object)).ok());
        queues.collect()
    }

    /// With the ids that a project gives some names in this organization.
    #[must_use]
    pub fn choose(mut self, chosen: BTreeMap<String, String>) -> Self {
        self.chosen = chosen;
        self
    }

    /// The queues, by their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Queue> {
        self.by_id.values()
    }

    /// The one queue that is meant: its exact name, or its id.
    ///
    /// # Errors
    /// None of that name or id, or several: never a pick.
    pub fn resolve(&self, queue: &QueueRef) -> Result<QueueKey, QueueError> {
        let key = |queue: &Queue| QueueKey { id: queue.id.clone(), name: queue.name.clone() };
        let by_id =
            |id: &str| self.by_id.get(id).map(key).ok_or_else(|| QueueError::UnknownId { id: id.to_owned() });
        match queue {
            QueueRef::Id(id) => by_id(id),
            QueueRef::Name(name) => {
                match (self.chosen.get(name), self.by_name.get(name).map(Vec::as_slice)) {
                    (Some(id), _) | (None, Some([id])) => by_id(id),
                    (None, None | Some([])) => Err(QueueError::Unknown { name: name.clone() }),
                    (None, Some(ids)) => Err(QueueError::Several {
                        name: name.clone(),
                        candidates: ids.iter().filter_map(|id| self.by_id.get(id)).cloned().collect(),
                    }),
                }
            }
        }
    }
}

impl FromIterator<Queue> for Queues {
    fn from_iter<I: IntoIterator<Item = Queue>>(queues: I) -> Self {
        let mut all = Self::default();
        for queue in queues {
            all.by_name.entry(queue.name.clone()).or_default().push(queue.id.clone());
            all.by_id.insert(queue.id.clone(), queue);
        }
        all
    }
}

/// Why a queue is not found.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// No queue of that name.
    #[error("the organization has no queue `{name}`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// No queue of that id.
    #[error("the organization has no queue with the id `{id}`")]
    UnknownId {
        /// The id.
        id: String,
    },
    /// Several queues of that name.
    #[error("the organization has {} queues named `{name}`{}", candidates.len(), listed(candidates))]
    Several {
        /// The name.
        name: String,
        /// The queues, with their ids and divisions.
        candidates: Vec<Queue>,
    },
}

fn listed(candidates: &[Queue]) -> String {
    use std::fmt::Write;
    candidates.iter().fold(String::new(), |mut text, queue| {
        let division = queue
            .division
            .as_ref()
            .map_or("no division", |division| division.name.as_deref().unwrap_or(&division.id));
        let _ = write!(text, "{} `{}` ({division})", if text.is_empty() { ":" } else { "," }, queue.id);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(id: &str, name: &str) -> Queue {
        Queue { id: id.to_owned(), name: name.to_owned(), division: None, self_uri: None }
    }

    #[test]
    fn a_name_is_resolved_exactly_and_never_picked() {
        let queues: Queues =
            [queue("1", "Sales"), queue("2", "sales"), queue("3", "Desk"), queue("4", "Desk")]
                .into_iter()
                .collect();
        let resolve = |name: &str| queues.resolve(&QueueRef::Name(name.to_owned())).map(|key| key.id);
        assert_eq!(resolve("Sales"), Ok("1".to_owned()));
        assert_eq!(resolve("Sale").unwrap_err().to_string(), "the organization has no queue `Sale`");
        assert_eq!(
            resolve("Desk").unwrap_err().to_string(),
            "the organization has 2 queues named `Desk`: `3` (no division), `4` (no division)"
        );
        let chosen = queues.choose([("Desk".to_owned(), "4".to_owned())].into());
        assert_eq!(chosen.resolve(&QueueRef::Name("Desk".to_owned())).map(|key| key.id), Ok("4".to_owned()));
    }
}
