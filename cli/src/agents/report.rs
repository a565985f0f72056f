//! The report of a simulation: the contract's keys, and ours beside them (contract 1.2, "Scoring and report").

use std::collections::BTreeMap;

use genesys_model::{Bundle, RuleBody};
use routing_sim::agent_score::{Anomaly, AnomalyClass, MatchedSkill, RankedAgent, Scorer, rank};
use rule_compiler::Symbols;
use rule_eval::{Evaluation, Interaction};
use serde::Serialize;

use super::required::Strategy;
use super::{Required, Roster, required_skills};
use crate::failure::Failure;

/// Who would get an interaction, and why. Keys are added, never changed or removed, within `version` 1.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The shape of the report.
    pub(crate) version: u32,
    /// The queue's id; its name where the agents are those of a file.
    pub(crate) queue_id: String,
    /// How the organization says that the queue routes; null where the agents are those of a file.
    pub(crate) routing_type: Option<String>,
    /// How many agents the queue has, those who are not there too.
    pub(crate) total_agents_evaluated: usize,
    /// The best, with the reasons.
    pub(crate) ranked_agents: Vec<Ranked>,
    /// The anomalies of all agents, as text.
    pub(crate) anomaly_summary: Vec<String>,
    /// The queue's name.
    pub(crate) queue: String,
    /// The rule that decides; null where none does.
    pub(crate) decision: Option<Decision>,
    /// The strategy that the interaction falls under.
    pub(crate) strategy: Option<Strategy>,
    /// The skills that an agent needs.
    pub(crate) required_skills: Vec<Required>,
    /// How agents were scored.
    pub(crate) scorer: Scorer,
    /// How many agents take interactions now.
    pub(crate) available_agents: usize,
    /// How many do not, by what they do instead.
    pub(crate) unavailable_agents: BTreeMap<String, usize>,
    /// How many agents left the queue while they were asked about.
    pub(crate) left: usize,
    /// How many anomalies there are of each class.
    pub(crate) anomaly_counts: BTreeMap<AnomalyClass, usize>,
    /// How many of the agents who are there lack each required skill.
    pub(crate) missing_skills: BTreeMap<String, usize>,
    /// What else ought to be known.
    pub(crate) notes: Vec<String>,
}

/// An agent of the report.
#[derive(Debug, Serialize)]
pub(crate) struct Ranked {
    /// The agent's id, under the contract's key.
    #[serde(rename = "userId")]
    pub(crate) user_id: String,
    /// The score.
    pub(crate) score: f64,
    /// What stands in the way, as text.
    pub(crate) anomalies: Vec<String>,
    /// The agent's name, where it is known.
    pub(crate) name: Option<String>,
    /// Whether the agent takes interactions now.
    pub(crate) available: bool,
    /// The required skills that the agent has.
    pub(crate) matched: Vec<MatchedSkill>,
    /// The required skills that the agent lacks.
    pub(crate) missing: Vec<String>,
}

/// The rule that decides.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Decision {
    /// Its name.
    pub(crate) rule: String,
    /// Its queue's name or id.
    pub(crate) queue: String,
    /// Its priority.
    pub(crate) priority: i64,
}

impl From<&RuleBody> for Decision {
    fn from(rule: &RuleBody) -> Self {
        Self { rule: rule.name.clone(), queue: rule.queue.as_str().to_owned(), priority: rule.priority }
    }
}

impl Decision {
    /// The decision of an evaluation.
    pub(crate) fn of(evaluation: &Evaluation<'_>) -> Option<Self> {
        let rule = evaluation.rules.iter().find(|rule| rule.decides)?;
        Some(Self { rule: rule.rule.to_owned(), queue: rule.queue.to_owned(), priority: rule.priority })
    }
}

/// What is asked of a simulation besides the interaction.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The skills that are required, where they are said outright.
    pub(crate) skills: Option<Vec<String>>,
    /// How agents are scored.
    pub(crate) scorer: Scorer,
    /// How many agents are listed.
    pub(crate) top: usize,
}

impl Report {
    /// Ranks the agents of a queue for an interaction, by the platform's names.
    ///
    /// # Errors
    ///
    /// An agent with a priority or a proficiency that cannot be scored (D19).
    pub(crate) fn new(
        question: &Question,
        interaction: &Interaction,
        decision: Option<Decision>,
        (bundle, symbols): (&Bundle, &Symbols),
        roster: Roster,
    ) -> Result<Self, Failure> {
        let (required_skills, strategy, mut notes) =
            required_skills(question.skills.as_deref(), interaction, bundle, symbols, &roster);
        if required_skills.is_empty() {
            notes.push("no skill is required, so all agents who are there fit alike".to_owned());
        }
        if let Some(decision) =
            decision.as_ref().filter(|one| ![&roster.queue, &roster.queue_id].contains(&&one.queue))
        {
            notes.push(format!(
                "the rules send this interaction to the queue `{}`, not to `{}`",
                decision.queue, roster.queue
            ));
        }
        let names: Vec<String> = required_skills.iter().map(|skill| skill.name.clone()).collect();
        let scorer = question.scorer;
        let ranking =
            rank(scorer, &roster.agents, &names).map_err(|error| Failure::new(error.to_string()))?;
        let agents: Vec<&RankedAgent> = match scorer {
            Scorer::Default => ranking.top(question.top).collect(),
            // The contract lists whoever stands first, there or not.
            Scorer::Seed => ranking.agents.iter().take(question.top).collect(),
        };
        let anomaly_summary = ranking.agents.iter().flat_map(|agent| summary(scorer, agent)).collect();
        Ok(Self {
            version: 1,
            queue_id: roster.queue_id,
            routing_type: roster.routing_type,
            total_agents_evaluated: ranking.evaluated,
            ranked_agents: agents.into_iter().map(|agent| Ranked::of(scorer, agent)).collect(),
            anomaly_summary,
            queue: roster.queue,
            decision,
            strategy,
            required_skills,
            scorer,
            available_agents: ranking.agents.iter().filter(|agent| agent.available).count(),
            unavailable_agents: ranking.unavailable,
            left: roster.left,
            anomaly_counts: ranking.anomalies,
            missing_skills: ranking.missing,
            notes,
        })
    }
}

impl Ranked {
    fn of(scorer: Scorer, agent: &RankedAgent) -> Self {
        Self {
            user_id: agent.user_id.clone(),
            score: agent.score,
            anomalies: agent.anomalies.iter().filter_map(|anomaly| text(scorer, anomaly)).collect(),
            name: agent.name.clone(),
            available: agent.available,
            matched: agent.matched.clone(),
            missing: agent.missing.clone(),
        }
    }
}

/// The contract's words of an anomaly under its own scorer, ours otherwise.
fn text(scorer: Scorer, anomaly: &Anomaly) -> Option<String> {
    match scorer {
        Scorer::Seed => anomaly.contract_text(),
        Scorer::Default => Some(anomaly.to_string()),
    }
}

/// The anomalies of an agent in the list of all; ours say whose they are.
fn summary(scorer: Scorer, agent: &RankedAgent) -> Vec<String> {
    let who = agent.name.as_deref().unwrap_or(&agent.user_id);
    let text = |anomaly| match scorer {
        Scorer::Seed => text(scorer, anomaly),
        Scorer::Default => Some(format!("{who}: {anomaly}")),
    };
    agent.anomalies.iter().filter_map(text).collect()
}
