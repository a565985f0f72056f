//! The rules over HTTP (contract 0, "Rule list" and "Rule item").

use genesys_sandbox::{Action, CLIENT_ID, ClientCredentials, Sandbox, Settings};
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn a_rule_is_created_read_changed_and_deleted() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;

    let (status, created) = api.post(RULES, &rule("VIP")).await;
    assert_eq!(status, 201, "{created}");
    assert_eq!(created["version"], 1);
    assert_eq!(created["priority"], 10);
    assert_eq!(created["enabled"], true);
    assert_eq!(created["queue"], json!({"id": "q-support", "name": "Technical Support"}));
    let path = created["selfUri"].as_str().unwrap();
    assert_eq!(api.get(path).await, (200, created.clone()));

    let (status, changed) = api.patch(path, Some(1), &json!({"priority": 3, "description": "new"})).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!((&changed["priority"], &changed["version"]), (&json!(3), &json!(2)));
    assert_eq!((&changed["name"], &changed["description"]), (&json!("VIP"), &json!("new")));
    let (_, changed) = api.patch(path, Some(2), &json!({"description": null})).await;
    assert_eq!(changed.get("description"), None);

    assert_eq!(api.delete(path, Some(3)).await, (204, Value::Null));
    assert_eq!(api.get(path).await.1["code"], "not.found");
    assert_eq!(api.patch(path, None, &json!({})).await.0, 404);
    assert_eq!(api.delete(path, None).await.0, 404);
    assert!(sandbox.rules().is_empty());

    let trail = sandbox.audit();
    let actions: Vec<_> = trail.iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [Action::Create, Action::Update, Action::Update, Action::Delete]);
    assert!(trail.iter().all(|entry| entry.client == CLIENT_ID && entry.entity_id == created["id"]));
    assert_eq!((trail[0].before.is_none(), trail[3].after.is_none()), (true, true));
    assert_eq!(trail[1].before.as_ref().unwrap()["priority"], 10);
    assert_eq!(trail[1].after.as_ref().unwrap()["priority"], 3);
    sandbox.stop().await;
}

#[tokio::test]
async fn names_are_unique_within_a_queue() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let first = api.rule("A").await;
    let second = api.rule("B").await;
    let conflict = |answer: (u16, Value)| {
        assert_eq!((answer.0, &answer.1["code"]), (409, &json!("duplicate.name")));
    };
    conflict(api.post(RULES, &rule("A")).await);
    conflict(api.patch(&second, None, &json!({"name": "A"})).await);
    // Its own name is nobody else's, another case is another name, another queue has names of its own.
    assert_eq!(api.patch(&first, None, &json!({"name": "A"})).await.0, 200);
    assert_eq!(api.post(RULES, &rule("a")).await.0, 201);
    let (status, moved) = api.patch(&second, None, &json!({"name": "A", "queue": {"id": "q-sales"}})).await;
    assert_eq!((status, &moved["queue"]["name"]), (200, &json!("Sales")));
    conflict(api.patch(&second, None, &json!({"queue": {"id": "q-support"}})).await);
    // A name that is given up is free.
    assert_eq!(api.delete(&first, None).await.0, 204);
    assert_eq!(api.patch(&second, None, &json!({"queue": {"id": "q-support"}})).await.0, 200);
    assert_eq!(api.post(RULES, &rule("B")).await.0, 201);
}

#[tokio::test]
async fn a_stale_version_is_a_conflict() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let path = api.rule("A").await;
    assert_eq!(api.patch(&path, Some(1), &json!({"priority": 1})).await.0, 200);
    let before = sandbox.snapshot();
    let (status, refusal) = api.patch(&path, Some(1), &json!({"priority": 2})).await;
    assert_eq!((status, &refusal["code"]), (409, &json!("version.conflict")));
    assert_eq!(refusal["entityName"], "A");
    assert_eq!(api.delete(&path, Some(3)).await.1["code"], "version.conflict");
    assert_eq!(sandbox.snapshot(), before);
    for (value, expected) in
        [("\"2\"", 200), ("3", 200), ("x", 400), ("W/\"4\"", 400), ("-1", 400), ("*", 400)]
    {
        let request = api.request("PATCH", &path).header("if-match", value);
        let answer = with_json(request, &json!({"priority": 2})).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{value}");
    }
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let path = api.rule("kept").await;
    let before = sandbox.snapshot();
    for case in fixture("bodies-refused.json").as_array().unwrap() {
        let (status, refusal) = api.post(RULES, &case["body"]).await;
        assert_eq!(status, 400, "{case}");
        let field = refusal["details"][0].get("fieldName").unwrap_or(&Value::Null);
        assert_eq!(field, &case["field"], "{refusal}");
    }
    for (body, expected) in [
        (json!({"queue": {"id": "nowhere"}}), 400),
        (json!({"name": null}), 400),
        (json!({"version": 1}), 400),
        (json!([]), 400),
    ] {
        assert_eq!(api.patch(&path, None, &body).await.0, expected, "{body}");
    }
    assert_eq!(sandbox.snapshot(), before);
}

