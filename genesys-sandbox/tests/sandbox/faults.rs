//! Each fault does what it says, and nothing else.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use genesys_sandbox::{
    CLIENT_ID, Effect, Fault, Match, Organization, ReplyBody, RetryAfter, Sandbox, Settings, When,
};
use serde_json::json;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::support::*;

fn once(organization: &Organization, method: &str, path: &str, then: Effect) {
    organization.faults().add(Fault { on: Match::on(method, path), times: 1, then });
}

/// Creates a rule over a bare connection and reads until its end: all that comes, and how it ended.
async fn create_raw(api: &Api, name: &str) -> (String, Result<(), ErrorKind>) {
    let body = rule(name).to_string();
    let (url, token) = (api.url.replace("http://", ""), api.token.clone());
    let work = move || {
        let mut stream = TcpStream::connect(url).unwrap();
        // An answer that nobody ends would hang this test; the error would show it.
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST {RULES} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer).map(|_| ()).map_err(|error| error.kind());
        (String::from_utf8(answer).unwrap(), ended)
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test]
async fn a_dropped_connection_ends_without_an_answer() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for (effect, end, happened) in [
        (Effect::Refuse, Err(ErrorKind::ConnectionReset), false),
        (Effect::Drop(When::Before), Ok(()), false),
        (Effect::Drop(When::After), Ok(()), true),
    ] {
        let name = format!("{effect:?}");
        once(&sandbox, "POST", RULES, effect);
        assert_eq!(create_raw(&api, &name).await, (String::new(), end), "{name}");
        assert_eq!(sandbox.rules().iter().any(|rule| rule.name == name), happened, "{name}");
        assert_eq!(sandbox.requests().last().unwrap().status, None);
        // The next connection is served.
        assert_eq!(api.get(RULES).await.0, 200);
    }
    let (answer, ended) = create_raw(&api, "served").await;
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    assert_eq!(ended, Ok(()));
}

#[tokio::test]
async fn a_client_sees_a_dropped_connection_as_an_error() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for (effect, happened) in
        [(Effect::Refuse, false), (Effect::Drop(When::Before), false), (Effect::Drop(When::After), true)]
    {
        let name = format!("{effect:?}");
        // Clients may send a request again on a fresh connection where the old one may just have been idle.
        sandbox.faults().add(Fault { on: Match::on("POST", RULES), times: u32::MAX, then: effect });
        let sent = with_json(api.request("POST", RULES), &rule(&name)).send().await;
        sandbox.faults().clear();
        assert!(sent.is_err(), "{name}");
        assert_eq!(sandbox.rules().iter().any(|rule| rule.name == name), happened, "{name}");
    }
}

#[tokio::test]
async fn a_status_comes_before_or_after_the_effect() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for (status, code, when) in [
        (500, "internal.server.error", When::Before),
        (502, "bad.gateway", When::After),
        (503, "service.unavailable", When::Before),
        (503, "service.unavailable", When::After),
        (504, "request.timeout", When::After),
        (412, "version.conflict", When::Before),
    ] {
        let before = sandbox.rules().len();
        once(&sandbox, "POST", RULES, Effect::Status { status, when });
        let (found, refusal) = api.post(RULES, &rule(&format!("{status} {when:?}"))).await;
        assert_eq!((found, &refusal["code"]), (status, &json!(code)));
        assert_eq!(sandbox.rules().len() - before, usize::from(when == When::After));
    }
    assert_eq!(api.post(RULES, &rule("A")).await.0, 201);
}

#[tokio::test]
async fn too_many_requests_says_when_to_come_again() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    for (retry_after, expected) in [
        (RetryAfter::Seconds(7), Some("7")),
        (RetryAfter::Date(date), Some("Thu, 01 Jan 2026 00:00:00 GMT")),
        (RetryAfter::Raw("soon".to_owned()), Some("soon")),
        (RetryAfter::None, None),
    ] {
        once(&sandbox, "POST", "*", Effect::TooManyRequests { retry_after });
        let answer = with_json(api.request("POST", RULES), &rule("A")).send().await.unwrap();
        assert_eq!(answer.status(), 429);
        let header = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header.as_deref(), expected);
        assert_eq!(body(answer).await["code"], "too.many.requests");
    }
    assert!(sandbox.rules().is_empty());
}

