//! Licences, live figures, agents and the audit log (contract 1.1, 1.2), asked as S0 and S1 ask.

use genesys_model::AgentState;
use genesys_sandbox::{ClientCredentials, Fixture, Sandbox, Settings};
use serde_json::{Value, json};

use crate::support::*;

const ENTITLEMENTS: &str = "/api/v2/architect/entitlements/query";
const REALTIME: &str = "/api/v2/analytics/queues/realtime/query";
const AUDIT_LOGS: &str = "/api/v2/architect/auditlogs/query";
const USERS: &str = "/api/v2/routing/users";

fn example() -> Settings {
    Settings { fixture: Some(Fixture::example()), ..settings() }
}

fn with(fixture: &Value) -> Settings {
    Settings { fixture: Some(Fixture::from_json(&fixture.to_string()).unwrap()), ..settings() }
}

/// All results, page by page.
async fn results(api: &Api, path: &str, mut query: Value) -> Vec<Value> {
    let mut all = Vec::new();
    for _ in 0..100 {
        let (status, page) = api.post(path, &query).await;
        assert_eq!(status, 200, "{page}");
        all.extend(page["results"].as_array().unwrap().iter().cloned());
        match page.get("pageToken") {
            Some(token) => query["pageToken"] = token.clone(),
            None => return all,
        }
    }
    panic!("the pages do not end");
}

