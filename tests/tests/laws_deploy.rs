//! Laws of plan, deployment and rollback, over generated organizations and bundles.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use genesys_client::deploy::{self, Control, DeployError, Direction, Interrupt, Journal, RecoverError};
use genesys_client::plan::{self, Plan, Prune};
use genesys_model::Bundle;
use proptest::prelude::*;
use rulec_tests::deployment::{World, bundle, cases, cut_off, run};
use serde_json::{Value, json};

/// A rule before it has a place: priority, description, enabled, the value that it compares with.
type Body = (i64, Option<u8>, bool, i64);

/// The number of a rule's queue, and of its name.
type Place = (usize, u8);

/// Rules by queue and name, so that no queue has two of one name.
type Rules = BTreeMap<Place, Body>;

const QUEUES: [&str; 3] = ["Support", "Billing", "Sales"];

fn rules() -> impl Strategy<Value = Rules> {
    let body = (0..4_i64, proptest::option::of(0..3_u8), any::<bool>(), 0..3_i64);
    proptest::collection::btree_map((0..QUEUES.len(), 0..6_u8), body, 0..12)
}

/// Which rules say that they were another; most of that is about rules that are not there.
fn renames() -> impl Strategy<Value = Vec<(Place, Place)>> {
    let place = || (0..QUEUES.len(), 0..6_u8);
    proptest::collection::vec((place(), place()), 0..4)
}

fn written(place: Place, body: &Body, queue: &Value) -> Value {
    let (priority, description, enabled, value) = body;
    let mut rule = json!({
        "name": format!("rule {}", place.1),
        "queue": queue,
        "priority": priority,
        "enabled": enabled,
        "expression": { "type": "condition", "field": "priority", "operator": "gte", "value": value },
    });
    if let Some(description) = description {
        rule["description"] = json!(format!("description {description}"));
    }
    rule
}

fn wanted(rules: &Rules, renames: &[(Place, Place)]) -> Bundle {
    let mut all = Vec::new();
    let mut claimed = Vec::new();
    for (place, body) in rules {
        let mut rule = written(*place, body, &json!({ "name": QUEUES[place.0] }));
        let was = renames.iter().find(|(new, old)| new == place && new != old && !claimed.contains(old));
        if let Some((_, old)) = was {
            claimed.push(*old);
            rule["was"] = json!({ "queue": { "name": QUEUES[old.0] }, "name": format!("rule {}", old.1) });
        }
        all.push(rule);
    }
    bundle(&all)
}

async fn world(live: &Rules) -> World {
    let world = World::start(|_| {}).await;
    for (place, body) in live {
        let queue = json!({ "id": format!("q-{}", QUEUES[place.0].to_lowercase()) });
        world.sandbox.create_rule("another", &written(*place, body, &queue)).unwrap();
    }
    world
}

/// Runs two futures on one thread, each for so many polls in turn.
async fn interleaved<A: Future, B: Future>(a: A, b: B, turns: &[u8]) -> (A::Output, B::Output) {
    fn step<F: Future>(
        future: &mut Pin<Box<F>>,
        context: &mut std::task::Context<'_>,
        done: &mut Option<F::Output>,
    ) {
        if done.is_none()
            && let Poll::Ready(output) = future.as_mut().poll(context)
        {
            *done = Some(output);
        }
    }
    let (mut a, mut b) = (Box::pin(a), Box::pin(b));
    let (mut a_done, mut b_done) = (None, None);
    for (turn, polls) in turns.iter().cycle().enumerate() {
        for _ in 0..=*polls {
            std::future::poll_fn(|context| {
                if turn.is_multiple_of(2) {
                    step(&mut a, context, &mut a_done);
                } else {
                    step(&mut b, context, &mut b_done);
                }
                Poll::Ready(())
            })
            .await;
            tokio::task::yield_now().await;
        }
        if a_done.is_some() && b_done.is_some() {
            break;
        }
    }
    (a_done.unwrap(), b_done.unwrap())
}

