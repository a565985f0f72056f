//! `rulec pull`, and rules that the language cannot say.

use insta::assert_snapshot;
use serde_json::json;

use crate::folder::Folder;
use crate::organization::{Served, THREE, project};

#[test]
fn what_is_pulled_compiles_to_what_was_deployed() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    let run = served.run(&folder, &["pull"]);
    assert_snapshot!(run);
    let pulled = Folder::project(&[("a.rule", &run.out)]);
    assert_eq!(pulled.run(&["fmt", "--check"]).code, 0);
    assert_eq!(pulled.run(&["compile"]).out, folder.run(&["compile"]).out);
    assert_eq!(served.run(&pulled, &["plan", "--detailed-exitcode"]).code, 0);
}

#[test]
fn a_file_stands_beside_what_the_project_declares_and_is_not_overwritten() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    let tree = json!({"type": "condition", "field": "vip", "operator": "eq", "value": true});
    let body = json!({"name": "Theirs", "queue": {"id": "q-support"}, "expression": tree});
    served.organization.create_rule("someone", &body).unwrap();
    let run = served.run(&folder, &["pull", "--out", "theirs.rule"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.err.contains("wrote 1 rule to `theirs.rule`"), "{run}");
    assert_eq!(folder.run(&["check", "--error-on-warning"]).code, 0, "{}", folder.run(&["check"]));
    assert_eq!(served.run(&folder, &["plan", "--detailed-exitcode"]).code, 0);
    let run = served.run(&folder, &["pull", "--out", "theirs.rule"]);
    assert_eq!(run.code, 2, "{run}");
    let first = folder.read("theirs.rule");
    assert_eq!(served.run(&folder, &["pull", "--out", "theirs.rule", "--force"]).code, 0);
    assert_eq!(folder.read("theirs.rule"), first);
    for outside in ["../theirs.rule", "theirs.txt", "no/such/folder.rule"] {
        assert_eq!(served.run(&folder, &["pull", "--out", outside]).code, 2, "{outside}");
    }
    assert!(served.run(&folder, &["pull", "--queue", "Suport"]).err.contains("did you mean `Support`?"));
}

#[test]
fn what_the_language_cannot_say_is_told_and_never_touched() {
    let (folder, served) = (project(), Served::start());
    // One field at two types.
    let leaf = |operator: &str, value: serde_json::Value| json!({"type": "condition", "field": "x", "operator": operator, "value": value});
    let tree = json!({"type": "and", "children": [leaf("eq", json!("a")), leaf("gt", json!(5))]});
    let body = json!({"name": "Alpha", "queue": {"id": "q-support"}, "expression": tree});
    served.organization.create_rule("someone", &body).unwrap();
    let run = served.run(&folder, &["pull"]);
    assert!(run.err.contains("the rule \"Alpha\" in \"Support\" is left out:"), "{run}");
    let run = served.run(&folder, &["plan"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("says what a rule file cannot say"), "{run}");
    folder.write("a.rule", THREE.replace("\"Alpha\"", "\"Other\""));
    let run = served.run(&folder, &["deploy", "--yes", "--prune=unowned"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(served.names(), ["Alpha", "Beta", "Gamma", "Other"]);
}

#[test]
fn a_project_may_begin_with_what_an_organization_holds() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    let empty = Folder::new(&[]);
    let run = served.run(&empty, &["pull", "--out", "all.rule"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(!empty.path(".rulec").exists());
    empty.write("rulec.toml", "");
    assert_eq!(served.run(&empty, &["plan", "--detailed-exitcode"]).code, 0);
    assert_eq!(Folder::new(&[]).run(&["pull"]).code, 2);
}
