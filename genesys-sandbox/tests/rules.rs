//! The rules over HTTP (contract 0, "Rule list" and "Rule item").

mod support;

use genesys_sandbox::Sandbox;
use serde_json::json;
use support::*;

#[tokio::test]
async fn a_rule_is_created_read_changed_and_deleted() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;

    let (status, created) = api.post(RULES, &rule("VIP")).await;
    assert_eq!(status, 201, "{created}");
    assert_eq!(created["version"], 1);
    assert_eq!(created["priority"], 10);
    assert_eq!(created["enabled"], true);
    assert_eq!(created["queue"], json!({"id": "q-support", "name": "Technical Support"}));
    let path = created["selfUri"].as_str().unwrap();
    assert_eq!(api.get(path).await, (200, created.clone()));

    let (status, changed) = api.patch(path, Some(1), &json!({"priority": 3, "description": "new"})).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!((&changed["priority"], &changed["version"]), (&json!(3), &json!(2)));
    assert_eq!(changed["name"], "VIP");

    assert_eq!(api.delete(path, Some(2)).await.0, 204);
    assert_eq!(api.get(path).await.0, 404);
    assert!(sandbox.rules().is_empty());
    sandbox.stop().await;
}
