//! What is sent again, and after which wait.

use std::time::Duration;

use genesys_client::{Clock, Effect, ErrorKind, Method, Request};
use serde_json::json;

use crate::client;
use crate::clock::TestClock;
use crate::raw::{Raw, Reply, json as answer, reply};

fn request(method: Method) -> Request {
    Request::new(method, "/api/v2/routing/rules/1", "touch the rule `X`")
}

const WRITES: [Method; 4] = [Method::Post, Method::Patch, Method::Put, Method::Delete];
const ALL: [Method; 6] =
    [Method::Head, Method::Get, Method::Post, Method::Patch, Method::Put, Method::Delete];

#[tokio::test]
async fn reads_are_sent_five_times_and_writes_once_where_they_may_have_been_carried_out() {
    for status in [502, 503, 504] {
        for method in ALL {
            let server = Raw::answering(vec![answer(status, "{}")]).await;
            let error = client(&server.url, &TestClock::new()).send(&request(method)).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Unavailable);
            let (times, effect) = if method.is_read() { (5, Effect::None) } else { (1, Effect::Unknown) };
            assert_eq!((server.seen().len(), error.effect), (times, effect), "{status} {method:?}");
        }
    }
}

#[tokio::test]
async fn a_500_is_never_sent_again() {
    for method in ALL {
        let server = Raw::answering(vec![answer(500, "{}")]).await;
        let error = client(&server.url, &TestClock::new()).send(&request(method)).await.unwrap_err();
        let effect = if method.is_read() { Effect::None } else { Effect::Unknown };
        assert_eq!((error.kind, error.effect), (ErrorKind::Unavailable, effect));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_for_reads_alone() {
    for method in ALL {
        let server =
            Raw::answering(vec![Reply::Cut(Vec::new()), Reply::Cut(Vec::new()), reply(204, &[], "")]).await;
        let result = client(&server.url, &TestClock::new()).send(&request(method)).await;
        if method.is_read() {
            assert!(result.is_ok());
            assert_eq!(server.seen().len(), 3);
        } else {
            assert_eq!(result.unwrap_err().effect, Effect::Unknown);
            assert_eq!(server.seen().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_write_that_met_a_429_is_sent_again_with_the_same_body() {
    for method in WRITES {
        let limited = reply(429, &[("retry-after", "7")], "{}");
        let server = Raw::answering(vec![limited.clone(), limited, answer(200, "{}")]).await;
        let clock = TestClock::new();
        let request = request(method).body(json!({"name": "é"})).if_match(Some(3));
        client(&server.url, &clock).send(&request).await.unwrap();
        assert_eq!(clock.seconds(), [7.0, 7.0]);
        let seen = server.seen();
        assert_eq!(seen.len(), 3);
        assert!(
            seen.iter().all(|seen| seen.body == r#"{"name":"é"}"# && seen.header("if-match") == Some("3"))
        );
    }
}

#[tokio::test]
async fn the_wait_is_what_retry_after_says_as_seconds_or_date_and_a_tenth_at_most() {
    let clock = TestClock::with_chance(0.5);
    let in_twenty = httpdate::fmt_http_date(clock.now() + Duration::from_secs(20));
    for (value, expected) in [("20", 21.0), (in_twenty.as_str(), 21.0), ("1.5", 1.575)] {
        for status in [429, 503] {
            let clock = TestClock::with_chance(0.5);
            let server =
                Raw::answering(vec![reply(status, &[("retry-after", value)], ""), answer(200, "{}")]).await;
            client(&server.url, &clock).send(&request(Method::Get)).await.unwrap();
            assert_eq!(clock.seconds(), [expected], "{value} {status}");
        }
    }
}

#[tokio::test]
async fn a_retry_after_of_nonsense_is_ignored() {
    for value in ["soon", "-5", "1e3", "99999999999999999999999", "Sat, 99 Foo 2026 00:00:00 GMT", ""] {
        let clock = TestClock::with_chance(0.5);
        let limited = reply(429, &[("retry-after", value)], "{}");
        let server = Raw::answering(vec![limited.clone(), limited, answer(200, "{}")]).await;
        client(&server.url, &clock).send(&request(Method::Post)).await.unwrap();
        assert_eq!(clock.seconds(), [0.525, 1.05], "{value}");
    }
}

#[tokio::test]
async fn a_retry_after_of_a_day_fails_at_once_with_the_number() {
    let clock = TestClock::new();
    let tomorrow = httpdate::fmt_http_date(clock.now() + Duration::from_hours(24));
    for value in ["86400", tomorrow.as_str()] {
        let server = Raw::answering(vec![reply(429, &[("retry-after", value)], "{}")]).await;
        let error = client(&server.url, &clock).send(&request(Method::Post)).await.unwrap_err();
        assert_eq!(
            (&error.kind, error.effect),
            (&ErrorKind::RateLimited { wait: Duration::from_hours(24) }, Effect::None)
        );
        assert!(error.to_string().contains("86400 s"), "{error}");
        let server = Raw::answering(vec![reply(503, &[("retry-after", value)], "{}")]).await;
        let error = client(&server.url, &clock).send(&request(Method::Get)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.to_string().contains("86400 s"), "{error}");
    }
    assert!(clock.slept().is_empty());
}

#[tokio::test]
async fn without_a_retry_after_the_wait_grows_with_full_jitter() {
    let clock = TestClock::with_chance(0.5);
    let server = Raw::answering(vec![answer(503, "{}")]).await;
    client(&server.url, &clock).send(&request(Method::Get)).await.unwrap_err();
    assert_eq!(clock.seconds(), [0.525, 1.05, 2.1, 4.2]);
}

#[tokio::test]
async fn where_nothing_listens_everything_is_tried_again_and_had_no_effect() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for method in [Method::Get, Method::Post] {
        let clock = TestClock::with_chance(0.5);
        let error =
            client(&format!("http://127.0.0.1:{port}"), &clock).send(&request(method)).await.unwrap_err();
        assert_eq!((&error.kind, error.effect), (&ErrorKind::Connection, Effect::None));
        assert_eq!(clock.slept().len(), 4);
        assert_eq!(
            error.to_string(),
            format!("could not touch the rule `X`: no connection to `127.0.0.1:{port}`: connection refused")
        );
    }
}
