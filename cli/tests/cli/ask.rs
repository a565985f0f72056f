//! The question before anything is written, on a terminal.

#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::organization::{Served, THREE, project};

/// Runs `rulec deploy` on a terminal of its own, and answers when it asks, after `meanwhile`.
fn asked(
    served: &Served,
    folder: &crate::folder::Folder,
    answer: &str,
    meanwhile: impl FnOnce(),
) -> (i32, String) {
    let command = format!("{} deploy --color never", env!("CARGO_BIN_EXE_rulec"));
    let mut child = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(folder.path("."))
        .envs(served.variables())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let (mut seen, mut buffer) = (String::new(), [0; 4096]);
    while !seen.contains("[y/N]") {
        let length = out.read(&mut buffer).unwrap();
        assert_ne!(length, 0, "{seen}");
        seen += &String::from_utf8_lossy(&buffer[..length]);
    }
    meanwhile();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{answer}").unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    (child.wait().unwrap().code().unwrap(), seen + &rest)
}

#[test]
fn only_yes_means_yes() {
    let (folder, served) = (project(), Served::start());
    for answer in ["n", "", "nonsense"] {
        let (code, seen) = asked(&served, &folder, answer, || {});
        assert_eq!(code, 1, "{seen}");
        assert!(seen.contains("nothing was changed"), "{seen}");
    }
    assert_eq!(served.writes(), 0);
    let (code, seen) = asked(&served, &folder, "y", || {});
    assert_eq!(code, 0, "{seen}");
    assert_eq!(served.names(), ["Alpha", "Beta", "Gamma"]);
}

#[test]
fn what_changed_while_the_question_stood_stops_it() {
    let (folder, served) = (project(), Served::start());
    served.run(&folder, &["deploy", "--yes"]);
    folder.write("a.rule", THREE.replace("priority: 5", "priority: 6"));
    served.organization.forget_requests();
    let (code, seen) = asked(&served, &folder, "y", || {
        let id = served.organization.rules().into_iter().find(|rule| rule.name == "Alpha").unwrap().id;
        served.organization.update_rule("someone", &id, &json!({"description": "theirs"})).unwrap();
    });
    assert_eq!(code, 1, "{seen}");
    assert!(seen.contains("no longer what was planned against"), "{seen}");
    assert!(seen.contains("description: \"First of all\" -> \"theirs\""), "{seen}");
    assert_eq!(served.writes(), 0);
}
