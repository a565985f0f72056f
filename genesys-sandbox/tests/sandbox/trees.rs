//! Which trees are taken, and in which form they are kept (contract 1.3, D26 to D33).

use genesys_sandbox::{Sandbox, Settings};
use serde_json::{Value, json};

use crate::support::*;

fn with_tree(name: &str, tree: &Value) -> Value {
    json!({"name": name, "queue": {"id": "q-support"}, "expression": tree})
}

#[tokio::test]
async fn what_the_contract_allows_is_taken() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for case in fixture("trees-taken.json").as_array().unwrap() {
        let why = case["why"].as_str().unwrap();
        let (status, rule) = api.post(RULES, &with_tree(why, &case["tree"])).await;
        assert_eq!(status, 201, "{why}: {rule}");
        let stored = case.get("stored").unwrap_or(&case["tree"]);
        assert_eq!(&rule["expression"], stored, "{why}");
        assert_eq!(api.get(rule["selfUri"].as_str().unwrap()).await.1, rule, "{why}");
    }
}

#[tokio::test]
async fn what_it_does_not_allow_is_refused_with_the_place() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let path = api.rule("kept").await;
    let before = sandbox.snapshot();
    for case in fixture("trees-refused.json").as_array().unwrap() {
        let says = case["says"].as_str().unwrap();
        let created = api.post(RULES, &with_tree("A", &case["tree"])).await;
        let changed = api.patch(&path, None, &json!({"expression": case["tree"]})).await;
        for (status, refusal) in [created, changed] {
            let message = refusal["message"].as_str().unwrap();
            assert_eq!(status, 400, "{case}");
            assert!(message.starts_with("expression"), "{message}");
            assert!(message.contains(says), "{message}\n{says}");
            assert_eq!(refusal["details"][0]["fieldName"], "expression");
        }
    }
    assert_eq!(sandbox.snapshot(), before);
}

#[tokio::test]
async fn the_depth_is_a_setting() {
    let sandbox = Sandbox::start(Settings { max_depth: 2, ..settings() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    let two = json!({"type": "not", "children": [leaf()]});
    let three = json!({"type": "not", "children": [two]});
    assert_eq!(api.post(RULES, &with_tree("two", &two)).await.0, 201);
    assert_eq!(api.post(RULES, &with_tree("three", &three)).await.0, 400);
}

#[tokio::test]
async fn too_many_nodes_are_refused() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let wide = |count: usize| json!({"type": "and", "children": vec![leaf(); count]});
    assert_eq!(api.post(RULES, &with_tree("most", &wide(9_999))).await.0, 201);
    let (status, refusal) = api.post(RULES, &with_tree("more", &wide(10_000))).await;
    assert_eq!(status, 400);
    assert!(refusal["message"].as_str().unwrap().contains("more than 10000 nodes"), "{refusal}");
}
