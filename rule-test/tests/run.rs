//! Running tests written in rules: decisions, explanations, coverage.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

use rule_compiler::{Program, Settings};
use rule_lang::SourceMap;
use rule_test::{CaseResult, Options, Outcome, Rank, Reason, Report, RunError, run};

const RULES: &str = r#"
attribute vip_flag: bool
attribute tier: enum["basic", "gold", "platinum"] { field: "Account Tier" }

skill technical_support
skill sales { name: "Sales & Renewals" }

skill_group all { skills: [technical_support, sales] }
queue "Support" { skill_group: all }
queue "Sales" { skill_group: all }

condition valued = vip_flag or tier in ["gold", "platinum"]

rule "Escalation" {
  queue: "Support"
  priority: 10
  when skill has technical_support and language == "en" and (priority >= 5 or valued)
}

rule "English" {
  queue: "Support"
  when language == "en" and not priority in 8..10
}

rule "Renewals" {
  queue: "Sales"
  when skill has sales and valued
}

rule "Asleep" {
  queue: "Sales"
  enabled: false
  when wrapupcode exists
}
"#;

fn program(files: &[&str]) -> (Program, SourceMap) {
    let mut sources = SourceMap::new();
    for (at, text) in files.iter().enumerate() {
        sources.add(format!("{at}.rule"), *text);
    }
    let mut program = Program::new(Settings::default());
    for source in sources.iter() {
        program.set(source);
    }
    program.check();
    (program, sources)
}

fn filtered(tests: &str, filter: Option<&str>) -> Report {
    let (program, sources) = program(&[RULES, tests]);
    let errors: Vec<String> = program
        .diagnostics()
        .filter(|found| program.has_errors() && found.severity == rule_lang::Severity::Error)
        .map(|found| {
            format!(
                "{found:?} at {:?}",
                sources.get(found.primary.span.file).map(|s| s.slice(found.primary.span))
            )
        })
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    run(&program, &Options { filter: filter.map(str::to_owned) }).unwrap()
}

fn report(tests: &str) -> Report {
    filtered(tests, None)
}

fn only(report: &Report) -> &CaseResult {
    assert_eq!(report.cases.len(), 1);
    &report.cases[0]
}

#[track_caller]
fn failure(case: &CaseResult) -> (String, String, Vec<String>) {
    let Outcome::Fail { expected, got, why } = &case.outcome else { panic!("{} passed", case.name()) };
    let got = got.as_ref().map_or_else(|| "no rule".to_owned(), ToString::to_string);
    (expected.to_string(), got, why.iter().map(ToString::to_string).collect())
}

#[test]
fn an_expected_rule_that_decides_is_a_pass() {
    let report = report(
        r#"test "gold" {
             given { skill: [technical_support], language: "en", priority: 1, tier: "gold" }
             expect "Escalation"
           }"#,
    );
    assert!(only(&report).passed());
    assert_eq!((report.passed(), report.failed()), (1, 0));
}

