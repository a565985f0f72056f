//! The event of one rule that a deployment made or changed (contract 1.3, "Webhook body").

use serde_json::{Value, json};

use crate::deploy::Deployment;
use crate::fingerprint::sha256;
use crate::resource::{Fields, Kind};

/// What was checked before the rule was sent, in the contract's words.
const STEPS: [&str; 4] = ["depth_check", "precedence_check", "type_casting", "schema_serialization"];

/// An event, with the id under which it is delivered however often.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// The same for the same rule of the same deployment, whoever makes the event.
    pub id: String,
    /// What is posted.
    pub body: Value,
}

/// What is known of a deployment besides its records.
pub struct About<'a> {
    /// When it was verified, as RFC 3339 in UTC.
    pub time: &'a str,
    /// How long the platform took for a request about a rule, in milliseconds; none where that was not measured.
    pub latency_ms: Option<f64>,
    /// The share of interactions that a rule was measured to match, by its fields; none where it was not measured.
    pub match_rate: &'a dyn Fn(&Fields) -> Option<f64>,
}

/// The events of a deployment: one for each rule that it made or changed.
pub fn events(deployment: &Deployment, about: &About<'_>) -> Vec<Event> {
    let begin = &deployment.begin;
    let ids = deployment.ids();
    // A rule's queue that is as new as the rule has no id in what was planned.
    let made = |name: &str| {
        let mut queues = begin.changes.iter().zip(&ids).filter(|(change, _)| {
            change.kind == Kind::Queue && change.after.as_ref().is_some_and(|goal| goal.key.name == name)
        });
        queues.next().and_then(|(_, id)| id.clone())
    };
    let rules = begin.changes.iter().zip(&ids).filter(|(change, _)| change.kind == Kind::Rule);
    rules
        .filter_map(|(change, id)| {
            let (goal, rule) = (change.after.as_ref()?, id.as_deref()?);
            let queue = goal.key.queue.as_ref()?;
            let queue = queue.id.clone().or_else(|| made(&queue.name));
            let number = begin.number.to_string();
            // The time tells deployments of one number apart, where a journal was begun anew.
            let pieces = [begin.organization.as_str(), "\n", &number, "\n", &begin.time, "\n", rule];
            let mut id = sha256(&pieces.map(str::as_bytes));
            id.truncate(32);
            Some(Event { body: body(&id, rule, queue.as_deref(), &goal.fields, about), id })
        })
        .collect()
}

fn body(id: &str, rule: &str, queue: Option<&str>, fields: &Fields, about: &About<'_>) -> Value {
    let conditions = conditions(fields.get("expression").unwrap_or(&Value::Null));
    let (rate, source) = match (about.match_rate)(fields) {
        Some(rate) => (rate, "measured"),
        None => (estimated_match_rate(conditions), "formula"),
    };
    json!({
        "event": "routing.rule.verified",
        "timestamp": about.time,
        "delivery_id": id,
        "rule_id": rule,
        "metrics": {
            "evaluation_latency_ms": about.latency_ms,
            "condition_count": conditions,
            "estimated_match_rate": rate,
            "match_rate_source": source,
        },
        "audit": {
            "operator": "api_deployment",
            "validation_steps": STEPS,
            "rule_name": fields.get("name").unwrap_or(&Value::Null),
            "queue_id": queue,
            "conditions_count": conditions,
        },
        "validation_status": "passed",
    })
}

/// The match rate that the contract assumes for a rule of so many conditions: it falls by 0.03 each, to 0.10.
pub fn estimated_match_rate(conditions: usize) -> f64 {
    // In hundredths, so that no rounding shows: the floor is reached at 25.
    let fallen = 85_u32.saturating_sub(u32::try_from(conditions).unwrap_or(u32::MAX).saturating_mul(3));
    f64::from(fallen.max(10)) / 100.0
}

/// How many conditions a tree has.
fn conditions(tree: &Value) -> usize {
    let (mut count, mut open) = (0, vec![tree]);
    while let Some(node) = open.pop() {
        if node.get("type").and_then(Value::as_str) == Some("condition") {
            count += 1;
        }
        open.extend(node.get("children").and_then(Value::as_array).into_iter().flatten());
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_falls_to_its_floor_at_25_conditions() {
        let rates = [0, 1, 3, 24, 25, 26, usize::MAX].map(|number| json!(estimated_match_rate(number)));
        assert_eq!(rates, [0.85, 0.82, 0.76, 0.13, 0.10, 0.10, 0.10].map(|rate| json!(rate)));
    }

    #[test]
    fn the_event_has_the_contracts_shape() {
        let leaf = json!({"type": "condition", "field": "vip", "operator": "exists"});
        let tree = json!({"type": "and", "children": [leaf, {"type": "not", "children": [leaf]}]});
        let fields: Fields = [
            ("name".to_owned(), json!("VIP")),
            ("queue".to_owned(), json!({"id": "q-1", "name": "Support"})),
            ("expression".to_owned(), tree),
        ]
        .into_iter()
        .collect();
        let mut about = About { time: "2026-11-21T13:07:28Z", latency_ms: Some(12.5), match_rate: &|_| None };
        assert_eq!(
            body("d-1", "r-1", Some("q-1"), &fields, &about),
            json!({
                "event": "routing.rule.verified",
                "timestamp": "2026-11-21T13:07:28Z",
                "delivery_id": "d-1",
                "rule_id": "r-1",
                "metrics": {
                    "evaluation_latency_ms": 12.5,
                    "condition_count": 2,
                    "estimated_match_rate": 0.79,
                    "match_rate_source": "formula",
                },
                "audit": {
                    "operator": "api_deployment",
                    "validation_steps": ["depth_check", "precedence_check", "type_casting", "schema_serialization"],
                    "rule_name": "VIP",
                    "queue_id": "q-1",
                    "conditions_count": 2,
                },
                "validation_status": "passed",
            })
        );
        about.match_rate = &|_| Some(0.5);
        let metrics = body("d-1", "r-1", Some("q-1"), &fields, &about)["metrics"].clone();
        assert_eq!(
            (&metrics["estimated_match_rate"], &metrics["match_rate_source"]),
            (&json!(0.5), &json!("measured"))
        );
    }
}
