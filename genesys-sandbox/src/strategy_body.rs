//! Reading the body that changes the strategies of a queue (contract 1.1, "Strategy object"). What is wrong with it is
//! answered with 422, as S0 says.
//!
//! Beyond the contract, `"strategy": null` removes what there is for a media type: merging has no other way to.

use genesys_model::{
    MediaType, Overflow, OverflowAction, OverflowCondition, OverflowRule, RoutingMethod, Strategy,
};
use serde_json::{Map, Value};

use crate::Refusal;

/// What a body says of one media type.
#[derive(Debug)]
pub(crate) enum Given {
    /// This strategy.
    Some(Strategy),
    /// None any more.
    None {
        /// The id that it is taken to have.
        id: Option<String>,
        media_type: MediaType,
    },
}

impl Given {
    pub(crate) fn media_type(&self) -> MediaType {
        match self {
            Self::Some(strategy) => strategy.media_type,
            Self::None { media_type, .. } => *media_type,
        }
    }

    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Some(Strategy { id, .. }) | Self::None { id, .. } => id.as_deref(),
        }
    }
}

/// # Errors
/// 422 where it is none of the contract's.
pub(crate) fn read(body: &Value) -> Result<Vec<Given>, Refusal> {
    let body = object(body, "body", &["strategies"])?;
    let list = body.get("strategies").and_then(Value::as_array);
    let list = list.ok_or_else(|| Refusal::schema("strategies", "`strategies` is a list"))?;
    let mut read: Vec<Given> = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let at = format!("strategies[{index}]");
        let given = strategy(value, &at)?;
        if read.iter().any(|other| other.media_type() == given.media_type()) {
            let message = format!("`strategies` names {} twice", given.media_type().as_str());
            return Err(Refusal::schema(&format!("{at}.mediaType"), message));
        }
        read.push(given);
    }
    Ok(read)
}

fn strategy(value: &Value, at: &str) -> Result<Given, Refusal> {
    let fields = object(value, at, &["id", "mediaType", "strategy", "overflow", "skills"])?;
    let media_type = word(fields, at, "mediaType", MediaType::ALL, MediaType::as_str)?;
    let id = match fields.get("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err(Refusal::schema(&format!("{at}.id"), "`id` is a string")),
    };
    if fields.get("strategy").is_some_and(Value::is_null) {
        if let Some(key) = ["overflow", "skills"].into_iter().find(|key| fields.contains_key(*key)) {
            let message = format!("a strategy that is removed has no `{key}`");
            return Err(Refusal::schema(&format!("{at}.{key}"), message));
        }
        return Ok(Given::None { id, media_type });
    }
    Ok(Given::Some(Strategy {
        id,
        media_type,
        strategy: word(fields, at, "strategy", RoutingMethod::ALL, RoutingMethod::as_str)?,
        overflow: overflow(fields.get("overflow"), &format!("{at}.overflow"))?,
        skills: skills(fields.get("skills"), &format!("{at}.skills"))?,
    }))
}

fn overflow(value: Option<&Value>, at: &str) -> Result<Overflow, Refusal> {
    let Some(value) = value else { return Ok(Overflow::default()) };
    let fields = object(value, at, &["rules"])?;
    let Some(rules) = fields.get("rules") else { return Ok(Overflow::default()) };
    let refusal = || Refusal::schema(&format!("{at}.rules"), "`rules` is a list");
    let rules = rules.as_array().ok_or_else(refusal)?.iter().enumerate().map(|(index, rule)| {
        let at = format!("{at}.rules[{index}]");
        let fields = object(rule, &at, &["condition", "threshold", "action"])?;
        let refusal = || Refusal::schema(&format!("{at}.threshold"), "`threshold` is a positive integer");
        let threshold = fields.get("threshold").and_then(Value::as_u64).filter(|number| *number > 0);
        Ok(OverflowRule {
            condition: word(fields, &at, "condition", OverflowCondition::ALL, OverflowCondition::as_str)?,
            threshold: threshold.ok_or_else(refusal)?,
            action: word(fields, &at, "action", OverflowAction::ALL, OverflowAction::as_str)?,
        })
    });
    Ok(Overflow { rules: rules.collect::<Result<_, _>>()? })
}

/// A free object; but what the contract shows in it is lists of names.
fn skills(value: Option<&Value>, at: &str) -> Result<Map<String, Value>, Refusal> {
    let Some(value) = value else { return Ok(Map::new()) };
    let skills = value.as_object().ok_or_else(|| Refusal::schema(at, "`skills` is an object"))?;
    for key in ["required", "preferred"] {
        let Some(names) = skills.get(key) else { continue };
        let is_name = |name: &Value| name.as_str().is_some_and(|name| !name.is_empty());
        if !names.as_array().is_some_and(|names| names.iter().all(is_name)) {
            return Err(Refusal::schema(
                &format!("{at}.{key}"),
                format!("`{key}` is a list of skills' names"),
            ));
        }
    }
    Ok(skills.clone())
}

fn object<'a>(value: &'a Value, at: &str, known: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
    let fields = value.as_object().ok_or_else(|| Refusal::schema(at, format!("`{at}` is an object")))?;
    match fields.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Refusal::schema(&format!("{at}.{key}"), format!("unknown key `{key}` in `{at}`"))),
        None => Ok(fields),
    }
}

/// One of the platform's words.
fn word<T: Copy, const N: usize>(
    fields: &Map<String, Value>,
    at: &str,
    key: &str,
    all: [T; N],
    spelled: fn(T) -> &'static str,
) -> Result<T, Refusal> {
    let found = fields.get(key).and_then(Value::as_str);
    let found = all.into_iter().find(|one| found == Some(spelled(*one)));
    found.ok_or_else(|| {
        let message = format!("`{key}` is one of `{}`", all.map(spelled).join("`, `"));
        Refusal::schema(&format!("{at}.{key}"), message)
    })
}
