//! Another client patches strategies while a deployment changes strategies: nothing of theirs is ever lost.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use genesys_client::deploy::{Cause, DeployError, Direction, RecoverError, Report};
use genesys_client::plan::{Plan, Prune};
use genesys_client::resource::Kind;
use genesys_model::Bundle;
use genesys_sandbox::{Effect, Fault, Fixture, Match, Organization, When};
use proptest::prelude::*;
use rulec_tests::deployment::{World, cases, run};
use serde_json::{Value, json};

const QUEUES: [&str; 3] = ["Support", "Billing", "Sales"];
const MEDIA: [&str; 3] = ["voice", "chat", "callback"];

/// Queue and media type.
type Place = (usize, usize);

/// A strategy that is told from others by its number.
fn strategy(media: usize, number: u64) -> Value {
    json!({
        "mediaType": MEDIA[media], "strategy": "random",
        "overflow": { "rules": [{ "condition": "queueDepth", "threshold": number, "action": "routeToNextQueue" }] },
    })
}

/// What is there before. Callbacks are the other client's alone.
fn before() -> BTreeMap<Place, u64> {
    [((0, 0), 1), ((0, 1), 2), ((0, 2), 3), ((1, 0), 4), ((1, 1), 5), ((2, 2), 6)].into()
}

/// What is to be: two are changed in one queue, one is changed and one deleted in another, two are new in the third.
fn wanted() -> (Bundle, BTreeMap<Place, u64>) {
    let all: BTreeMap<Place, u64> =
        [((0, 0), 11), ((0, 1), 12), ((1, 0), 14), ((2, 0), 16), ((2, 1), 17)].into();
    let strategies: Vec<Value> = all
        .iter()
        .map(|((queue, media), number)| {
            json!({
                "queue": { "name": QUEUES[*queue] }, "media_type": MEDIA[*media], "method": "random",
                "overflow": [{ "condition": "queueDepth", "threshold": number, "action": "routeToNextQueue" }],
            })
        })
        .collect();
    let bundle = json!({ "format": 1, "rules": [], "strategies": strategies });
    (Bundle::from_json(&bundle.to_string()).unwrap(), all)
}

/// The places that the deployment writes.
const OURS: [Place; 6] = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)];

async fn world() -> (World, Plan) {
    let queues: Vec<Value> = QUEUES
        .iter()
        .enumerate()
        .map(|(queue, name)| {
            let of = before().into_iter().filter(|((of, _), _)| *of == queue);
            let strategies: Vec<Value> = of.map(|((_, media), number)| strategy(media, number)).collect();
            json!({ "id": format!("q-{queue}"), "name": name, "strategies": strategies })
        })
        .collect();
    let fixture = Fixture::from_json(&json!({ "queues": queues }).to_string()).unwrap();
    let world = World::start(|settings| {
        settings.queues.clear();
        settings.fixture = Some(fixture);
    })
    .await;
    let owned = [(Kind::Strategy, "q-1/chat".to_owned())].into();
    let plan = world.plan_owning(&wanted().0, Prune::Owned, &owned).await.unwrap();
    assert_eq!(plan.changes.len(), OURS.len());
    (world, plan)
}

/// What is there, by the numbers.
fn held(organization: &Organization) -> BTreeMap<Place, u64> {
    let mut held = BTreeMap::new();
    for queue in 0..QUEUES.len() {
        for one in organization.strategies(&format!("q-{queue}")).strategies {
            let media = MEDIA.iter().position(|media| *media == one.media_type.as_str()).unwrap();
            held.insert((queue, media), one.overflow.rules[0].threshold);
        }
    }
    held
}

/// What the other client wrote last, by place, and how often it wrote.
#[derive(Default)]
struct Theirs {
    last: BTreeMap<Place, u64>,
    writes: u64,
}

impl Theirs {
    /// Writes a strategy that nobody else writes.
    fn write(&mut self, organization: &Organization, place: Place) {
        self.writes += 1;
        let number = 1000 + self.writes;
        let body = json!({ "strategies": [strategy(place.1, number)] });
        organization.patch_strategies("another", &format!("q-{}", place.0), &body).unwrap();
        self.last.insert(place, number);
    }
}

/// Lets the other client write at requests of these methods: of the turns, that of the request's number.
fn edit(world: &World, methods: &str, when: When, turns: Vec<Option<Place>>) -> Arc<Mutex<Theirs>> {
    let theirs = Arc::new(Mutex::new(Theirs::default()));
    let (wrote, organization) = (Arc::clone(&theirs), world.sandbox.organization());
    let number = AtomicU32::new(0);
    let then = Effect::call(when, move |_| {
        let turn = number.fetch_add(1, Ordering::Relaxed) as usize;
        if let Some(Some(place)) = turns.get(turn) {
            wrote.lock().unwrap().write(&organization, *place);
        }
    });
    world.sandbox.faults().add(Fault { on: Match::on(methods, "/api/*"), times: u32::MAX, then });
    theirs
}

