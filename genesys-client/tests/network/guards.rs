//! Guards against the sandbox: licences over all pages, agents of queues that are there and of such that are not.

use std::collections::BTreeSet;

use genesys_client::guard::check;
use genesys_client::plan::{Observed, Options, Plan, Prune, build};
use genesys_client::resource::Kind;
use genesys_client::{Client, ErrorKind};
use genesys_model::Bundle;
use genesys_sandbox::{ClientCredentials, Effect, Fault, Fixture, Match, ReplyBody, Sandbox, Settings, When};
use serde_json::{Value, json};

use crate::clock::TestClock;
use crate::{ID, SECRET, client};

const ENTITLEMENTS: &str = "/api/v2/architect/entitlements/query";
const REALTIME: &str = "/api/v2/analytics/queues/realtime/query";

/// 250 entries of one licence each, which are three pages, and others that agents do not work with.
async fn start() -> (Sandbox, Client) {
    let mut licenses: Vec<Value> =
        (0..250).map(|_| json!({ "licenseType": "GenesysCloudCX", "count": 1 })).collect();
    licenses.push(json!({ "licenseType": "CXone", "count": 7 }));
    licenses.push(json!({ "licenseType": "Reporting", "count": 5000 }));
    let fixture = json!({
        "divisions": [{ "id": "d-1", "name": "Home" }, { "id": "d-2", "name": "Outlet" }],
        "queues": [
            { "id": "q-1", "name": "Support", "metrics": { "availableAgents": 4 } },
            { "id": "q-2", "name": "Former", "metrics": { "availableAgents": 9 } },
            { "id": "q-3", "name": "Bare" },
            { "id": "q-4", "name": "Two", "division": "Home", "metrics": { "availableAgents": 5 } },
            { "id": "q-5", "name": "Two", "division": "Outlet", "metrics": { "availableAgents": 6 } },
        ],
        "licenses": licenses,
    });
    let settings = Settings {
        fixture: Some(Fixture::from_json(&fixture.to_string()).unwrap()),
        clients: vec![ClientCredentials::new(ID, SECRET)],
        rate: None,
        ..Settings::default()
    };
    let sandbox = Sandbox::start(settings).await.unwrap();
    let client = client(&sandbox.url(), &TestClock::new());
    (sandbox, client)
}

fn bundle(strategies: &Value) -> Bundle {
    let json = json!({
        "format": 1, "rules": [],
        "queues": [{ "name": "Support" }, { "name": "Renamed", "was": "Former" }, { "name": "New" },
                   { "name": "Bare" }],
        "strategies": strategies,
    });
    Bundle::from_json(&json.to_string()).unwrap()
}

fn strategy(queue: &str, guards: &Value) -> Value {
    json!({ "queue": { "name": queue }, "media_type": "voice", "method": "random", "guards": guards })
}

async fn observed(client: &Client) -> Observed {
    Observed::list(client, &BTreeSet::from([Kind::Queue])).await.unwrap()
}

fn plan(bundle: &Bundle, observed: &Observed) -> Plan {
    let (organization, owned) = ("org".to_owned(), BTreeSet::new());
    let options = Options { organization, prune: Prune::No, owned: &owned, foreign: &|_, _| None };
    build(bundle, observed, &options).unwrap()
}

