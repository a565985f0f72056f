//! Analytics of strategies (contract 1.5), S4's own sequence first.

use genesys_sandbox::{Effect, Fault, Fixture, JobCourse, Match, Sandbox, Settings};
use serde_json::{Value, json};

use crate::support::*;

const QUERY: &str = "/api/v2/analytics/routing/strategies/query";

fn query(ids: &[Value], group: &str) -> Value {
    json!({"strategyIds": ids, "metricTypes": ["handledCalls", "avgSpeedOfAnswer", "abandonedCalls"],
           "timeGroup": "byDay", "interval": "P1D", "from": "2026-01-01T00:00:00.000Z",
           "to": "2026-01-08T00:00:00.000Z", "groupBys": [group], "async": true})
}

async fn example() -> (Sandbox, Api, Vec<Value>) {
    let fixture = Some(Fixture::example());
    let sandbox = Sandbox::start(Settings { fixture, ..settings() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    let (_, page) = api.get("/api/v2/routing/strategies").await;
    let ids = page["entities"].as_array().unwrap().iter().map(|strategy| strategy["id"].clone()).collect();
    (sandbox, api, ids)
}

/// The results of a query once it has completed.
async fn answered(api: &Api, query: &Value) -> Vec<Value> {
    let (status, job) = api.post(QUERY, query).await;
    assert_eq!((status, &job["id"]), (202, &job["jobId"]), "{job}");
    let path = format!("/api/v2/analytics/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(api.get(&format!("{path}/results")).await.0, 409);
    assert_eq!(api.get(&path).await.1["status"], "running");
    assert_eq!(api.get(&path).await.1["status"], "completed");
    let (mut next, mut rows) = (format!("{path}/results?pageSize=2"), Vec::new());
    loop {
        let (status, page) = api.get(&next).await;
        assert_eq!(status, 200, "{page}");
        rows.extend(page["entities"].as_array().unwrap().iter().cloned());
        match page.get("nextUri") {
            Some(uri) => uri.as_str().unwrap().clone_into(&mut next),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn a_job_is_asked_for_looked_after_and_read_on_all_its_pages() {
    let (_sandbox, api, ids) = example().await;
    let rows = answered(&api, &query(&ids, "strategyId")).await;
    assert_eq!(rows.len(), 3);
    let row = rows.iter().find(|row| row["entityId"] == ids[0]).unwrap();
    assert_eq!(
        row["metrics"],
        json!([{"metricId": "handledCalls", "value": 1840.0}, {"metricId": "avgSpeedOfAnswer", "value": 24.5},
               {"metricId": "abandonedCalls", "value": 73.0}])
    );
    let rows = answered(&api, &query(&ids, "queueId")).await;
    let row = rows.iter().find(|row| row["entityId"] == "q-technical-support").unwrap();
    assert_eq!((rows.len(), &row["metrics"][0]["value"]), (2, &json!(2800.0)));
    let average = row["metrics"][1]["value"].as_f64().unwrap();
    assert!((average - (24.5 * 1840.0 + 41.0 * 960.0) / 2800.0).abs() < 1e-9, "{average}");
    // What nobody knows has no row.
    assert_eq!(answered(&api, &query(&[json!("nobody")], "strategyId")).await, Vec::<Value>::new());
}

#[tokio::test]
async fn queries_have_limits() {
    let (_sandbox, api, ids) = example().await;
    for (key, value, expected) in [
        ("metricTypes", json!(vec!["a"; 11]), "complexity limit"),
        ("groupBys", json!(["agentId"]), "complexity limit"),
        ("to", json!("2026-01-31T00:00:00.001Z"), "complexity limit"),
        ("to", json!("2025-12-31T00:00:00.000Z"), "`to` comes after `from`"),
        ("to", json!("2026-01-01T00:00:00.000Z"), "`to` comes after `from`"),
        ("from", json!("yesterday"), "`from` is a moment"),
        ("timeGroup", json!("byHour"), "`timeGroup` is `byDay`"),
        ("strategyIds", json!([]), "needs `strategyIds`"),
        ("limit", json!(1), "unknown field"),
    ] {
        let mut query = query(&ids, "strategyId");
        query[key] = value;
        let (status, refusal) = api.post(QUERY, &query).await;
        assert_eq!(status, 400, "{query}");
        assert!(refusal["message"].as_str().unwrap().contains(expected), "{refusal}");
    }
    let mut query = query(&ids, "strategyId");
    query["to"] = json!("2026-01-31T00:00:00.000Z");
    assert_eq!(api.post(QUERY, &query).await.0, 202);
    assert_eq!(api.get("/api/v2/analytics/jobs/nowhere").await.0, 404);
    assert_eq!(api.get("/api/v2/analytics/jobs/nowhere/results").await.0, 404);
}

#[tokio::test]
async fn a_job_takes_as_long_and_fails_as_it_is_told() {
    let (sandbox, api, ids) = example().await;
    let course = JobCourse { polls: Some(3), failure: Some("the store is down".to_owned()) };
    sandbox.faults().add(Fault { on: Match::on("POST", QUERY), times: 1, then: Effect::Job(course) });
    let (status, job) = api.post(QUERY, &query(&ids, "strategyId")).await;
    assert_eq!(status, 202);
    let path = format!("/api/v2/analytics/jobs/{}", job["id"].as_str().unwrap());
    for _ in 0..3 {
        assert_eq!(api.get(&path).await.1["status"], "running");
    }
    let failed = api.get(&path).await.1;
    assert_eq!(
        (&failed["status"], &failed["failureReason"]),
        (&json!("failed"), &json!("the store is down"))
    );
    assert_eq!(api.get(&format!("{path}/results")).await.0, 409);
    // The next one is as ever.
    assert_eq!(answered(&api, &query(&ids, "strategyId")).await.len(), 3);
}
