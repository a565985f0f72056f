//! `rulec deploy`.

use genesys_sandbox::{Effect, Fault, Match, When};
use insta::assert_snapshot;
use serde_json::json;

use crate::folder::{Folder, finished};
use crate::organization::{SECRET, Served, THREE, project};

#[test]
fn the_embedded_sandbox_takes_a_project_and_the_second_time_nothing_is_done() {
    let folder = project();
    assert_snapshot!("the_main_job", folder.run(&["deploy", "--yes"]));
    let journal = folder.read(".rulec/sandbox/journal.jsonl");
    assert_snapshot!("the_main_job_again", folder.run(&["deploy", "--yes"]));
    assert_eq!(folder.read(".rulec/sandbox/journal.jsonl"), journal, "nothing was noted");
    assert_eq!(folder.read(".rulec/.gitignore"), "*\n");
}

#[test]
fn what_is_unchanged_sends_no_write() {
    let (folder, served) = (project(), Served::start());
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(served.names(), ["Alpha", "Beta", "Gamma"]);
    served.organization.forget_requests();
    let run = served.run(&folder, &["deploy"]);
    assert_eq!((run.code, run.out.as_str()), (0, "Nothing to do: 3 rules are live as declared\n"), "{run}");
    assert_eq!(served.writes(), 0);
}

#[test]
fn changes_renames_and_deletions_go_through_together() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    let text = THREE
        .replace("rule \"Alpha\" {", "rule \"First\" {\n  was: \"Alpha\"")
        .replace("priority >= 5 or vip", "priority >= 6 or vip");
    let text = text.replace(
        "rule \"Beta\" {\n  queue: \"Support\"\n\n  when skill has \"technical_support\"\n}\n",
        "rule \"Delta\" {\n  queue: \"Support\"\n  enabled: false\n\n  when language == \"fr\"\n}\n",
    );
    folder.write("a.rule", text);
    assert_snapshot!("the_rest_stays", served.run(&folder, &["plan"]));
    assert_snapshot!("what_was_deployed_goes", served.run(&folder, &["deploy", "--yes", "--prune"]));
    assert_eq!(served.names(), ["Delta", "First", "Gamma"]);
    assert_eq!(served.run(&folder, &["drift"]).code, 0);
}

