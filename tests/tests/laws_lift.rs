//! Laws of lifting: what is compiled, and what others have written on the platform, comes back as text that compiles
//! to the same trees up to their normal form, or is refused with a reason; and of the normal form itself.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::Path;

use genesys_model::{Condition, ConditionOperator, Expression, QueueRef, RuleBody, Scalar};
use proptest::prelude::*;
use proptest::sample::select;
use rule_compiler::lift::{Lifted, Names, lift};
use rule_eval::Interaction;
use rulec_tests::generate::interactions::{hints, interaction};
use rulec_tests::generate::{Options, decisions, programs};
use rulec_tests::project::Project;
use serde_json::{Value, json};

/// The rules by queue and name, each with its tree in normal form, and nothing of what it was called before.
fn by_identity(rules: impl IntoIterator<Item = RuleBody>) -> BTreeMap<(QueueRef, String), RuleBody> {
    let normal = |rule: RuleBody| RuleBody { expression: rule.expression.normal(), was: None, ..rule };
    rules.into_iter().map(normal).map(|rule| ((rule.queue.clone(), rule.name.clone()), rule)).collect()
}

fn lifted(rules: &[RuleBody]) -> Lifted {
    lift(rules, &Names::default())
}

/// The rules of a lifted text, which has no errors.
fn compiled(lifted: &Lifted) -> (Project, Vec<RuleBody>) {
    let project = Project::one(&lifted.text);
    assert!(project.errors().is_empty(), "{}\n{:#?}", lifted.text, project.errors());
    let rules = project.program.compile().rules;
    (project, rules)
}

/// Fields that are names, that are none, that are built in, and that would like the same name.
const FIELDS: [&str; 16] = [
    "skill",
    "language",
    "priority",
    "media_type",
    "a",
    "b",
    "A b",
    "a_b",
    "a.b",
    "not",
    "größe",
    "日本",
    "2fa",
    "\"\\/",
    "tier\u{202e}",
    "\u{1b}[0m",
];
const TEXTS: [&str; 18] = [
    "",
    "en",
    "voice",
    "true",
    "False",
    "\n",
    "^a",
    "a$",
    "^a\\.b\\*",
    "[",
    "(?=x)",
    "a/b",
    "a\\/b",
    "[/]",
    "\\",
    "//",
    "\u{85}\u{0}\t",
    "日本\u{2066}",
];

