//! Laws of compiling: the compiled program means what the source means, whatever the order of its files.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use genesys_model::Bundle;
use proptest::prelude::*;
use rule_eval::Interaction;
use rule_lang::Applicability;
use rulec_tests::fixes;
use rulec_tests::generate::interactions::{Data, hints, interaction};
use rulec_tests::generate::{Choices, Options, Program, decisions, programs};
use rulec_tests::meaning::Meaning;
use rulec_tests::project::Project;
use rulec_tests::{depth, too_deep};
use serde_json::Value;

/// Interactions for each program, of each case of a property.
const INTERACTIONS: usize = 12;

fn interactions(program: &Program, choices: &mut Choices) -> Vec<Data> {
    let hints = hints(program);
    (0..INTERACTIONS).map(|_| interaction(program, &hints, choices)).collect()
}

/// For every rule, by its name and queue: on which of the interactions it matches, by the source tree.
fn by_source(project: &Project, all: &[Data]) -> Vec<(String, Vec<bool>)> {
    let trees: Vec<_> = project.program.trees().collect();
    let meaning = Meaning::new(&trees);
    let mut answers: Vec<_> = meaning
        .rules()
        .iter()
        .map(|rule| {
            let key = format!("{}/{}", rule.queue, rule.name);
            (key, all.iter().map(|data| meaning.holds(rule, data)).collect())
        })
        .collect();
    answers.sort();
    answers
}

/// The same by the compiled bundle, read back from its bytes.
fn by_bundle(project: &Project, all: &[Data]) -> Vec<(String, Vec<bool>)> {
    let bundle = Bundle::from_json(&project.json()).expect("the model reads what the compiler writes");
    let all: Vec<_> = all
        .iter()
        .map(|data| Interaction::from_value(Value::from_iter(data.clone())).expect("an interaction"))
        .collect();
    let mut answers: Vec<_> = bundle
        .rules
        .iter()
        .map(|rule| {
            let queue = serde_json::to_value(&rule.queue).expect("JSON");
            let key = format!("{}/{}", queue["name"].as_str().unwrap_or_default(), rule.name);
            let matches = |data| rule_eval::matches(&rule.expression, data).expect("patterns compile");
            (key, all.iter().map(matches).collect())
        })
        .collect();
    answers.sort();
    answers
}

proptest! {
    #[test]
    fn a_clean_program_has_no_finding_at_all(program in programs(Options::clean())) {
        let project = Project::one(&program.text());
        prop_assert!(project.diagnostics.is_empty(), "{:#?}", project.diagnostics);
    }

    #[test]
    fn a_program_compiles_to_the_tree_that_is_meant(program in programs(Options::free())) {
        let project = Project::one(&program.text());
        let bundle: Value = serde_json::from_str(&project.json()).expect("JSON");
        let rules = bundle["rules"].as_array().expect("rules");
        prop_assert_eq!(rules.len(), program.rules.len());
        for rule in &program.rules {
            let compiled = rules
                .iter()
                .find(|one| one["name"] == rule.name && one["queue"]["name"] == program.queues[rule.queue])
                .expect("every rule is compiled");
            prop_assert_eq!(&compiled["expression"], &program.expected(&rule.when));
            prop_assert_eq!(&compiled["priority"], &Value::from(rule.priority.unwrap_or(0)));
            prop_assert_eq!(&compiled["enabled"], &Value::from(rule.enabled.unwrap_or(true)));
            let description = rule.description.clone().map_or(Value::Null, Value::from);
            prop_assert_eq!(&compiled["description"], &description);
        }
    }

    #[test]
    fn the_compiled_program_decides_as_the_source_does(
        program in programs(Options::free()),
        mut choices in decisions(),
    ) {
        let project = Project::one(&program.text());
        let all = interactions(&program, &mut choices);
        prop_assert_eq!(by_source(&project, &all), by_bundle(&project, &all), "{:#?}", all);
    }

    #[test]
    fn compiling_gives_the_same_bytes_whatever_the_order_of_the_files(
        program in programs(Options::free()),
        count in 1_usize..5,
        turn in 0_usize..5,
    ) {
        let whole = Project::one(&program.text()).json();
        prop_assert_eq!(&whole, &Project::one(&program.text()).json());
        let mut files = program.files(count);
        files.rotate_left(turn % count);
        prop_assert_eq!(&whole, &Project::new(&files).json());
        files.reverse();
        prop_assert_eq!(&whole, &Project::new(&files).json());
    }

    #[test]
    fn formatting_changes_nothing_that_is_compiled(program in programs(Options::free())) {
        let text = program.text();
        let formatted = rule_lang::format::format_source(&rulec_tests::project::source(0, &text)).expect("no errors");
        prop_assert_eq!(Project::one(&text).json(), Project::one(&formatted).json());
    }

    #[test]
    fn a_safe_fix_of_a_warning_keeps_the_meaning_and_removes_the_warning(
        program in programs(Options::free()),
        mut choices in decisions(),
    ) {
        let text = program.text();
        let project = Project::one(&text);
        let all = interactions(&program, &mut choices);
        let before = by_source(&project, &all);
        for finding in &project.diagnostics {
            for fix in finding.fixes.iter().filter(|fix| fix.applicability == Applicability::Safe) {
                let mended = fixes::apply(&text, fix);
                let after = Project::one(&mended);
                prop_assert!(after.errors().is_empty(), "{finding:#?}\n{mended}\n{:#?}", after.errors());
                prop_assert_eq!(&before, &by_source(&after, &all), "{:#?}\n{}", finding, mended);
                // Mending one may bring out another (`x or (x and x)`), but not leave this one as it is.
                let count = |project: &Project| {
                    project.diagnostics.iter().filter(|other| other.code == finding.code).count()
                };
                let same = |other: &&rule_lang::Diagnostic| {
                    other.code == finding.code && other.primary == finding.primary && other.labels == finding.labels
                };
                let gone = count(&after) < count(&project) || after.diagnostics.iter().find(same).is_none();
                prop_assert!(gone, "{finding:#?}\n{mended}\n{:#?}", after.diagnostics);
            }
        }
    }

    #[test]
    fn the_depth_that_is_named_is_the_depth_of_the_tree(program in programs(Options::deep())) {
        let project = Project::one(&program.text());
        for rule in &program.rules {
            let depth = depth::depth(&program.expected(&rule.when)) as u64;
            let named = too_deep::depth_named_for(&project, &rule.name);
            prop_assert_eq!(named, (depth > 10).then_some(depth), "{}", rule.name);
        }
    }
}