/// Whether it was deployed; what is wrong, otherwise. Theirs is there in any case, and of ours all or nothing.
fn check(world: &World, result: &Result<Report, DeployError>, theirs: &Theirs) -> Result<bool, String> {
    let is_deployed = match result {
        Ok(_) => true,
        Err(DeployError::Undone { .. }) => false,
        other => return Err(format!("{other:?}")),
    };
    let mut expected = before();
    if is_deployed {
        expected.extend(wanted().1);
        expected.remove(&(1, 1));
    }
    expected.extend(&theirs.last);
    let held = held(&world.sandbox);
    if held == expected { Ok(is_deployed) } else { Err(format!("{held:?} and not {expected:?}: {result:?}")) }
}

#[test]
fn what_only_another_client_writes_stays_though_it_writes_at_every_turn() {
    run(async {
        for when in [When::Before, When::After] {
            for methods in ["GET", "PATCH", "GET|PATCH"] {
                let (world, plan) = world().await;
                let turns = (0..200).map(|turn| (turn % 4 != 3).then_some((turn % 3, 2))).collect();
                let theirs = edit(&world, methods, when, turns);
                let result = world.deploy(&plan).await;
                let theirs = theirs.lock().unwrap();
                assert_eq!(check(&world, &result, &theirs), Ok(true), "{when:?} {methods}");
                assert!(theirs.writes >= 5, "{}", theirs.writes);
            }
        }
    });
}

#[test]
fn where_both_write_the_same_it_stops_with_the_difference_and_theirs_stays() {
    run(async {
        for when in [When::Before, When::After] {
            for place in OURS {
                for turn in 0..OURS.len() {
                    let (world, plan) = world().await;
                    let mut turns = vec![None; turn];
                    turns.push(Some(place));
                    let theirs = edit(&world, "PATCH", when, turns);
                    let result = world.deploy(&plan).await;
                    let told = format!("{place:?} {when:?} {turn}: {result:?}");
                    assert_eq!(check(&world, &result, &theirs.lock().unwrap()), Ok(false), "{told}");
                    let Err(DeployError::Undone { cause, contested, .. }) = result else { panic!("{told}") };
                    let is_said = match &cause {
                        Cause::Conflict { kind, key, .. } | Cause::Unverified { kind, key, .. } => {
                            *kind == Kind::Strategy && key.name == MEDIA[place.1]
                        }
                        _ => false,
                    };
                    assert!(is_said, "{told}");
                    // What was not written yet is not contested, only said.
                    assert!(
                        contested.iter().all(|one| one.stays && one.key.name == MEDIA[place.1]),
                        "{told}"
                    );
                }
            }
        }
    });
}

/// Deploys, and where that is left open, as what was refused was to be taken back, recovers in peace.
async fn deploy_to_the_end(world: &World, plan: &Plan) -> Result<Report, DeployError> {
    let result = world.deploy(plan).await;
    if !matches!(result, Err(DeployError::Unfinished { .. })) {
        return result;
    }
    world.sandbox.faults().clear();
    match world.recover(Direction::Onwards).await {
        Err(RecoverError::Deploy(error)) => Err(error),
        recovered => panic!("{recovered:?}"),
    }
}

#[test]
fn what_is_written_at_any_moment_of_undoing_stays() {
    run(async {
        for place in [(0, 0), (1, 1), (2, 0)] {
            for turn in 0..32 {
                let (world, plan) = world().await;
                let then = Effect::Status { status: 403, when: When::Before };
                world.sandbox.faults().add(Fault {
                    on: Match::on("PATCH", "/api/*").skip(3),
                    times: 1,
                    then,
                });
                let mut turns = vec![None; turn];
                turns.push(Some(place));
                let theirs = edit(&world, "GET|PATCH", When::Before, turns);
                let result = deploy_to_the_end(&world, &plan).await;
                let good = check(&world, &result, &theirs.lock().unwrap());
                assert_eq!(good, Ok(false), "{place:?} at {turn}");
            }
        }
    });
}

fn turns() -> impl Strategy<Value = Vec<Option<Place>>> {
    let place = prop_oneof![
        3 => (0..3_usize).prop_map(|queue| (queue, 2)),
        1 => (0..3_usize, 0..2_usize),
    ];
    proptest::collection::vec(proptest::option::weighted(0.6, place), 0..40)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn whatever_the_other_client_writes_and_when_is_there_in_the_end(
        turns in turns(), before in any::<bool>(), refused in proptest::option::of(0..8_u32),
    ) {
        run(async {
            let (world, plan) = world().await;
            let when = if before { When::Before } else { When::After };
            if let Some(skip) = refused {
                let then = Effect::Status { status: 403, when: When::Before };
                world.sandbox.faults().add(Fault { on: Match::on("PATCH", "/api/*").skip(skip), times: 1, then });
            }
            let theirs = edit(&world, "GET|PATCH", when, turns);
            let result = deploy_to_the_end(&world, &plan).await;
            let good = check(&world, &result, &theirs.lock().unwrap());
            prop_assert!(good.is_ok(), "{}", good.unwrap_err());
            Ok(())
        })?;
    }
}
