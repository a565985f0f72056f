//! Several faults at once, again and again until the deployment has ended: whatever is told then is so.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::sync::Arc;
use std::time::Duration;

use genesys_client::deploy::{DeployError, Direction, RecoverError, Report};
use genesys_client::plan::{Plan, Prune};
use genesys_client::resource::Kind;
use genesys_model::Bundle;
use genesys_sandbox::{CLIENT_ID, Effect, Fault, Match, ReplyBody, RetryAfter, When};
use proptest::prelude::*;
use rulec_tests::centre;
use rulec_tests::deployment::{World, bundle, cases, rule, run};
use serde_json::json;

/// What goes wrong.
#[derive(Clone, Debug)]
enum Trouble {
    Fault(Effect),
    /// The process ends.
    Killed(When),
}

/// A fault, where it strikes, and how often.
#[derive(Clone, Debug)]
struct Strike {
    methods: &'static str,
    skip: u32,
    times: u32,
    trouble: Trouble,
}

/// What happens between two starts of the program: the faults, and where `recover` is told to go.
type Round = (Vec<Strike>, bool);

fn when() -> impl Strategy<Value = When> {
    prop_oneof![Just(When::Before), Just(When::After)]
}

fn effect() -> impl Strategy<Value = Effect> {
    let lag = || (1..5_u32).prop_map(|reads| Effect::Lag { reads });
    let reply = |body: &'static str| {
        when().prop_map(move |when| Effect::Reply {
            when,
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: ReplyBody::Bytes(body.as_bytes().to_vec()),
        })
    };
    let asks = |seconds| Effect::TooManyRequests { retry_after: RetryAfter::Seconds(seconds) };
    prop_oneof![
        Just(Effect::Refuse),
        Just(asks(2)),
        Just(asks(86_400)),
        Just(Effect::Status { status: 403, when: When::Before }),
        lag(),
        when().prop_map(Effect::Drop),
        (prop_oneof![Just(500_u16), Just(502), Just(503), Just(504)], when())
            .prop_map(|(status, when)| Effect::Status { status, when }),
        when().prop_map(Effect::RevokeToken),
        when().prop_map(Effect::RevokeClient),
        (lag(), when()).prop_map(|(lag, when)| Effect::All(vec![lag, Effect::Drop(when)])),
        reply(""),
        reply("{}"),
    ]
}

fn strike(skip: u32) -> impl Strategy<Value = Strike> {
    let trouble = prop_oneof![4 => effect().prop_map(Trouble::Fault), 1 => when().prop_map(Trouble::Killed)];
    let methods = prop_oneof![
        4 => Just("POST|PUT|PATCH|DELETE"),
        1 => Just("POST"),
        1 => Just("PATCH"),
        1 => Just("PUT"),
        1 => Just("DELETE"),
        1 => Just("GET"),
    ];
    let times = prop_oneof![3 => Just(1), 1 => 1..7_u32];
    (methods, 0..skip, times, trouble).prop_map(|(methods, skip, times, trouble)| Strike {
        methods,
        skip,
        times: if matches!(trouble, Trouble::Killed(_)) { 1 } else { times },
        trouble,
    })
}

fn rounds(skip: u32) -> impl Strategy<Value = Vec<Round>> {
    proptest::collection::vec((proptest::collection::vec(strike(skip), 1..4), any::<bool>()), 1..5)
}

/// Chains of renames, names that change hands, moves, and what is new or goes.
fn wanted() -> Bundle {
    let renamed = |new: &str, old: &str| {
        let mut rule = rule("Support", new, 10);
        rule["was"] = json!({ "name": old });
        rule
    };
    let mut moved = rule("Billing", "moves", 10);
    moved["was"] = json!({ "queue": { "name": "Support" }, "name": "moves" });
    let mut described = rule("Support", "described", 10);
    described["description"] = json!("what it is for");
    let mut alike = rule("Support", "off", 10);
    alike["enabled"] = json!(false);
    let mut was_alike = renamed("off too", "off");
    was_alike["enabled"] = json!(false);
    bundle(&[
        renamed("c", "b"),
        renamed("b", "a"),
        rule("Support", "a", 77),
        was_alike,
        alike,
        renamed("goes", "takes its name"),
        rule("Support", "changes", 55),
        described,
        moved,
        rule("Billing", "new", 3),
        rule("Sales", "new", 4),
    ])
}