#[test]
fn a_failure_names_the_condition_and_the_value() {
    let report = report(
        r#"test "french" {
             given { skill: [technical_support], language: "fr", priority: 9 }
             expect "Escalation"
           }"#,
    );
    let (expected, got, why) = failure(only(&report));
    assert_eq!((expected.as_str(), got.as_str()), ("`Escalation`", "no rule"));
    assert_eq!(why, [r#"`language == "en"` is false: language is "fr""#]);
}

#[test]
fn the_condition_is_found_inside_a_named_one_and_named_once() {
    let (program, sources) = program(&[
        RULES,
        r#"test "nobody" {
             given { skill: [sales] }
             expect queue "Sales" -> "Renewals"
           }"#,
    ]);
    let report = run(&program, &Options::default()).unwrap();
    let (expected, _, why) = failure(only(&report));
    assert_eq!(expected, "`Renewals` in the queue `Sales`");
    assert_eq!(
        why,
        [
            "`vip_flag` is false: vip_flag is missing",
            r#"`tier in ["gold", "platinum"]` is false: tier is missing"#
        ]
    );
    let Outcome::Fail { why, .. } = &report.cases[0].outcome else { unreachable!() };
    let Reason::Condition { span, rule, .. } = &why[1] else { panic!("{why:?}") };
    assert_eq!(rule, "Renewals");
    assert_eq!(sources.get(span.file).unwrap().slice(*span), r#"tier in ["gold", "platinum"]"#);
}

#[test]
fn a_rule_that_should_not_have_matched_shows_what_made_it_match() {
    let report = report(r#"test "t" { given { language: "en", priority: 7 } expect none }"#);
    let (expected, got, why) = failure(only(&report));
    assert_eq!((expected.as_str(), got.as_str()), ("no rule", "`English` in the queue `Support`"));
    assert_eq!(
        why,
        [r#"`language == "en"` is true: language is "en""#, "`priority in 8..10` is false: priority is 7"]
    );
}

#[test]
fn a_rule_that_matches_and_comes_later_says_so() {
    let report = report(
        r#"test "t" {
             given { skill: [technical_support], language: "en", priority: 5 }
             expect "English"
           }"#,
    );
    let Outcome::Fail { why, .. } = &only(&report).outcome else { panic!("passed") };
    assert_eq!(
        why[0],
        Reason::Outranked {
            rule: "English".into(),
            by: "Escalation".into(),
            because: Rank::Priority { higher: 10, lower: 0 }
        }
    );
    assert_eq!(
        why[0].to_string(),
        "`English` matches too, but the priority 10 of `Escalation` is above its 0"
    );
    assert!(why.len() > 1, "what made the other match is shown");
}

#[test]
fn a_rule_that_is_not_enabled_does_not_decide_and_says_so() {
    let report = report(r#"test "t" { given { wrapupcode: "X" } expect "Asleep" }"#);
    let (_, got, why) = failure(only(&report));
    assert_eq!((got.as_str(), why), ("no rule", vec!["`Asleep` is not enabled".to_owned()]));
}

#[test]
fn within_a_queue_only_its_rules_count() {
    let report = report(
        r#"test "t" {
             given { skill: [technical_support, sales], language: "en", vip_flag: true }
             case "of all" { expect "Escalation" }
             case "in sales" { expect queue "Sales" -> "Renewals" }
             case "nothing in sales" { given { vip_flag: false } expect queue "Sales" -> none }
           }"#,
    );
    assert_eq!(report.failed(), 0, "{:?}", report.cases);
}

#[test]
fn a_case_inherits_and_overrides_and_has_its_own_name() {
    let report = report(
        r#"test "calls" {
             given { language: "en", priority: 1 }
             expect "English"
             case "plain" {}
             case "urgent" { given { priority: 9 } expect none }
             case "french" { given { language: "fr" } }
           }
           test "alone" { given { language: "en" } expect "English" }"#,
    );
    let names: Vec<(String, bool)> = report.cases.iter().map(|case| (case.name(), case.passed())).collect();
    assert_eq!(
        names,
        [
            ("calls / plain".to_owned(), true),
            ("calls / urgent".to_owned(), true),
            ("calls / french".to_owned(), false),
            ("alone".to_owned(), true)
        ]
    );
}

#[test]
fn the_filter_takes_part_of_a_test_or_of_a_case() {
    let tests = r#"
      test "calls" {
        given { language: "en" }
        expect "English"
        case "one" {}
        case "two" {}
      }
      test "chats" { given { language: "en" } expect "English" }"#;
    let names = |filter| -> Vec<String> {
        filtered(tests, Some(filter)).cases.iter().map(CaseResult::name).collect()
    };
    assert_eq!(names("calls"), ["calls / one", "calls / two"]);
    assert_eq!(names("calls / two"), ["calls / two"]);
    assert_eq!(names("chats"), ["chats"]);
    assert!(names("none such").is_empty());
}

#[test]
fn a_skill_is_given_by_its_name_or_the_platforms_and_fields_are_the_platforms() {
    let report = report(
        r#"test "t" {
             given { tier: "gold" }
             expect "Renewals"
             case "declared" { given { skill: [sales] } }
             case "platform" { given { skill: ["Sales & Renewals"] } }
           }"#,
    );
    assert_eq!(report.failed(), 0, "{:?}", report.cases);
}

