//! Live rules as the rule language writes them.

use genesys_client::plan::Observed;
use genesys_client::resource::{Kind, Live, Reference};
use genesys_model::{Expression, QueueRef, RuleBody, Strategy};
use rule_compiler::lift::{Names, lift};
use rule_compiler::{Program, Settings};
use serde_json::Value;

use crate::render::clean::clean;

/// The deepest tree that is shown as the language writes it.
const SHOWN_DEPTH: u32 = 60;

/// What an empty project declares, where trees may be so deep.
pub fn names(max_depth: u32) -> Names {
    let mut settings = Settings::default();
    settings.max_depth = max_depth;
    Names::of(&Program::new(settings))
}

/// A live rule as a program would declare it. Its queue goes by its name, where that tells.
///
/// # Errors
///
/// Why it cannot be read as a rule of the contract.
pub fn body(live: &Live, observed: &Observed) -> Result<RuleBody, String> {
    if let Some(reason) = Kind::Rule.driver().foreign(&live.fields) {
        return Err(reason);
    }
    let field = |name: &str| live.fields.get(name).unwrap_or(&Value::Null);
    let Some(Reference { id: Some(id), name }) = live.key.queue.clone() else {
        return Err("it has no queue".to_owned());
    };
    let by_name = QueueRef::Name(name);
    let is_told = observed.resolve(Kind::Queue, &by_name).is_ok_and(|queue| queue.id() == id);
    let priority = match field("priority") {
        Value::Null => 0,
        priority => priority.as_i64().ok_or("its priority is no whole number")?,
    };
    Ok(RuleBody {
        name: live.key.name.clone(),
        description: field("description").as_str().filter(|text| !text.is_empty()).map(str::to_owned),
        queue: if is_told { by_name } else { QueueRef::Id(id) },
        priority,
        enabled: field("enabled").as_bool().unwrap_or(true),
        expression: expression(field("expression"))?,
        was: None,
    })
}

/// Why a rule file cannot say what a live rule says, where it cannot.
pub fn foreign(live: &Live, observed: &Observed, names: &Names) -> Option<String> {
    match body(live, observed) {
        Err(reason) => Some(reason),
        Ok(body) => lift(&[body], names).refused.into_iter().next().map(|refused| refused.reason),
    }
}

/// Why a rule file cannot say what a live strategy says, where it cannot: a media type, a method or an overflow that the
/// language has no word for.
pub fn foreign_strategy(live: &Live) -> Option<String> {
    let said = live.fields.iter().filter(|(name, value)| *name != "queue" && !value.is_null());
    let said: serde_json::Map<String, Value> =
        said.map(|(name, value)| (name.clone(), value.clone())).collect();
    let strategy: Strategy = match serde_json::from_value(Value::Object(said)) {
        Ok(strategy) => strategy,
        Err(error) => return Some(error.to_string()),
    };
    let is_named = |value: &Value| value.as_str().is_some_and(|name| !name.is_empty());
    let unsaid = strategy.skills.iter().find(|(name, list)| {
        !matches!(name.as_str(), "required" | "preferred")
            || !list.as_array().is_some_and(|list| list.iter().all(is_named))
    });
    unsaid.map(|(name, _)| format!("its skills have `{}`", clean(name)))
}

/// A tree as the language writes it, where it can.
pub fn condition(tree: &Value) -> Option<String> {
    let body = RuleBody {
        name: "shown".to_owned(),
        description: None,
        queue: QueueRef::Name("shown".to_owned()),
        priority: 0,
        enabled: true,
        expression: expression(tree).ok()?,
        was: None,
    };
    let lifted = lift(&[body], &names(SHOWN_DEPTH));
    // Of a whole file, what stands after the last `when` is the condition.
    let (_, rest) = lifted.text.rsplit_once("\n  when ")?;
    let (condition, _) = rest.rsplit_once("\n}")?;
    Some(condition.replace("\n  ", "\n"))
}

fn expression(tree: &Value) -> Result<Expression, String> {
    serde_json::from_value(tree.clone()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tree_is_shown_as_its_author_would_write_it() {
        let leaf = |field: &str, value: Value| json!({"type": "condition", "field": field, "operator": "eq", "value": value});
        assert_eq!(condition(&leaf("vip", json!(true))).unwrap(), "vip");
        let tree = json!({"type": "and", "children": [leaf("a", json!(1)), {"type": "or", "children": [leaf("when", json!("x")), leaf("c", json!("\n  when y\n}"))]}]});
        insta::assert_snapshot!(condition(&tree).unwrap(), @r#"a == 1 and (when == "x" or c == "\n  when y\n}")"#);
        assert_eq!(condition(&json!({"type": "and", "children": []})), None);
    }
    #[test]
    fn a_strategy_that_the_language_has_no_words_for_is_foreign() {
        let foreign = |strategy: Value| {
            let mut object = strategy.as_object().unwrap().clone();
            object.insert("queueId".to_owned(), json!("q-1"));
            foreign_strategy(&Kind::Strategy.driver().read(object).unwrap())
        };
        let rule =
            |action: &str| json!({"rules": [{"condition": "queueDepth", "threshold": 3, "action": action}]});
        for said in [
            json!({"mediaType": "voice", "strategy": "random"}),
            json!({"mediaType": "chat", "strategy": "custom", "overflow": rule("routeToNextQueue"),
                   "skills": {"required": ["a"], "preferred": []}, "overflowed": 3}),
        ] {
            assert_eq!(foreign(said.clone()), None, "{said}");
        }
        for (unsaid, why) in [
            (json!({"mediaType": "email", "strategy": "random"}), "unknown variant `email`"),
            (json!({"mediaType": "voice", "strategy": "bullseye"}), "unknown variant `bullseye`"),
            (
                json!({"mediaType": "voice", "strategy": "random", "overflow": rule("playMusic")}),
                "`playMusic`",
            ),
            (json!({"mediaType": "voice", "strategy": "random", "skills": {"rings": [["a"]]}}), "`rings`"),
            (json!({"mediaType": "voice", "strategy": "random", "skills": {"required": [7]}}), "`required`"),
        ] {
            let found = foreign(unsaid.clone()).unwrap_or_default();
            assert!(found.contains(why), "{unsaid}: {found}");
        }
    }
}