async fn world() -> (World, Plan) {
    let world = World::start(|_| {}).await;
    for name in ["a", "b", "off", "takes its name", "changes", "described", "moves", "goes too", "stays"] {
        let mut body = rule("Support", name, 10);
        body["queue"] = json!({ "id": "q-support" });
        body["enabled"] = json!(name != "off");
        world.sandbox.create_rule("another", &body).unwrap();
    }
    let goes = world.sandbox.rules().into_iter().filter(|rule| rule.name == "goes too");
    let owned = goes.map(|rule| (Kind::Rule, rule.id)).collect();
    let plan = world.plan_owning(&wanted(), Prune::Owned, &owned).await.unwrap();
    (world, plan)
}

/// How it ended; none where it is open.
fn ended(result: &Result<Report, DeployError>) -> Option<bool> {
    match result {
        Ok(_) => Some(true),
        Err(DeployError::Undone { .. } | DeployError::NotStarted(_)) => Some(false),
        Err(_) => None,
    }
}

/// Raises these faults; tells when one of them ends the process.
fn raise(world: &World, strikes: &[Strike]) -> Arc<tokio::sync::Notify> {
    let killed = Arc::new(tokio::sync::Notify::new());
    for strike in strikes {
        let on = Match::on(strike.methods, "/api/v2/routing/*").skip(strike.skip);
        let then = match &strike.trouble {
            Trouble::Fault(effect) => effect.clone(),
            Trouble::Killed(when) => {
                let killed = Arc::clone(&killed);
                // The answer never comes, as the process is no more.
                Effect::All(vec![Effect::call(*when, move |_| killed.notify_one()), Effect::Hang(*when)])
            }
        };
        world.sandbox.faults().add(Fault { on, times: strike.times, then });
    }
    killed
}

/// Deploys through all rounds, then once more in peace: whether it is deployed, and what was told on the way.
async fn storm(world: &mut World, plan: &Plan, rounds: &[Round]) -> (Option<bool>, String) {
    let mut told = Vec::new();
    let peace: Round = (Vec::new(), false);
    for (number, (strikes, undo)) in rounds.iter().chain([&peace]).enumerate() {
        world.sandbox.faults().clear();
        world.sandbox.restore_client(CLIENT_ID);
        let killed = raise(world, strikes);
        let end = if number == 0 {
            let result = tokio::select! {
                result = world.deploy(plan) => Some(result),
                () = killed.notified() => None,
            };
            told.push(format!("deployed: {result:?}"));
            result.and_then(|result| ended(&result))
        } else {
            world.reconnect();
            let direction = if *undo { Direction::Undo } else { Direction::Onwards };
            let result = tokio::select! {
                result = world.recover(direction) => Some(result),
                () = killed.notified() => None,
            };
            told.push(format!("recovered {direction:?}: {result:?}"));
            match result {
                Some(Ok(_)) => Some(true),
                Some(Err(RecoverError::Deploy(error))) => ended(&Err(error)),
                _ => None,
            }
        };
        if end.is_some() {
            return (end, told.join("\n"));
        }
    }
    (None, told.join("\n"))
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn whatever_is_told_in_the_end_is_so(rounds in rounds(20)) {
        run(async {
            let (undisturbed, plan) = world().await;
            undisturbed.deploy(&plan).await.unwrap();
            let after = undisturbed.sandbox.snapshot();
            let (mut world, plan) = world().await;
            let before = world.sandbox.snapshot();
            let (end, told) = storm(&mut world, &plan, &rounds).await;
            let held = world.sandbox.snapshot();
            prop_assert!(end.is_some(), "still open in peace: {}", told);
            let expected = if end == Some(true) { &after } else { &before };
            prop_assert!(held == *expected, "{}{}", told, held);
            Ok(())
        })?;
    }

}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn whatever_is_told_of_a_contact_centre_in_the_end_is_so(rounds in rounds(80)) {
        run(async {
            let later = Duration::from_mins(5);
            let (undisturbed, plan) = centre::world().await;
            undisturbed.deploy(&plan).await.unwrap();
            undisturbed.clock.pass(later);
            let after = undisturbed.sandbox.snapshot_all();
            let (mut world, plan) = centre::world().await;
            world.clock.pass(later);
            let before = world.sandbox.snapshot_all();
            let (end, told) = storm(&mut world, &plan, &rounds).await;
            world.clock.pass(later);
            let held = world.sandbox.snapshot_all();
            prop_assert!(end.is_some(), "still open in peace: {}", told);
            let expected = if end == Some(true) { &after } else { &before };
            prop_assert!(held == *expected, "{}{}", told, held);
            Ok(())
        })?;
    }
}
