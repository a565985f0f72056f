//! The fault matrix over a deployment of 40 rules, and single cases that were found elsewhere.
//!
//! `RULEC_FAULTS=full` runs every fault on every write; else every fault on every kind of write once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::BTreeMap;

use genesys_client::deploy::DeployError;
use genesys_client::plan::{Plan, Prune};
use genesys_client::resource::Kind;
use genesys_model::Bundle;
use genesys_sandbox::{Effect, Fault, Match, ReplyBody, When};
use rulec_tests::deployment::{World, bundle, rule, run};
use rulec_tests::matrix::{
    Scene, no_fault_leaves_a_mixture, no_fault_while_undoing_leaves_a_mixture,
    without_undoing_faults_leave_mixtures,
};
use serde_json::{Value, json};

const RULES: &str = "/api/v2/routing/rules*";

/// What the organization holds before: 14 rules that change, 12 that go, four that stay, four that nobody declares.
fn before() -> Vec<Value> {
    let numbered = |stem: &str, count: usize| -> Vec<Value> {
        (0..count).map(|number| rule(queue(number), &format!("{stem} {number}"), 10)).collect()
    };
    [numbered("changes", 14), numbered("goes", 12), numbered("stays", 4), numbered("other", 4)].concat()
}

fn queue(number: usize) -> &'static str {
    ["Support", "Billing", "Sales"][number % 3]
}

/// What it shall hold: every kind of change, and 14 new rules.
fn after() -> Bundle {
    let mut rules = Vec::new();
    for number in 0..14 {
        let name = format!("changes {number}");
        let mut body = rule(queue(number), &name, 10);
        match number % 5 {
            0 => body["priority"] = json!(20),
            1 => body["description"] = json!("what it is for"),
            2 => body["expression"]["value"] = json!(7),
            3 => {
                body["name"] = json!(format!("renamed {number}"));
                body["was"] = json!({ "name": name });
            }
            _ => {
                body["queue"] = json!({ "name": queue(number + 1) });
                body["was"] = json!({ "queue": { "name": queue(number) }, "name": name });
                body["enabled"] = json!(false);
            }
        }
        rules.push(body);
    }
    rules.extend((0..4).map(|number| rule(queue(number), &format!("stays {number}"), 10)));
    for number in 0..14 {
        let mut body = rule(queue(number), &format!("new {number}"), 30);
        body["enabled"] = json!(number % 7 != 0);
        rules.push(body);
    }
    bundle(&rules)
}

/// A world before the deployment, and its plan.
async fn world() -> (World, Plan) {
    let world = World::start(|_| {}).await;
    for mut body in before() {
        let queue = body["queue"]["name"].as_str().unwrap().to_lowercase();
        body["queue"] = json!({ "id": format!("q-{queue}") });
        world.sandbox.create_rule("another", &body).unwrap();
    }
    let goes = world.sandbox.rules().into_iter().filter(|rule| rule.name.starts_with("goes"));
    let owned = goes.map(|rule| (Kind::Rule, rule.id)).collect();
    let plan = world.plan_owning(&after(), Prune::Owned, &owned).await.unwrap();
    (world, plan)
}

const FORTY: Scene = || Box::pin(world());

#[test]
fn no_fault_at_any_write_leaves_a_mixture() {
    run(async { assert_eq!(world().await.1.changes.len(), 40) });
    no_fault_leaves_a_mixture("rules", FORTY);
}

#[test]
fn no_fault_while_it_is_undone_leaves_a_mixture() {
    no_fault_while_undoing_leaves_a_mixture("rules", FORTY);
}

#[test]
fn without_undoing_faults_do_leave_mixtures() {
    without_undoing_faults_leave_mixtures("rules", FORTY);
}

/// What the organization holds, by name: whether it is enabled, and its description.
fn held(world: &World) -> BTreeMap<String, (bool, Option<String>)> {
    world.sandbox.rules().into_iter().map(|rule| (rule.name, (rule.enabled, rule.description))).collect()
}

