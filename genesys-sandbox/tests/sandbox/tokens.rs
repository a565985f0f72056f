//! Tokens and the limits that they carry (contract 0, "Token"; 1.4).

use std::time::Duration;

use genesys_sandbox::{
    CLIENT_ID, CLIENT_SECRET, ClientCredentials, ORGANIZATION_ID, RateLimit, Sandbox, Settings,
};
use serde_json::{Value, json};

use crate::support::*;

async fn ask(sandbox: &Sandbox, form: &str, basic: Option<(&str, &str)>) -> (u16, Value) {
    let mut request = http()
        .post(format!("{}/oauth/token", sandbox.url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned());
    if let Some((id, secret)) = basic {
        request = request.basic_auth(id, Some(secret));
    }
    status_and_body(request.send().await.unwrap()).await
}

#[tokio::test]
async fn credentials_come_in_the_form_or_as_basic() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let right = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}");
    let alone = "grant_type=client_credentials";
    for (form, basic, expected) in [
        (right.as_str(), None, Ok(())),
        (alone, Some((CLIENT_ID, CLIENT_SECRET)), Ok(())),
        (alone, None, Err("invalid_client")),
        (alone, Some((CLIENT_ID, "wrong")), Err("invalid_client")),
        (alone, Some(("nobody", CLIENT_SECRET)), Err("invalid_client")),
        ("grant_type=client_credentials&client_id=sandbox-client", None, Err("invalid_client")),
        ("grant_type=password", Some((CLIENT_ID, CLIENT_SECRET)), Err("unsupported_grant_type")),
        ("", Some((CLIENT_ID, CLIENT_SECRET)), Err("invalid_request")),
    ] {
        let (status, answer) = ask(&sandbox, form, basic).await;
        match expected {
            Ok(()) => assert_eq!(status, 200, "{form}"),
            Err(error) => assert_eq!((status, &answer["error"]), (400, &json!(error)), "{form}"),
        }
    }
    let answer = http().post(format!("{}/oauth/token", sandbox.url())).body("{}").send().await.unwrap();
    assert_eq!(body(answer).await["error"], "invalid_request");
    assert_eq!(http().get(format!("{}/oauth/token", sandbox.url())).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn a_token_expires_and_is_revoked() {
    let hands = Hands::at(1_000);
    let lifetime = Duration::from_secs(300);
    let settings = Settings { now: hands.now(), token_lifetime: lifetime, ..settings() };
    let sandbox = Sandbox::start(settings).await.unwrap();
    let api = Api::new(&sandbox).await;
    let me = "/api/v2/tokens/me";
    assert_eq!(api.request("HEAD", me).send().await.unwrap().status(), 200);
    assert_eq!(api.get(me).await.1["organization"]["id"], ORGANIZATION_ID);
    assert_eq!(
        api.get("/api/v2/organizations/me").await,
        (200, json!({"id": ORGANIZATION_ID, "name": "sandbox"}))
    );

    hands.advance(Duration::from_secs(299));
    assert_eq!(api.get(me).await.0, 200);
    hands.advance(Duration::from_secs(1));
    let (status, refusal) = api.get(me).await;
    assert_eq!((status, &refusal["code"]), (401, &json!("credentials.expired")));
    assert_eq!(api.request("HEAD", me).send().await.unwrap().status(), 401);

    let (one, two) = (Api::new(&sandbox).await, Api::new(&sandbox).await);
    assert_ne!(one.token, two.token);
    sandbox.revoke_tokens();
    assert_eq!(one.get(me).await.1["code"], "bad.credentials");
    assert_eq!(two.get(me).await.0, 401);
    let three = Api::new(&sandbox).await;
    assert_eq!(three.get(me).await.0, 200);

    sandbox.revoke_client(CLIENT_ID);
    assert_eq!(three.get(me).await.0, 401);
    let (status, refusal) =
        ask(&sandbox, "grant_type=client_credentials", Some((CLIENT_ID, CLIENT_SECRET))).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("invalid_grant")));
    sandbox.restore_client(CLIENT_ID);
    assert_eq!(three.get(me).await.0, 401);
    assert_eq!(Api::new(&sandbox).await.get(me).await.0, 200);
}

#[tokio::test]
async fn requests_are_counted_per_token_and_window() {
    let hands = Hands::at(1_000);
    let rate = Some(RateLimit { allowed: 3, window: Duration::from_secs(60) });
    let sandbox = Sandbox::start(Settings { now: hands.now(), rate, ..settings() }).await.unwrap();
    let (one, two) = (Api::new(&sandbox).await, Api::new(&sandbox).await);
    let counted = async |api: &Api| {
        let answer = api.request("GET", RULES).send().await.unwrap();
        let number = |name: &str| answer.headers()[name].to_str().unwrap().parse::<u64>().unwrap();
        let rate =
            ["count", "allowed", "reset"].map(|name| number(&format!("inin-ratelimit-{name}"))).to_vec();
        let wait = answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
        (answer.status().as_u16(), rate, wait)
    };
    assert_eq!(counted(&one).await, (200, vec![1, 3, 60], None));
    hands.advance(Duration::from_millis(10_500));
    assert_eq!(counted(&one).await, (200, vec![2, 3, 50], None));
    assert_eq!(counted(&one).await, (200, vec![3, 3, 50], None));
    assert_eq!(counted(&one).await, (429, vec![3, 3, 50], Some("50".to_owned())));
    assert_eq!(counted(&two).await, (200, vec![1, 3, 60], None));
    let (status, refusal) = one.post(RULES, &rule("A")).await;
    assert_eq!((status, &refusal["code"]), (429, &json!("too.many.requests")));
    assert_eq!(refusal["limit"]["value"], 3);
    assert!(sandbox.rules().is_empty());
    hands.advance(Duration::from_secs(50));
    assert_eq!(counted(&one).await, (200, vec![1, 3, 60], None));
}

#[tokio::test]
async fn only_loopback_is_served() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let error = Sandbox::start(Settings { listen, ..settings() }).await.unwrap_err();
    assert_eq!(error.to_string(), "the sandbox listens on loopback only, and 0.0.0.0:0 is not");
}

#[tokio::test]
async fn a_token_may_hold_for_longer_than_any_clock_goes() {
    let settings = Settings { token_lifetime: Duration::MAX, ..settings() };
    let sandbox = Sandbox::start(settings).await.unwrap();
    assert_eq!(Api::new(&sandbox).await.get("/api/v2/tokens/me").await.0, 200);
}

#[tokio::test]
async fn an_expired_token_is_remembered_for_a_while() {
    let hands = Hands::at(1_000);
    let settings = Settings { now: hands.now(), token_lifetime: Duration::from_secs(300), ..settings() };
    let sandbox = Sandbox::start(settings).await.unwrap();
    let old = Api::new(&sandbox).await;
    hands.advance(Duration::from_secs(300 + 3599));
    Api::new(&sandbox).await;
    assert_eq!(old.get(RULES).await.1["code"], "credentials.expired");
    hands.advance(Duration::from_secs(1));
    Api::new(&sandbox).await;
    assert_eq!(old.get(RULES).await.1["code"], "bad.credentials");
}

#[test]
fn a_secret_is_not_shown() {
    let shown = format!("{:?}", ClientCredentials::new("the-id", "the-secret"));
    assert!(shown.contains("the-id") && !shown.contains("the-secret"), "{shown}");
}
