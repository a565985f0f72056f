//! Tokens: one for all, in time, anew after a 401, and an end where none is given.

use std::time::Duration;

use genesys_client::{Effect, ErrorKind, Method, Request};
use serde_json::json;

use crate::client;
use crate::clock::TestClock;
use crate::raw::{Raw, Reply, json as answer, reply, token};

fn get() -> Request {
    Request::get("/api/v2/routing/rules/1", "read the rule `X`")
}

fn post() -> Request {
    Request::new(Method::Post, "/api/v2/routing/rules", "create the rule `X`").body(json!({}))
}

#[tokio::test]
async fn credentials_go_as_basic_and_tokens_as_bearer() {
    let server = Raw::answering(vec![answer(200, "{}")]).await;
    client(&server.url, &TestClock::new()).send(&get().query("name", "a b&c/é")).await.unwrap();
    let all = server.all();
    assert_eq!(all[0].line, "POST /oauth/token");
    assert_eq!(all[0].header("authorization"), Some("Basic Y2xpZW50LW9mLXRoZS10ZXN0Omh1bnRlcjJodW50ZXIy"));
    assert_eq!(all[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(all[0].body, "grant_type=client_credentials");
    assert_eq!(all[1].line, "GET /api/v2/routing/rules/1?name=a+b%26c%2F%C3%A9");
    assert_eq!(all[1].header("authorization"), Some("Bearer token-1"));
}

#[tokio::test]
async fn many_tasks_share_one_token() {
    let server = Raw::answering(vec![answer(200, "{}")]).await;
    let client = client(&server.url, &TestClock::new());
    let tasks = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.send(&get()).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    assert_eq!((server.tokens(), server.seen().len()), (1, 50));
}

#[tokio::test]
async fn a_token_is_renewed_a_grace_before_it_ends() {
    // A tenth of its life, five minutes at most.
    for (life, grace) in [(300, 30), (86_400, 300), (1, 0)] {
        let server = Raw::start(vec![token("a", life), token("b", life)], vec![answer(200, "{}")]).await;
        let clock = TestClock::new();
        let client = client(&server.url, &clock);
        client.send(&get()).await.unwrap();
        clock.pass(Duration::from_millis((life - grace) * 1000 - 101));
        client.send(&get()).await.unwrap();
        assert_eq!(server.tokens(), 1, "{life}");
        clock.pass(Duration::from_millis(101));
        client.send(&get()).await.unwrap();
        assert_eq!(server.tokens(), 2, "{life}");
        assert_eq!(server.seen()[2].header("authorization"), Some("Bearer b"));
    }
}

#[tokio::test]
async fn after_a_401_the_request_goes_once_more_with_a_fresh_token() {
    let server = Raw::answering(vec![answer(401, "{}"), answer(200, "{}")]).await;
    let client = client(&server.url, &TestClock::new());
    client.send(&post()).await.unwrap();
    let bearers =
        server.seen().iter().map(|seen| seen.header("authorization").unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(bearers, ["Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn a_second_401_is_the_end() {
    let refusal = r#"{"code":"bad.credentials","message":"Invalid login credentials.","contextId":"c-9"}"#;
    let server = Raw::answering(vec![answer(401, refusal)]).await;
    let error = client(&server.url, &TestClock::new()).send(&post()).await.unwrap_err();
    assert_eq!((&error.kind, error.effect), (&ErrorKind::Authentication, Effect::None));
    assert_eq!((server.tokens(), server.seen().len()), (2, 2));
    assert_eq!(error.details(), ["401 bad.credentials, POST /api/v2/routing/rules, correlation id c-9"]);
}

#[tokio::test]
async fn tasks_that_meet_the_same_401_share_the_fresh_token() {
    let mut answers = vec![answer(200, "{}")];
    answers.extend((0..10).map(|_| answer(401, "{}")));
    answers.push(answer(200, "{}"));
    let server = Raw::answering(answers).await;
    let client = client(&server.url, &TestClock::new());
    client.send(&get()).await.unwrap();
    let tasks = (0..10).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.send(&get()).await })
    });
    let mut failed = 0;
    for task in tasks.collect::<Vec<_>>() {
        failed += usize::from(task.await.unwrap().is_err());
    }
    // Ten 401 for ten requests: whoever met two of them, under the old token and the fresh one, is at an end.
    assert!(server.tokens() <= 2 + failed, "{} tokens, {failed} failed", server.tokens());
}

#[tokio::test]
async fn credentials_that_are_not_taken_end_every_request_after_one_question() {
    for (status, body, says) in [
        (400, r#"{"error":"invalid_grant","error_description":"client revoked"}"#, "client revoked"),
        (401, r#"{"error":"invalid_client","description":"authentication failed"}"#, "authentication failed"),
        (401, "", "does not take the client id and secret"),
    ] {
        let server = Raw::start(vec![answer(status, body); 50], vec![answer(200, "{}")]).await;
        let client = client(&server.url, &TestClock::new());
        let tasks = (0..20).map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(&post()).await })
        });
        for task in tasks.collect::<Vec<_>>() {
            let error = task.await.unwrap().unwrap_err();
            assert_eq!((&error.kind, error.effect), (&ErrorKind::Authentication, Effect::None));
            assert!(
                error
                    .to_string()
                    .starts_with("could not create the rule `X`: the organization does not take")
            );
            assert!(error.to_string().contains(says), "{error}");
            assert!(error.help().contains("check the client id and the secret"));
        }
        assert!(server.seen().is_empty());
        assert_eq!(server.tokens(), 1, "one refusal for all that waited");
    }
}

#[tokio::test]
async fn the_token_endpoint_is_asked_again_where_it_fails_for_a_while() {
    let throttled =
        r#"{"error":"invalid_request","error_description":"rate limit exceeded; 5 requests a second"}"#;
    for (reply, slept) in [
        (answer(503, "{}"), 0.525),
        (reply(429, &[("retry-after", "4")], "{}"), 4.2),
        (answer(400, throttled), 0.525),
        (Reply::Cut(Vec::new()), 0.525),
    ] {
        let server = Raw::start(vec![reply], vec![answer(200, "{}")]).await;
        let clock = TestClock::with_chance(0.5);
        client(&server.url, &clock).send(&post()).await.unwrap();
        assert_eq!(clock.seconds(), [slept]);
    }
    let server = Raw::start(vec![answer(400, throttled); 9], vec![answer(200, "{}")]).await;
    let error = client(&server.url, &TestClock::new()).send(&post()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::RateLimited { .. }), "{error}");
    assert_eq!(server.tokens(), 5);
}

#[tokio::test]
async fn what_is_no_token_is_an_answer_error() {
    for body in [
        "",
        "<html><title>Welcome</title>",
        "[]",
        "{}",
        r#"{"access_token":"","expires_in":1}"#,
        r#"{"access_token":"t","expires_in":0}"#,
        r#"{"access_token":"t","expires_in":-1}"#,
        r#"{"access_token":"t"}"#,
        r#"{"access_token":"line\nbreak","expires_in":60}"#,
    ] {
        let server = Raw::start(vec![answer(200, body); 9], vec![answer(200, "{}")]).await;
        let error = client(&server.url, &TestClock::new()).send(&get()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Answer, "{body}");
        assert_eq!(server.tokens(), 1);
    }
    let server = Raw::start(vec![token("t", u64::MAX)], vec![answer(200, "{}")]).await;
    client(&server.url, &TestClock::new()).send(&get()).await.unwrap();
}