#[tokio::test]
async fn licences_are_counted_over_all_pages_and_once() {
    let (sandbox, client) = start().await;
    let licenses = |at_least: u64| json!([{ "measure": "licenses", "at_least": at_least }]);
    let bundle = bundle(&json!([strategy("Support", &licenses(257)), strategy("New", &licenses(258))]));
    let observed = observed(&client).await;
    let checked = check(&client, &bundle, &observed, &plan(&bundle, &observed)).await.unwrap();
    let found: Vec<_> = checked.iter().map(|one| (one.found, one.holds)).collect();
    assert_eq!(found, [(257, true), (257, false)]);
    let asked = sandbox.requests().into_iter().filter(|note| note.path == ENTITLEMENTS).count();
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn agents_are_those_of_the_live_queue() {
    let (_sandbox, client) = start().await;
    let agents = json!([{ "measure": "available_agents", "at_least": 4 }]);
    let queues = ["Support", "Renamed", "New", "Bare"];
    let strategies: Vec<Value> = queues.iter().map(|queue| strategy(queue, &agents)).collect();
    let bundle = bundle(&json!(strategies));
    let observed = observed(&client).await;
    let checked = check(&client, &bundle, &observed, &plan(&bundle, &observed)).await.unwrap();
    let found: Vec<_> = checked.iter().map(|one| (one.queue.as_str(), one.found, one.holds)).collect();
    assert_eq!(found, [("Support", 4, true), ("Renamed", 9, true), ("New", 0, false), ("Bare", 0, false)]);
}

#[tokio::test]
async fn a_chain_of_names_and_a_division_say_whose_agents_count() {
    let (_sandbox, client) = start().await;
    let guards = json!([{ "measure": "available_agents", "at_least": 5 }]);
    let strategies: Vec<Value> =
        ["Former", "Later", "Two"].iter().map(|queue| strategy(queue, &guards)).collect();
    let json = json!({
        "format": 1, "rules": [],
        // Who is `Former` today will be `Later`, and `Support` takes its name.
        "queues": [{ "name": "Former", "was": "Support" }, { "name": "Later", "was": "Former" },
                   { "name": "Two", "division": "Outlet" }],
        "strategies": strategies,
    });
    let bundle = Bundle::from_json(&json.to_string()).unwrap();
    let observed = observed(&client).await;
    let checked = check(&client, &bundle, &observed, &plan(&bundle, &observed)).await.unwrap();
    let found: Vec<_> = checked.iter().map(|one| (one.queue.as_str(), one.found, one.holds)).collect();
    assert_eq!(found, [("Former", 4, false), ("Later", 9, true), ("Two", 6, true)]);
}

#[tokio::test]
async fn what_is_no_figure_is_an_error_and_a_busy_service_is_asked_again() {
    let (sandbox, client) = start().await;
    let agents = json!([{ "measure": "available_agents", "at_least": 1 }]);
    let bundle = bundle(&json!([strategy("Support", &agents)]));
    let observed = observed(&client).await;
    let plan = plan(&bundle, &observed);
    let fault = |then| Fault { on: Match::on("POST", REALTIME), times: 1, then };
    sandbox.faults().add(fault(Effect::Status { status: 503, when: When::Before }));
    assert!(check(&client, &bundle, &observed, &plan).await.unwrap()[0].holds);
    let reply = |body: &str| {
        fault(Effect::Reply {
            when: When::Before,
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: ReplyBody::Bytes(body.as_bytes().to_vec()),
        })
    };
    // Sums may come as floats.
    for (figure, found) in [("17.0", 17), ("16.9", 16), ("1e1", 10), ("0.0", 0)] {
        sandbox
            .faults()
            .add(reply(&format!(r#"{{"results":[{{"metrics":{{"availableAgents":{figure}}}}}]}}"#)));
        assert_eq!(check(&client, &bundle, &observed, &plan).await.unwrap()[0].found, found, "{figure}");
    }
    for body in [
        "[]",
        "{}",
        r#"{"results":7}"#,
        r#"{"results":[{"metrics":7}]}"#,
        r#"{"results":[{"metrics":{"availableAgents":-1}}]}"#,
        r#"{"results":[{"metrics":{"availableAgents":"4"}}]}"#,
        r#"{"results":[{"metrics":{"availableAgents":1e300}}]}"#,
    ] {
        sandbox.faults().add(reply(body));
        let error = check(&client, &bundle, &observed, &plan).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Answer, "{body}: {error}");
    }
}
