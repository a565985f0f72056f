//! The client and the sandbox as a whole: health, lists of several pages, a token that is revoked on the way.

use std::sync::Arc;

use genesys_client::{Effect, ErrorKind, Method, Request};
use genesys_sandbox::{ClientCredentials, Effect as Fault, Match, Sandbox, Settings, When, queue};
use serde_json::{Value, json};

use crate::clock::TestClock;
use crate::{ID, SECRET, client};

async fn sandbox(credentials: ClientCredentials) -> Sandbox {
    let settings = Settings {
        queues: vec![queue("q-1", "Support")],
        clients: vec![credentials],
        rate: None,
        ..Settings::default()
    };
    Sandbox::start(settings).await.unwrap()
}

fn create(name: &str) -> Request {
    Request::new(Method::Post, "/api/v2/routing/rules", format!("create the rule `{name}`")).body(json!({
        "name": name, "description": "", "priority": 10, "enabled": true, "queue": {"id": "q-1"},
        "expression": {"type": "condition", "field": "language", "operator": "eq", "value": "en"},
    }))
}

fn list() -> Request {
    Request::get("/api/v2/routing/rules", "list the rules").query("pageSize", 100)
}

#[tokio::test]
async fn a_list_of_several_pages_is_read_in_order_and_once() {
    let sandbox = sandbox(ClientCredentials::new(ID, SECRET)).await;
    let client = client(&sandbox.url(), &TestClock::new());
    client.health().await.unwrap();
    for number in 0..230 {
        client.send(&create(&format!("rule {number:03}"))).await.unwrap();
    }
    sandbox.forget_requests();
    let rules = client.list(&list()).await.unwrap();
    let names = rules.iter().filter_map(|rule| rule.get("name").and_then(Value::as_str)).collect::<Vec<_>>();
    assert_eq!(names.len(), 230);
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), 230);
    assert_eq!(sandbox.requests().len(), 3);
}

#[tokio::test]
async fn a_token_that_is_revoked_on_the_way_is_replaced_once() {
    let sandbox = sandbox(ClientCredentials::new(ID, SECRET)).await;
    let client = client(&sandbox.url(), &TestClock::new());
    client.health().await.unwrap();
    sandbox.revoke_tokens();
    client.send(&create("X")).await.unwrap();
    assert_eq!(sandbox.rules().len(), 1);
    sandbox.revoke_client(ID);
    let error = client.send(&create("Y")).await.unwrap_err();
    assert_eq!((error.kind, error.effect), (ErrorKind::Authentication, Effect::None));
    assert_eq!(sandbox.rules().len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_effect_is_told_as_unknown_and_not_sent_again() {
    for fault in [Fault::Drop(When::After), Fault::Status { status: 503, when: When::After }] {
        let sandbox = sandbox(ClientCredentials::new(ID, SECRET)).await;
        let client = client(&sandbox.url(), &TestClock::new());
        client.health().await.unwrap();
        sandbox.faults().add(genesys_sandbox::Fault {
            on: Match::on("POST", "/api/v2/routing/rules"),
            times: 1,
            then: fault,
        });
        assert_eq!(client.send(&create("X")).await.unwrap_err().effect, Effect::Unknown);
        assert_eq!(sandbox.rules().len(), 1);
    }
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let sandbox = sandbox(ClientCredentials::read_only(ID, SECRET)).await;
    let error = client(&sandbox.url(), &TestClock::new()).send(&create("X")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Permission);
    assert!(error.help().contains("`routing:rule:write`"), "{error}\n{}", error.help());
    assert!(error.correlation_id.is_some());
}

#[tokio::test]
async fn a_request_that_is_dropped_leaves_the_client_whole() {
    let sandbox = sandbox(ClientCredentials::new(ID, SECRET)).await;
    let client = Arc::new(client(&sandbox.url(), &TestClock::new()));
    for polls in 0..12 {
        let request = list();
        let mut future = std::pin::pin!(client.list(&request));
        for _ in 0..polls {
            let done =
                std::future::poll_fn(|cx| std::task::Poll::Ready(future.as_mut().poll(cx).is_ready())).await;
            if done {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    client.list(&list()).await.unwrap();
}
