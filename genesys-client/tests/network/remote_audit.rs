//! The organization's audit log: its pages, and pages that never end.

use genesys_client::ErrorKind;
use genesys_client::audit::{REMOTE_EVENTS, RemoteQuery, remote};
use genesys_sandbox::{ClientCredentials, Sandbox, Settings, queue};
use serde_json::json;

use crate::clock::TestClock;
use crate::raw::{Raw, json as answer};
use crate::{ID, SECRET, client};

#[tokio::test]
async fn all_pages_are_read_in_order() {
    let settings = Settings {
        queues: vec![queue("q-1", "Support"), queue("q-2", "Sales")],
        clients: vec![ClientCredentials::new(ID, SECRET)],
        rate: None,
        ..Settings::default()
    };
    let sandbox = Sandbox::start(settings).await.unwrap();
    for number in 0..230 {
        let body = json!({"name": format!("rule {number}"), "queue": {"id": "q-1"},
            "expression": {"type": "condition", "field": "language", "operator": "eq", "value": "en"}});
        sandbox.create_rule("someone", &body).unwrap();
    }
    let client = client(&sandbox.url(), &TestClock::new());
    let all = remote(&client, &RemoteQuery::default()).await.unwrap();
    assert_eq!(all.len(), 230);
    let numbers: Vec<u64> = all.iter().map(|entry| entry["id"].as_str().unwrap().parse().unwrap()).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next));
    let one = RemoteQuery {
        entity: Some(all[7]["entityId"].as_str().unwrap().to_owned()),
        ..RemoteQuery::default()
    };
    assert_eq!(remote(&client, &one).await.unwrap(), [all[7].clone()]);
    let strategies = RemoteQuery { entity: None, events: REMOTE_EVENTS.map(str::to_owned).to_vec() };
    assert!(remote(&client, &strategies).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_question_is_the_contracts() {
    let server = Raw::answering(vec![
        answer(200, r#"{"results":[{"id":"1"}],"pageToken":"next"}"#),
        // A question may be asked again.
        answer(503, ""),
        answer(200, r#"{"results":[{"id":"2"}],"pageToken":""}"#),
    ])
    .await;
    let query =
        RemoteQuery { entity: Some("q-1".to_owned()), events: REMOTE_EVENTS.map(str::to_owned).to_vec() };
    assert_eq!(remote(&client(&server.url, &TestClock::new()), &query).await.unwrap().len(), 2);
    let seen = server.seen();
    assert_eq!(seen[0].line, "POST /api/v2/architect/auditlogs/query");
    let body: Vec<serde_json::Value> =
        seen.iter().map(|seen| serde_json::from_str(&seen.body).unwrap()).collect();
    let filters = json!([
        {"name": "entityId", "op": "eq", "values": ["q-1"]},
        {"name": "eventType", "op": "in", "values": ["routing:queue:strategy:updated", "routing:queue:strategy:created"]},
    ]);
    assert_eq!(body[0], json!({"filters": filters, "size": 100}));
    let second = json!({"filters": filters, "size": 100, "pageToken": "next"});
    assert_eq!(body[1..], [second.clone(), second]);
}

#[tokio::test]
async fn pages_in_a_circle_and_what_is_no_page_are_errors() {
    let page = |token: &str| answer(200, &format!(r#"{{"results":[],"pageToken":{token}}}"#));
    for (answers, says) in [
        (vec![page("\"a\"")], "in a circle"),
        (vec![page("\"a\""), page("\"b\""), page("\"a\"")], "in a circle"),
        (vec![page("7")], "no text"),
        (vec![answer(200, "[]")], "no page"),
        (vec![answer(200, r#"{"entities":[]}"#)], "`results`"),
        (vec![answer(200, r#"{"results":[3]}"#)], "no object"),
    ] {
        let server = Raw::answering(answers).await;
        let error =
            remote(&client(&server.url, &TestClock::new()), &RemoteQuery::default()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Answer);
        assert!(error.to_string().contains(says), "{error}");
    }
}