#[test]
fn coverage_counts_every_written_condition_once_and_says_what_never_was() {
    let report = report(
        r#"test "t" {
             given { skill: [technical_support], language: "en", priority: 5 }
             case "a" { expect "Escalation" }
             case "b" { given { language: "fr", vip_flag: true } expect none }
           }"#,
    );
    let texts: Vec<&str> = report.coverage.conditions.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "vip_flag",
            r#"tier in ["gold", "platinum"]"#,
            "skill has technical_support",
            r#"language == "en""#,
            "priority >= 5",
            r#"language == "en""#,
            "priority in 8..10",
            "skill has sales",
        ]
    );
    let never_true: Vec<&str> = report.coverage.never_true().map(|one| one.text.as_str()).collect();
    assert_eq!(never_true, [r#"tier in ["gold", "platinum"]"#, "priority in 8..10", "skill has sales"]);
    let never_false: Vec<&str> = report.coverage.never_false().map(|one| one.text.as_str()).collect();
    assert_eq!(never_false, ["skill has technical_support", "priority >= 5"]);
    assert_eq!(report.coverage.covered(), 3);
}

#[test]
fn a_program_with_errors_is_not_run() {
    let (program, _) = program(&[RULES, r#"test "t" { given { langage: "en" } expect none }"#]);
    assert_eq!(run(&program, &Options::default()), Err(RunError::HasErrors));
}

#[test]
fn the_report_is_json_with_places() {
    let (program, sources) =
        program(&[RULES, "test \"é\" {\n  given { language: \"fr\" }\n  expect \"English\"\n}\n"]);
    let json = run(&program, &Options::default()).unwrap().to_json(&sources);
    assert_eq!((&json["passed"], &json["failed"]), (&0.into(), &1.into()));
    let case = &json["cases"][0];
    assert_eq!(case["at"], serde_json::json!({"file": "1.rule", "line": 1, "column": 6}));
    assert_eq!(case["expected"], serde_json::json!({"queue": null, "rule": "English"}));
    assert!(case["got"].is_null());
    assert_eq!(case["why"][0]["message"], r#"`language == "en"` is false: language is "fr""#);
    assert_eq!(case["why"][0]["at"]["file"], "0.rule");
    assert_eq!(json["coverage"]["conditions"], 8);
}

#[test]
fn what_one_case_gives_is_not_given_in_the_next() {
    let report = report(
        r#"test "t" {
             given { language: "en", priority: 9 }
             case "own" { given { priority: 2, wrapupcode: "x" } expect "English" }
             case "the test's again" { expect none }
           }"#,
    );
    assert!(report.cases.iter().all(CaseResult::passed), "{report:?}");
}

/// A test with so many attributes, and with so many cases that inherit them.
fn inheriting(attributes: usize, cases: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("queue \"Q\" { external: true }\n");
    for at in 0..attributes {
        writeln!(text, "attribute a{at}: string").unwrap();
    }
    text.push_str("rule \"R\" { queue: \"Q\", when a0 == \"0\" }\ntest \"t\" {\n  given {\n");
    for at in 0..attributes {
        writeln!(text, "    a{at}: \"{at}\"").unwrap();
    }
    text.push_str("  }\n  expect \"R\"\n");
    for at in 0..cases {
        writeln!(text, "  case \"c{at}\" {{ given {{ a1: \"{at}\" }} }}").unwrap();
    }
    text + "}\n"
}

#[test]
fn thousands_of_cases_share_what_they_inherit() {
    // With an interaction each, this would take hundreds of megabytes and far more time.
    let (program, _) = program(&[&inheriting(1_000, 5_000)]);
    let report = run(&program, &Options::default()).unwrap();
    assert_eq!((report.passed(), report.failed()), (5_000, 0));
    assert_eq!(report.coverage.conditions[0].times_true, 5_000);
}

#[test]
fn a_case_gives_no_more_than_an_interaction_may_have() {
    let (program, _) = program(&[&inheriting(1_001, 2)]);
    let error = run(&program, &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "the case `t / c0` gives more than 1000 attributes");
}