async fn deploy_with(
    world: &World,
    plan: &Plan,
    journal: &mut Journal,
) -> Result<deploy::Report, DeployError> {
    let control = Control { watch: &|_| {}, interrupt: Interrupt::default(), without_undo: false };
    deploy::deploy(&world.target, plan, None, journal, &control).await
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn a_plan_applied_leaves_nothing_to_be_done(
        live in rules(), desired in rules(), renames in renames(), prune in any::<bool>(),
    ) {
        run(async {
            let world = world(&live).await;
            let bundle = wanted(&desired, &renames);
            let prune = if prune { Prune::Unowned } else { Prune::No };
            let plan = world.plan(&bundle, prune).await.unwrap();
            world.deploy(&plan).await.unwrap();
            let again = world.plan(&bundle, prune).await.unwrap();
            prop_assert!(again.is_empty(), "{again:?}");
            Ok(())
        })?;
    }

    #[test]
    fn a_deployment_rolled_back_leaves_what_was_before(live in rules(), desired in rules(), renames in renames()) {
        run(async {
            let world = world(&live).await;
            let before = world.sandbox.snapshot();
            let plan = world.plan(&wanted(&desired, &renames), Prune::Unowned).await.unwrap();
            world.deploy(&plan).await.unwrap();
            let deployment = deploy::deployments(world.journal().records()).pop().unwrap();
            let observed = world.observe().await.unwrap();
            let back =
                plan::rollback(&deployment.begin.changes, &deployment.ids(), &observed, "test", "").unwrap();
            world.deploy(&back).await.unwrap();
            prop_assert_eq!(world.sandbox.snapshot(), before);
            Ok(())
        })?;
    }

    #[test]
    fn a_deployment_cut_off_anywhere_can_be_finished_or_undone(
        live in rules(), desired in rules(), renames in renames(), polls in 0..600_usize, undo in any::<bool>(),
    ) {
        run(async {
            let mut world = world(&live).await;
            let before = world.sandbox.snapshot();
            let bundle = wanted(&desired, &renames);
            let plan = world.plan(&bundle, Prune::Unowned).await.unwrap();
            let result = cut_off(world.deploy(&plan), polls).await;
            if result.is_none() {
                world.reconnect();
                let direction = if undo { Direction::Undo } else { Direction::Onwards };
                let recovered = world.recover(direction).await;
                let is_good = matches!(
                    &recovered,
                    Ok(_) | Err(RecoverError::Nothing | RecoverError::Deploy(DeployError::Undone { .. }))
                );
                prop_assert!(is_good, "{recovered:?}");
            }
            let end = world.sandbox.snapshot();
            let is_after = world.plan(&bundle, Prune::Unowned).await.unwrap().is_empty();
            prop_assert!(end == before || is_after, "neither as before nor as it was to be: {end}");
            Ok(())
        })?;
    }

    #[test]
    fn two_clients_end_in_one_order_or_in_a_reported_conflict(
        live in rules(), one in rules(), two in rules(), turns in proptest::collection::vec(0..40_u8, 4..12),
    ) {
        run(async {
            let world = world(&live).await;
            let start = world.sandbox.snapshot();
            let plans = [
                world.plan(&wanted(&one, &[]), Prune::Unowned).await.unwrap(),
                world.plan(&wanted(&two, &[]), Prune::Unowned).await.unwrap(),
            ];
            // What each leaves where it is alone.
            let mut alone = Vec::new();
            for plan in &plans {
                let world = self::world(&live).await;
                world.deploy(plan).await.unwrap();
                alone.push(world.sandbox.snapshot());
            }
            let folder = tempfile::tempdir().unwrap();
            let mut journals = ["a", "b"].map(|name| Journal::open(&folder.path().join(name)).unwrap());
            let [a, b] = &mut journals;
            let ends =
                interleaved(deploy_with(&world, &plans[0], a), deploy_with(&world, &plans[1], b), &turns).await;
            let end = world.sandbox.snapshot();
            match ends {
                (Ok(_), Ok(_)) => {
                    // Both went through, so they touched nothing in common, and each one's part is there.
                    let touched = |plan: &Plan| -> Vec<String> {
                        plan.changes.iter().filter_map(|change| Some(change.before.as_ref()?.id.clone())).collect()
                    };
                    let (first, second) = (touched(&plans[0]), touched(&plans[1]));
                    prop_assert!(!first.iter().any(|id| second.contains(id)));
                }
                (Ok(_), Err(DeployError::Undone { .. })) => prop_assert_eq!(&end, &alone[0]),
                (Err(DeployError::Undone { .. }), Ok(_)) => prop_assert_eq!(&end, &alone[1]),
                (Err(DeployError::Undone { .. }), Err(DeployError::Undone { .. })) => {
                    prop_assert_eq!(&end, &start);
                }
                other => prop_assert!(false, "{other:?}"),
            }
            Ok(())
        })?;
    }
}

