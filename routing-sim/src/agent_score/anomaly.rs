//! What stands in an agent's way.

use std::fmt;

use serde::Serialize;

/// Why an agent scores less than it could.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "class", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Anomaly {
    /// The agent takes nothing now.
    Unavailable {
        /// What the agent does instead.
        state: String,
    },
    /// The agent has none of the skills that are asked for.
    NoSkillMatches,
    /// The agent has some of the skills that are asked for, but not this one.
    MissingSkill {
        /// The skill.
        skill: String,
    },
}

/// Anomalies of a kind, to count them by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AnomalyClass {
    /// [`Anomaly::Unavailable`].
    Unavailable,
    /// [`Anomaly::NoSkillMatches`].
    NoSkillMatches,
    /// [`Anomaly::MissingSkill`].
    MissingSkill,
}

impl Anomaly {
    /// Its kind.
    pub fn class(&self) -> AnomalyClass {
        match self {
            Self::Unavailable { .. } => AnomalyClass::Unavailable,
            Self::NoSkillMatches => AnomalyClass::NoSkillMatches,
            Self::MissingSkill { .. } => AnomalyClass::MissingSkill,
        }
    }

    /// The contract's text of it (contract 1.2, the full listing). It has none for a skill that is missing beside others.
    pub fn contract_text(&self) -> Option<String> {
        match self {
            Self::Unavailable { state } => Some(format!("Unavailable: {state}")),
            Self::NoSkillMatches => Some("Complete skill mismatch".to_owned()),
            Self::MissingSkill { .. } => None,
        }
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { state } => write!(out, "not available: `{state}`"),
            Self::NoSkillMatches => out.write_str("has none of the required skills"),
            Self::MissingSkill { skill } => write!(out, "lacks the skill `{skill}`"),
        }
    }
}
