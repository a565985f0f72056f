//! `rulec drift`.

use insta::assert_snapshot;
use serde_json::json;

use crate::organization::{Served, project};

#[test]
fn what_somebody_changed_is_shown() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    assert_snapshot!("none", served.run(&folder, &["drift"]));
    let id = |name: &str| served.organization.rules().into_iter().find(|rule| rule.name == name).unwrap().id;
    let tree = json!({"type": "condition", "field": "vip", "operator": "eq", "value": true});
    served
        .organization
        .update_rule("someone", &id("Alpha"), &json!({"priority": 9, "expression": tree}))
        .unwrap();
    served.organization.delete_rule("someone", &id("Beta")).unwrap();
    assert_snapshot!("some", served.run(&folder, &["drift"]));
    let run = served.run(&folder, &["drift", "--json"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.out.contains("\"compared_with\": \"deployed\""), "{run}");
}

#[test]
fn without_a_journal_the_rules_are_compared() {
    let (folder, other, served) = (project(), project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    let run = served.run(&other, &["drift"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.err.contains("as far as the journal knows"), "{run}");
    served.organization.delete_rule("someone", &served.organization.rules()[0].id).unwrap();
    assert_eq!(served.run(&other, &["drift"]).code, 2);
    assert_eq!(served.run(&other, &["drift", "--nonsense"]).code, 1);
    assert_eq!(served.run(&other, &["drift", "--org", "none"]).code, 1);
}
