//! What a bundle wants an organization to hold.

use genesys_model::{Bundle, RuleBody};
use serde_json::{Value, json};

use super::PlanError;
use crate::resource::{Fields, Key, Kind, Queues};

/// An object that the bundle declares.
#[derive(Clone, Debug)]
pub(super) struct Desired {
    pub(super) kind: Kind,
    pub(super) key: Key,
    /// What it was called, and where it was.
    pub(super) was: Option<Key>,
    pub(super) fields: Fields,
}

/// What the bundle wants, with the ids of this organization's queues.
pub(super) fn desired(bundle: &Bundle, queues: &Queues) -> Result<Vec<Desired>, Vec<PlanError>> {
    let mut errors = Vec::new();
    let mut all = Vec::with_capacity(bundle.rules.len());
    for body in &bundle.rules {
        match rule(body, queues) {
            Ok(desired) => all.push(desired),
            Err(error) if errors.contains(&error) => {}
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(all) } else { Err(errors) }
}

fn rule(body: &RuleBody, queues: &Queues) -> Result<Desired, PlanError> {
    let queue = queues.resolve(&body.queue).map_err(PlanError::Queue)?;
    let was = match &body.was {
        None => None,
        Some(was) => {
            let queue = match &was.queue {
                None => Some(queue.clone()),
                // A queue that is gone holds no rule that could be moved.
                Some(old) => queues.resolve(old).ok(),
            };
            queue.map(|queue| Key { queue, name: was.name.clone() })
        }
    };
    let expression = serde_json::to_value(&body.expression)
        .map_err(|error| PlanError::Expression { rule: body.name.clone(), reason: error.to_string() })?;
    let fields = [
        ("name", json!(body.name)),
        ("queue", json!({ "id": queue.id, "name": queue.name })),
        ("description", body.description.as_ref().map_or(Value::Null, |text| json!(text))),
        ("priority", json!(body.priority)),
        ("enabled", json!(body.enabled)),
        ("expression", expression),
    ];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Desired { kind: Kind::Rule, key: Key { queue, name: body.name.clone() }, was, fields })
}
