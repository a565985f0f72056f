//! What is kept on disk.

use std::path::Path;

use genesys_sandbox::{Sandbox, Settings, StartError, Store};
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
    let error = Sandbox::start(on_disk(&path)).await.err().unwrap();
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
    let error = Sandbox::start(on_disk(&path)).await.err().unwrap();
    assert!(matches!(&error, StartError::Store { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "my precious notes");
}