#[test]
fn pruning_leaves_alone_what_somebody_else_made() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    let tree = json!({"type": "condition", "field": "language", "operator": "eq", "value": "de"});
    let body = json!({"name": "Theirs", "queue": {"id": "q-support"}, "expression": tree});
    served.organization.create_rule("someone", &body).unwrap();
    folder.write("a.rule", THREE.split("rule \"Beta\"").next().unwrap());
    let run = served.run(&folder, &["deploy", "--yes", "--prune"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(served.names(), ["Alpha", "Theirs"]);
    let run = served.run(&folder, &["deploy", "--yes", "--prune=unowned"]);
    assert!(run.out.contains("- rule \"Theirs\" in \"Support\""), "{run}");
    assert_eq!(served.names(), ["Alpha"]);
}

#[test]
fn nobody_is_there_to_be_asked() {
    let (folder, served) = (project(), Served::start());
    let run = served.run(&folder, &["deploy"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("no terminal to ask on"), "{run}");
    assert!(served.names().is_empty());
}

#[test]
fn a_failure_undoes_everything_and_says_why() {
    let (folder, served) = (project(), Served::start());
    let before = served.organization.snapshot();
    served.organization.faults().add(Fault {
        on: Match::on("POST", "/api/v2/routing/rules").skip(2),
        times: 1,
        then: Effect::Status { status: 400, when: When::Before },
    });
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.err.contains("failed and was undone"), "{run}");
    assert!(run.err.contains("what it had written is as it was before"), "{run}");
    assert_eq!(served.organization.snapshot(), before);
    let run = served.run(&folder, &["history", "--json"]);
    assert!(run.out.contains("\"outcome\": \"undone\""), "{run}");
}

#[test]
fn a_dead_client_leaves_the_deployment_open_and_recover_finishes_it() {
    let (folder, served) = (project(), Served::start());
    served.organization.faults().add(Fault {
        on: Match::on("POST", "/api/v2/routing/rules").skip(1),
        times: 1,
        then: Effect::RevokeClient(When::Before),
    });
    let run = served.run(&folder, &["deploy", "--yes", "--json"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(run.out.contains("\"outcome\": \"unfinished\""), "{run}");
    assert!(run.err.contains("rulec recover"), "{run}");
    served.organization.restore_client("client");
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(run.err.contains("deployment 1") && run.err.contains("is still open"), "{run}");
    let run = served.run(&folder, &["recover", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(served.names(), ["Alpha", "Beta", "Gamma"]);
    assert_eq!(served.run(&folder, &["drift"]).code, 0);
}

#[test]
fn a_wrong_secret_and_a_missing_permission_are_told_before_anything_is_written() {
    let (folder, served) = (
        project(),
        Served::with(|settings| {
            settings.clients.push(genesys_sandbox::ClientCredentials::read_only("reader", SECRET));
        }),
    );
    let mut variables = served.variables();
    variables[2].1 = "wrong-secret";
    let run = folder.run_env(&variables, &["deploy", "--yes"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("check the client id and the secret"), "{run}");
    assert!(!run.to_string().contains("wrong-secret"), "{run}");

    let mut variables = served.variables();
    variables[1].1 = "reader";
    let run = folder.run_env(&variables, &["deploy", "--yes"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.err.contains("routing:rule:write"), "{run}");
    assert!(served.names().is_empty());
}

#[test]
fn one_deployment_of_a_project_runs_at_a_time() {
    let (folder, served) = (project(), Served::start());
    let (started, start) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    served.organization.faults().add(Fault {
        on: Match::on("POST", "/api/v2/routing/rules"),
        times: 1,
        then: Effect::call(When::Before, move |_| {
            started.send(()).unwrap();
            released.lock().unwrap().recv().unwrap();
        }),
    });
    let first = folder.spawn(&served.variables(), &["deploy", "--yes"]);
    start.recv().unwrap();
    let second = served.run(&folder, &["deploy", "--yes"]);
    release.send(()).unwrap();
    assert_eq!(second.code, 2, "{second}");
    assert!(second.err.contains("another deployment of this project is running"), "{second}");
    let first = finished(first);
    assert_eq!(first.code, 0, "{first}");
}

#[cfg(unix)]
#[test]
fn the_first_interrupt_undoes() {
    let (folder, served) = (project(), Served::start());
    let (pid, wait) = std::sync::mpsc::channel::<u32>();
    let wait = std::sync::Mutex::new(wait);
    served.organization.faults().add(Fault {
        on: Match::on("POST", "/api/v2/routing/rules"),
        times: 1,
        then: Effect::call(When::After, move |_| {
            let pid = wait.lock().unwrap().recv().unwrap();
            std::process::Command::new("kill").args(["-INT", &pid.to_string()]).status().unwrap();
        }),
    });
    let child = folder.spawn(&served.variables(), &["deploy", "--yes"]);
    pid.send(child.id()).unwrap();
    let run = finished(child);
    assert_eq!(run.code, 130, "{run}");
    assert!(run.err.contains("press again to stop at once"), "{run}");
    assert!(run.err.contains("was interrupted and undone"), "{run}");
    assert!(served.names().is_empty());
}

#[cfg(unix)]
#[test]
fn the_second_interrupt_leaves_everything_for_recover() {
    use std::io::{BufRead, BufReader};
    let (folder, served) = (project(), Served::start());
    let (started, start) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    served.organization.faults().add(Fault {
        on: Match::on("POST", "/api/v2/routing/rules"),
        times: 1,
        then: Effect::call(When::After, move |_| {
            started.send(()).unwrap();
            released.lock().unwrap().recv().unwrap();
        }),
    });
    let mut child = folder.spawn(&served.variables(), &["deploy", "--yes"]);
    start.recv().unwrap();
    let pid = child.id().to_string();
    let interrupt = |signal: &str| {
        std::process::Command::new("kill").args([signal, &pid]).status().unwrap();
    };
    interrupt("-INT");
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("press again") {
        assert_ne!(err.read_line(&mut said).unwrap(), 0, "{said}");
    }
    interrupt("-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    release.send(()).unwrap();
    std::io::Read::read_to_string(&mut err, &mut said).unwrap();
    assert!(said.contains("rulec recover"), "{said}");
    let run = served.run(&folder, &["recover", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(served.names(), ["Alpha", "Beta", "Gamma"]);
}

#[test]
fn no_secret_is_seen_at_the_most_verbose() {
    let (folder, served) = (project(), Served::start());
    for arguments in [
        &["deploy", "--yes", "-v"][..],
        &["plan", "-v", "--out", "p.json"],
        &["pull", "-v"],
        &["drift", "-v", "--json"],
    ] {
        let run = served.run(&folder, arguments);
        assert!(run.err.contains("POST /oauth/token 200"), "{run}");
    }
    for file in ["p.json", ".rulec/lock"] {
        assert!(!folder.read(file).contains(SECRET), "{file}");
    }
    let host = served.url.trim_start_matches("http://").replace(':', "_");
    assert!(!folder.read(&format!(".rulec/{host}/journal.jsonl")).contains(SECRET));
}

#[test]
fn a_folder_without_a_project_has_no_place_for_a_journal() {
    let folder = Folder::new(&[("a.rule", THREE)]);
    let run = folder.run(&["deploy", "--yes", "a.rule"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("there is no project here"), "{run}");
    let run = folder.run(&["deploy", "--yes", "a.rule", "--state", "elsewhere"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(folder.path("elsewhere/sandbox/journal.jsonl").exists());
    assert!(!folder.path(".rulec").exists());
}
