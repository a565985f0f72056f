//! `rulec recover`, after the process was really killed.

#![cfg(unix)]

use genesys_sandbox::{Effect, Fault, Match, When};
use serde_json::{Value, json};

use crate::folder::finished;
use crate::organization::{Served, project};

/// Kills a deployment at its third write, before or after that has its effect.
fn killed(when: When) -> (crate::folder::Folder, Served) {
    let (folder, served) = (project(), Served::start());
    let (pid, wait) = std::sync::mpsc::channel::<u32>();
    let wait = std::sync::Mutex::new(wait);
    served.organization.faults().add(Fault {
        on: Match::writes().skip(2),
        times: 1,
        then: Effect::call(when, move |_| {
            let pid = wait.lock().unwrap().recv().unwrap();
            std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap();
        }),
    });
    let child = folder.spawn(&served.variables(), &["deploy", "--yes"]);
    pid.send(child.id()).unwrap();
    let run = finished(child);
    assert_eq!(run.code, -1, "{run}");
    (folder, served)
}

#[test]
fn a_killed_deployment_is_finished() {
    for when in [When::Before, When::After] {
        let (folder, served) = killed(when);
        let run = served.run(&folder, &["recover"]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains("is open: 0 of 6 writes done"), "{run}");
        let run = served.run(&folder, &["recover", "--yes"]);
        assert_eq!(run.code, 0, "{run}");
        assert_eq!(served.names(), ["Alpha", "Beta", "Gamma"]);
        // Nobody could note that it began; who recovers it does, once, and does not claim to know who it was.
        let log: Value = serde_json::from_str(&folder.run(&["audit", "log", "--json"]).out).unwrap();
        let records: Vec<&Value> =
            log["records"].as_array().unwrap().iter().filter(|one| one["outcome"] != "refused").collect();
        let told = |number: usize| {
            let record = records[number];
            json!([record["verb"], record["outcome"], record["deployment"], record["late"]])
        };
        assert_eq!(records.len(), 2, "{log}");
        assert_eq!(told(0), json!(["deploy", "unfinished", 1, true]));
        assert_eq!(told(1), json!(["recover", "deployed", 1, null]));
        assert!(records[0]["who"].as_str().unwrap().starts_with("unknown, noted by "));
        assert!(served.organization.rules().iter().all(|rule| rule.enabled));
        let run = served.run(&folder, &["recover", "--yes"]);
        assert_eq!(run.code, 0, "{run}");
        assert!(run.err.contains("nothing to recover"), "{run}");
    }
}

#[test]
fn a_killed_deployment_is_undone() {
    for when in [When::Before, When::After] {
        let (folder, served) = killed(when);
        let run = served.run(&folder, &["recover", "--yes", "--undo"]);
        assert_eq!(run.code, 0, "{run}");
        assert!(served.names().is_empty());
    }
}

#[test]
fn a_damaged_journal_is_reported_with_its_line() {
    let (folder, served) = killed(When::After);
    let host = served.url.trim_start_matches("http://").replace(':', "_");
    let path = format!(".rulec/{host}/journal.jsonl");
    let text = folder.read(&path);
    folder.write(&path, text.replacen("\"step\":0", "\"step\":9", 1));
    for arguments in
        [&["recover", "--yes"][..], &["deploy", "--yes"], &["rollback", "--yes"], &["history"], &["plan"]]
    {
        let run = served.run(&folder, arguments);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains("is damaged at line 2"), "{run}");
    }
}
