//! Laws of evaluation, on trees and interactions of every shape.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use genesys_model::{Condition, ConditionOperator as Op, Expression, QueueRef, RuleBody, Scalar};
use proptest::prelude::*;
use rule_eval::{Attribute, CompiledExpression, Interaction, Rules, Trace, TraceNode, decide, matches};

const FIELDS: [&str; 4] = ["a", "b", "c", "d"];

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(&["", "x", "y", "xy", "X"][..]).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        text().prop_map(Scalar::String),
        (-2_i64..3).prop_map(Scalar::Int),
        prop::sample::select(&[-1.0, -0.5, -0.0, 0.5, 1.0][..]).prop_map(Scalar::Float),
        any::<bool>().prop_map(Scalar::Bool),
    ]
}

fn attribute() -> impl Strategy<Value = Attribute> {
    prop_oneof![
        any::<bool>().prop_map(Attribute::Bool),
        (-2_i64..3).prop_map(Attribute::Int),
        prop::sample::select(&[-1.0, -0.5, -0.0, 0.5, 1.0][..]).prop_map(Attribute::Float),
        text().prop_map(Attribute::String),
        prop::collection::vec(text(), 0..3).prop_map(Attribute::Set),
    ]
}

fn interaction() -> impl Strategy<Value = Interaction> {
    prop::collection::vec((prop::sample::select(&FIELDS[..]), attribute()), 0..5)
        .prop_map(|attributes| attributes.into_iter().collect())
}

fn condition() -> impl Strategy<Value = Condition> {
    let field = prop::sample::select(&FIELDS[..]);
    (field, prop::sample::select(&Op::ALL[..]), any::<bool>(), scalar(), text()).prop_map(
        |(field, operator, bare, value, text)| match operator {
            Op::Regex => Condition::new(field, operator, text),
            Op::Exists | Op::NotExists if bare => Condition::bare(field, operator),
            _ => Condition::new(field, operator, value),
        },
    )
}

fn expression() -> impl Strategy<Value = Expression> {
    condition().prop_map(Expression::Condition).prop_recursive(5, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expression::And),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expression::Or),
            inner.prop_map(|child| Expression::Not(Box::new(child))),
        ]
    })
}

fn not(expression: Expression) -> Expression {
    Expression::Not(Box::new(expression))
}

fn holds(expression: &Expression, interaction: &Interaction) -> bool {
    matches(expression, interaction).unwrap()
}

/// The same, with the outcome of every decisive condition as it is and of every other turned around.
fn outcome_if_others_differed(trace: &Trace<'_>) -> bool {
    match &trace.node {
        TraceNode::Condition { .. } => trace.outcome == trace.decisive,
        TraceNode::And(children) => children.iter().all(outcome_if_others_differed),
        TraceNode::Or(children) => children.iter().any(outcome_if_others_differed),
        TraceNode::Not(child) => !outcome_if_others_differed(child),
    }
}

proptest! {
    #[test]
    fn the_trace_agrees_with_the_outcome_and_mirrors_the_tree(tree in expression(), interaction in interaction()) {
        let compiled = CompiledExpression::new(&tree).unwrap();
        let trace = compiled.trace(&interaction);
        prop_assert_eq!(trace.outcome, compiled.matches(&interaction));
        prop_assert!(trace.decisive);
        let conditions: Vec<&Condition> = trace
            .conditions()
            .into_iter()
            .map(|trace| match &trace.node {
                TraceNode::Condition { condition, actual } => {
                    assert_eq!(*actual, interaction.get(&condition.field));
                    assert_eq!(trace.outcome, holds(&Expression::Condition((*condition).clone()), &interaction));
                    *condition
                }
                _ => unreachable!("conditions only"),
            })
            .collect();
        prop_assert_eq!(conditions, tree.conditions().collect::<Vec<_>>());
    }

    #[test]
    fn the_decisive_conditions_alone_decide(tree in expression(), interaction in interaction()) {
        let compiled = CompiledExpression::new(&tree).unwrap();
        let trace = compiled.trace(&interaction);
        prop_assert_eq!(outcome_if_others_differed(&trace), trace.outcome);
    }

    #[test]
    fn negated_operators_are_negations_missing_or_not(
        field in prop::sample::select(&FIELDS[..]),
        value in scalar(),
        interaction in interaction(),
    ) {
        for (operator, negated) in [(Op::Eq, Op::Neq), (Op::Exists, Op::NotExists)] {
            let plain = Condition::new(field, operator, value.clone()).into();
            let other = Condition::new(field, negated, value.clone()).into();
            prop_assert_eq!(holds(&not(plain), &interaction), holds(&other, &interaction));
        }
        let plain = Condition::bare(field, Op::Exists).into();
        let other = Condition::bare(field, Op::NotExists).into();
        prop_assert_eq!(holds(&not(plain), &interaction), holds(&other, &interaction));
    }

    #[test]
    fn de_morgan_holds(trees in prop::collection::vec(expression(), 1..4), interaction in interaction()) {
        let negated: Vec<Expression> = trees.iter().cloned().map(not).collect();
        prop_assert_eq!(
            holds(&not(Expression::And(trees.clone())), &interaction),
            holds(&Expression::Or(negated.clone()), &interaction)
        );
        prop_assert_eq!(
            holds(&not(Expression::Or(trees)), &interaction),
            holds(&Expression::And(negated), &interaction)
        );
    }

    #[test]
    fn json_changes_neither_tree_nor_interaction(tree in expression(), interaction in interaction()) {
        let read: Expression = serde_json::from_str(&serde_json::to_string(&tree).unwrap()).unwrap();
        let sent = Interaction::from_json(&serde_json::to_string(&interaction).unwrap()).unwrap();
        prop_assert_eq!(holds(&read, &sent), holds(&tree, &interaction));
    }

    #[test]
    fn a_decision_matches_is_enabled_and_is_first_in_order(
        rules in prop::collection::vec((expression(), 0_i64..3, 0..3_usize, any::<bool>()), 0..8),
        interaction in interaction(),
        queue in prop::option::of(0..3_usize),
    ) {
        let queues = ["Alpha", "alpha", "Ω"];
        let rules: Vec<RuleBody> = rules
            .into_iter()
            .enumerate()
            .map(|(at, (expression, priority, queue, enabled))| RuleBody {
                name: format!("rule {at}"),
                description: None,
                queue: QueueRef::Name(queues[queue].into()),
                priority,
                enabled,
                expression,
                was: None,
            })
            .collect();
        let queue = queue.map(|at| queues[at]);
        let winner = decide(&rules, &interaction, queue).unwrap();
        let candidates = rules.iter().filter(|rule| {
            rule.enabled
                && queue.is_none_or(|queue| rule.queue.as_str() == queue)
                && holds(&rule.expression, &interaction)
        });
        let expected = candidates.min_by_key(|rule| {
            let (queue, name): (Vec<char>, Vec<char>) = (rule.queue.as_str().chars().collect(), rule.name.chars().collect());
            (-rule.priority, queue, name)
        });
        prop_assert_eq!(winner, expected);

        let ready = Rules::new(&rules).unwrap();
        prop_assert_eq!(ready.decide(&interaction, queue), expected);
        let evaluation = ready.evaluate(&interaction, queue);
        prop_assert_eq!(evaluation.decision, expected.map(|rule| rule.name.as_str()));
        let deciding: Vec<&str> =
            evaluation.rules.iter().filter(|outcome| outcome.decides).map(|outcome| outcome.rule).collect();
        prop_assert_eq!(deciding, Vec::from_iter(evaluation.decision));
    }
}