#[tokio::test]
async fn the_seeds_questions_are_answered() {
    let sandbox = Sandbox::start(example()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let filter = json!({"name": "licenseType", "op": "eq", "values": ["CXone", "GenesysCloudCX"]});
    let found = results(&api, ENTITLEMENTS, json!({"filters": [filter], "size": 100})).await;
    assert_eq!(found.iter().map(|one| one["count"].as_u64().unwrap()).sum::<u64>(), 50);

    let filter = json!({"name": "queueId", "op": "eq", "values": ["q-technical-support"]});
    let aggregations = json!([{"name": "availableAgents", "type": "sum"}]);
    let gate =
        json!({"filter": filter, "groupBy": [], "aggregations": aggregations, "interval": "PT1H", "size": 1});
    let expected = json!({"results": [{"metrics": {"availableAgents": 4}}]});
    assert_eq!(api.post(REALTIME, &gate).await, (200, expected.clone()));
    let simulation = json!({"filter": filter, "aggregations": aggregations, "size": 1});
    assert_eq!(api.post(REALTIME, &simulation).await, (200, expected));
    assert!(sandbox.set_availability("a-finn", AgentState::Available));
    assert_eq!(api.post(REALTIME, &gate).await.1["results"][0]["metrics"]["availableAgents"], 5);
}

#[tokio::test]
async fn licences_come_in_pages() {
    let mut licenses: Vec<_> =
        (0..7).map(|count| json!({"licenseType": "GenesysCloudCX", "count": count})).collect();
    licenses.push(json!({"licenseType": "Other", "count": 1000}));
    let sandbox = Sandbox::start(with(&json!({ "licenses": licenses }))).await.unwrap();
    let api = Api::new(&sandbox).await;
    let filter = json!({"name": "licenseType", "op": "in", "values": ["GenesysCloudCX"]});
    let (_, page) = api.post(ENTITLEMENTS, &json!({"filters": [filter], "size": 3})).await;
    assert_eq!(page["results"].as_array().unwrap().len(), 3);
    let found = results(&api, ENTITLEMENTS, json!({"filters": [filter], "size": 3})).await;
    assert_eq!(found.iter().map(|one| one["count"].as_u64().unwrap()).sum::<u64>(), 21);
    assert_eq!(results(&api, ENTITLEMENTS, json!({})).await.len(), 8);
    for query in [
        json!({"size": 0}),
        json!({"size": 101}),
        json!({"pageToken": "?"}),
        json!({"filters": [{"name": "x", "op": "eq", "values": ["x"]}]}),
        json!({"filters": [{"name": "licenseType", "op": "gt", "values": ["x"]}]}),
        json!({"filters": [{"name": "licenseType", "op": "in", "values": []}]}),
        json!({"filters": {}}),
        json!(1),
    ] {
        assert_eq!(api.post(ENTITLEMENTS, &query).await.0, 400, "{query}");
    }
}

#[tokio::test]
async fn figures_are_summed_or_grouped() {
    let fixture = json!({"queues": [
        {"id": "a", "name": "A", "metrics": {"availableAgents": 5}}, {"id": "b", "name": "B"}],
        "agents": [{"name": "Ada", "state": "Available", "queues": ["B"]}, {"name": "Ben", "queues": ["B"]}]});
    let sandbox = Sandbox::start(with(&fixture)).await.unwrap();
    let api = Api::new(&sandbox).await;
    let query = |values: Value, group: Value| {
        json!({"filter": {"name": "queueId", "op": "in", "values": values}, "groupBy": group,
               "aggregations": [{"name": "availableAgents", "type": "sum"}, {"name": "waiting", "type": "sum"}]})
    };
    let (_, found) = api.post(REALTIME, &query(json!(["a", "b", "nowhere"]), json!([]))).await;
    assert_eq!(found["results"], json!([{"metrics": {"availableAgents": 6}}]));
    let (_, found) = api.post(REALTIME, &query(json!(["b", "a"]), json!(["queueId"]))).await;
    assert_eq!(
        found["results"],
        json!([{"queueId": "a", "metrics": {"availableAgents": 5}},
               {"queueId": "b", "metrics": {"availableAgents": 1}}])
    );
    assert_eq!(api.post(REALTIME, &query(json!(["nowhere"]), json!([]))).await.1["results"], json!([]));
    assert_eq!(api.post(REALTIME, &query(json!(["a"]), json!(["mediaType"]))).await.0, 400);
    assert_eq!(api.post(REALTIME, &json!({"aggregations": []})).await.0, 400);
}

#[tokio::test]
async fn members_come_in_pages_without_a_count() {
    let agents: Vec<_> =
        (0..205).map(|n| json!({"id": format!("a{n}"), "name": "N", "queues": ["Q"]})).collect();
    let fixture = json!({"queues": [{"id": "q", "name": "Q"}], "agents": agents});
    let sandbox = Sandbox::start(with(&fixture)).await.unwrap();
    let api = Api::new(&sandbox).await;
    let (mut path, mut ids, mut sizes) = (format!("{QUEUES}/q/members"), Vec::new(), Vec::new());
    loop {
        let (status, page) = api.get(&path).await;
        assert_eq!((status, page.get("total")), (200, None));
        let members = page["entities"].as_array().unwrap();
        sizes.push(members.len());
        ids.extend(members.iter().map(|member| member["userId"].as_str().unwrap().to_owned()));
        match page.get("nextUri") {
            Some(next) => path = next.as_str().unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!((sizes, ids[204].as_str()), (vec![100, 100, 5], "a204"));
    assert_eq!(api.get(&format!("{QUEUES}/q/members?pageSize=1000")).await.0, 400);
    assert_eq!(api.get(&format!("{QUEUES}/nowhere/members")).await.0, 404);
    assert_eq!(api.get(&format!("{QUEUES}/q/members?pageNumber=9")).await.1["entities"], json!([]));
}

#[tokio::test]
async fn agents_have_profiles_and_availability() {
    let sandbox = Sandbox::start(example()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let path = format!("{USERS}/a-carla/routingprofile");
    let (status, profile) = api.get(&path).await;
    assert_eq!((status, &profile["userId"]), (200, &json!("a-carla")));
    assert_eq!(profile["skills"][0], json!({"name": "english", "priority": 2}));
    assert_eq!(
        api.get(&format!("{USERS}/a-carla/availability")).await,
        (200, json!({"userId": "a-carla", "state": "Busy", "wrapUpCode": "resolved"}))
    );
    let skills = json!([{"name": "billing", "priority": 0}]);
    let (status, put) = api.put(&path, &json!({ "skills": skills })).await;
    assert_eq!((status, &put["skills"]), (200, &skills));
    assert_eq!(api.get(&path).await.1, put);
    for body in [
        json!({}),
        json!({"skills": [{"name": "billing", "priority": -1}]}),
        json!({"skills": [{"name": "billing"}]}),
        json!({"skills": [{"name": "unheard of", "priority": 1}]}),
        json!({"skills": [{"name": "billing", "priority": 1}, {"name": "billing", "priority": 2}]}),
        json!({"userId": "a-ada", "skills": []}),
        json!({"skills": [], "state": "Available"}),
    ] {
        assert_eq!(api.put(&path, &body).await.0, 400, "{body}");
    }
    for path in ["nobody/routingprofile", "nobody/availability"] {
        assert_eq!(api.get(&format!("{USERS}/{path}")).await.0, 404);
    }
}

#[tokio::test]
async fn the_audit_log_is_filtered_and_paged() {
    let hands = Hands::at(1_767_225_600);
    let sandbox = Sandbox::start(Settings { now: hands.now(), ..example() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    let change = json!({"strategies": [{"mediaType": "voice", "strategy": "random"}]});
    for _ in 0..5 {
        sandbox.patch_strategies("other", "q-billing", &change).unwrap();
        sandbox.patch_strategies("other", "q-general", &change).unwrap();
    }
    sandbox.update_queue("other", "q-billing", &json!({"name": "Bills"})).unwrap();
    // S0's own question.
    let query = json!({"filters": [
        {"name": "entityId", "op": "eq", "values": ["q-billing"]},
        {"name": "eventType", "op": "in", "values": ["routing:queue:strategy:updated", "routing:queue:strategy:created"]}],
        "size": 2});
    let (_, page) = api.post(AUDIT_LOGS, &query).await;
    // What is written while somebody turns the pages comes behind.
    sandbox.patch_strategies("other", "q-billing", &change).unwrap();
    let found = results(&api, AUDIT_LOGS, query).await;
    assert_eq!(found.len(), 6);
    assert_eq!(page["results"], json!(found[..2]));
    assert_eq!(
        (&found[0]["eventType"], &found[0]["clientId"], &found[0]["timestamp"]),
        (&json!("routing:queue:strategy:updated"), &json!("other"), &json!("2026-01-01T00:00:00.000Z"))
    );
    assert_eq!(
        (&found[0]["before"]["strategy"], &found[0]["after"]["strategy"]),
        (&json!("longestIdleAgent"), &json!("random"))
    );
    let query = json!({"filters": [{"name": "entityId", "op": "eq", "values": ["q-general"]}]});
    let found = results(&api, AUDIT_LOGS, query).await;
    assert_eq!((found.len(), &found[0]["eventType"]), (5, &json!("routing:queue:strategy:created")));
    assert_eq!(results(&api, AUDIT_LOGS, json!({"size": 4})).await.len(), 12);
    assert_eq!(
        api.post(AUDIT_LOGS, &json!({"filters": [{"name": "x", "op": "eq", "values": [""]}]})).await.0,
        400
    );
}

#[tokio::test]
async fn each_needs_its_permission() {
    let mut nobody = ClientCredentials::new("nobody", "s");
    nobody.permissions.clear();
    let sandbox = Sandbox::start(Settings { clients: vec![nobody], ..example() }).await.unwrap();
    let api = Api::login(&sandbox, "nobody", "s").await;
    for path in [
        &format!("{QUEUES}/q-billing/members"),
        &format!("{QUEUES}/q-billing/strategies"),
        &format!("{USERS}/a-ada/routingprofile"),
        &format!("{USERS}/a-ada/availability"),
        "/api/v2/routing/strategies",
        SKILLS,
        GROUPS,
    ] {
        assert_eq!(api.get(path).await.1["code"], "missing.permissions", "{path}");
    }
    for path in [ENTITLEMENTS, REALTIME, AUDIT_LOGS] {
        assert_eq!(api.post(path, &json!({})).await.0, 403);
    }
    assert_eq!(api.put(&format!("{USERS}/a-ada/routingprofile"), &json!({})).await.0, 403);
}
