//! Skills and skill groups as the platform keeps them (contract 1.4). Their own keys are in snake case.

use serde::{Deserialize, Serialize};

use crate::Division;

/// A skill (contract 1.4, `GET /api/v2/routing/skills`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Skill {
    /// Its id, given by the platform.
    pub id: String,
    /// Its name, unique in its division.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Ids of skill groups, kept as they were sent.
    #[serde(default)]
    pub routing_skill_group_ids: Vec<String>,
    /// The division that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<Division>,
    /// When it changed last, as RFC 3339 in UTC.
    #[serde(default, rename = "dateModified", skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<String>,
    /// Its path.
    #[serde(default, rename = "selfUri", skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}

/// A skill group (contract 1.4, `GET /api/v2/routing/skillgroups`). It has no version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SkillGroup {
    /// Its id, given by the platform.
    pub id: String,
    /// Its name, unique in its division.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Ids of its skills: a set, in any order.
    #[serde(default)]
    pub routing_skill_ids: Vec<String>,
    /// Ids of the skill groups within it: a set, in any order.
    #[serde(default)]
    pub routing_skill_group_ids: Vec<String>,
    /// The division that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<Division>,
    /// When it changed last, as RFC 3339 in UTC.
    #[serde(default, rename = "dateModified", skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<String>,
    /// Its path.
    #[serde(default, rename = "selfUri", skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}
