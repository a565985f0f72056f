//! S2's own sequence of requests (contract 1.3): token, create, the duplicate, its remedy.

use std::time::Duration;

use genesys_sandbox::{CLIENT_ID, CLIENT_SECRET, Sandbox, Settings};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn the_seeds_sequence_is_answered_as_it_expects() {
    let hands = Hands::at(1_767_225_600);
    let sandbox = Sandbox::start(Settings { now: hands.now(), ..settings() }).await.unwrap();

    // The token: credentials in the form, with a scope.
    let answer = http()
        .post(format!("{}/oauth/token", sandbox.url()))
        .timeout(Duration::from_secs(15))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!(
            "grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}\
             &scope=routing%3Arule+routing%3Arule%3Awrite+routing%3Arule%3Aread"
        ))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let grant = body(answer).await;
    assert_eq!((&grant["expires_in"], &grant["token_type"]), (&json!(86_400), &json!("bearer")));
    let token = grant["access_token"].as_str().unwrap().to_owned();
    let api = Api { url: sandbox.url(), http: http(), token };

    // The rule, every node with explicit nulls and `children: []`.
    let sent = fixture("s2-rule.json");
    let (status, mut created) = api.post(RULES, &sent).await;
    assert!((200..300).contains(&status), "{created}");
    let id = created["id"].as_str().unwrap().to_owned();
    let fields = created.as_object_mut().unwrap();
    fields.remove("id");
    assert_eq!(fields.remove("selfUri").unwrap(), json!(format!("{RULES}/{id}")));
    assert_eq!(created, fixture("s2-stored.json"));

    // The same again is a conflict, never a second rule.
    let (status, refusal) = api.post(RULES, &sent).await;
    assert_eq!((status, &refusal["code"]), (409, &json!("duplicate.name")));
    assert_eq!(refusal["entityId"], json!(id));

    // The remedy: find it in its queue, change it.
    let (status, page) = api.get(&format!("{RULES}?queueId=q-support")).await;
    assert_eq!((status, &page["total"]), (200, &json!(1)));
    assert_eq!(page["entities"][0]["id"], json!(id));
    hands.advance(Duration::from_secs(1));
    let (status, changed) = api.patch(&format!("{RULES}/{id}"), None, &sent).await;
    assert_eq!((status, &changed["version"]), (200, &json!(2)));
    assert_eq!(changed["dateModified"], "2026-01-01T00:00:01.000Z");
}