#[test]
fn a_rule_that_was_just_renamed_is_not_taken_for_the_new_one_of_its_old_name() {
    run(async {
        let world = World::start(|_| {}).await;
        let mut live = rule("Support", "x", 5);
        live["queue"] = json!({ "id": "q-support" });
        live["enabled"] = json!(false);
        world.sandbox.create_rule("another", &live).unwrap();
        // The old one gets another name; a new one, just like it, gets its name.
        let mut renamed = rule("Support", "y", 5);
        renamed["was"] = json!({ "name": "x" });
        renamed["enabled"] = json!(false);
        let mut new = rule("Support", "x", 5);
        new["enabled"] = json!(false);
        let before = world.sandbox.snapshot();
        let plan = world.plan(&bundle(&[renamed, new]), Prune::No).await.unwrap();
        let faults = world.sandbox.faults();
        faults.add(Fault { on: Match::on("PATCH", RULES), times: 1, then: Effect::Lag { reads: 4 } });
        faults.add(Fault { on: Match::on("POST", RULES), times: 1, then: Effect::Drop(When::Before) });
        let result = world.deploy(&plan).await;
        if result.is_ok() {
            assert_eq!(held(&world).keys().collect::<Vec<_>>(), ["x", "y"]);
        } else {
            assert_eq!(world.sandbox.snapshot(), before, "{result:?}");
        }
    });
}

#[test]
fn what_the_platform_writes_otherwise_is_taken_back_too() {
    run(async {
        let world = World::start(|_| {}).await;
        let mut live = rule("Support", "x", 5);
        live["queue"] = json!({ "id": "q-support" });
        let id = world.sandbox.create_rule("another", &live).unwrap().id;
        let before = world.sandbox.snapshot();
        let mut wanted = rule("Support", "x", 5);
        wanted["description"] = json!("as it was sent");
        let plan = world.plan(&bundle(&[wanted]), Prune::No).await.unwrap();
        // An organization that trims: it takes the write, keeps something else, and answers that.
        let answer = json!({
            "id": id, "version": 2, "name": "x", "description": "as it was kept", "priority": 5, "enabled": true,
            "queue": { "id": "q-support", "name": "Support" }, "expression": live["expression"],
        });
        world.sandbox.faults().add(Fault {
            on: Match::writes(),
            times: 1,
            then: Effect::Reply {
                when: When::After,
                status: 200,
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: ReplyBody::Bytes(answer.to_string().into_bytes()),
            },
        });
        let result = world.deploy(&plan).await;
        assert!(matches!(result, Err(DeployError::Undone { .. })), "{result:?}");
        assert_eq!(world.sandbox.snapshot(), before);
    });
}

#[test]
fn a_name_that_somebody_takes_meanwhile_keeps_nothing_else_from_being_undone() {
    run(async {
        let world = World::start(|_| {}).await;
        for name in ["a", "z"] {
            let mut live = rule("Support", name, 5);
            live["queue"] = json!({ "id": "q-support" });
            world.sandbox.create_rule("another", &live).unwrap();
        }
        let mut renamed = rule("Support", "b", 5);
        renamed["was"] = json!({ "name": "a" });
        let mut changed = rule("Support", "z", 5);
        changed["description"] = json!("new");
        let new = rule("Support", "new", 5);
        let plan = world.plan(&bundle(&[renamed, changed, new]), Prune::No).await.unwrap();
        // Somebody makes another `a` as soon as it is free; then enabling the new one is refused.
        let organization = world.sandbox.organization();
        let mut theirs = rule("Support", "a", 9);
        theirs["queue"] = json!({ "id": "q-support" });
        world.sandbox.faults().add(Fault {
            on: Match::writes().skip(3),
            times: 1,
            then: Effect::All(vec![
                Effect::call(When::Before, move |_| {
                    organization.create_rule("another", &theirs).unwrap();
                }),
                Effect::Status { status: 403, when: When::Before },
            ]),
        });
        let result = world.deploy(&plan).await;
        let Err(DeployError::Undone { contested, .. }) = result else { panic!("{result:?}") };
        assert_eq!(contested.len(), 1);
        let held = held(&world);
        assert_eq!(held.keys().collect::<Vec<_>>(), ["a", "b", "z"]);
        assert_eq!(held["z"], (true, None));
    });
}