#[tokio::test]
async fn a_reply_is_sent_as_it_is() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    once(&sandbox, "GET", RULES, Effect::reply(502, "text/html", "<html>Bad gateway</html>"));
    let answer = api.request("GET", RULES).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (502, &"text/html".parse().unwrap())
    );
    assert_eq!(answer.text().await.unwrap(), "<html>Bad gateway</html>");

    let empty =
        |when, status| Effect::Reply { when, status, headers: vec![], body: ReplyBody::Bytes(vec![]) };
    once(&sandbox, "POST", RULES, empty(When::After, 200));
    assert_eq!(api.post(RULES, &rule("A")).await, (200, serde_json::Value::Null));
    assert_eq!(sandbox.rules().len(), 1);
    once(&sandbox, "GET", RULES, empty(When::Before, 400));
    assert_eq!(api.get(RULES).await, (400, serde_json::Value::Null));
    once(
        &sandbox,
        "GET",
        RULES,
        Effect::reply(200, "application/json", r#"{"code":"internal.server.error"}"#),
    );
    assert_eq!(api.get(RULES).await, (200, json!({"code": "internal.server.error"})));
}

#[tokio::test]
async fn a_body_can_break_off_or_never_end() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let headers = vec![("content-length".to_owned(), "1000".to_owned())];
    let body = ReplyBody::Broken(b"{\"entities\":[".to_vec());
    once(&sandbox, "GET", RULES, Effect::Reply { when: When::Before, status: 200, headers, body });
    let mut answer = api.request("GET", RULES).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "{\"entities\":[");
    assert!(answer.chunk().await.is_err());

    let body = ReplyBody::Endless(vec![b' '; 4096]);
    once(&sandbox, "GET", RULES, Effect::Reply { when: When::Before, status: 200, headers: vec![], body });
    let mut answer = api.request("GET", RULES).send().await.unwrap();
    let mut read = 0;
    while read < 8 << 20 {
        read += answer.chunk().await.unwrap().unwrap().len();
    }
    drop(answer);
    assert_eq!(api.get(RULES).await.0, 200);
}

#[tokio::test]
async fn a_delay_comes_before_the_effect() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let delay = Duration::from_millis(60);
    once(&sandbox, "POST", RULES, Effect::Delay(delay));
    let start = Instant::now();
    assert_eq!(api.post(RULES, &rule("A")).await.0, 201);
    assert!(start.elapsed() >= delay);
}

/// A request that hangs; it has got there when this returns.
async fn hang(sandbox: &Sandbox, api: &Api, when: When) -> JoinHandle<reqwest::Result<reqwest::Response>> {
    let reached = Arc::new(Notify::new());
    let reach = Arc::clone(&reached);
    let call = Effect::call(when, move |_| reach.notify_one());
    once(sandbox, "POST", RULES, Effect::All(vec![call, Effect::Hang(when)]));
    let request = with_json(api.request("POST", RULES), &rule("A"));
    let hanging = tokio::spawn(request.send());
    reached.notified().await;
    hanging
}

#[tokio::test]
async fn a_request_hangs_until_one_side_ends_it() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for (when, happened) in [(When::Before, 0), (When::After, 1)] {
        let hanging = hang(&sandbox, &api, when).await;
        // Others are served meanwhile.
        assert_eq!(api.get(RULES).await.1["total"], happened);
        assert!(!hanging.is_finished());
        hanging.abort();
        assert!(hanging.await.unwrap_err().is_cancelled());
        assert_eq!(sandbox.rules().len(), happened);
        assert_eq!(sandbox.requests().iter().filter(|note| note.status.is_none()).count(), happened + 1);
    }
    let hanging = hang(&sandbox, &api, When::Before).await;
    sandbox.stop().await;
    assert!(hanging.await.unwrap().is_err());
}

#[tokio::test]
async fn tokens_and_clients_are_revoked_before_or_after() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    once(&sandbox, "POST", RULES, Effect::RevokeToken(When::Before));
    assert_eq!(api.post(RULES, &rule("A")).await.1["code"], "bad.credentials");
    assert!(sandbox.rules().is_empty());

    let (api, other) = (Api::new(&sandbox).await, Api::new(&sandbox).await);
    once(&sandbox, "POST", RULES, Effect::RevokeToken(When::After));
    assert_eq!(api.post(RULES, &rule("A")).await.0, 201);
    assert_eq!(api.get(RULES).await.0, 401);
    assert_eq!(other.get(RULES).await.0, 200);

    once(&sandbox, "GET", RULES, Effect::RevokeClient(When::After));
    assert_eq!(other.get(RULES).await.0, 200);
    assert_eq!(other.get(RULES).await.0, 401);
    sandbox.restore_client(CLIENT_ID);
    assert_eq!(Api::new(&sandbox).await.get(RULES).await.0, 200);
}

