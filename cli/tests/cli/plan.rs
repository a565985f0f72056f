//! `rulec plan`, and kept plans.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::organization::{Served, THREE, project};

#[test]
fn a_plan_is_printed_for_people_programs_and_pull_requests() {
    let (folder, served) = (project(), Served::start());
    assert_snapshot!("new", served.run(&folder, &["plan"]));
    let json: Value = serde_json::from_str(&served.run(&folder, &["plan", "--json"]).out).unwrap();
    assert_eq!(json["summary"], json!({"create": 3, "change": 0, "rename": 0, "delete": 0, "unchanged": 0}));
    assert_eq!(json["plan"]["changes"][0]["after"]["key"]["name"], "Alpha");
    served.run(&folder, &["deploy", "--yes"]);
    folder.write(
        "a.rule",
        THREE
            .replace("vip and language == \"en\"", "vip and language in [\"en\", \"fr\"]")
            .replace("priority: 5", "priority: 6"),
    );
    assert_snapshot!("text", served.run(&folder, &["plan"]));
    assert_snapshot!("markdown", served.run(&folder, &["plan", "--format", "markdown"]));
    assert_eq!(served.writes(), 6, "planning writes nothing");
}

#[test]
fn exit_codes_tell_whether_something_would_change() {
    let (folder, served) = (project(), Served::start());
    assert_eq!(served.run(&folder, &["plan"]).code, 0);
    assert_eq!(served.run(&folder, &["plan", "--detailed-exitcode"]).code, 2);
    served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(served.run(&folder, &["plan", "--detailed-exitcode"]).code, 0);
    assert_eq!(served.run(&folder, &["plan", "--detailed-exitcode", "--org", "none"]).code, 1);
    assert_eq!(served.run(&folder, &["plan", "--detailed-exitcode", "--nonsense"]).code, 1);
    let run = served.run(&folder, &["plan", "--org", "none", "--json"]);
    assert_eq!(run.code, 2, "{run}");
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["error"]["message"], "there is no organization `none` in `rulec.toml`");
}

