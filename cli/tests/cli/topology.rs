//! Skills, groups, queues and strategies, deployed by the binary.

use genesys_sandbox::{Fixture, Organization, Settings};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::organization::Served;

/// Everything of each kind once.
const RULES: &str = r#"skill billing { description: "Explains invoices" }
skill english
skill_group tier1 { skills: [billing, english] }
queue "Invoices" { skill_group: tier1, description: "Invoices and reminders" }
queue "Desk" { external: true }
strategy for "Invoices" on voice {
  method: most_skilled
  require: [billing]
  prefer: [english]
  overflow: queue_depth > 15 -> route_to_next_queue("Desk")
}
rule "All" { queue: "Invoices", when skill has billing }
rule "Rest" { queue: "Desk", when skill lacks billing }
"#;

/// Two divisions with a skill of one name each; a desk, and somebody else's group.
fn fixture() -> Value {
    json!({
        "divisions": [{ "id": "d-1", "name": "Home" }, { "id": "d-2", "name": "Abroad" }],
        "skills": [
            { "id": "s-1", "name": "english", "division": "Home" },
            { "id": "s-2", "name": "english", "division": "Abroad" },
        ],
        "skillGroups": [{ "id": "g-9", "name": "Others", "skills": ["s-2"] }],
        "queues": [{ "id": "q-desk", "name": "Desk" }],
    })
}

fn served(fixture: &Value) -> Served {
    let fixture = Fixture::from_json(&fixture.to_string()).unwrap();
    Served::with(|settings: &mut Settings| {
        settings.queues.clear();
        settings.fixture = Some(fixture);
    })
}

fn project(rules: &str) -> Folder {
    Folder::project(&[("all.rule", rules)])
}

/// The project whose English is that of one division.
fn at_home() -> Folder {
    project(&RULES.replace("skill english\n", "skill english { division: \"Home\" }\n"))
}

fn skills(organization: &Organization) -> Vec<String> {
    let mut names: Vec<String> = organization.skills().into_iter().map(|skill| skill.name).collect();
    names.sort();
    names
}

#[test]
fn a_name_of_several_is_an_error_that_lists_them_and_is_settled_in_three_ways() {
    let (folder, served) = (project(RULES), served(&fixture()));
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 2, "{run}");
    assert_snapshot!(run.err);
    assert_eq!(served.writes(), 0);
    for settled in ["id: \"s-1\"", "division: \"Home\""] {
        folder
            .write("all.rule", RULES.replace("skill english\n", &format!("skill english {{ {settled} }}\n")));
        let run = served.run(&folder, &["plan"]);
        assert_eq!(run.code, 0, "{run}");
        assert!(!run.out.contains("skill \"english\""), "{run}");
    }
    folder.write("all.rule", RULES);
    let settings = format!("[org.test]\nhost = \"{}\"\n[org.test.skills]\nenglish = \"s-1\"\n", served.url);
    folder.write("rulec.toml", settings);
    let secret = crate::organization::SECRET;
    let variables = [("GENESYSCLOUD_OAUTHCLIENT_ID", "client"), ("GENESYSCLOUD_OAUTHCLIENT_SECRET", secret)];
    let run = folder.run_env(&variables, &["plan"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(!run.out.contains("skill \"english\""), "{run}");
}

#[test]
fn everything_is_deployed_in_the_order_in_which_it_depends_and_taken_back() {
    let (folder, served) = (at_home(), served(&fixture()));
    let before = served.organization.snapshot_all();
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert_snapshot!("deployed", run.out);
    assert_eq!(skills(&served.organization), ["billing", "english", "english"]);
    let run = served.run(&folder, &["plan", "--detailed-exitcode"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(
        run.out.contains("Nothing to do: 2 skills, 1 skill group, 1 queue, 1 strategy and 2 rules"),
        "{run}"
    );
    assert_eq!(served.run(&folder, &["drift"]).code, 0);
    assert_eq!(served.run(&folder, &["rollback", "--yes"]).code, 0);
    assert_eq!(served.organization.snapshot_all(), before);
}

#[test]
fn an_unknown_division_is_named_before_anything_is_written() {
    let rules = RULES.replace("skill english\n", "skill english { division: \"Hone\" }\n");
    let (folder, served) = (project(&rules), served(&fixture()));
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("the organization has no division `Hone`"), "{run}");
    assert_eq!(served.writes(), 0);
}

#[test]
fn what_others_still_need_is_not_pruned() {
    let (folder, served) = (at_home(), served(&fixture()));
    assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    // Somebody else sends interactions to the queue, too.
    served
        .organization
        .create_rule(
            "another",
            &json!({
                "name": "Theirs", "priority": 1, "enabled": true,
                "queue": { "id": queue_id(&served.organization, "Invoices") },
                "expression": { "type": "condition", "field": "language", "operator": "eq", "value": "en" },
            }),
        )
        .unwrap();
    folder.write(
        "all.rule",
        "queue \"Desk\" { external: true }\nrule \"Rest\" { queue: \"Desk\", when language exists }\n",
    );
    let run = served.run(&folder, &["plan", "--prune"]);
    assert_eq!(run.code, 0, "{run}");
    assert_snapshot!(run.out);
    assert_eq!(served.run(&folder, &["deploy", "--prune", "--yes"]).code, 0);
    assert_eq!(served.names(), ["Rest", "Theirs"]);
}

#[test]
fn a_rename_keeps_what_refers_to_it() {
    let (folder, served) = (at_home(), served(&fixture()));
    assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    let id = queue_id(&served.organization, "Invoices");
    let rules = folder.read("all.rule").replace("\"Invoices\"", "\"Billing\"");
    let rules = rules.replace("queue \"Billing\" {", "queue \"Billing\" { was: \"Invoices\",");
    folder.write("all.rule", rules);
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.out.contains("> queue \"Billing\", until now \"Invoices\""), "{run}");
    assert!(run.out.contains("0 to create, 0 to change, 1 to rename"), "{run}");
    assert_eq!(queue_id(&served.organization, "Billing"), id);
}

fn queue_id(organization: &Organization, name: &str) -> String {
    organization.queues().into_iter().find(|queue| queue.name == name).unwrap().id
}

#[test]
fn what_looks_renamed_is_said_before_it_is_deleted() {
    let (folder, served) = (at_home(), served(&fixture()));
    assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    let rules = folder.read("all.rule").replace("\"Invoices\"", "\"Billing\"");
    folder.write("all.rule", rules.replace("skill billing {", "skill billing { name: \"Bills\","));
    let run = served.run(&folder, &["plan", "--prune"]);
    let notes = run.out.split("note:").skip(1).collect::<Vec<_>>().join("note:");
    assert_snapshot!(notes);
}

#[test]
fn drift_calls_a_queue_by_the_name_that_it_has_now() {
    let (folder, served) = (at_home(), served(&fixture()));
    assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    let rules = folder.read("all.rule").replace("\"Invoices\"", "\"Billing\"");
    folder.write("all.rule", rules.replace("queue \"Billing\" {", "queue \"Billing\" { was: \"Invoices\","));
    assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    let rule = served.organization.rules().into_iter().find(|rule| rule.name == "All").unwrap();
    served.organization.update_rule("another", &rule.id, &json!({ "priority": 7 })).unwrap();
    let run = served.run(&folder, &["drift"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.out.contains("~ rule \"All\" in \"Billing\""), "{run}");
}
