//! Input that nobody should send.

use std::io::{Read, Write};
use std::net::TcpStream;

use genesys_sandbox::{MAX_BODY_BYTES, Sandbox};
use serde_json::json;

use crate::support::*;

async fn post(api: &Api, body: impl Into<reqwest::Body>) -> (u16, serde_json::Value) {
    let request = api.request("POST", RULES).header("content-type", "application/json").body(body);
    status_and_body(request.send().await.unwrap()).await
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for body in
        [b"".as_slice(), b"{", b"{}{}", b"nonsense", b"\"\xff\xfe\"", b"{\"name\":\"\xc3\"}", b"NaN", b"\0"]
    {
        let (status, refusal) = post(&api, body).await;
        assert_eq!((status, &refusal["code"]), (400, &json!("bad.request")), "{body:?}");
    }
    assert!(sandbox.rules().is_empty());
}

#[tokio::test]
async fn nesting_without_measure_is_refused() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for depth in [11, 59, 70, 10_000] {
        let open = r#"{"type":"not","children":["#.repeat(depth - 1);
        let close = "]}".repeat(depth - 1);
        let tree = format!("{open}{}{close}", leaf());
        let body = format!(r#"{{"name":"A","queue":{{"id":"q-support"}},"expression":{tree}}}"#);
        let (status, refusal) = post(&api, body).await;
        assert_eq!(status, 400, "{depth}");
        let message = refusal["message"].as_str().unwrap();
        let expected = if depth < 60 { "more than 10 levels" } else { "nested more than 127 levels" };
        assert!(message.contains(expected), "{message}");
    }
    let (status, _) = post(&api, "[".repeat(MAX_BODY_BYTES)).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_the_next_is_taken() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let long = |length: usize| {
        let empty = rule("A").to_string();
        let mut body = rule("A");
        body["description"] = "x".repeat(length - empty.len() - r#""description":"","#.len()).into();
        body.to_string()
    };
    assert_eq!(long(MAX_BODY_BYTES + 1).len(), MAX_BODY_BYTES + 1);
    let (status, refusal) = post(&api, long(MAX_BODY_BYTES + 1)).await;
    assert_eq!((status, &refusal["code"]), (413, &json!("request.entity.too.large")));
    assert_eq!(post(&api, long(MAX_BODY_BYTES)).await.0, 201);
    assert_eq!(post(&api, vec![b' '; 4 * MAX_BODY_BYTES]).await.0, 413);
}

#[tokio::test]
async fn a_header_beyond_measure_is_refused() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let long = "x".repeat(1 << 20);
    let status = match api.request("GET", RULES).header("x-long", long).send().await {
        Ok(answer) => answer.status().as_u16(),
        // The server may close before all of it is sent.
        Err(_) => 431,
    };
    assert_eq!(status, 431);
    assert_eq!(api.get(RULES).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_no_http_ends_the_connection_and_nothing_else() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let address = sandbox.url().replace("http://", "");
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(),
        b"GET\r\n\r\n",
        b"POST /api/v2/routing/rules HTTP/1.1\r\nhost: x\r\ncontent-length: nine\r\n\r\n",
        b"POST /api/v2/routing/rules HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let address = address.clone();
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(bytes).unwrap();
            let mut answer = Vec::new();
            // A reset is an end too.
            let _ = stream.read_to_end(&mut answer);
            assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 40"), "{answer:?}");
        })
        .await
        .unwrap();
    }
    assert_eq!(api.get(RULES).await.0, 200);
}