#[test]
fn a_kept_plan_is_applied_exactly_or_not_at_all() {
    let (folder, served) = (project(), Served::start());
    let run = served.run(&folder, &["plan", "--out", "release.plan"]);
    assert_eq!(run.code, 0, "{run}");
    // What the files say since is of no account.
    folder.write("a.rule", "broken");
    let run = served.run(&folder, &["deploy", "--yes", "--plan", "release.plan"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(served.names(), ["Alpha", "Beta", "Gamma"]);

    folder.write("a.rule", THREE.replace("priority: 5", "priority: 6"));
    served.run(&folder, &["plan", "--out", "next.plan"]);
    let id = served.organization.rules().into_iter().find(|rule| rule.name == "Alpha").unwrap().id;
    served.organization.update_rule("someone", &id, &json!({"priority": 9})).unwrap();
    served.organization.forget_requests();
    assert_snapshot!(served.run(&folder, &["deploy", "--yes", "--plan", "next.plan"]));
    assert_eq!(served.writes(), 0);
}

#[test]
fn a_kept_plan_needs_no_rules_for_the_embedded_sandbox() {
    let folder = project();
    folder.run(&["plan", "--out", "release.plan"]);
    folder.write("a.rule", "broken");
    let run = folder.run(&["deploy", "--yes", "--plan", "release.plan"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn a_kept_plan_is_for_one_organization() {
    let (folder, served, other) = (project(), Served::start(), Served::start());
    served.run(&folder, &["plan", "--out", "release.plan"]);
    let run = other.run(&folder, &["deploy", "--yes", "--plan", "release.plan"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("the plan is for the organization"), "{run}");
    folder.write("nonsense.plan", "{\"format\": 1}");
    folder.write("future.plan", "{\"format\": 99}");
    assert!(other.run(&folder, &["deploy", "--plan", "nonsense.plan"]).err.contains("holds no plan"));
    assert!(other.run(&folder, &["deploy", "--plan", "future.plan"]).err.contains("another version"));
}

#[test]
fn a_queue_that_is_not_there_or_there_twice_is_no_guess() {
    let folder = project();
    let served = Served::with(|settings| settings.queues = vec![genesys_sandbox::queue("1", "Suport")]);
    let run = served.run(&folder, &["plan"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("no queue `Support`") && run.err.contains("did you mean `Suport`?"), "{run}");
    let served = Served::with(|settings| {
        settings.queues =
            vec![genesys_sandbox::queue("1", "Support"), genesys_sandbox::queue("2", "Support")];
    });
    let run = served.run(&folder, &["plan"]);
    // Said once, however many rules name it.
    assert_eq!(run.err.matches("2 queues named `Support`: `1`").count(), 1, "{run}");
    let host = &served.url;
    folder.write(
        "rulec.toml",
        format!("[org.test]\nhost = \"{host}\"\nclient_id_env = \"ID\"\nclient_secret_env = \"SECRET\"\n[org.test.queues]\nSupport = \"2\"\n"),
    );
    let variables = [("ID", "client"), ("SECRET", crate::organization::SECRET)];
    let run = folder.run_env(&variables, &["deploy", "--yes", "--org", "test"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(served.organization.rules().iter().all(|rule| rule.queue.id == "2"));
}

#[test]
fn a_likely_rename_is_suggested() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    folder.write("a.rule", THREE.replace("\"Beta\"", "\"Better\""));
    let run = served.run(&folder, &["plan"]);
    assert!(run.out.contains("write `was: \"Beta\"` in the rule"), "{run}");
}

#[test]
fn an_external_queue_is_never_pruned() {
    let folder = Folder::project(&[
        ("o.json", "{\"queues\": [{\"name\": \"Desk\"}, {\"name\": \"Nobody's\"}]}"),
        (
            "a.rule",
            "queue \"Own\" {}\n\
             queue \"Desk\" { external: true }\n\
             strategy for \"Own\" on voice {\n  method: random\n  \
               overflow: queue_depth > 3 -> route_to_next_queue(\"Desk\")\n}\n",
        ),
    ]);
    folder.write("rulec.toml", "[sandbox]\nfixture = \"o.json\"\n");
    let run = folder.run(&["plan", "--org", "sandbox", "--prune=unowned"]);
    assert!(run.out.contains("- queue \"Nobody's\"") && !run.out.contains("- queue \"Desk\""), "{run}");
}

#[test]
fn what_is_meant_for_an_option_is_not_taken_for_rules() {
    let (folder, served) = (project(), Served::start());
    let run = served.run(&folder, &["plan", "--out", "release.plan"]);
    assert_eq!(run.code, 0, "{run}");
    let run = served.run(&folder, &["deploy", "release.plan"]);
    assert!(run.code == 2 && run.err.contains("did you mean `--plan release.plan`?"), "{run}");
    for verb in ["plan", "deploy"] {
        let run = served.run(&folder, &[verb, "--prune", "unowned"]);
        assert!(run.code == 2 && run.err.contains("write `--prune=unowned`"), "{run}");
    }
    assert!(served.names().is_empty());
}

#[test]
fn a_project_further_down_is_no_part_of_the_one_around_it() {
    let (folder, served) = (project(), Served::start());
    folder.write("inner/rulec.toml", "");
    // It is not even looked at.
    folder.write("inner/b.rule", "rule \"Inner\" {");
    for arguments in [&["compile"][..], &["plan"], &["plan", "."], &["deploy", "--yes"]] {
        let run = served.run(&folder, arguments);
        assert_eq!(run.code, 0, "{run}");
    }
    assert_eq!(served.names(), ["Alpha", "Beta", "Gamma"]);
    let run = served.run(&folder, &["plan", "inner"]);
    assert_eq!(run.code, 1, "{run}");
}
