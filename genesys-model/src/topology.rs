//! What a bundle says of skills, skill groups, queues and strategies. Names are the platform's; ids are those of one
//! organization.

use serde::{Deserialize, Serialize};

use crate::{MediaType, OverflowAction, OverflowCondition, QueueRef, RoutingMethod};

/// Which of several live objects of one name is meant, and what it was called before.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// The live object that it renames, by its old name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// The division that it is in, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// A skill (contract 1.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SkillBody {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which live object it is.
    #[serde(flatten)]
    pub identity: Identity,
}

/// A skill group (contract 1.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SkillGroupBody {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The names of its skills.
    pub skills: Vec<String>,
    /// Which live object it is.
    #[serde(flatten)]
    pub identity: Identity,
}

/// A queue (contract 1.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QueueBody {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The name of the skill group that its agents have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill_group: Option<String>,
    /// Whether it exists already and is only referred to: it is never created or changed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub external: bool,
    /// Which live object it is.
    #[serde(flatten)]
    pub identity: Identity,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// A strategy (contract 1.1), and what deployment and simulation need to know of it besides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StrategyBody {
    /// Its queue.
    pub queue: QueueRef,
    /// The media type, once per queue.
    pub media_type: MediaType,
    /// How an agent is chosen.
    pub method: RoutingMethod,
    /// The names of the skills that an agent must have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<String>,
    /// The names of the skills that are preferred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefer: Vec<String>,
    /// What happens under load.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overflow: Vec<OverflowBody>,
    /// What must hold before anything is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Guard>,
}

/// One thing to watch, and what to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OverflowBody {
    /// What is watched.
    pub condition: OverflowCondition,
    /// From where on it is too much: interactions for `queueDepth`, seconds for `waitTime`. Never 0.
    pub threshold: u64,
    /// What is done then.
    pub action: OverflowAction,
    /// The queue to route to or the skill to add, by its name. It is never sent; simulation needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// What must hold in the live organization before anything is written (contract 1.1, "Capacity gate", "Licence gate").
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Guard {
    /// What is counted.
    pub measure: Measure,
    /// How many there must be.
    pub at_least: u64,
    /// The percentage of the strategy's licenses that this number is, where it was written as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u64>,
}

/// What a guard counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The licences of the organization.
    Licenses,
    /// The agents of the queue who are available now.
    AvailableAgents,
}
