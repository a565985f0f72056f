//! Strategies (contract 0, "Strategies"; 1.1), S0's own sequence first.

use genesys_sandbox::{AuditEntry, ClientCredentials, Effect, Fault, Match, Sandbox, Settings, Store};
use serde_json::{Value, json};

use crate::support::*;

const OF_SUPPORT: &str = "/api/v2/routing/queues/q-support/strategies";
const ALL: &str = "/api/v2/routing/strategies";

/// S0's strategy, as it is sent.
fn pure_play(media: &str) -> Value {
    json!({"strategy": "mostSkilled", "mediaType": media,
           "overflow": {"rules": [
               {"condition": "queueDepth", "threshold": 15, "action": "routeToNextQueue"},
               {"condition": "waitTime", "threshold": 120, "action": "addSkillToInteraction"}]},
           "skills": {"required": ["technical_support"], "preferred": ["escalation_capable"]}})
}

fn patch(strategies: &[Value]) -> Value {
    json!({ "strategies": strategies })
}

/// The media types and their methods.
fn methods(answer: &Value) -> Vec<(&str, &str)> {
    let strategies = answer["strategies"].as_array().unwrap();
    strategies
        .iter()
        .map(|one| (one["mediaType"].as_str().unwrap(), one["strategy"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn the_seeds_sequence_is_answered_as_it_expects() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    assert_eq!(api.get(OF_SUPPORT).await, (200, json!({"version": 0, "strategies": []})));

    let (status, first) = api.patch(OF_SUPPORT, Some(0), &patch(&[pure_play("voice")])).await;
    assert_eq!((status, &first["version"]), (200, &json!(1)), "{first}");
    let id = first["strategies"][0]["id"].as_str().unwrap().to_owned();
    let mut stored = pure_play("voice");
    stored["id"] = json!(id);
    assert_eq!(api.get(OF_SUPPORT).await, (200, json!({"version": 1, "strategies": [stored]})));

    // D1: the same media type again, and then again, is still one strategy, and the same.
    for version in [1, 2] {
        let (status, again) = api.patch(OF_SUPPORT, Some(version), &patch(&[pure_play("voice")])).await;
        assert_eq!((status, &again["version"]), (200, &json!(version + 1)));
        assert_eq!(again["strategies"], json!([stored]));
    }

    // A stale version is 409; the fresh one is taken. What others have is sent back with ids, as S0 does.
    let (status, refusal) = api.patch(OF_SUPPORT, Some(1), &patch(&[pure_play("chat")])).await;
    assert_eq!((status, &refusal["code"]), (409, &json!("version.conflict")));
    assert_eq!(
        (&refusal["entityId"], &refusal["entityName"]),
        (&json!("q-support"), &json!("Technical Support"))
    );
    let (_, fresh) = api.get(OF_SUPPORT).await;
    let merged = patch(&[fresh["strategies"][0].clone(), pure_play("chat")]);
    let (status, both) = api.patch(OF_SUPPORT, fresh["version"].as_u64(), &merged).await;
    assert_eq!((status, methods(&both)), (200, vec![("voice", "mostSkilled"), ("chat", "mostSkilled")]));
}

#[tokio::test]
async fn other_media_types_stay_as_they_are() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    api.patch(OF_SUPPORT, None, &patch(&[pure_play("voice"), pure_play("chat")])).await;
    let (_, before) = api.get(OF_SUPPORT).await;
    let bare = json!({"mediaType": "chat", "strategy": "random"});
    let (_, after) = api.patch(OF_SUPPORT, Some(1), &patch(&[bare])).await;
    assert_eq!(after["strategies"][0], before["strategies"][0]);
    assert_eq!(
        after["strategies"][1],
        json!({"id": before["strategies"][1]["id"], "mediaType": "chat", "strategy": "random",
               "overflow": {"rules": []}, "skills": {}})
    );
    let (_, after) = api.patch(OF_SUPPORT, Some(2), &patch(&[pure_play("callback")])).await;
    assert_eq!(methods(&after), [("voice", "mostSkilled"), ("chat", "random"), ("callback", "mostSkilled")]);
    assert_eq!(api.patch(OF_SUPPORT, Some(3), &patch(&[])).await.1["version"], 4);
    // The other queue has its own.
    assert_eq!(api.get(&format!("{QUEUES}/q-sales/strategies")).await.1["version"], 0);
}

#[tokio::test]
async fn null_removes_a_strategy_and_the_version_goes_on() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let (_, first) = api.patch(OF_SUPPORT, None, &patch(&[pure_play("voice"), pure_play("chat")])).await;
    let none = |media: &str| json!({"mediaType": media, "strategy": null});
    let (status, after) = api.patch(OF_SUPPORT, Some(1), &patch(&[none("voice")])).await;
    assert_eq!((status, methods(&after)), (200, vec![("chat", "mostSkilled")]));
    // What is not there may be removed too.
    let (_, after) = api.patch(OF_SUPPORT, Some(2), &patch(&[none("voice"), none("chat")])).await;
    assert_eq!(after, json!({"version": 3, "strategies": []}));
    // A new one has a new id.
    let (_, after) = api.patch(OF_SUPPORT, Some(3), &patch(&[pure_play("voice")])).await;
    assert_ne!(after["strategies"][0]["id"], first["strategies"][0]["id"]);
    let events: Vec<_> = sandbox.audit().iter().map(AuditEntry::event_type).collect();
    let event = |action: &str| format!("routing:queue:strategy:{action}");
    assert_eq!(
        events,
        [event("created"), event("created"), event("deleted"), event("deleted"), event("created")]
    );
    assert!(sandbox.audit().iter().all(|entry| entry.entity_id == "q-support"));
}

#[tokio::test]
async fn what_is_no_strategy_is_unprocessable() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    api.patch(OF_SUPPORT, None, &patch(&[pure_play("voice")])).await;
    let before = api.get(OF_SUPPORT).await;
    for case in fixture("strategies-refused.json").as_array().unwrap() {
        let body = if case.get("body").is_some() {
            case["body"].clone()
        } else {
            let mut strategy = pure_play("voice");
            strategy[case["key"].as_str().unwrap()] = case["value"].clone();
            patch(&[strategy])
        };
        let (status, refusal) = api.patch(OF_SUPPORT, None, &body).await;
        assert_eq!((status, &refusal["code"]), (422, &json!("unprocessable.entity")), "{body}");
        assert_eq!(refusal["details"][0]["fieldName"], case["field"], "{refusal}");
    }
    assert_eq!(api.get(OF_SUPPORT).await, before);
    assert_eq!(api.patch(&format!("{QUEUES}/nowhere/strategies"), None, &patch(&[])).await.0, 404);
    assert_eq!(api.get(&format!("{QUEUES}/nowhere/strategies")).await.0, 404);
    let request = api.request("PATCH", OF_SUPPORT).header("if-match", "W/\"1\"");
    assert_eq!(with_json(request, &patch(&[])).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn all_strategies_are_listed_with_their_queues() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    api.patch(OF_SUPPORT, None, &patch(&[pure_play("voice"), pure_play("chat")])).await;
    api.patch(&format!("{QUEUES}/q-sales/strategies"), None, &patch(&[pure_play("voice")])).await;
    let (status, page) = api.get(&format!("{ALL}?pageSize=2")).await;
    assert_eq!((status, &page["total"]), (200, &json!(3)));
    let (_, of_queue) = api.get(OF_SUPPORT).await;
    let mut expected = of_queue["strategies"][0].clone();
    expected["queueId"] = json!("q-support");
    assert_eq!(page["entities"][0], expected);
    let (_, page) = api.get(page["nextUri"].as_str().unwrap()).await;
    assert_eq!((&page["entities"][0]["queueId"], page.get("nextUri")), (&json!("q-sales"), None));
    assert_eq!(api.get(&format!("{ALL}?queueId=q-support&mediaType=chat")).await.1["total"], 1);
}

#[tokio::test]
async fn they_lag_need_permissions_and_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::File(folder.path().join("sandbox.redb"));
    let clients = vec![ClientCredentials::new("writer", "s"), ClientCredentials::read_only("reader", "s")];
    let settings = Settings { store, clients, ..settings() };
    let sandbox = Sandbox::start(settings.clone()).await.unwrap();
    let reader = Api::login(&sandbox, "reader", "s").await;
    assert_eq!(reader.patch(OF_SUPPORT, None, &patch(&[])).await.0, 403);
    let api = Api::login(&sandbox, "writer", "s").await;
    let lag = Fault { on: Match::on("PATCH", "*"), times: 1, then: Effect::Lag { reads: 3 } };
    sandbox.faults().add(lag);
    let (_, written) = api.patch(OF_SUPPORT, Some(0), &patch(&[pure_play("voice")])).await;
    assert_eq!(api.get(OF_SUPPORT).await.1["version"], 0);
    assert_eq!(reader.get(ALL).await.1["total"], 0);
    // The platform itself is never behind.
    assert_eq!(api.patch(OF_SUPPORT, Some(0), &patch(&[])).await.0, 409);
    assert_eq!(api.get(OF_SUPPORT).await.1["version"], 0);
    assert_eq!(api.get(OF_SUPPORT).await.1, written);
    sandbox.stop().await;

    let sandbox = Sandbox::start(settings).await.unwrap();
    let api = Api::login(&sandbox, "writer", "s").await;
    assert_eq!(api.get(OF_SUPPORT).await.1, written);
    // They end with their queue.
    assert_eq!(api.delete(&format!("{QUEUES}/q-support"), None).await.0, 204);
    assert_eq!(api.get(OF_SUPPORT).await.0, 404);
    assert_eq!(api.get(ALL).await.1["total"], 0);
}
