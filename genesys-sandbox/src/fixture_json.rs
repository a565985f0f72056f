//! Fixtures as they are written; [`Fixture`](crate::Fixture) shows one.

use std::collections::BTreeMap;

use genesys_model::{AgentState, Entitlement};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct FixtureJson {
    pub(crate) divisions: Vec<DivisionJson>,
    pub(crate) skills: Vec<SkillJson>,
    pub(crate) skill_groups: Vec<GroupJson>,
    pub(crate) queues: Vec<QueueJson>,
    pub(crate) agents: Vec<AgentJson>,
    pub(crate) licenses: Vec<Entitlement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DivisionJson {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SkillJson {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) division: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GroupJson {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) division: Option<String>,
    #[serde(default)]
    pub(crate) skills: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct QueueJson {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) division: Option<String>,
    pub(crate) skill_group: Option<String>,
    pub(crate) routing_type: Option<String>,
    #[serde(default)]
    pub(crate) skill_requirements: Vec<String>,
    #[serde(default)]
    pub(crate) strategies: Vec<Value>,
    #[serde(default)]
    pub(crate) metrics: BTreeMap<String, u64>,
    /// By media types.
    #[serde(default)]
    pub(crate) strategy_metrics: BTreeMap<String, BTreeMap<String, f64>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AgentJson {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) state: AgentState,
    pub(crate) wrap_up_code: Option<String>,
    /// Priorities by the names of skills.
    #[serde(default)]
    pub(crate) skills: BTreeMap<String, u32>,
    #[serde(default)]
    pub(crate) queues: Vec<String>,
}
