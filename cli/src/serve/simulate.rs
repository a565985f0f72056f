//! `POST /simulate-routing`: who would get an interaction (contract 1.2). The rules find the queue where none is given (D23).

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::Response;
use routing_sim::agent_score::Scorer;
use rule_eval::Interaction;
use serde::Deserialize;

use super::answer::{Problem, json, to_json};
use super::routes::{Slot, read};
use super::{Service, limits};
use crate::agents::{Decision, Report};
use crate::interaction::by_platform_names;

/// What is asked for. The contract's service takes further keys without a word, and so does this one.
#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    caller_attributes: Interaction,
    required_skills: Option<Vec<Skill>>,
    queue_id: Option<String>,
    scorer: Option<Scorer>,
    top: Option<usize>,
}

/// A skill as the contract has it, or its name alone.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a skill is its name, or an object with its `name`")]
enum Skill {
    Named { name: String },
    Name(String),
}

/// Ranks agents.
pub(super) async fn simulate(service: &Service, body: Bytes, slot: Slot) -> Result<Response<Body>, Problem> {
    let request: Request = read(&body)?;
    let skills = request.required_skills.map(|skills| {
        skills.into_iter().map(|skill| match skill {
            Skill::Named { name } | Skill::Name(name) => name,
        })
    });
    let skills: Option<Vec<String>> = skills.map(Iterator::collect);
    if skills.as_ref().is_some_and(|skills| skills.len() > limits::MAX_SKILLS) {
        return Err(Problem::new(413, format!("at most {} skills are required at once", limits::MAX_SKILLS)));
    }
    let mut question = service.question.clone();
    question.skills = skills;
    question.scorer = request.scorer.unwrap_or(question.scorer);
    question.top = request.top.unwrap_or(question.top);
    let source = match &service.source {
        Ok(source) => source,
        Err(why) => {
            return Err(Problem::new(501, format!("there are no agents to rank: {why}"))
                .help("start the service with `--agents FILE` or `--org NAME`"));
        }
    };

    let loaded = service.loaded();
    let symbols = loaded.program.symbols();
    let (interaction, warnings) = by_platform_names(&request.caller_attributes, symbols)
        .map_err(|failure| Problem::new(422, failure.message))?;
    let decide = {
        let interaction = interaction.clone();
        move |rules: &rule_eval::Rules<'_>, _: super::evaluator::IsGone<'_>| {
            rules.decide(&interaction, None).map(Decision::from)
        }
    };
    let decision = service.evaluator.run(Arc::clone(&loaded), slot.clone(), decide).await;
    let decision =
        decision.ok_or_else(|| Problem::new(500, "Simulation failed: the evaluation broke down"))?;
    let queue = match (&request.queue_id, &decision) {
        (Some(queue), _) => queue.clone(),
        (None, Some(decision)) => decision.queue.clone(),
        (None, None) => {
            return Err(Problem::new(422, "no rule decides this interaction, so no queue gets it")
                .help("`POST /evaluate` says why no rule matches; `queue_id` simulates a queue whatever the rules decide"));
        }
    };
    let failed = |failure: &_| Problem::simulation(failure);
    let roster = source.roster(&queue, &loaded.bundle).await.map_err(|failure| failed(&failure))?;
    let mut report = Report::new(&question, &interaction, decision, (&loaded.bundle, symbols), roster)
        .map_err(|failure| failed(&failure))?;
    report.notes.extend(warnings);
    drop(slot);
    to_json(&report).map(json)
}
