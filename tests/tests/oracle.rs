//! The compiler, the model and an independent reading of the contract in Python agree: on what is accepted, on depth,
//! on the number of conditions.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

use genesys_model::Bundle;
use rule_compiler::Settings;
use rulec_tests::generate::{Choices, Options, program};
use rulec_tests::project::{Project, rule_files};
use rulec_tests::{depth, oracle};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in the project").to_owned()
}

fn support() -> Project {
    let project = Project::new(&rule_files(&root().join("examples/support")));
    assert!(project.diagnostics.is_empty(), "the example is without findings: {:#?}", project.diagnostics);
    project
}

#[test]
fn the_first_example_compiles_to_exactly_the_tree_of_the_contract() {
    let json = support().json();
    let bundle: Value = serde_json::from_str(&json).expect("JSON");
    let rules = bundle["rules"].as_array().expect("rules");
    let rule =
        rules.iter().find(|rule| rule["name"] == "Technical Support Escalation Rule").expect("the rule");
    let expected = json!({
        "name": "Technical Support Escalation Rule",
        "description": "Routes high-priority or VIP technical calls to specialized queue",
        "queue": {"name": "Technical Support"},
        "priority": 10,
        "enabled": true,
        "expression": {"type": "and", "children": [
            {"type": "condition", "field": "skill", "operator": "exists", "value": "technical_support"},
            {"type": "condition", "field": "language", "operator": "eq", "value": "en"},
            {"type": "or", "children": [
                {"type": "condition", "field": "priority", "operator": "gte", "value": 5},
                {"type": "condition", "field": "vip_flag", "operator": "eq", "value": true},
            ]},
        ]},
    });
    assert_eq!(*rule, expected);
    // Not only the same tree: the same bytes, keys in the contract's order.
    let bytes = concat!(
        r#"{"type":"and","children":[{"type":"condition","field":"skill","operator":"exists","value":"technical_support"},"#,
        r#"{"type":"condition","field":"language","operator":"eq","value":"en"},{"type":"or","children":["#,
        r#"{"type":"condition","field":"priority","operator":"gte","value":5},"#,
        r#"{"type":"condition","field":"vip_flag","operator":"eq","value":true}]}]}"#,
    );
    assert!(json.contains(bytes), "{json}");
}

#[test]
fn the_oracle_agrees_on_the_examples_and_on_1_000_generated_programs() {
    if !oracle::is_here() {
        return;
    }
    let mut bundles = vec![support().json()];
    for seed in 0..1_000 {
        let options = if seed % 2 == 0 { Options::clean() } else { Options::free() };
        bundles.push(Project::one(&program(&mut Choices::random(seed), options).text()).json());
    }
    let verdicts =
        oracle::judge(&bundles.iter().map(|bundle| bundle.replace('\n', " ")).collect::<Vec<_>>().join("\n"));
    let mut verdicts = verdicts.iter();
    let mut trees = 0;
    for bundle in &bundles {
        let bundle = Bundle::from_json(bundle).expect("the model reads what the compiler writes");
        for rule in &bundle.rules {
            let verdict = verdicts.next().expect("a verdict for every rule");
            assert_eq!(verdict.name, rule.name);
            assert!(verdict.ok, "{}: {}\n{:?}", rule.name, verdict.error, rule.expression);
            assert_eq!(verdict.depth, u64::from(rule.expression.depth()), "{}", rule.name);
            assert_eq!(verdict.conditions, rule.expression.condition_count() as u64, "{}", rule.name);
            assert!(rule.expression.validate().is_ok());
            let tree = serde_json::to_value(&rule.expression).expect("JSON");
            assert_eq!(depth::depth(&tree) as u64, verdict.depth, "{}", rule.name);
            assert_eq!(depth::conditions(&tree) as u64, verdict.conditions, "{}", rule.name);
            assert_eq!(depth::nodes(&tree), rule.expression.node_count());
            trees += 1;
        }
    }
    assert!(verdicts.next().is_none());
    assert!(trees > 3_000, "{trees} trees");
}

