//! What is kept on disk.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use genesys_sandbox::{CLIENT_ID, CLIENT_SECRET, Sandbox, Settings, StartError, Store};
use serde_json::json;

use crate::support::*;

fn on_disk(path: &Path) -> Settings {
    Settings { store: Store::File(path.to_owned()), ..settings() }
}

#[tokio::test]
async fn a_file_serves_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/sandbox.redb");
    let sandbox = Sandbox::start(on_disk(&path)).await.unwrap();
    let api = Api::new(&sandbox).await;
    for name in ["C", "A", "B"] {
        api.rule(name).await;
    }
    let rules = sandbox.rules();
    api.patch(&rules[0].self_uri, None, &json!({"name": "D", "queue": {"id": "q-sales"}})).await;
    api.delete(&rules[1].self_uri, None).await;
    let (rules, trail) = (sandbox.rules(), sandbox.audit());
    assert_eq!((rules.len(), trail.len()), (2, 5));
    sandbox.stop().await;

    let sandbox = Sandbox::start(on_disk(&path)).await.unwrap();
    assert_eq!((sandbox.rules(), sandbox.audit()), (rules, trail));
    // A token does not outlive the process, everything else goes on where it was.
    assert_eq!(Api { url: sandbox.url(), ..api }.get(RULES).await.0, 401);
    let api = Api::new(&sandbox).await;
    assert_eq!(api.post(RULES, &rule("B")).await.0, 409);
    api.rule("E").await;
    let names: Vec<_> = sandbox.rules().into_iter().map(|rule| rule.name).collect();
    assert_eq!(names, ["D", "B", "E"]);
    assert_eq!(sandbox.audit().last().unwrap().number, 6);
}

#[tokio::test]
async fn a_file_serves_one_sandbox_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.redb");
    let first = Sandbox::start(on_disk(&path)).await.unwrap();
    let handle = first.organization();
    let error = Sandbox::start(on_disk(&path)).await.unwrap_err();
    assert!(matches!(&error, StartError::InUse { .. }), "{error}");
    assert!(error.to_string().ends_with("sandbox.redb` is in use by another sandbox"), "{error}");
    // Dropping gives it back, whoever still holds a handle; what that one writes would be lost.
    drop(first);
    let second = Sandbox::start(on_disk(&path)).await.unwrap();
    assert_eq!(handle.create_rule("x", &rule("A")).unwrap_err().status(), 500);
    assert!(second.rules().is_empty());
}

#[tokio::test]
async fn what_is_no_store_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.redb");
    std::fs::write(&path, "my precious notes").unwrap();
    let error = Sandbox::start(on_disk(&path)).await.unwrap_err();
    assert!(matches!(&error, StartError::Store { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "my precious notes");
}

const SERVED: &str = "SANDBOX_TEST_SERVED";

/// A process of its own, for the test below: serves the file until it is killed.
#[tokio::test]
async fn serve_for_another_process() {
    let Some(path) = env::var_os(SERVED) else { return };
    let sandbox = Sandbox::start(on_disk(&PathBuf::from(path))).await.unwrap();
    println!("\nserved at {}", sandbox.url());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn what_was_answered_outlives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.redb");
    for round in 0..3 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "store::serve_for_another_process", "--nocapture"])
            .env(SERVED, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let url =
            lines.into_iter().find_map(|line| line.strip_prefix("served at ").map(str::to_owned)).unwrap();
        let error = Sandbox::start(on_disk(&path)).await.unwrap_err();
        assert!(matches!(&error, StartError::InUse { .. }), "{error}");

        let api = Api::at(url, CLIENT_ID, CLIENT_SECRET).await;
        let (_, page) = api.get(RULES).await;
        assert_eq!(page["total"], round);
        for rule in page["entities"].as_array().unwrap() {
            assert_eq!(rule["priority"], 7);
        }
        let created = api.rule(&format!("rule {round}")).await;
        assert_eq!(api.patch(&created, Some(1), &json!({"priority": 7})).await.0, 200);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let sandbox = Sandbox::start(on_disk(&path)).await.unwrap();
    assert_eq!((sandbox.rules().len(), sandbox.audit().len()), (3, 6));
}
