//! Reading the body of a rule that is created or changed (contract 0, "Rule item"; 1.3, "Rule body").

use serde_json::{Map, Value};

use crate::Refusal;
use crate::tree::read_tree;

/// The priority of a rule that names none.
const PRIORITY: i64 = 10;

/// What a body says of a rule. `None` is what it does not say.
#[derive(Debug, Default)]
pub(crate) struct RulePatch {
    pub(crate) name: Option<String>,
    pub(crate) description: Description,
    pub(crate) queue: Option<QueueGiven>,
    pub(crate) priority: Option<i64>,
    pub(crate) enabled: Option<bool>,
    pub(crate) expression: Option<Value>,
}

/// What a body says of the description.
#[derive(Debug, Default)]
pub(crate) enum Description {
    /// Nothing.
    #[default]
    Kept,
    /// Null: there is to be none.
    Cleared,
    /// A text.
    Set(String),
}

impl Description {
    pub(crate) fn onto(self, before: Option<&String>) -> Option<String> {
        match self {
            Self::Kept => before.cloned(),
            Self::Cleared => None,
            Self::Set(text) => Some(text),
        }
    }
}

/// A queue as bodies name it: by its id. A name beside it must be right.
#[derive(Debug)]
pub(crate) struct QueueGiven {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
}

/// A new rule.
#[derive(Debug)]
pub(crate) struct RuleCreate {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) queue: QueueGiven,
    pub(crate) priority: i64,
    pub(crate) enabled: bool,
    pub(crate) expression: Value,
}

impl RuleCreate {
    /// # Errors
    /// 400 where it is none of the contract's.
    pub(crate) fn read(body: &Value, max_depth: u32) -> Result<Self, Refusal> {
        let patch = RulePatch::read(body, max_depth)?;
        let missing = |field: &str| Refusal::field(field, format!("a rule needs `{field}`"));
        Ok(Self {
            name: patch.name.ok_or_else(|| missing("name"))?,
            description: patch.description.onto(None),
            queue: patch.queue.ok_or_else(|| missing("queue"))?,
            priority: patch.priority.unwrap_or(PRIORITY),
            enabled: patch.enabled.unwrap_or(true),
            expression: patch.expression.ok_or_else(|| missing("expression"))?,
        })
    }
}

impl RulePatch {
    /// # Errors
    /// 400 where it is none of the contract's.
    pub(crate) fn read(body: &Value, max_depth: u32) -> Result<Self, Refusal> {
        let body = body.as_object().ok_or_else(|| Refusal::bad("the body is a JSON object"))?;
        let mut patch = Self::default();
        for (key, value) in body {
            match key.as_str() {
                "name" => patch.name = Some(name(value)?),
                "description" => patch.description = description(value)?,
                "queue" => patch.queue = Some(queue(value)?),
                "priority" => {
                    let priority = value.as_i64();
                    let refusal = || Refusal::field("priority", "`priority` is an integer of 64 bits");
                    patch.priority = Some(priority.ok_or_else(refusal)?);
                }
                "enabled" => {
                    let refusal = || Refusal::field("enabled", "`enabled` is a boolean");
                    patch.enabled = Some(value.as_bool().ok_or_else(refusal)?);
                }
                "expression" => patch.expression = Some(read_tree(value, max_depth)?),
                _ => return Err(Refusal::field(key, format!("unknown key `{key}`"))),
            }
        }
        Ok(patch)
    }
}

fn name(value: &Value) -> Result<String, Refusal> {
    match value {
        Value::String(name) if !name.trim().is_empty() => Ok(name.clone()),
        Value::String(_) => Err(Refusal::field("name", "`name` is empty")),
        _ => Err(Refusal::field("name", "`name` is a string")),
    }
}

fn description(value: &Value) -> Result<Description, Refusal> {
    match value {
        Value::Null => Ok(Description::Cleared),
        Value::String(text) => Ok(Description::Set(text.clone())),
        _ => Err(Refusal::field("description", "`description` is a string or null")),
    }
}

fn queue(value: &Value) -> Result<QueueGiven, Refusal> {
    let refusal = || Refusal::field("queue", "`queue` is an object with the queue's `id`");
    let queue: &Map<String, Value> = value.as_object().ok_or_else(refusal)?;
    if let Some(key) = queue.keys().find(|key| !["id", "name"].contains(&key.as_str())) {
        return Err(Refusal::field("queue", format!("unknown key `{key}` in `queue`")));
    }
    let id = queue.get("id").and_then(Value::as_str).ok_or_else(refusal)?.to_owned();
    let name = match queue.get("name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(_) => return Err(Refusal::field("queue", "the queue's `name` is a string")),
    };
    Ok(QueueGiven { id, name })
}
