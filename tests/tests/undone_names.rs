//! What a deployment deleted is taken back where somebody else has made another of its name meanwhile, or a read is
//! behind.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

use genesys_client::deploy::{DeployError, Direction, RecoverError};
use genesys_client::plan::{Plan, Prune};
use genesys_client::resource::Kind;
use genesys_model::Bundle;
use genesys_sandbox::{Effect, Fault, Fixture, Match, When};
use rulec_tests::deployment::{World, run};
use serde_json::{Value, json};

/// A skill in a group of a queue that has a strategy: all of it goes.
async fn world() -> (World, Plan) {
    let fixture = json!({
        "skills": [{ "id": "s-1", "name": "skill" }, { "id": "s-2", "name": "other" }],
        "skillGroups": [{ "id": "g-1", "name": "group", "skills": ["skill"] }],
        "queues": [{ "id": "q-1", "name": "queue", "skillGroup": "group",
                     "strategies": [{ "mediaType": "voice", "strategy": "random" }] }],
    });
    let fixture = Fixture::from_json(&fixture.to_string()).unwrap();
    let world = World::start(|settings| {
        settings.queues.clear();
        settings.fixture = Some(fixture);
    })
    .await;
    let nothing = Bundle::from_json(r#"{ "format": 1, "rules": [] }"#).unwrap();
    let owned = [
        (Kind::Skill, "s-1"),
        (Kind::SkillGroup, "g-1"),
        (Kind::Queue, "q-1"),
        (Kind::Strategy, "q-1/voice"),
    ]
    .map(|(kind, id)| (kind, id.to_owned()))
    .into();
    let plan = world.plan_owning(&nothing, Prune::Owned, &owned).await.unwrap();
    assert_eq!(plan.changes.len(), 4);
    (world, plan)
}

fn theirs(world: &World) -> impl Fn() + Send + Sync + 'static {
    let organization = world.sandbox.organization();
    move || {
        organization.create_skill("another", &json!({ "name": "skill", "description": "theirs" })).unwrap();
    }
}

/// The skills of the groups, and the groups of the queues, by name.
fn links(world: &World) -> Value {
    let all = world.sandbox.snapshot_all();
    json!([
        all["skills"],
        all["skillGroups"][0]["skills"],
        all["queues"][0]["skillGroup"],
        all["queues"][0]["strategies"][0]["strategy"]
    ])
}

#[test]
fn what_referred_to_it_refers_to_theirs_and_it_is_said() {
    run(async {
        for is_killed in [false, true] {
            let (mut world, plan) = world().await;
            // The skill's deletion is lost in a 500 that the deployment gives up on.
            let make = theirs(&world);
            let effects = vec![
                Effect::call(When::After, move |_| make()),
                Effect::Status { status: 500, when: When::After },
            ];
            let on = Match::on("DELETE", "/api/v2/routing/skills/*");
            world.sandbox.faults().add(Fault { on, times: 1, then: Effect::All(effects) });
            let interrupt = world.interrupt.clone();
            let stop = Effect::call(When::After, move |_| interrupt.set());
            world.sandbox.faults().add(Fault {
                on: Match::on("GET", "/api/v2/routing/skills*").skip(1),
                times: 1,
                then: stop,
            });
            if is_killed {
                // The group's own return is refused once, so that it is left to `recover`.
                let then = Effect::Status { status: 403, when: When::Before };
                world.sandbox.faults().add(Fault {
                    on: Match::on("POST", "/api/v2/routing/skillgroups"),
                    times: 1,
                    then,
                });
            }
            let mut result = world.deploy(&plan).await;
            if let Err(DeployError::Unfinished { .. }) = &result {
                world.reconnect();
                let Err(RecoverError::Deploy(error)) = world.recover(Direction::Onwards).await else {
                    panic!()
                };
                result = Err(error);
            }
            let Err(DeployError::Undone { contested, remade, .. }) = result else { panic!("{result:?}") };
            assert_eq!(contested.iter().map(|one| one.kind).collect::<Vec<_>>(), [Kind::Skill]);
            assert!(!remade.iter().any(|(kind, ..)| *kind == Kind::Skill), "{remade:?}");
            let skill =
                |name: &str, text: Value| json!({ "key": [null, name], "description": text, "groups": [] });
            assert_eq!(
                links(&world),
                json!([
                    [skill("skill", json!("theirs")), skill("other", Value::Null)],
                    [[null, "skill"]],
                    [null, "group"],
                    "random"
                ]),
            );
        }
    });
}

#[test]
fn a_new_queue_that_somebody_else_uses_stays_with_what_it_needs_and_it_is_said() {
    run(async {
        let world = World::start(|_| {}).await;
        let bundle = json!({
            "format": 1,
            "rules": [rulec_tests::deployment::rule("new", "ours", 1)],
            "skills": [{ "name": "skill" }, { "name": "unused" }],
            "skill_groups": [{ "name": "group", "skills": ["skill"] }],
            "queues": [{ "name": "new", "skill_group": "group" }, { "name": "unused" }],
        });
        let bundle = Bundle::from_json(&bundle.to_string()).unwrap();
        let plan = world.plan(&bundle, Prune::No).await.unwrap();
        let organization = world.sandbox.organization();
        let make = Effect::call(When::Before, move |_| {
            let queue = organization.queues().into_iter().find(|queue| queue.name == "new").unwrap();
            let mut rule = rulec_tests::deployment::rule("", "theirs", 2);
            rule["queue"] = json!({ "id": queue.id });
            organization.create_rule("another", &rule).unwrap();
        });
        let refused = Effect::Status { status: 403, when: When::Before };
        let on = Match::on("PATCH", "/api/v2/routing/rules/*");
        world.sandbox.faults().add(Fault { on, times: 1, then: Effect::All(vec![make, refused]) });
        let result = world.deploy(&plan).await;
        let Err(DeployError::Undone { contested, .. }) = result else { panic!("{result:?}") };
        let told: Vec<_> = contested.iter().map(|one| (one.kind, one.key.name.as_str(), one.stays)).collect();
        assert_eq!(
            told,
            [(Kind::Queue, "new", true), (Kind::SkillGroup, "group", true), (Kind::Skill, "skill", true)]
        );
        assert_eq!(
            world.sandbox.rules().iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(),
            ["theirs"]
        );
        assert!(world.sandbox.queues().iter().all(|queue| queue.name != "unused"));
    });
}
