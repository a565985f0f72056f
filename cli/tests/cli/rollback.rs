//! `rulec rollback` and `rulec history`.

use serde_json::{Value, json};

use crate::organization::{Served, THREE, project};

#[test]
fn a_deployment_is_taken_back() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    let before = served.organization.snapshot();
    let text = THREE.replace("priority: 5", "priority: 6").replace("rule \"Gamma\"", "rule \"Delta\"");
    folder.write("a.rule", text);
    served.run(&folder, &["deploy", "--yes", "--prune"]);
    assert_ne!(served.organization.snapshot(), before);
    let run = served.run(&folder, &["rollback", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(served.organization.snapshot(), before);
    // The next one is the first, and then there is none.
    let run = served.run(&folder, &["rollback", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(served.names().is_empty());
    let run = served.run(&folder, &["rollback", "--yes"]);
    assert_eq!(run.code, 2, "{run}");

    let history: Value = serde_json::from_str(&served.run(&folder, &["history", "--json"]).out).unwrap();
    let told: Vec<(u64, Option<u64>)> = history["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["deployment"].as_u64().unwrap(), one["rollback_of"].as_u64()))
        .collect();
    assert_eq!(told, [(1, None), (2, None), (3, Some(2)), (4, Some(1))]);
    let text = served.run(&folder, &["history"]).out;
    assert!(text.contains("deployed  +1 ~1 >0 -1\n"), "{text}");
    assert!(text.contains(", takes back 2\n"), "{text}");
}

#[test]
fn what_somebody_else_changed_since_is_not_taken_back() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    folder.write("a.rule", THREE.replace("priority: 5", "priority: 6"));
    served.run(&folder, &["deploy", "--yes"]);
    let id = served.organization.rules().into_iter().find(|rule| rule.name == "Alpha").unwrap().id;
    served.organization.update_rule("someone", &id, &json!({"priority": 9})).unwrap();
    let run = served.run(&folder, &["rollback", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.err.contains("has been changed since") && run.err.contains("priority: 6 -> 9"), "{run}");
}

#[test]
fn what_this_project_changed_since_is_taken_back_before() {
    let (folder, served) = (project(), Served::start());
    for priority in [5, 6, 7, 8] {
        folder.write("a.rule", THREE.replace("priority: 5", &format!("priority: {priority}")));
        assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    }
    // The latest was taken back, and is no hindrance any more.
    assert_eq!(served.run(&folder, &["rollback", "--yes"]).code, 0);
    let run = served.run(&folder, &["rollback", "1", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.err.contains("changed it since, with deployment 3 and deployment 2"), "{run}");
    assert!(run.err.contains("first: `rulec rollback 3`, then `rulec rollback 2`"), "{run}");
    for number in ["3", "2", "1"] {
        let run = served.run(&folder, &["rollback", number, "--yes"]);
        assert_eq!(run.code, 0, "{run}");
    }
    assert!(served.names().is_empty());
    let run = served.run(&folder, &["rollback", "abc"]);
    assert!(run.code == 2 && run.err.contains("`rulec history` lists"), "{run}");
}

#[test]
fn without_a_journal_nothing_is_taken_back() {
    let folder = project();
    for verb in ["rollback", "recover"] {
        let run = folder.run(&[verb, "--yes"]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains("nothing was deployed from here"), "{run}");
    }
    let run = folder.run(&["history"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run}");
}
