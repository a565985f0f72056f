//! Nothing that the client says holds a secret, even where the other side repeats it.

use std::sync::{Arc, Mutex};

use genesys_client::{Request, TransportEvent};

use crate::clock::TestClock;
use crate::raw::{Raw, Reply, bytes, reply, token};
use crate::{SECRET, client};

const TOKEN: &str = "t0ken-t0ken";
const BASIC: &str = "Y2xpZW50LW9mLXRoZS10ZXN0Omh1bnRlcjJodW50ZXIy";

#[tokio::test]
async fn what_the_other_side_repeats_is_not_repeated() {
    let echo = format!("{SECRET} {TOKEN} {BASIC} hunter2\u{0}hunter2 t0ken-\u{200b}t0ken");
    let error_body = serde_json::json!({"code": echo, "message": echo, "contextId": echo, "error": echo,
        "error_description": echo, "details": [{"fieldName": echo}]})
    .to_string();
    let html = format!("<html><title>{echo}</title>");
    // The token endpoint can repeat the credentials, any other the token and, on the same host, the credentials.
    let header = format!("{SECRET} {TOKEN} {BASIC}");
    let headers = [("inin-correlation-id", header.as_str()), ("location", header.as_str())];
    let mut said = Vec::new();
    for status in [200, 302, 400, 401, 403, 404, 409, 429, 500, 503] {
        for body in [&error_body, &html, &echo] {
            let answer = reply(status, &headers, body);
            for (tokens, answers) in
                [(vec![answer.clone(); 9], vec![]), (vec![token(TOKEN, 60); 9], vec![answer])]
            {
                let from_token_endpoint = answers.is_empty();
                let server = Raw::start(tokens, answers).await;
                let events = Arc::new(Mutex::new(Vec::<TransportEvent>::new()));
                let listening = Arc::clone(&events);
                let client = client(&server.url, &TestClock::new())
                    .on_event(Arc::new(move |event| listening.lock().unwrap().push(event.clone())));
                let result = client.send(&Request::get("/api/v2/routing/rules/1", "read the rule `X`")).await;
                let Err(error) = result else { panic!("{status} {body}") };
                let events = events.lock().unwrap();
                assert!(!events.is_empty());
                let all =
                    format!("{error} {error:?} {} {:?} {client:?} {events:?}", error.help(), error.details());
                said.push((from_token_endpoint, all));
            }
        }
    }
    for (from_token_endpoint, all) in said {
        let secrets: &[&str] = if from_token_endpoint { &[SECRET, BASIC] } else { &[SECRET, BASIC, TOKEN] };
        for secret in secrets {
            assert!(!all.contains(secret), "{secret}: {all}");
        }
    }
}

#[tokio::test]
async fn events_tell_of_every_request_and_wait() {
    let limited = reply(429, &[("retry-after", "12")], "{}");
    let server = Raw::answering(vec![
        Reply::Cut(Vec::new()),
        limited,
        Reply::Bytes(bytes(200, &[("inin-correlation-id", "c-1")], "{}")),
    ])
    .await;
    let events = Arc::new(Mutex::new(Vec::new()));
    let listening = Arc::clone(&events);
    let client = client(&server.url, &TestClock::new()).on_event(Arc::new(move |event| {
        listening.lock().unwrap().push(match event {
            TransportEvent::Answered { method, path, status, correlation_id, .. } => {
                format!("{method} {path} {status} {}", correlation_id.as_deref().unwrap_or("-"))
            }
            TransportEvent::Unanswered { method, path, .. } => format!("{method} {path} unanswered"),
            TransportEvent::Waiting { duration, reason } => {
                format!("waiting {} s: {reason}", duration.as_secs())
            }
            other => format!("{other:?}"),
        });
    }));
    client
        .send(&Request::get("/api/v2/routing/rules", "list the rules").query("pageSize", 100))
        .await
        .unwrap();
    assert_eq!(
        *events.lock().unwrap(),
        [
            "TokenRequested",
            "POST /oauth/token 200 -",
            "GET /api/v2/routing/rules?pageSize=100 unanswered",
            "waiting 0 s: no answer, attempt 2 follows",
            "GET /api/v2/routing/rules?pageSize=100 429 -",
            "waiting 12 s: the organization's rate limit",
            "GET /api/v2/routing/rules?pageSize=100 200 c-1",
        ]
    );
}