#[tokio::test]
async fn lists_come_in_pages_of_a_stable_order() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for name in ["E", "A", "D", "B", "C"] {
        api.rule(name).await;
    }
    let elsewhere = json!({"name": "A", "queue": {"id": "q-sales"}, "expression": leaf()});
    assert_eq!(api.post(RULES, &elsewhere).await.0, 201);

    let (_, mut page) = api.get(&format!("{RULES}?queueId=q-support&pageSize=2&pageNumber=2")).await;
    assert_eq!(names(&page), ["D", "B"]);
    page.as_object_mut().unwrap().remove("entities");
    assert_eq!(page, fixture("page.json"));

    let mut next = format!("{RULES}?pageSize=4");
    let mut seen = Vec::new();
    loop {
        let (status, page) = api.get(&next).await;
        assert_eq!(status, 200);
        seen.extend(names(&page));
        match page.get("nextUri") {
            Some(uri) => uri.as_str().unwrap().clone_into(&mut next),
            None => break,
        }
    }
    assert_eq!(seen, ["E", "A", "D", "B", "C", "A"]);

    let listed = async |query: &str| {
        let (status, page) = api.get(&format!("{RULES}?{query}")).await;
        assert_eq!(status, 200, "{query}: {page}");
        (names(&page).len(), page["total"].as_u64().unwrap(), page["pageCount"].as_u64().unwrap())
    };
    assert_eq!(listed("").await, (6, 6, 1));
    assert_eq!(listed("name=A").await, (2, 2, 1));
    assert_eq!(listed("name=A&queueId=q-sales").await, (1, 1, 1));
    assert_eq!(listed("name=a").await, (0, 0, 0));
    assert_eq!(listed("queueId=nowhere").await, (0, 0, 0));
    assert_eq!(listed("pageNumber=9").await, (0, 6, 1));
    assert_eq!(listed("pageSize=100").await, (6, 6, 1));
    for query in ["pageSize=0", "pageSize=101", "pageSize=x", "pageSize=-1", "pageNumber=0", "pageNumber=1.5"]
    {
        let (status, refusal) = api.get(&format!("{RULES}?{query}")).await;
        assert_eq!((status, &refusal["code"]), (400, &json!("invalid.value")), "{query}");
    }
}

#[tokio::test]
async fn names_of_any_script_are_found_and_carried_to_the_next_page() {
    let sandbox =
        Sandbox::start(Settings { queues: vec![genesys_sandbox::queue("a b&c=d", "Q")], ..settings() })
            .await
            .unwrap();
    let api = Api::new(&sandbox).await;
    for name in ["Ünïcode & 50 % = +", "two"] {
        let body = json!({"name": name, "queue": {"id": "a b&c=d"}, "expression": leaf()});
        assert_eq!(api.post(RULES, &body).await.0, 201);
    }
    let (_, page) = api.get(&format!("{RULES}?queueId=a%20b%26c%3Dd&pageSize=1")).await;
    assert_eq!(page["nextUri"], format!("{RULES}?queueId=a+b%26c%3Dd&pageSize=1&pageNumber=2"));
    let (_, page) = api.get(page["nextUri"].as_str().unwrap()).await;
    assert_eq!(names(&page), ["two"]);
    let (_, page) = api.get(&format!("{RULES}?name=%C3%9Cn%C3%AFcode+%26+50+%25+%3D+%2B")).await;
    assert_eq!(page["total"], 1);
}

