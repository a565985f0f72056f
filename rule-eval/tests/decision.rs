//! The decision and its explanation, on an example.

use genesys_model::{Condition, ConditionOperator as Op, Expression, QueueRef, RuleBody};
use rule_eval::{Interaction, Rules, decide};

fn rule(name: &str, queue: &str, priority: i64, expression: impl Into<Expression>) -> RuleBody {
    RuleBody {
        name: name.into(),
        description: None,
        queue: QueueRef::Name(queue.into()),
        priority,
        enabled: true,
        expression: expression.into(),
        was: None,
    }
}

fn english() -> Expression {
    Condition::new("language", Op::Eq, "en").into()
}

#[test]
fn priority_then_queue_then_name_decides() {
    let interaction = Interaction::from_json(r#"{"language":"en"}"#).unwrap();
    let rules = [
        rule("b", "Q1", 1, english()),
        rule("a", "Q1", 1, english()),
        rule("z", "Q0", 1, english()),
        rule("low", "A", 0, english()),
    ];
    let name = |queue| decide(&rules, &interaction, queue).unwrap().map(|rule| rule.name.as_str());
    assert_eq!(name(None), Some("z"));
    assert_eq!(name(Some("Q1")), Some("a"));
    assert_eq!(name(Some("none such")), None);
}

#[test]
fn a_rule_that_is_not_enabled_never_decides() {
    let interaction = Interaction::from_json(r#"{"language":"en"}"#).unwrap();
    let mut rules = [rule("off", "Q", 9, english()), rule("on", "Q", 0, english())];
    rules[0].enabled = false;
    assert_eq!(decide(&rules, &interaction, None).unwrap().unwrap().name, "on");
    let ready = Rules::new(&rules).unwrap();
    let evaluation = ready.evaluate(&interaction, None);
    assert_eq!(evaluation.decision, Some("on"));
    assert!(evaluation.rules[0].matched && !evaluation.rules[0].decides);
}

#[test]
fn the_explanation_is_json_that_says_what_decided() {
    let tree = Expression::And(vec![english(), Condition::new("priority", Op::Gte, 5).into()]);
    let rules = [rule("R", "Q", 0, tree)];
    let interaction = Interaction::from_json(r#"{"language":"fr"}"#).unwrap();
    let ready = Rules::new(&rules).unwrap();
    let json = serde_json::to_string(&ready.evaluate(&interaction, None)).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"decision":null,"rules":[{"rule":"R","queue":"Q","priority":0,"enabled":true,"matched":false,"#,
            r#""decides":false,"trace":{"type":"and","outcome":false,"decisive":true,"children":["#,
            r#"{"type":"condition","field":"language","operator":"eq","value":"en","actual":"fr","#,
            r#""outcome":false,"decisive":true},"#,
            r#"{"type":"condition","field":"priority","operator":"gte","value":5,"missing":true,"#,
            r#""outcome":false,"decisive":true}]}}]}"#,
        )
    );
}

#[test]
fn a_rule_that_cannot_be_evaluated_is_named() {
    let rules = [rule("R", "Q", 0, Condition::new("a", Op::Regex, "["))];
    let error = Rules::new(&rules).unwrap_err().to_string();
    assert!(error.starts_with("the rule `R` of the queue `Q` cannot be evaluated"), "{error}");
}