#[test]
fn a_chain_of_renames_goes_through_in_one_plan_and_back() {
    run(async {
        let live: Rules = [((0, 1), (1, None, true, 1)), ((0, 2), (2, None, true, 2))].into();
        let world = world(&live).await;
        let before = world.sandbox.snapshot();
        // `3` was `2`, `2` was `1`, and a new `1`.
        let desired: Rules =
            [((0, 3), (2, None, true, 2)), ((0, 2), (1, None, true, 1)), ((0, 1), (9, None, true, 0))].into();
        let plan =
            world.plan(&wanted(&desired, &[((0, 3), (0, 2)), ((0, 2), (0, 1))]), Prune::No).await.unwrap();
        assert_eq!(plan.changes.iter().filter(|change| change.renamed_from().is_some()).count(), 2);
        world.deploy(&plan).await.unwrap();
        let deployment = deploy::deployments(world.journal().records()).pop().unwrap();
        assert_eq!(deploy::owned(std::slice::from_ref(&deployment)).len(), 3);
        let observed = world.observe().await.unwrap();
        let back =
            plan::rollback(&deployment.begin.changes, &deployment.ids(), &observed, "test", "").unwrap();
        world.deploy(&back).await.unwrap();
        assert_eq!(world.sandbox.snapshot(), before);
    });
}

#[test]
fn an_unchanged_deployment_of_a_thousand_rules_reads_pages_and_writes_nothing() {
    run(async {
        let world = World::start(|_| {}).await;
        let mut bodies = Vec::new();
        for number in 0..1000_i64 {
            let queue = QUEUES[usize::try_from(number).unwrap() % 3];
            let body = rulec_tests::deployment::rule(queue, &format!("rule {number}"), number);
            let mut live = body.clone();
            live["queue"] = json!({ "id": format!("q-{}", queue.to_lowercase()) });
            world.sandbox.create_rule("another", &live).unwrap();
            bodies.push(body);
        }
        world.sandbox.forget_requests();
        let plan = world.plan(&bundle(&bodies), Prune::No).await.unwrap();
        assert!(plan.is_empty());
        let asked =
            |method: &str| world.sandbox.requests().iter().filter(|note| note.method == method).count();
        // A token, a page of queues, ten pages of rules.
        assert_eq!((asked("GET"), asked("POST"), world.sandbox.requests().len()), (11, 1, 12));

        // Two change, one is new, one goes: at most a write each, two for the new one, besides the reading back.
        bodies[1]["priority"] = json!(7);
        bodies[2]["enabled"] = json!(false);
        bodies.push(rulec_tests::deployment::rule("Sales", "new", 1));
        bodies.remove(0);
        let plan = world.plan(&bundle(&bodies), Prune::Unowned).await.unwrap();
        world.sandbox.forget_requests();
        world.deploy(&plan).await.unwrap();
        assert_eq!((asked("POST"), asked("PATCH"), asked("DELETE")), (1, 3, 1));
        // Which organization it is; then read back twice: before anything new has effect (1,001 rules, eleven pages), and at
        // the end (1,000, ten pages).
        assert_eq!((asked("GET"), asked("HEAD")), (22, 1));
    });
}

#[test]
fn what_somebody_deleted_and_was_deployed_again_has_not_drifted() {
    run(async {
        let world = World::start(|_| {}).await;
        let wanted = bundle(&[rulec_tests::deployment::rule("Sales", "a", 1)]);
        let plan = world.plan(&wanted, Prune::No).await.unwrap();
        world.deploy(&plan).await.unwrap();
        let id = world.sandbox.rules()[0].id.clone();
        world.sandbox.delete_rule("another", &id).unwrap();
        let plan = world.plan(&wanted, Prune::No).await.unwrap();
        world.deploy(&plan).await.unwrap();
        let owned = deploy::owned(&deploy::deployments(world.journal().records()));
        assert_eq!(owned.len(), 1);
        assert!(deploy::drift(&owned, &world.observe().await.unwrap()).is_empty());
    });
}

#[test]
fn a_rollback_gives_back_what_was_somebody_elses() {
    run(async {
        let world = world(&[((2, 1), (0, None, true, 0))].into()).await;
        let mut changed = rulec_tests::deployment::rule("Sales", "rule 1", 0);
        changed["description"] = json!("ours");
        let plan = world.plan(&bundle(&[changed]), Prune::No).await.unwrap();
        world.deploy(&plan).await.unwrap();
        let all = deploy::deployments(world.journal().records());
        assert_eq!(deploy::owned(&all).len(), 1);
        let observed = world.observe().await.unwrap();
        let back = plan::rollback(&all[0].begin.changes, &all[0].ids(), &observed, "test", "").unwrap();
        let control = Control { watch: &|_| {}, interrupt: Interrupt::default(), without_undo: false };
        deploy::deploy(&world.target, &back, Some(1), &mut world.journal(), &control).await.unwrap();
        assert!(deploy::owned(&deploy::deployments(world.journal().records())).is_empty());
    });
}