#[test]
fn the_oracle_refuses_as_too_deep_what_the_checker_refuses_and_names_the_same_depth() {
    if !oracle::is_here() {
        return;
    }
    let mut lines = Vec::new();
    let mut named: Vec<(String, Option<u64>)> = Vec::new();
    for seed in 0..300 {
        let text = program(&mut Choices::random(seed), Options::deep()).text();
        // Once with the platform's limit for what the checker says, once without for the tree.
        let limited = Project::one(&text);
        let mut settings = Settings::default();
        settings.max_depth = 1_000;
        let unlimited = Project::with(&[text.as_str()], settings);
        let bundle = Bundle::from_json(&unlimited.json()).expect("a bundle");
        for rule in &bundle.rules {
            let literal = serde_json::to_string(&rule.name).expect("JSON");
            named.push((literal, rulec_tests::too_deep::depth_named_for(&limited, &rule.name)));
        }
        lines.push(unlimited.json().replace('\n', " "));
    }
    let verdicts = oracle::judge(&lines.join("\n"));
    assert_eq!(verdicts.len(), named.len());
    let mut refused = 0;
    for (verdict, (name, depth)) in verdicts.iter().zip(&named) {
        match depth {
            None => assert!(verdict.ok, "{name}: {}", verdict.error),
            Some(depth) => {
                assert!(!verdict.ok && verdict.error.contains("depth"), "{name}: {}", verdict.error);
                assert_eq!(verdict.depth, *depth, "{name}");
                refused += 1;
            }
        }
    }
    assert!(refused > 30, "only {refused} of {} trees were too deep", verdicts.len());
}

#[test]
fn the_oracle_refuses_what_the_contract_refuses() {
    if !oracle::is_here() {
        return;
    }
    let leaf = json!({"type": "condition", "field": "a", "operator": "eq", "value": 1});
    let bad = [
        json!({"type": "and", "children": []}),
        json!({"type": "or", "children": [leaf]}),
        json!({"type": "not", "children": [leaf, leaf]}),
        json!({"type": "xor", "children": [leaf, leaf]}),
        json!({"type": "and", "children": [leaf, leaf], "field": "a"}),
        json!({"type": "condition", "field": "a", "operator": "eq"}),
        json!({"type": "condition", "field": "a", "operator": "eq", "value": null}),
        json!({"type": "condition", "field": "a", "operator": "is", "value": 1}),
        json!({"type": "condition", "field": "a", "operator": "gte", "value": true}),
        json!({"type": "condition", "field": "a", "operator": "gte", "value": "5"}),
        json!({"type": "condition", "field": "a", "operator": "contains", "value": 5}),
        json!({"type": "condition", "field": "a", "operator": "eq", "value": [1]}),
        json!({"type": "condition", "field": "a", "operator": "eq", "value": 1, "children": [leaf]}),
    ];
    let lines: Vec<_> = bad
        .iter()
        .map(|tree| json!({"name": "x", "queue": {"id": "1"}, "expression": tree}).to_string())
        .collect();
    let verdicts = oracle::judge(&lines.join("\n"));
    assert_eq!(verdicts.len(), bad.len());
    for (verdict, tree) in verdicts.iter().zip(&bad) {
        assert!(!verdict.ok, "the oracle took {tree}");
    }
}

#[test]
fn the_oracles_constants_are_those_of_the_platforms_own_description() {
    let path = root().join("../shared/seeds/S2-rules.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not here", path.display());
        return;
    };
    if !oracle::is_here() {
        return;
    }
    let constants = oracle::constants();
    let after = |mark: &str| &text[text.find(mark).expect(mark) + mark.len()..];
    let quoted = |list: &str| {
        let mut words: Vec<_> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        words.sort();
        words
    };
    let until = |text: &'static str, rest: &str| rest[..rest.find(text).expect(text)].to_owned();
    let depth = after("MAX_CONDITION_DEPTH = ").lines().next().expect("a line").trim().parse::<u64>();
    assert_eq!(constants["max_depth"], depth.expect("a number"));
    assert_eq!(constants["operators"], json!(quoted(&until("}", after("ALLOWED_OPERATORS = {")))));
    assert_eq!(constants["logical"], json!(quoted(&until(")", after("if node.type not in (")))));
    assert_eq!(constants["boolean_strings"], json!(quoted(&until(")", after("v.lower() in (")))));
}
