//! Agents: as members of a queue, with their skills, and whether they are there (contract 1.2).

use serde::{Deserialize, Serialize};

/// One page of a queue's members. Unlike other lists it does not say how many there are: the last page is the one
/// without `nextUri`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberPage {
    /// Who is on it.
    pub entities: Vec<QueueMember>,
    /// How many a page holds at most.
    pub page_size: u32,
    /// Its number, from 1.
    pub page_number: u32,
    /// Where the next page is, relative to the organization's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_uri: Option<String>,
}

/// An agent as a member of a queue (contract 1.2, `GET /api/v2/routing/queues/{queueId}/members`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueMember {
    /// The agent's id.
    pub user_id: String,
    /// The agent's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What an agent knows (contract 1.2, `GET /api/v2/routing/users/{userId}/routingprofile`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingProfile {
    /// The agent's id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_id: String,
    /// The agent's skills, each once.
    #[serde(default)]
    pub skills: Vec<AgentSkill>,
}

/// A skill that an agent has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgentSkill {
    /// The skill's name.
    pub name: String,
    /// How willingly the agent is chosen for it, from 0: the lower number is better.
    pub priority: u32,
}

/// Whether an agent is there (contract 1.2, `GET /api/v2/routing/users/{userId}/availability`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Availability {
    /// The agent's id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_id: String,
    /// The state; offline where nothing is said.
    #[serde(default)]
    pub state: AgentState,
    /// What the agent noted about the last interaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_up_code: Option<String>,
}

/// Whether an agent takes interactions.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash, Debug, Serialize, Deserialize)]
pub enum AgentState {
    /// Waits for one.
    Available,
    /// Has one.
    Busy,
    /// Is not there.
    #[default]
    Offline,
}
