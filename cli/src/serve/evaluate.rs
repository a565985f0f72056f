//! `POST /evaluate`: what the rules decide for one interaction or several, and why.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::Response;
use rule_eval::{Interaction, RuleOutcome, Rules};
use serde::{Deserialize, Serialize};

use super::answer::{Problem, json, to_json};
use super::evaluator::IsGone;
use super::routes::{Slot, read};
use super::{Loaded, Service, limits};
use crate::interaction::by_platform_names;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    interaction: Option<Interaction>,
    interactions: Option<Vec<Interaction>>,
    queue: Option<String>,
    #[serde(default)]
    rules: Shown,
}

/// Which rules are told of.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Shown {
    #[default]
    All,
    Matching,
}

/// What the rules say to one interaction: the shape of `rulec eval --json`, and more.
#[derive(Serialize)]
struct Evaluated<'t> {
    decision: Option<&'t str>,
    queue: Option<&'t str>,
    #[serde(rename = "evaluated")]
    of: usize,
    rules: Vec<RuleOutcome<'t>>,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct Answer<'t> {
    version: u32,
    rules_version: &'t str,
    #[serde(flatten)]
    one: Option<Evaluated<'t>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<Vec<Evaluated<'t>>>,
}

/// Evaluates.
pub(super) async fn evaluate(service: &Service, body: Bytes, slot: Slot) -> Result<Response<Body>, Problem> {
    let request: Request = read(&body)?;
    let (given, is_list) = match (request.interaction, request.interactions) {
        (Some(one), None) => (vec![one], false),
        (None, Some(many)) if many.len() > limits::MAX_INTERACTIONS => {
            return Err(Problem::new(
                413,
                format!(
                    "{} interactions at once, and at most {} are evaluated",
                    many.len(),
                    limits::MAX_INTERACTIONS
                ),
            ));
        }
        (None, Some(many)) => (many, true),
        _ => return Err(Problem::new(422, "a request has either `interaction` or `interactions`")),
    };
    let loaded = service.loaded();
    let (queue, shown) = (request.queue, request.rules);
    let job = {
        let loaded = Arc::clone(&loaded);
        move |rules: &Rules<'_>, is_gone: IsGone<'_>| {
            to_bytes(rules, &loaded, &given, is_list, queue.as_deref(), shown, is_gone)
        }
    };
    let bytes = service.evaluator.run(loaded, slot, job).await;
    bytes.ok_or_else(|| Problem::new(500, "the evaluation broke down"))?.map(json)
}

fn to_bytes(
    rules: &Rules<'_>,
    loaded: &Loaded,
    given: &[Interaction],
    is_list: bool,
    queue: Option<&str>,
    shown: Shown,
    is_gone: IsGone<'_>,
) -> Result<Vec<u8>, Problem> {
    let renamed = given
        .iter()
        .map(|given| by_platform_names(given, loaded.program.symbols()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|failure| Problem::new(422, failure.message))?;
    let mut results = Vec::new();
    let mut size = 0_usize;
    for (interaction, warnings) in &renamed {
        // Neither what nobody waits for, nor what is too long to be sent.
        if is_gone() || size > limits::MAX_ANSWER_BYTES {
            break;
        }
        let evaluation = rules.evaluate(interaction, queue);
        let decides = evaluation.rules.iter().find(|rule| rule.decides);
        let (decision, queue) = (decides.map(|rule| rule.rule), decides.map(|rule| rule.queue));
        let of = evaluation.rules.len();
        let mut rules = evaluation.rules;
        rules.retain(|rule| shown == Shown::All || rule.matched);
        // Less than it will be as text, so nothing that fits is left out.
        size = size.saturating_add(rules.iter().map(|rule| rule.rule.len() + 64).sum());
        results.push(Evaluated { decision, queue, of, rules, warnings: warnings.clone() });
    }
    let (one, results) = if is_list { (None, Some(results)) } else { (results.pop(), None) };
    to_json(&Answer { version: 1, rules_version: &loaded.version, one, results })
}