fn field() -> impl Strategy<Value = String> {
    prop_oneof![12 => select(&FIELDS[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(&TEXTS[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        4 => text().prop_map(Scalar::String),
        2 => (-3_i64..9).prop_map(Scalar::Int),
        1 => any::<i64>().prop_map(Scalar::Int),
        1 => select(&[0.5, 5.0, -0.0, 1e300, -9.5e-7, 9_007_199_254_740_993.0][..]).prop_map(Scalar::Float),
        1 => any::<f64>().prop_map(Scalar::Float),
        1 => any::<bool>().prop_map(Scalar::Bool),
    ]
}

fn condition() -> impl Strategy<Value = Expression> {
    let wild = (field(), select(&ConditionOperator::ALL[..]), proptest::option::weighted(0.97, value()))
        .prop_map(|(field, operator, value)| Condition { field, operator, value });
    // What the language can say more often than not.
    let sound = (select(&["a", "b", "A b", "größe"][..]), 0_i64..4, any::<bool>()).prop_map(
        |(field, at, negated)| {
            let operator = if negated { ConditionOperator::Neq } else { ConditionOperator::Eq };
            Condition::new(field, operator, at)
        },
    );
    let bound = (select(&["a", "b"][..]), 0_i64..4, any::<bool>()).prop_map(|(field, at, low)| {
        Condition::new(field, if low { ConditionOperator::Gte } else { ConditionOperator::Lte }, at)
    });
    prop_oneof![3 => wild, 4 => sound, 2 => bound].prop_map(Expression::Condition)
}

fn expression() -> impl Strategy<Value = Expression> {
    condition().prop_recursive(7, 40, 4, |inner| {
        prop_oneof![
            3 => proptest::collection::vec(inner.clone(), 0..5).prop_map(Expression::And),
            3 => proptest::collection::vec(inner.clone(), 0..5).prop_map(Expression::Or),
            1 => inner.prop_map(|child| Expression::Not(Box::new(child))),
        ]
    })
}

fn rules() -> impl Strategy<Value = Vec<RuleBody>> {
    let queue = (text(), proptest::bool::weighted(0.9));
    let about = (text(), proptest::option::of(text()), queue, -2_i64..3, any::<bool>());
    let rule =
        (about, expression()).prop_map(|((name, description, queue, priority, enabled), expression)| {
            RuleBody {
                name,
                description,
                queue: if queue.1 { QueueRef::Name(queue.0) } else { QueueRef::Id(queue.0) },
                priority,
                enabled,
                expression,
                was: None,
            }
        });
    proptest::collection::vec(rule, 0..6)
}

fn interactions() -> impl Strategy<Value = Interaction> {
    let value = prop_oneof![
        (-1_i64..5).prop_map(|number| json!(number)),
        (-2_i32..10).prop_map(|half| json!(f64::from(half) / 2.0)),
        any::<bool>().prop_map(|truth| json!(truth)),
        text().prop_map(|text| json!(text)),
        proptest::collection::vec(text(), 0..3).prop_map(|texts| json!(texts)),
    ];
    let field = select(&FIELDS[..]).prop_map(str::to_owned);
    proptest::collection::btree_map(field, value, 0..8)
        .prop_map(|data| Interaction::from_value(Value::from_iter(data)).expect("an interaction"))
}

/// Whether the platform would make another value of a string in the tree.
fn is_cast(tree: &Expression) -> bool {
    tree.conditions().any(|condition| match &condition.value {
        Some(Scalar::String(text)) => ["true", "false"].contains(&text.to_ascii_lowercase().as_str()),
        _ => false,
    })
}

proptest! {
    #[test]
    fn what_a_program_compiles_to_is_lifted_to_the_same(program in programs(Options::free())) {
        let rules = Project::one(&program.text()).program.compile().rules;
        let lifted = lifted(&rules);
        prop_assert_eq!(&lifted.refused, &[]);
        let (project, again) = compiled(&lifted);
        prop_assert_eq!(by_identity(again), by_identity(rules), "{}", lifted.text);
        let formatted = rule_lang::format::format_source(&project.sources[0]);
        prop_assert_eq!(formatted.as_deref(), Ok(lifted.text.as_str()));
    }

    #[test]
    fn a_program_without_findings_is_lifted_to_one(program in programs(Options::clean())) {
        let lifted = lifted(&Project::one(&program.text()).program.compile().rules);
        let (project, _) = compiled(&lifted);
        prop_assert!(project.diagnostics.is_empty(), "{}\n{:#?}", lifted.text, project.diagnostics);
    }

    #[test]
    fn lifting_what_was_lifted_gives_the_same_text(program in programs(Options::free())) {
        let first = lifted(&Project::one(&program.text()).program.compile().rules);
        prop_assert_eq!(&lifted(&compiled(&first).1), &first);
    }

    #[test]
    fn a_program_with_its_own_rules_pulled_beside_it_lacks_no_name(program in programs(Options::free())) {
        let text = program.text();
        let project = Project::one(&text);
        let mut rules = project.program.compile().rules;
        for rule in &mut rules {
            rule.name.push_str(" (pulled)");
        }
        let lifted = lift(&rules, &Names::of(&project.program));
        prop_assert_eq!(&lifted.refused, &[]);
        prop_assert!(!lifted.text.contains("\nattribute ") && !lifted.text.contains("\nqueue "), "{}", lifted.text);
        let both = Project::new(&[&text, &lifted.text]);
        prop_assert!(both.errors().is_empty(), "{}\n{:#?}", lifted.text, both.errors());
        let pulled = both.program.compile().rules.into_iter().filter(|rule| rule.name.ends_with(" (pulled)"));
        prop_assert_eq!(by_identity(pulled), by_identity(rules), "{}", lifted.text);
    }

    #[test]
    fn any_rule_comes_back_or_is_refused_with_a_reason(rules in rules()) {
        let lifted = lifted(&rules);
        let (_, again) = compiled(&lifted);
        prop_assert_eq!(again.len() + lifted.refused.len(), rules.len());
        for one in by_identity(again).into_values() {
            // Of several with one name in one queue, the one that is there.
            let same = |rule: &&RuleBody| {
                (&rule.name, &rule.queue) == (&one.name, &one.queue) && rule.expression.clone().normal() == one.expression
            };
            let original = rules.iter().find(same).cloned();
            let original = original.map(|rule| RuleBody { expression: rule.expression.normal(), ..rule });
            prop_assert_eq!(original, Some(one), "{}", lifted.text);
        }
        for refused in &lifted.refused {
            prop_assert!(rules.iter().any(|rule| rule.name == refused.rule && rule.queue == refused.queue));
            prop_assert!(refused.reason.len() > 10 && !refused.reason.ends_with('.'), "{}", refused.reason);
            prop_assert!(!refused.reason.contains(char::is_control), "{:?}", refused.reason);
        }
    }

    #[test]
    fn a_refused_rule_spoils_no_other(rules in rules()) {
        let first = lifted(&rules);
        let again = lifted(&compiled(&first).1);
        prop_assert_eq!(&again.refused, &[]);
        prop_assert_eq!(again.text, first.text);
    }

    #[test]
    fn the_order_of_the_rules_changes_nothing(rules in rules(), turn in 0_usize..6) {
        // Of two with one name in one queue and one priority, the first is kept.
        let unique: Vec<RuleBody> = by_identity(rules).into_values().collect();
        let mut turned = unique.clone();
        turned.rotate_left(turn.min(unique.len()));
        turned.reverse();
        prop_assert_eq!(lifted(&turned), lifted(&unique));
    }

    #[test]
    fn the_normal_form_is_its_own_normal_form(tree in expression()) {
        let normal = tree.clone().normal();
        prop_assert!(normal.is_normal(), "{:?}", normal);
        prop_assert_eq!(&normal.clone().normal(), &normal);
        prop_assert_eq!(tree.is_normal(), tree == normal);
        prop_assert!(normal.depth() <= tree.depth());
    }

    #[test]
    fn the_normal_form_decides_as_the_tree_does(tree in expression(), all in proptest::collection::vec(interactions(), 8)) {
        prop_assume!(!is_cast(&tree));
        let normal = tree.clone().normal();
        for interaction in &all {
            if let Ok(decision) = rule_eval::matches(&tree, interaction) {
                prop_assert_eq!(rule_eval::matches(&normal, interaction), Ok(decision), "{:?}", normal);
            }
        }
    }

    #[test]
    fn what_is_lifted_decides_as_the_program_does(program in programs(Options::free()), mut choices in decisions()) {
        let rules = Project::one(&program.text()).program.compile().rules;
        let again = by_identity(compiled(&lifted(&rules)).1);
        let hints = hints(&program);
        for _ in 0..8 {
            let data = interaction(&program, &hints, &mut choices);
            let data = Interaction::from_value(Value::from_iter(data)).expect("an interaction");
            for rule in &rules {
                let other = &again[&(rule.queue.clone(), rule.name.clone())];
                prop_assert_eq!(
                    rule_eval::matches(&rule.expression, &data),
                    rule_eval::matches(&other.expression, &data)
                );
            }
        }
    }

    #[test]
    fn the_compiler_emits_normal_forms_but_for_whole_floats(program in programs(Options::free())) {
        for rule in Project::one(&program.text()).program.compile().rules {
            let whole = |value: &Scalar| matches!(value, Scalar::Float(number) if number.fract() == 0.0);
            let has_whole = rule.expression.conditions().any(|one| one.value.as_ref().is_some_and(whole));
            prop_assert!(rule.expression.is_normal() || has_whole, "{:?}", rule.expression);
            prop_assert_eq!(rule.expression.node_count(), rule.expression.clone().normal().node_count());
        }
    }
}

#[test]
fn the_example_is_lifted_to_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/support");
    let mut files: Vec<String> = Vec::new();
    for place in [folder.clone(), folder.join("rules")] {
        for entry in std::fs::read_dir(place).expect("the example") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|extension| extension == "rule") {
                files.push(std::fs::read_to_string(path).expect("text"));
            }
        }
    }
    let rules = Project::new(&files).program.compile().rules;
    assert!(rules.len() > 5);
    let lifted = lifted(&rules);
    assert_eq!(lifted.refused, []);
    let (project, again) = compiled(&lifted);
    assert!(project.diagnostics.is_empty(), "{}\n{:#?}", lifted.text, project.diagnostics);
    assert_eq!(by_identity(again), by_identity(rules));
}
