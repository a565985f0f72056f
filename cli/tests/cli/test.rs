//! `rulec test`.

use insta::assert_snapshot;

use crate::folder::Folder;

const RULES: &str = r#"queue "Q" { external: true }
attribute vip: bool

rule "R" {
  queue: "Q"
  when vip and language == "en"
}
"#;

const TESTS: &str = r#"test "an important caller" {
  given { vip: true, language: "en" }
  expect "R"

  case "in English" { given { priority: 1 } }
  case "in French" { given { language: "fr" } }
}
"#;

#[test]
fn a_failed_case_says_which_condition_decided_otherwise() {
    assert_snapshot!(Folder::project(&[("rules.rule", RULES), ("tests.rule", TESTS)]).run(&["test"]));
}

#[test]
fn passing_tests_are_told_in_one_line() {
    let folder = Folder::project(&[("rules.rule", RULES), ("tests.rule", TESTS)]);
    let run = folder.run(&["test", "--filter", "English"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", "ran 1 case: all passed\n"));
}

#[test]
fn a_filter_that_matches_nothing_is_an_error() {
    let run =
        Folder::project(&[("rules.rule", RULES), ("tests.rule", TESTS)]).run(&["test", "--filter", "Dutch"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no test or case has `Dutch` in its name"), "{run}");
}

#[test]
fn coverage_shows_what_no_test_made_true_or_false() {
    let folder = Folder::project(&[("rules.rule", RULES), ("tests.rule", TESTS)]);
    assert_snapshot!(folder.run(&["test", "--coverage", "--filter", "English"]));
}

#[test]
fn json_is_for_programs() {
    let run = Folder::project(&[("rules.rule", RULES), ("tests.rule", TESTS)]).run(&["test", "--json"]);
    assert_eq!(run.code, 1);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&json["passed"], &json["failed"]), (&1.into(), &1.into()));
}

#[test]
fn rules_with_errors_are_not_tested() {
    let folder = Folder::project(&[("rules.rule", "condition c = vpi\n"), ("tests.rule", TESTS)]);
    let run = folder.run(&["test"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("cannot run the tests"), "{run}");
}

#[test]
fn junit_has_a_case_for_each_case() {
    let folder = Folder::project(&[("rules.rule", RULES), ("tests.rule", TESTS)]);
    let run = folder.run(&["test", "--format", "junit"]);
    assert_eq!(run.code, 1);
    crate::format::well_formed(&run.out);
    assert_snapshot!(run.out);
}

#[test]
fn junit_says_why_nothing_was_run() {
    let wrong = "condition c = vpi\nqueue \"A\" \"B\"\n";
    let folder = Folder::project(&[("rules.rule", wrong), ("tests.rule", TESTS)]);
    let run = folder.run(&["test", "--format", "junit"]);
    assert_eq!(run.code, 1);
    crate::format::well_formed(&run.out);
    assert_snapshot!(run.out);
    folder.write("rulec.toml", "[lint]\n");
    let run = folder.run(&["test", "--format", "junit"]);
    assert_eq!(run.code, 2);
    crate::format::well_formed(&run.out);
    assert!(run.out.contains("errors=\"1\"") && run.out.contains("`lint`"), "{run}");
}
