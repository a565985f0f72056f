//! An agent, as scorers see one.

use genesys_model::{AgentState, Availability, RoutingProfile};
use serde::{Deserialize, Serialize};

/// The state of an agent who takes interactions.
pub const AVAILABLE: &str = "Available";

/// An agent of a queue: what is known, and whether anybody is there.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// The agent's id.
    pub user_id: String,
    /// The agent's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The agent's state: [`AVAILABLE`], `Busy`, `Offline` or another word. Offline where nothing is said.
    #[serde(default = "offline")]
    pub state: String,
    /// The agent's skills.
    #[serde(default)]
    pub skills: Vec<Skill>,
}

/// A skill that an agent has.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Skill {
    /// The skill's name. Case counts.
    pub name: String,
    /// How willingly the agent is chosen for it: 0 or more, the lower number is better.
    #[serde(default)]
    pub priority: i64,
    /// How well the agent knows it, from 0 to [`MAX_PROFICIENCY`](super::MAX_PROFICIENCY), where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proficiency: Option<f64>,
}

impl Agent {
    /// An agent from what an organization says of one.
    pub fn of(
        user_id: &str,
        name: Option<&str>,
        profile: &RoutingProfile,
        availability: &Availability,
    ) -> Self {
        let skill = |skill: &genesys_model::AgentSkill| Skill {
            name: skill.name.clone(),
            priority: skill.priority.into(),
            proficiency: None,
        };
        Self {
            user_id: user_id.to_owned(),
            name: name.map(str::to_owned),
            state: state(availability.state).to_owned(),
            skills: profile.skills.iter().map(skill).collect(),
        }
    }

    /// Whether the agent takes interactions now.
    pub fn is_available(&self) -> bool {
        self.state == AVAILABLE
    }
}

fn offline() -> String {
    state(AgentState::Offline).to_owned()
}

/// The platform's word.
fn state(state: AgentState) -> &'static str {
    match state {
        AgentState::Available => AVAILABLE,
        AgentState::Busy => "Busy",
        AgentState::Offline => "Offline",
    }
}