#[tokio::test]
async fn reads_lag_behind_a_write() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let lag = |method: &str, path: &str, reads| once(&sandbox, method, path, Effect::Lag { reads });
    let total = async |query: &str| api.get(&format!("{RULES}{query}")).await.1["total"].as_u64().unwrap();
    api.rule("first").await;

    // Created, and not to be seen yet; its name is taken all the same.
    lag("POST", RULES, 3);
    let path = api.rule("A").await;
    assert_eq!(sandbox.rules().len(), 2);
    assert_eq!(api.get(&path).await.0, 404);
    assert_eq!(total("?queueId=q-sales").await, 0);
    assert_eq!(api.post(RULES, &rule("A")).await.0, 409);
    assert_eq!(total("?name=A").await, 0);
    assert_eq!(total("").await, 1);
    assert_eq!(total("").await, 2);
    assert_eq!(api.get(&path).await.0, 200);

    // Changed, and seen as it was: under its old name, with its old version.
    lag("PATCH", "*", 2);
    assert_eq!(api.patch(&path, Some(1), &json!({"name": "B"})).await.1["name"], "B");
    assert_eq!(api.get(&path).await.1["version"], 1);
    assert_eq!(total("?name=A").await, 1);
    assert_eq!((total("?name=A").await, total("?name=B").await), (0, 1));

    // Deleted, and still there, in its place.
    lag("DELETE", "*", 2);
    let first = sandbox.rules()[0].self_uri.clone();
    assert_eq!(api.delete(&first, None).await.0, 204);
    assert_eq!(api.get(&first).await.0, 200);
    let (_, page) = api.get(RULES).await;
    assert_eq!((&page["entities"][0]["name"], &page["total"]), (&json!("first"), &json!(2)));
    assert_eq!(api.get(&first).await.0, 404);
    assert_eq!(total("").await, 1);
}

#[tokio::test]
async fn a_call_runs_before_or_after_the_effect() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let path = api.rule("A").await;
    // Another client's edit between this one's read and its write.
    let other = sandbox.organization();
    let call = Effect::call(When::Before, move |note| {
        let id = note.path.rsplit('/').next().unwrap();
        other.update_rule("other", id, &json!({"priority": 99})).unwrap();
    });
    once(&sandbox, "PATCH", &format!("{RULES}/*"), call);
    assert_eq!(api.patch(&path, Some(1), &json!({"priority": 1})).await.1["code"], "version.conflict");
    assert_eq!(sandbox.rules()[0].priority, 99);

    let (other, seen) = (sandbox.organization(), Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&seen);
    let call = Effect::call(When::After, move |_| {
        count.store(other.rules().len() as u64, Ordering::SeqCst);
    });
    once(&sandbox, "POST", RULES, Effect::All(vec![call, Effect::Drop(When::After)]));
    assert!(with_json(api.request("POST", RULES), &rule("B")).send().await.is_err());
    assert_eq!(seen.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn faults_strike_whom_they_name() {
    let sandbox = Sandbox::start(Settings::default()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let status = |status| Effect::Status { status, when: When::Before };
    let faults = sandbox.faults();
    faults.add(Fault { on: Match::on("GET", QUEUES).skip(2), times: 1, then: status(500) });
    faults.add(Fault { on: Match::on("GET", QUEUES).skip(1), times: 3, then: status(503) });
    let mut seen = Vec::new();
    for _ in 0..6 {
        assert_eq!(api.get(RULES).await.0, 200);
        seen.push(api.get(QUEUES).await.0);
    }
    assert_eq!(seen, [200, 503, 500, 503, 503, 200]);
    faults.add(Fault { on: Match::writes().skip(1), times: 1, then: status(500) });
    assert_eq!(api.get(RULES).await.0, 200);
    assert_eq!(api.patch(&format!("{RULES}/1"), None, &json!({})).await.0, 404);
    Api::new(&sandbox).await;
    assert_eq!(api.delete(&format!("{RULES}/1"), None).await.0, 500);
    faults.add(Fault { on: Match::default(), times: u32::MAX, then: status(500) });
    for _ in 0..3 {
        assert_eq!(api.get(RULES).await.0, 500);
    }
    let token = http().post(format!("{}/oauth/token", sandbox.url())).send().await.unwrap();
    assert_eq!(token.status(), 500);
    faults.clear();
    assert_eq!(api.get(RULES).await.0, 200);
}