#[tokio::test]
async fn every_refusal_has_a_body_and_a_correlation_id() {
    let read_only = ClientCredentials::read_only("reader", "secret");
    let mut settings = settings();
    settings.clients.push(read_only);
    let sandbox = Sandbox::start(settings).await.unwrap();
    let api = Api::new(&sandbox).await;
    let path = api.rule("A").await;
    let reader = Api::login(&sandbox, "reader", "secret").await;
    let text = |request: reqwest::RequestBuilder| request.header("content-type", "text/plain").body("{}");
    for (request, status, code) in [
        (
            api.request("PATCH", &path).header("content-type", "application/json").body("{"),
            400,
            "bad.request",
        ),
        (api.http.get(format!("{}{RULES}", api.url)), 401, "authentication.required"),
        (api.http.get(format!("{}{RULES}", api.url)).bearer_auth("x"), 401, "bad.credentials"),
        (with_json(reader.request("POST", RULES), &rule("B")), 403, "missing.permissions"),
        (with_json(reader.request("PATCH", &path), &json!({})), 403, "missing.permissions"),
        (reader.request("DELETE", &path), 403, "missing.permissions"),
        (api.request("GET", &format!("{RULES}/nowhere")), 404, "not.found"),
        (api.request("GET", "/api/v2/routing/nothing"), 404, "not.found"),
        (api.request("PUT", &path), 405, "method.not.allowed"),
        (api.request("DELETE", RULES), 405, "method.not.allowed"),
        (with_json(api.request("POST", RULES), &rule("A")), 409, "duplicate.name"),
        (text(api.request("POST", RULES)), 415, "unsupported.media.type"),
        (text(api.request("PATCH", &path)), 415, "unsupported.media.type"),
        (api.request("POST", RULES), 415, "unsupported.media.type"),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{code}");
        assert_eq!(answer.headers()["content-type"], "application/json");
        let id = answer.headers()["inin-correlation-id"].to_str().unwrap().to_owned();
        assert_eq!(answer.headers().contains_key("allow"), status == 405);
        let refusal = body(answer).await;
        assert_eq!((&refusal["code"], &refusal["status"]), (&json!(code), &json!(status)));
        assert_eq!(refusal["contextId"], id);
        assert!(!refusal["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(reader.get(RULES).await.0, 200);
    let answer = api.request("GET", RULES).send().await.unwrap();
    assert!(answer.headers().contains_key("inin-correlation-id"));
}

#[tokio::test]
async fn of_many_changes_to_one_version_exactly_one_wins() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let path = api.rule("A").await;
    let mut tasks = tokio::task::JoinSet::new();
    for priority in 0..50 {
        let request = api.request("PATCH", &path).header("if-match", "1");
        let request = with_json(request, &json!({"priority": priority}));
        tasks.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 409));
    assert_eq!(sandbox.rules()[0].version, 2);

    // The same for a name.
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let request = with_json(api.request("POST", RULES), &rule("B"));
        tasks.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(sandbox.rules().len(), 2);
}

#[tokio::test]
async fn others_write_in_process_under_the_same_rules() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let created = sandbox.create_rule("somebody", &rule("A")).unwrap();
    let refusal = sandbox.create_rule("somebody", &rule("A")).unwrap_err();
    assert_eq!((refusal.status(), refusal.code()), (409, "duplicate.name"));
    let changed = sandbox.update_rule("somebody", &created.id, &json!({"enabled": false})).unwrap();
    assert_eq!((changed.version, changed.enabled), (2, false));
    sandbox.delete_rule("somebody", &created.id).unwrap();
    assert_eq!(sandbox.delete_rule("somebody", &created.id).unwrap_err().status(), 404);
    assert!(sandbox.audit().iter().all(|entry| entry.client == "somebody"));
    assert_eq!(sandbox.audit().len(), 3);
}

#[tokio::test]
async fn snapshots_leave_out_what_no_two_runs_share() {
    let one = Sandbox::start(settings()).await.unwrap();
    let two = Sandbox::start(settings()).await.unwrap();
    one.create_rule("x", &rule("A")).unwrap();
    one.create_rule("x", &rule("B")).unwrap();
    let second = two.create_rule("x", &rule("B")).unwrap();
    two.create_rule("x", &rule("A")).unwrap();
    two.update_rule("x", &second.id, &json!({})).unwrap();
    assert_eq!(one.snapshot(), two.snapshot());
    two.update_rule("x", &second.id, &json!({"priority": 11})).unwrap();
    assert_ne!(one.snapshot(), two.snapshot());
}

fn names(page: &Value) -> Vec<String> {
    let entities = page["entities"].as_array().unwrap();
    entities.iter().map(|rule| rule["name"].as_str().unwrap().to_owned()).collect()
}
