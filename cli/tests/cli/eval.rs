//! `rulec eval`.

use insta::assert_snapshot;

use crate::folder::Folder;

const RULES: &str = r#"queue "Support" { external: true }
queue "Sales" { external: true }
attribute vip: bool { field: "VIP Flag" }

rule "First" {
  queue: "Support"
  priority: 5
  when language == "en" and (vip or priority >= 5)
}
rule "Second" {
  queue: "Sales"
  when language exists
}
"#;

#[test]
fn the_decision_is_explained_condition_by_condition() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    assert_snapshot!(folder.run_with(r#"{"language": "en", "priority": 3}"#, &["eval"]));
}

#[test]
fn a_file_is_read_and_a_queue_decides_alone() {
    let folder = Folder::project(&[("a.rule", RULES), ("call.json", r#"{"language": "en", "priority": 9}"#)]);
    assert!(folder.run(&["eval", "call.json"]).out.starts_with("decision: First"));
    let run = folder.run(&["eval", "call.json", "--queue", "Sales"]);
    assert!(run.out.starts_with("decision: Second"), "{run}");
    assert_snapshot!(folder.run(&["eval", "call.json", "--queue", "Sale"]));
    let run = folder.run(&["eval", "call.json", "--queue", "Nope"]);
    assert!(run.code == 2 && run.err.contains("rules belong to `Sales`, `Support`"), "{run}");
}

#[test]
fn attributes_go_by_the_name_of_the_rules_or_of_the_platform() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    for name in ["vip", "VIP Flag"] {
        let run = folder.run_with(format!(r#"{{"language": "en", "{name}": true}}"#), &["eval"]);
        assert!(run.out.starts_with("decision: First"), "{run}");
    }
    let run = folder.run_with(r#"{"vip": true, "VIP Flag": false}"#, &["eval"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("`VIP Flag` and `vip` are one attribute"), "{run}");
}

#[test]
fn a_misspelt_attribute_is_warned_about() {
    let run = Folder::project(&[("a.rule", RULES)]).run_with(r#"{"langauge": "en"}"#, &["eval"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.err, "warning: the rules know no attribute `langauge`; did you mean `language`?\n");
    assert!(run.out.starts_with("decision: none"), "{run}");
}

#[test]
fn json_is_for_programs() {
    let run = Folder::project(&[("a.rule", RULES)]).run_with(r#"{"language": "en"}"#, &["eval", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["decision"], "Second");
    assert_eq!(json["rules"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_no_interaction_is_refused() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    for input in ["", "[]", "{", "{\"a\": {}}", "{\"a\": 1, \"a\": 2}", &"[".repeat(100_000)] {
        let run = folder.run_with(input, &["eval"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{input:.20}: {run}");
        assert!(run.err.starts_with("error: cannot read the interaction in standard input"), "{run}");
    }
}

#[test]
fn values_that_no_rule_can_take_are_warned_about() {
    let rules = "attribute n: int 0..9\nskill s { name: \"Big S\" }\nqueue \"Q\" { external: true }\n\
                 rule \"R\" { queue: \"Q\", when n > 1 or skill has s }\n";
    let folder = Folder::project(&[("a.rule", rules)]);
    let run = folder.run_with(r#"{"n": 50, "media_type": "fax", "skill": ["s"]}"#, &["eval"]);
    for warning in [
        "`n` is an `int 0..9`, and the value",
        "`media_type` is an `enum[",
        "the rules know no skill `s`; the platform calls it `Big S`",
    ] {
        assert!(run.err.contains(warning), "{warning}: {run}");
    }
    let run = folder.run_with(r#"{"n": 5, "media_type": "voice", "skill": ["Big S"]}"#, &["eval"]);
    assert_eq!(run.err, "", "{run}");
}

#[test]
fn an_interaction_as_an_argument_is_told_to_be_piped_in() {
    let run = Folder::project(&[("a.rule", RULES)]).run(&["eval", "{\"vip\": true}"]);
    assert!(run.code == 2 && run.err.contains("piped in"), "{run}");
}
