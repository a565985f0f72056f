//! The two ways to a score.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Agent, MatchedSkill, Skill};

/// The best proficiency.
pub const MAX_PROFICIENCY: f64 = 5.0;

/// What the number of matched skills makes of a score, and what their priorities make of it.
const FOR_MATCHES: f64 = 0.6;
const FOR_WEIGHTS: f64 = 0.4;

/// How agents are scored.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scorer {
    /// From 0 to 1, the mean over the required skills of 0 for one that is missing and `0.6 + 0.4 × weight` for one that matches, so
    /// that one more of them, a better priority or a better proficiency never lowers it. The weight is `1 / (1 + priority)`, or its
    /// mean with `proficiency / 5` where a proficiency is known. Where nothing is required it is 1.
    #[default]
    Default,
    /// The contract's: `0.6 × matched / required + 0.4 / (1 + sum of the matched priorities)` to three digits, and 0 where nothing
    /// matches or nothing is required. One more matching skill can lower it.
    Seed,
}

/// Why agents are not scored.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum ScoreError {
    /// A priority is negative.
    #[error("agent `{user_id}` has the priority {priority} for the skill `{skill}`; it must be 0 or more")]
    NegativePriority {
        /// Whose.
        user_id: String,
        /// For what.
        skill: String,
        /// The priority.
        priority: i64,
    },
    /// A proficiency is no number or out of range.
    #[error(
        "agent `{user_id}` has the proficiency {proficiency} for the skill `{skill}`; it must be from 0 to {MAX_PROFICIENCY}"
    )]
    Proficiency {
        /// Whose.
        user_id: String,
        /// For what.
        skill: String,
        /// The proficiency.
        proficiency: f64,
    },
}

impl Scorer {
    /// The skill that counts where an agent has one several times: the contract takes the last, the default the best.
    pub(super) fn skill<'a>(self, agent: &'a Agent, name: &str) -> Option<&'a Skill> {
        let mut same = agent.skills.iter().filter(|skill| skill.name == name);
        match self {
            Self::Seed => same.next_back(),
            Self::Default => same.max_by(|one, other| weight(one).total_cmp(&weight(other))),
        }
    }

    /// What one matching skill counts for, from 0 to 1.
    pub(super) fn weight(self, skill: &Skill) -> f64 {
        match self {
            Self::Seed => by_priority(skill),
            Self::Default => weight(skill),
        }
    }

    /// The score of an agent who is there, by the skills that match of so many that are required.
    pub(super) fn score(self, matched: &[MatchedSkill], required: usize) -> f64 {
        match self {
            Self::Default if required == 0 => 1.0,
            _ if matched.is_empty() => 0.0,
            Self::Default => {
                let sum: f64 = matched.iter().map(|skill| FOR_MATCHES + FOR_WEIGHTS * skill.weight).sum();
                // Added up, a thousand skills of the best may come out a rounding above 1.
                (sum / count(required)).min(1.0)
            }
            Self::Seed => {
                let priorities: i128 = matched.iter().map(|skill| i128::from(skill.priority)).sum();
                #[expect(clippy::cast_precision_loss, reason = "as exact as the contract's own division")]
                let weight = 1.0 / (priorities + 1) as f64;
                let ratio = count(matched.len()) / count(required);
                to_three_digits((ratio * FOR_MATCHES) + (weight * FOR_WEIGHTS))
            }
        }
    }
}

/// Whether what an agent knows can be scored.
pub(super) fn check(agent: &Agent) -> Result<(), ScoreError> {
    for skill in &agent.skills {
        let (user_id, name) = (|| agent.user_id.clone(), || skill.name.clone());
        if skill.priority < 0 {
            return Err(ScoreError::NegativePriority {
                user_id: user_id(),
                skill: name(),
                priority: skill.priority,
            });
        }
        if let Some(proficiency) = skill.proficiency
            && !(0.0..=MAX_PROFICIENCY).contains(&proficiency)
        {
            return Err(ScoreError::Proficiency { user_id: user_id(), skill: name(), proficiency });
        }
    }
    Ok(())
}

fn weight(skill: &Skill) -> f64 {
    let by_priority = by_priority(skill);
    skill.proficiency.map_or(by_priority, |known| f64::midpoint(by_priority, known / MAX_PROFICIENCY))
}

fn by_priority(skill: &Skill) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no two such priorities weigh differently")]
    let priority = skill.priority as f64;
    1.0 / (1.0 + priority)
}

fn count(number: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "skills are few")]
    let count = number as f64;
    count
}

/// As the contract's rounding does it: of the number as it is stored, a tie to the even digit. Multiplying by 1000 first would round
/// twice.
fn to_three_digits(score: f64) -> f64 {
    format!("{score:.3}").parse().unwrap_or(score)
}
