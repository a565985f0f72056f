//! Questions about licences, live figures and the audit log (contract 1.1), and their answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// A question with filters, answered page by page (contract 1.1, rows 2 and 7).
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilterQuery {
    /// All of them hold.
    #[serde(default)]
    pub filters: Vec<QueryFilter>,
    /// How many results a page holds at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// Where the page before ended; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_token: Option<String>,
}

/// One condition of a question: a property is among the values.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QueryFilter {
    /// The property.
    pub name: String,
    /// `eq` or `in`.
    pub op: String,
    /// The values.
    pub values: Vec<String>,
}

/// One page of results. An absent or empty token says that it is the last.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultPage<T> {
    /// The results.
    pub results: Vec<T>,
    /// Goes with the question for the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_token: Option<String>,
}

/// How many licences there are of a type (contract 1.1, row 2). A type may come several times.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entitlement {
    /// The type: `GenesysCloudCX`, …
    pub license_type: String,
    /// How many.
    pub count: u64,
}

/// The question for live figures of queues (contract 1.1, row 3). The answer is a [`ResultPage`] of
/// [`RealtimeResult`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RealtimeQuery {
    /// Which queues: `queueId`.
    pub filter: QueryFilter,
    /// `queueId` for one result per queue; empty for one over all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<String>,
    /// Which figures.
    pub aggregations: Vec<Aggregation>,
    /// Over which time: `PT1H`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// How many results at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
}

/// A figure that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Aggregation {
    /// Its name: `availableAgents`, …
    pub name: String,
    /// How the figures of several queues become one: `sum`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Live figures of a queue, or of several.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RealtimeResult {
    /// The queue, where the question groups by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_id: Option<String>,
    /// The figures. One that is missing is 0 (contract 1.1, "Capacity gate").
    #[serde(default)]
    pub metrics: BTreeMap<String, Number>,
}

/// An entry of the organization's audit log (contract 1.1, row 7).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    /// Its id.
    pub id: String,
    /// What happened: `routing:queue:strategy:updated`, …
    pub event_type: String,
    /// To which object; for a strategy, the queue.
    pub entity_id: String,
    /// What kind of object it is: `queue`, `skill`, …
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entity_type: String,
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_name: Option<String>,
    /// When, as RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub timestamp: String,
    /// The id of the client that did it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client_id: String,
    /// What it was before; none where it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it was after; none where it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}
