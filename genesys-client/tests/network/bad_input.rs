//! Answers that are not what the contract says: a clear typed error each, no hang, no crash.

use std::time::Duration;

use genesys_client::{ClientSettings, Effect, Error, ErrorKind, Method, Request};
use serde_json::{Value, json};

use crate::clock::TestClock;
use crate::raw::{Raw, Reply, bytes, json as answer, reply};
use crate::{client, client_with, settings};

const HTML: &str = "<html><head><title>502 Bad\u{1b}[31m Gateway</title></head><body>squid</body></html>";

fn get() -> Request {
    Request::get("/api/v2/routing/rules/1", "read the rule `X`")
}

fn post() -> Request {
    Request::new(Method::Post, "/api/v2/routing/rules", "create the rule `X`").body(json!({"name": "X"}))
}

/// What comes of a read and of a write that are answered like this.
async fn both(reply: Reply) -> (Error, Error) {
    let mut errors = Vec::new();
    for request in [get(), post()] {
        let server = Raw::answering(vec![reply.clone()]).await;
        errors.push(client(&server.url, &TestClock::new()).send(&request).await.unwrap_err());
    }
    let write = errors.pop().unwrap();
    (errors.pop().unwrap(), write)
}

#[tokio::test]
async fn a_body_that_is_not_the_json_of_the_contract_is_an_answer_error() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let tree = format!("{}{}{}", r#"{"children":["#.repeat(10_000), 1, "]}".repeat(10_000));
    let cases = [
        (answer(200, "{\"id\": "), "JSON that ends too early"),
        (answer(200, "{\"id\": nope}"), "no JSON (line 1, column 9)"),
        (answer(200, "{} {}"), "no JSON"),
        (answer(200, "plain text"), "no JSON"),
        (answer(200, ""), "the answer is empty"),
        (answer(200, " \n"), "the answer is empty"),
        (answer(200, HTML), "HTML, from a proxy perhaps: 502 Bad[31m Gateway"),
        (
            reply(200, &[("content-type", "text/html; charset=utf-8")], "Please log in"),
            "from a proxy perhaps: Please log in",
        ),
        (answer(200, &deep), "nested more than 127 deep"),
        (answer(200, &tree), "nested more than 127 deep"),
        (
            answer(200, r#"{"code":"bad.request","status":400,"message":"no such queue"}"#),
            "an error under status 200: no such queue",
        ),
        (answer(201, r#"{"code":"x","message":"no"}"#), "an error under status 201: no"),
        (Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\"\xff\xfe\"".to_vec()), "no JSON"),
        (
            reply(302, &[("location", "https://login.evil.example:8443/?t=1")], ""),
            "leads to `login.evil.example:8443`",
        ),
        (reply(307, &[("location", "/elsewhere")], ""), "redirects are not followed"),
        (reply(304, &[], ""), "leads to `nowhere`"),
    ];
    for (reply, says) in cases {
        let shown = format!("{reply:?}").chars().take(120).collect::<String>();
        let (read, write) = both(reply).await;
        for error in [&read, &write] {
            assert_eq!(error.kind, ErrorKind::Answer, "{shown}: {error}");
            assert!(error.to_string().contains(says), "{shown}: {error}");
            assert!(!error.to_string().contains(['\u{1b}', '\n']), "{shown}: {error}");
        }
        // A write under a 2xx may have been carried out whatever the answer looks like.
        assert_eq!((read.effect, write.effect), (Effect::None, Effect::Unknown), "{shown}");
    }
}

#[tokio::test]
async fn html_under_the_status_of_a_refusal_is_told_as_such() {
    for (status, kind) in
        [(403, ErrorKind::Permission), (400, ErrorKind::Refused), (502, ErrorKind::Unavailable)]
    {
        let (read, write) = both(reply(status, &[("content-type", "text/html")], HTML)).await;
        for error in [read, write] {
            assert_eq!(error.kind, kind);
            assert!(error.to_string().contains("HTML, from a proxy perhaps: 502 Bad[31m Gateway"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_cut_at_the_limit() {
    let long = "x".repeat(256 * 1024 + 1);
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000)).into_bytes();
    let cases = [
        answer(200, &format!("\"{long}\"")),
        Reply::Endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(), chunk),
        Reply::Endless(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec(), vec![b' '; 4096]),
        Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'['; 4096]),
    ];
    for reply in cases {
        let (read, write) = both(reply).await;
        assert_eq!((read.kind, read.effect), (ErrorKind::TooLarge, Effect::None));
        assert_eq!((write.kind, write.effect), (ErrorKind::TooLarge, Effect::Unknown));
        assert_eq!(read.message, "the answer is longer than 262144 bytes");
    }
}

#[tokio::test]
async fn a_body_at_the_limit_is_read() {
    let body = format!("\"{}\"", "x".repeat(256 * 1024 - 2));
    let server = Raw::answering(vec![answer(200, &body)]).await;
    assert!(client(&server.url, &TestClock::new()).send(&get()).await.is_ok());
}

#[tokio::test]
async fn pages_that_lead_elsewhere_or_in_a_circle_end_the_list() {
    let elsewhere = Raw::answering(vec![answer(200, r#"{"entities":[]}"#)]).await;
    let other = elsewhere.url.trim_start_matches("http:");
    let cases = [
        (format!("{}/api/v2/routing/rules?pageNumber=2", elsewhere.url), "not relative"),
        (format!("{other}/api/v2/routing/rules?pageNumber=2"), "another host"),
        (format!("/\\\\{}/api/v2/routing/rules", other.trim_start_matches('/')), "another host"),
        ("/api/v2/users?pageNumber=2".to_owned(), "another list"),
        ("/api/v2/routing/rules?pageSize=100".to_owned(), "circle"),
        ("/api/v2/routing/rules?pageNumber=2".to_owned(), "circle"),
    ];
    for (next, says) in cases {
        let page = answer(200, &json!({"entities": [{"id": "1"}], "nextUri": next}).to_string());
        let server = Raw::answering(vec![page]).await;
        let list = Request::get("/api/v2/routing/rules", "list the rules").query("pageSize", 100);
        let error = client(&server.url, &TestClock::new()).list(&list).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Answer);
        assert!(error.to_string().contains(says), "{next}: {error}");
        assert!(server.seen().len() <= 2, "{next}");
    }
    assert!(elsewhere.all().is_empty(), "no token has gone to another host");
}

#[tokio::test]
async fn what_is_no_page_ends_the_list() {
    for body in
        ["[]", "{}", "1", r#"{"entities":{}}"#, r#"{"entities":[1]}"#, r#"{"entities":[],"nextUri":7}"#]
    {
        let server = Raw::answering(vec![answer(200, body)]).await;
        let list = Request::get("/api/v2/routing/rules", "list the rules");
        let error = client(&server.url, &TestClock::new()).list(&list).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Answer, "{body}");
    }
}

#[tokio::test]
async fn connections_that_break_end_in_a_connection_error() {
    let half = bytes(200, &[], "{\"id\": \"1\"}");
    let cases = [
        Reply::Cut(Vec::new()),
        Reply::Cut(b"HTTP/1.1 20".to_vec()),
        Reply::Cut(half[..half.len() - 3].to_vec()),
        Reply::Cut(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal".to_vec()),
        Reply::Cut(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        Reply::Cut(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(2_000_000)).into_bytes()),
    ];
    for reply in cases {
        let shown = format!("{reply:?}").chars().take(120).collect::<String>();
        let (read, write) = both(reply).await;
        assert_eq!((read.kind, read.effect), (ErrorKind::Connection, Effect::None), "{shown}");
        assert_eq!((write.kind, write.effect), (ErrorKind::Connection, Effect::Unknown), "{shown}");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_or_never_ends_is_a_timeout() {
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{".to_vec();
    let cases = [Vec::new(), b"HTTP/1.1 200".to_vec(), begun].map(|bytes| {
        tokio::spawn(async move {
            // Long enough for the token, which comes at once.
            let request_timeout = Duration::from_millis(400);
            let server = Raw::answering(vec![Reply::Stall(bytes)]).await;
            let impatient = ClientSettings { request_timeout, attempts: 2, ..settings() };
            let client = client_with(&server.url, &TestClock::new(), impatient);
            let error = client.send(&post()).await.unwrap_err();
            assert_eq!((&error.kind, error.effect), (&ErrorKind::Timeout, Effect::Unknown), "{error}");
            let error = client.send(&get()).await.unwrap_err();
            assert_eq!((&error.kind, error.effect), (&ErrorKind::Timeout, Effect::None), "{error}");
            assert_eq!(server.seen().len(), 3, "a read is sent again, a write is not");
        })
    });
    for case in cases {
        case.await.unwrap();
    }
}

#[tokio::test]
async fn a_path_that_climbs_is_never_sent() {
    let server = Raw::answering(vec![answer(200, "{}")]).await;
    let client = client(&server.url, &TestClock::new());
    for id in ["..", ".", "../users", "a/../b"] {
        let path = format!("/api/v2/routing/rules/{}", genesys_client::segment(id));
        let result = client.send(&Request::new(Method::Delete, path, "delete the rule `X`")).await;
        match id {
            ".." | "." => assert_eq!(result.unwrap_err().kind, ErrorKind::Refused),
            _ => assert_eq!(result.unwrap(), json!({})),
        }
    }
    let lines = server.seen().into_iter().map(|seen| seen.line).collect::<Vec<_>>();
    let prefix = "DELETE /api/v2/routing/rules";
    assert_eq!(lines, [format!("{prefix}/%2E%2E%2Fusers"), format!("{prefix}/a%2F%2E%2E%2Fb")]);
}

#[tokio::test]
async fn answers_without_a_body_are_null_where_the_contract_has_none() {
    let server = Raw::answering(vec![reply(204, &[], "")]).await;
    let client = client(&server.url, &TestClock::new());
    let delete =
        Request::new(Method::Delete, "/api/v2/routing/rules/1", "delete the rule `X`").if_match(Some(7));
    assert_eq!(client.send(&delete).await.unwrap(), Value::Null);
    assert_eq!(server.seen()[0].header("if-match"), Some("7"));
    client.health().await.unwrap();
    assert_eq!(server.seen()[1].line, "HEAD /api/v2/tokens/me");
}

#[tokio::test]
async fn a_refusal_tells_what_its_body_says_even_where_fields_are_odd() {
    let cases = [
        (
            403,
            r#"{"message":"Not allowed","code":"missing.permissions","status":403,"contextId":"c-1","details":null,
                "messageParams":{"permissions":"routing:rule:edit","n":1},"errors":[{"message":"inner"},7]}"#,
            ErrorKind::Permission,
            "the OAuth client lacks a permission: Not allowed; routing:rule:edit; inner",
        ),
        (
            400,
            r#"{"message":"Invalid","code":"bad.request","status":"400","details":[{"fieldName":"priority","errorCode":"range"}],
                "limit":{"key":"rules.per.queue","namespace":"routing","value":500}}"#,
            ErrorKind::Refused,
            "the organization refuses it: Invalid; priority: range; limit rules.per.queue: 500",
        ),
        (
            409,
            r#"{"code":"version.conflict","message":"stale"}"#,
            ErrorKind::VersionConflict,
            "somebody else has changed it: stale",
        ),
        (
            409,
            r#"{"code":"duplicate.name","message":"exists"}"#,
            ErrorKind::DuplicateName,
            "the name is taken: exists",
        ),
        (
            409,
            r#"{"code":"in.use","message":"busy"}"#,
            ErrorKind::Refused,
            "the organization refuses it: busy",
        ),
        (412, "", ErrorKind::VersionConflict, "somebody else has changed it"),
        (404, "[]", ErrorKind::NotFound, "the organization has no such object"),
        (422, "no  \n such\u{7} thing", ErrorKind::Refused, "the organization refuses it: no such thing"),
    ];
    for (status, body, kind, says) in cases {
        let (read, write) = both(answer(status, body)).await;
        for (error, purpose) in [(read, "read the rule `X`"), (write, "create the rule `X`")] {
            assert_eq!((&error.kind, error.effect), (&kind, Effect::None), "{body}");
            assert_eq!(error.to_string(), format!("could not {purpose}: {says}"));
        }
    }
}

#[tokio::test]
async fn what_speaks_no_tls_is_told_as_such() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ =
                tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let credentials = genesys_client::Credentials::new("id", "secret").unwrap();
    let address = genesys_client::Address::parse(&format!("https://{address}")).unwrap();
    let client = match genesys_client::Client::new(address, credentials, TestClock::new(), settings()) {
        Ok(client) => client,
        Err(error) => {
            // A machine without a single certificate has no TLS at all.
            assert_eq!(error.kind, ErrorKind::Configuration);
            return;
        }
    };
    let error = client.send(&post()).await.unwrap_err();
    assert_eq!((&error.kind, error.effect), (&ErrorKind::Tls, Effect::None), "{error}");
    assert!(
        error.to_string().starts_with("could not create the rule `X`: no secure connection: `127.0.0.1:"),
        "{error}"
    );
}
