//! Laws of the tree, on trees of every shape.

use genesys_model::{
    Bundle, BundleError, Condition, ConditionOperator, Expression, QueueRef, RuleBody, Scalar, Was,
};
use proptest::prelude::*;

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        any::<String>().prop_map(Scalar::String),
        any::<i64>().prop_map(Scalar::Int),
        prop::num::f64::NORMAL.prop_map(Scalar::Float),
        (prop::num::f64::SUBNORMAL | prop::num::f64::ZERO).prop_map(Scalar::Float),
        any::<bool>().prop_map(Scalar::Bool),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let operator = prop::sample::select(&ConditionOperator::ALL[..]);
    (".{1,8}", operator, prop::option::of(scalar()), scalar()).prop_map(
        |(field, operator, value, fallback)| {
            let value = value.or_else(|| operator.needs_value().then_some(fallback));
            Condition { field, operator, value }
        },
    )
}

fn expression() -> impl Strategy<Value = Expression> {
    condition().prop_map(Expression::Condition).prop_recursive(8, 64, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..5).prop_map(Expression::And),
            prop::collection::vec(inner.clone(), 1..5).prop_map(Expression::Or),
            inner.prop_map(|child| Expression::Not(Box::new(child))),
        ]
    })
}

/// Depth as contract 1.3 defines it, by recursion.
fn depth(expression: &Expression) -> u32 {
    match expression {
        Expression::Condition(_) => 1,
        _ => 1 + expression.children().iter().map(depth).max().unwrap_or(0),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_the_same(tree in expression()) {
        let json = serde_json::to_string(&tree).unwrap();
        prop_assert!(!json.contains(":null"));
        let read: Expression = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &tree);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
        let value = serde_json::to_value(&tree).unwrap();
        prop_assert_eq!(serde_json::from_value::<Expression>(value).unwrap(), tree);
    }

    #[test]
    fn a_copy_is_equal_and_a_changed_copy_is_not(tree in expression()) {
        let copy = tree.clone();
        prop_assert_eq!(&copy, &tree);
        prop_assert_ne!(&Expression::Not(Box::new(copy)), &tree);
    }

    #[test]
    fn depth_and_counts_are_the_contracts(tree in expression()) {
        prop_assert_eq!(tree.depth(), depth(&tree));
        prop_assert_eq!(tree.condition_count(), tree.conditions().count());
        let json = serde_json::to_string(&tree).unwrap();
        prop_assert!(tree.node_count() <= json.matches("\"type\":").count());
    }

    #[test]
    fn a_bundle_is_read_back_the_same(tree in expression(), name in any::<String>(), priority in any::<i64>()) {
        let rule = RuleBody {
            name: name.clone(),
            description: None,
            queue: QueueRef::Name(name.clone()),
            priority,
            enabled: priority % 2 == 0,
            expression: tree,
            was: Some(Was { queue: Some(QueueRef::Id(name.clone())), name }),
        };
        let bundle = Bundle::new(vec![rule]);
        prop_assert_eq!(Bundle::from_json(&serde_json::to_string(&bundle).unwrap()).unwrap(), bundle);
    }
}

#[test]
fn a_bundle_has_the_documented_keys_in_their_order() {
    let mut rule = RuleBody {
        name: "R".into(),
        description: None,
        queue: QueueRef::Name("Q".into()),
        priority: 10,
        enabled: true,
        expression: Condition::bare("a", ConditionOperator::Exists).into(),
        was: None,
    };
    let expression = r#""expression":{"type":"condition","field":"a","operator":"exists"}"#;
    assert_eq!(
        serde_json::to_string(&Bundle::new(vec![rule.clone()])).unwrap(),
        format!(
            r#"{{"format":1,"rules":[{{"name":"R","queue":{{"name":"Q"}},"priority":10,"enabled":true,{expression}}}]}}"#
        )
    );
    rule.description = Some("d".into());
    rule.queue = QueueRef::Id("1".into());
    assert_eq!(
        serde_json::to_string(&rule).unwrap(),
        format!(
            r#"{{"name":"R","description":"d","queue":{{"id":"1"}},"priority":10,"enabled":true,{expression}}}"#
        )
    );
}

#[test]
fn a_bundle_of_another_format_is_refused_by_its_number() {
    let error = Bundle::from_json(r#"{"format":2,"rules":{"anything":"else"}}"#).unwrap_err();
    assert!(matches!(error, BundleError::Format { found: 2 }));
    assert!(matches!(Bundle::from_json("[]").unwrap_err(), BundleError::Json(_)));
}
