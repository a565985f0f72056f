//! The admin routes.

use genesys_sandbox::{Sandbox, Settings};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn faults_come_over_http() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let fault = json!({
        "on": {"method": "POST", "path": RULES, "skip": 1},
        "times": 2,
        "then": {"effect": "status", "status": 503, "when": "after"},
    });
    assert_eq!(api.post("/admin/faults", &fault).await.0, 204);
    assert_eq!(api.get("/admin/faults").await.1["faults"][0]["times"], 2);
    assert_eq!(api.post(RULES, &rule("A")).await.0, 201);
    assert_eq!(api.post(RULES, &rule("B")).await.0, 503);
    assert_eq!(api.post(RULES, &rule("C")).await.0, 503);
    assert_eq!(api.post(RULES, &rule("D")).await.0, 201);
    assert_eq!(sandbox.rules().len(), 4);

    for then in [
        json!({"effect": "refuse"}),
        json!({"effect": "delay", "milliseconds": 5}),
        json!({"effect": "hang"}),
        json!({"effect": "hang", "when": "after"}),
        json!({"effect": "drop", "when": "before"}),
        json!({"effect": "tooManyRequests", "retryAfter": 5}),
        json!({"effect": "tooManyRequests", "retryAfter": "Thu, 01 Jan 2026 00:00:00 GMT"}),
        json!({"effect": "tooManyRequests", "retryAfter": null}),
        json!({"effect": "tooManyRequests"}),
        json!({"effect": "reply", "status": 200, "headers": {"content-type": "text/html"}, "body": "<html>"}),
        json!({"effect": "reply", "status": 200, "body": "x", "ends": "never"}),
        json!({"effect": "revokeToken", "when": "after"}),
        json!({"effect": "revokeClient"}),
        json!({"effect": "lag", "reads": 2}),
        json!({"effect": "job", "polls": 3, "failure": "the store is down"}),
        json!({"effect": "job"}),
        json!([{"effect": "delay", "milliseconds": 5}, {"effect": "drop"}]),
    ] {
        let (status, answer) = api.post("/admin/faults", &json!({ "then": then })).await;
        assert_eq!(status, 204, "{then}: {answer}");
    }
    assert_eq!(sandbox.faults().pending().len(), 17);
    assert_eq!(api.delete("/admin/faults", None).await.0, 204);
    assert!(sandbox.faults().pending().is_empty());

    for fault in [
        json!({}),
        json!({"then": {"effect": "explode"}}),
        json!({"then": {"effect": "status"}}),
        json!({"then": {"effect": "drop", "when": "never"}}),
        json!({"then": {"effect": "drop"}, "time": 1}),
        json!({"then": {"effect": "drop"}, "on": {"verb": "POST"}}),
    ] {
        let (status, refusal) = api.post("/admin/faults", &fault).await;
        assert_eq!((status, &refusal["code"]), (400, &json!("bad.request")), "{fault}");
    }
    // What there is stands in the refusal, of one effect and of a list.
    for (then, says) in [
        (
            json!({"effect": "explode"}),
            "unknown variant `explode`, expected one of `refuse`, `delay`, `hang`",
        ),
        (json!([{"effect": "drop"}, {"effect": "status"}]), "missing field `status`"),
        (json!({"effect": "drop", "when": "never"}), "expected `before` or `after`"),
        (
            json!({"effect": "tooManyRequests", "retryAfter": []}),
            "`retryAfter` is a number of seconds, or a text",
        ),
    ] {
        let (_, refusal) = api.post("/admin/faults", &json!({ "then": then })).await;
        let message = refusal["message"].as_str().unwrap();
        assert!(message.contains("`then`: ") && message.contains(says), "{message}");
    }
}

#[tokio::test]
async fn the_state_and_what_was_asked_are_shown() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    api.rule("A").await;
    api.get(&format!("{RULES}?name=B")).await;
    let (_, state) = api.get("/admin/state").await;
    assert_eq!(state["rules"][0]["name"], "A");
    assert_eq!(state["queues"].as_array().unwrap().len(), 2);
    let (_, asked) = api.get("/admin/requests").await;
    let asked: Vec<_> =
        asked["requests"].as_array().unwrap().iter().map(|note| note["path"].clone()).collect();
    assert_eq!(asked, ["/oauth/token", RULES, RULES]);
    let notes = sandbox.requests();
    assert_eq!((notes[2].query.as_str(), notes[2].status), ("name=B", Some(200)));
    assert_eq!((notes[0].client.as_deref(), notes[1].client.as_deref()), (None, Some("sandbox-client")));
    assert_eq!(api.delete("/admin/requests", None).await.0, 204);
    assert!(sandbox.requests().is_empty());
    let (_, trail) = api.get("/admin/audit").await;
    assert_eq!(trail["entries"][0]["action"], "create");
    assert_eq!(api.delete("/admin/tokens", None).await.0, 204);
    assert_eq!(api.get(RULES).await.0, 401);
    assert_eq!(api.get("/admin/nothing").await.0, 404);
}

#[tokio::test]
async fn they_are_closed_to_strangers() {
    let sandbox = Sandbox::start(Settings { admin_key: Some("key".to_owned()), ..settings() }).await.unwrap();
    let url = format!("{}/admin/state", sandbox.url());
    let ask = async |headers: &[(&str, &str)]| {
        let mut request = http().get(&url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let key = ("x-admin-key", "key");
    assert_eq!(ask(&[]).await, 403);
    assert_eq!(ask(&[("x-admin-key", "other")]).await, 403);
    assert_eq!(ask(&[key]).await, 200);
    assert_eq!(ask(&[key, ("host", "rebound.example.org")]).await, 403);
    assert_eq!(ask(&[key, ("origin", "https://example.org")]).await, 403);
    assert_eq!(ask(&[key, ("origin", "null")]).await, 403);
    assert_eq!(ask(&[key, ("origin", &sandbox.url())]).await, 200);
    assert_eq!(ask(&[key, ("host", "localhost:80")]).await, 200);
}

#[tokio::test]
async fn a_page_in_a_browser_reaches_nothing() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for (header, value) in
        [("host", "rebound.example.org"), ("origin", "https://example.org"), ("origin", "null")]
    {
        let answer = api.request("POST", "/oauth/token").header(header, value).send().await.unwrap();
        assert_eq!(answer.status(), 403);
        let answer = api.request("GET", RULES).header(header, value).send().await.unwrap();
        assert_eq!(answer.status(), 403);
    }
    assert_eq!(api.get(RULES).await.0, 200);
}
