//! What a deployment must pass before anything is written: guards of strategies, gates of the project.

use genesys_sandbox::Fixture;
use insta::assert_snapshot;

use crate::folder::Folder;
use crate::organization::Served;

/// A rule, and a strategy whose guards ask for so many licences and agents.
fn project(licenses: u32, agents: &str, settings: &str) -> Folder {
    let rules = format!(
        "queue \"Support\" {{ external: true }}\n\
         rule \"First\" {{ queue: \"Support\", priority: 1, when priority > 3 }}\n\
         strategy for \"Support\" on voice {{\n  method: random\n  guard: licenses >= {licenses}\n  \
         guard: available_agents >= {agents}\n}}\n\
         test \"urgent\" {{ given {{ priority: 5 }} expect \"First\" }}\n"
    );
    Folder::project(&[("a.rule", &rules), ("rulec.toml", settings)])
}

/// An organization with 30 licences on two pages' worth of types, and 4 available agents.
fn served() -> Served {
    let fixture = r#"{"queues": [{"id": "q-support", "name": "Support", "metrics": {"availableAgents": 4}}],
        "licenses": [{"licenseType": "GenesysCloudCX", "count": 20}, {"licenseType": "CXone", "count": 10},
                     {"licenseType": "Other", "count": 500}]}"#;
    Served::with(|settings| {
        settings.queues.clear();
        settings.fixture = Some(Fixture::from_json(fixture).unwrap());
    })
}

#[test]
fn guards_are_shown_with_their_figures_and_let_a_deployment_through() {
    let (folder, served) = (project(20, "4", ""), served());
    assert_snapshot!(served.run(&folder, &["plan"]).out);
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn a_guard_that_does_not_hold_stops_everything_before_any_write() {
    let (folder, served) = (project(31, "20%", ""), served());
    let run = served.run(&folder, &["deploy", "--yes", "--json"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.out.contains("\"outcome\": \"guarded\""), "{run}");
    assert!(run.out.contains("\"found\": 30"), "{run}");
    assert_snapshot!(run.err);
    let asked = served.organization.requests();
    let wrote = asked.iter().filter(|note| note.method != "GET" && !note.path.contains("/query"));
    let wrote: Vec<_> =
        wrote.filter(|note| !note.path.starts_with("/oauth") && note.method != "HEAD").collect();
    assert!(wrote.is_empty(), "{wrote:?}");
    // To look is not to deploy.
    assert_eq!(served.run(&folder, &["plan"]).code, 0);
    // Where nothing is to do, a guard that fails stops nothing.
    let strategy = |licenses: &str| {
        format!(
            "queue \"Support\" {{ external: true }}\n\
             strategy for \"Support\" on voice {{\n  method: random\n{licenses}}}\n"
        )
    };
    folder.write("a.rule", strategy(""));
    assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    folder.write("a.rule", strategy("  guard: licenses >= 31\n"));
    let run = served.run(&folder, &["plan", "--detailed-exitcode"]);
    assert!(run.code == 0 && run.out.contains("FAILS: strategy \"voice\""), "{run}");
    assert!(run.err.contains("no guard stops anything"), "{run}");
}

#[test]
fn a_percentage_is_of_the_strategys_own_licenses() {
    let (folder, served) = (project(5, "80%", ""), served());
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.out.contains("4 available agents, at least 4 (80% of its licenses) needed"), "{run}");
}

#[test]
fn the_tests_of_the_rules_are_a_gate() {
    let (folder, served) = (project(1, "1", "[deploy]\ngates = [\"tests\"]\n"), served());
    let rules = folder.read("a.rule");
    folder.write("a.rule", rules.replace("given { priority: 5 }", "given { priority: 1 }"));
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert_snapshot!(run.err);
    assert!(served.names().is_empty());
    folder.write("a.rule", rules);
    assert_eq!(served.run(&folder, &["plan", "--out", "kept.json"]).code, 0);
    let run = served.run(&folder, &["deploy", "--plan", "kept.json", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn tests_of_other_rules_open_no_gate() {
    let (folder, served) = (project(1, "1", "[deploy]\ngates = [\"tests\"]\n"), served());
    assert_eq!(served.run(&folder, &["plan", "--out", "kept.json"]).code, 0);
    folder.write("a.rule", folder.read("a.rule").replace("priority > 3", "priority > 4"));
    let run = served.run(&folder, &["deploy", "--plan", "kept.json", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.err.contains("the rules in the files are not those of the plan"), "{run}");
    assert!(run.err.contains("check out the files that were planned, or plan again"), "{run}");
    assert!(served.names().is_empty());
}

#[cfg(unix)]
#[test]
fn a_command_sees_the_plan_and_may_close_the_gate() {
    use std::os::unix::fs::PermissionsExt;
    let settings = "[deploy]\ngates = [[\"./gate.sh\", \"First\"]]\n";
    let (folder, served) = (project(1, "1", settings), served());
    let script = "#!/bin/sh\necho looking at the plan\ngrep -q \"\\\"$1\\\"\" && exit 7\nexit 0\n";
    folder.write("gate.sh", script);
    std::fs::set_permissions(folder.path("gate.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.err.contains("looking at the plan"), "{run}");
    assert!(run.err.contains("the gate `./gate.sh First` is closed"), "{run}");
    assert!(served.names().is_empty());
    folder.write("rulec.toml", settings.replace("First", "Nobody"));
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn a_gate_that_cannot_be_tried_or_read_is_an_error() {
    for (settings, says) in [
        ("[deploy]\ngates = [[\"./nowhere\"]]\n", "check the path: it counts from the project's folder"),
        ("[deploy]\ngates = [[\"no-such-program\"]]\n", "no program of this name is in `PATH`"),
        ("[deploy]\ngates = [[\"./a.rule\"]]\n", "make it executable: `chmod +x"),
        ("[deploy]\ngates = [\"test\"]\n", "did you mean `\"tests\"`?"),
        ("[deploy]\ngates = [\"cargo test\"]\n", "a list of a program and its arguments"),
        ("[deploy]\ngates = \"tests\"\n", "a list of a program and its arguments"),
        ("[deploy]\ngate = []\n", "gates"),
    ] {
        let (folder, served) = (project(1, "1", settings), served());
        let run = served.run(&folder, &["deploy", "--yes"]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains(says), "{run}");
        assert!(served.names().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_command_does_not_see_the_keys_that_prove_who_writes() {
    let script = r#"test -z "$RULEC_AUDIT_KEY$WFM_AUTH_HEADER$HOOK_KEY" && test -n "$GENESYS_CLIENT_ID""#;
    let settings = format!(
        "[deploy]\ngates = [[\"sh\", \"-c\", '''{script}''']]\n[webhook]\nurl = \"http://127.0.0.1:1/\"\nkey_env = \"HOOK_KEY\"\n"
    );
    let (folder, served) = (project(1, "1", &settings), served());
    let mut variables = served.variables();
    let keys = ["RULEC_AUDIT_KEY", "WFM_AUTH_HEADER", "HOOK_KEY"];
    variables.extend(keys.map(|name| (name, "a-key-that-is-long-enough-for-all")));
    let run = folder.run_env(&variables, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn an_outbox_that_takes_nothing_stops_everything_before_any_write() {
    let (folder, served) = (project(1, "1", "[webhook]\nurl = \"http://127.0.0.1:1/\"\n"), served());
    std::fs::create_dir_all(folder.path(".rulec")).unwrap();
    folder.write(".rulec/outbox", "not a folder");
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("outbox"), "{run}");
    assert!(served.names().is_empty());
}
