//! A queue with everything that it routes by (contract 1.2, 1.4).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Division, Queue};

/// A queue as its own path answers it: what [`Queue`] says, and how it routes (contract 1.2, 1.4).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingQueue {
    /// Its id, given by the platform.
    pub id: String,
    /// Its name, unique in its division.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The division that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<Division>,
    /// Which skill group it routes to, as it was written last.
    #[serde(default, rename = "routing_settings", skip_serializing_if = "Option::is_none")]
    pub routing_settings: Option<RoutingSettings>,
    /// Whether routing follows `routing_settings` already: not until the queue is refreshed or the change has spread.
    /// Never written. None where there is no link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routable: Option<bool>,
    /// `LongestIdle`, `Predictive` or `SkillBased` (contract 1.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_type: Option<String>,
    /// Settings of predictive routing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predictive_routing: Option<Map<String, Value>>,
    /// Names of the skills that its interactions need (contract 1.2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skill_requirements: Vec<String>,
    /// When it changed last, as RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<String>,
    /// Its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}

impl RoutingQueue {
    /// The id of the skill group that it is linked to.
    pub fn skill_group_id(&self) -> Option<&str> {
        self.routing_settings.as_ref()?.routing_skill_group_id.as_deref()
    }
}

/// Where a queue finds its agents (contract 1.4).
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct RoutingSettings {
    /// The id of a skill group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_skill_group_id: Option<String>,
}

impl From<Queue> for RoutingQueue {
    fn from(queue: Queue) -> Self {
        Self {
            id: queue.id,
            name: queue.name,
            description: None,
            division: queue.division,
            routing_settings: None,
            routable: None,
            routing_type: None,
            predictive_routing: None,
            skill_requirements: Vec::new(),
            date_modified: None,
            self_uri: queue.self_uri,
        }
    }
}

impl From<RoutingQueue> for Queue {
    fn from(queue: RoutingQueue) -> Self {
        Self { id: queue.id, name: queue.name, division: queue.division, self_uri: queue.self_uri }
    }
}
