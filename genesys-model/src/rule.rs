//! A rule as the platform keeps it, and a queue as far as rules need it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rule as the platform answers it (contract 0, "Rule item").
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Its id, given by the platform.
    pub id: String,
    /// Its name, unique in its queue.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it matches: JSON, since others may have written what [`Expression`](crate::Expression) cannot say.
    pub expression: Value,
    /// The highest number decides first.
    pub priority: i64,
    /// Whether it decides at all.
    pub enabled: bool,
    /// Where its interactions go.
    pub queue: QueueIdentity,
    /// Goes up by one with every change.
    pub version: u64,
    /// When it changed last, as RFC 3339 in UTC.
    pub date_modified: String,
    /// Its path.
    pub self_uri: String,
}

/// A queue named by something else.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct QueueIdentity {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A queue, as far as rules need it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// Its id, given by the platform.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The division that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<Division>,
    /// Its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}

/// A part of an organization.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Division {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
