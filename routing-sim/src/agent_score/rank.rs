//! The agents of a queue in the order in which they would get an interaction, with the reasons.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::score::check;
use super::{Agent, Anomaly, AnomalyClass, ScoreError, Scorer};

/// Agents by score.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ranking {
    /// How they were scored.
    pub scorer: Scorer,
    /// The skills that the interaction asks for, each once, in the order asked.
    pub required: Vec<String>,
    /// How many agents were looked at, those who are not there too.
    pub evaluated: usize,
    /// The agents, the best first; with equal scores in the order given. Those who are not there come last.
    pub agents: Vec<RankedAgent>,
    /// How many agents are not there, by what they do instead.
    pub unavailable: BTreeMap<String, usize>,
    /// How many anomalies of each kind the agents have.
    pub anomalies: BTreeMap<AnomalyClass, usize>,
    /// How many of the agents who are there lack each skill that is required.
    pub missing: BTreeMap<String, usize>,
}

/// One agent's score, and why.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RankedAgent {
    /// The agent's id.
    pub user_id: String,
    /// The agent's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The score; 0 for who is not there.
    pub score: f64,
    /// Whether the agent takes interactions now.
    pub available: bool,
    /// The required skills that the agent has.
    pub matched: Vec<MatchedSkill>,
    /// The required skills that the agent lacks.
    pub missing: Vec<String>,
    /// What stands in the way.
    pub anomalies: Vec<Anomaly>,
}

/// A required skill that an agent has.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatchedSkill {
    /// The skill.
    pub name: String,
    /// The agent's priority for it: lower is better.
    pub priority: i64,
    /// The agent's proficiency in it, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proficiency: Option<f64>,
    /// What it counts for, from 0 to 1.
    pub weight: f64,
}

/// Scores agents for an interaction that asks for some skills, and orders them. A skill that is asked for twice counts once.
///
/// # Errors
///
/// An agent with a negative priority, or a proficiency out of range (contract 1.2, D19).
pub fn rank(scorer: Scorer, agents: &[Agent], required: &[String]) -> Result<Ranking, ScoreError> {
    let mut seen = HashSet::new();
    let required: Vec<String> = required.iter().filter(|name| seen.insert(*name)).cloned().collect();
    let mut ranked = agents
        .iter()
        .map(|agent| check(agent).map(|()| scored(scorer, agent, &required)))
        .collect::<Result<Vec<_>, _>>()?;
    let mut ranking = Ranking {
        scorer,
        required,
        evaluated: agents.len(),
        agents: Vec::new(),
        unavailable: BTreeMap::new(),
        anomalies: BTreeMap::new(),
        missing: BTreeMap::new(),
    };
    for agent in &ranked {
        ranking.count(agent);
    }
    // The contract leaves who is not there among those that score nothing; sorting keeps their order.
    let last = |agent: &RankedAgent| scorer == Scorer::Default && !agent.available;
    ranked.sort_by(|one, other| last(one).cmp(&last(other)).then(other.score.total_cmp(&one.score)));
    ranking.agents = ranked;
    Ok(ranking)
}

impl Ranking {
    /// The best so many of those who are there.
    pub fn top(&self, number: usize) -> impl Iterator<Item = &RankedAgent> {
        self.agents.iter().filter(|agent| agent.available).take(number)
    }

    fn count(&mut self, agent: &RankedAgent) {
        for anomaly in &agent.anomalies {
            *self.anomalies.entry(anomaly.class()).or_default() += 1;
            if let Anomaly::Unavailable { state } = anomaly {
                *self.unavailable.entry(state.clone()).or_default() += 1;
            }
        }
        if agent.available {
            for skill in &agent.missing {
                *self.missing.entry(skill.clone()).or_default() += 1;
            }
        }
    }
}

fn scored(scorer: Scorer, agent: &Agent, required: &[String]) -> RankedAgent {
    let (mut matched, mut missing) = (Vec::new(), Vec::new());
    for name in required {
        match scorer.skill(agent, name) {
            Some(skill) => matched.push(MatchedSkill {
                name: name.clone(),
                priority: skill.priority,
                proficiency: skill.proficiency,
                weight: scorer.weight(skill),
            }),
            None => missing.push(name.clone()),
        }
    }
    let available = agent.is_available();
    RankedAgent {
        user_id: agent.user_id.clone(),
        name: agent.name.clone(),
        score: if available { scorer.score(&matched, required.len()) } else { 0.0 },
        available,
        anomalies: anomalies(scorer, agent, &matched, &missing),
        matched,
        missing,
    }
}

/// Who is not there has that one anomaly: whether the skills would fit makes no difference.
fn anomalies(scorer: Scorer, agent: &Agent, matched: &[MatchedSkill], missing: &[String]) -> Vec<Anomaly> {
    if !agent.is_available() {
        return vec![Anomaly::Unavailable { state: agent.state.clone() }];
    }
    // The contract counts nothing required as nothing matched.
    if matched.is_empty() && (scorer == Scorer::Seed || !missing.is_empty()) {
        return vec![Anomaly::NoSkillMatches];
    }
    missing.iter().map(|skill| Anomaly::MissingSkill { skill: skill.clone() }).collect()
}
