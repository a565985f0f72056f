//! Several live objects of one name: none is picked, nothing is written, and the project says which one it means.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use genesys_client::plan::{self, Observed, Options, Plan, PlanError, Prune};
use genesys_client::resource::{Kind, Live};
use genesys_model::Bundle;
use genesys_sandbox::Fixture;
use rulec_tests::deployment::{World, run};
use serde_json::{Value, json};

/// Two divisions, in each a skill, a group and a queue of the same name.
async fn world() -> World {
    let mut json = json!({
        "divisions": [{ "id": "d-home", "name": "Home" }, { "id": "d-north", "name": "North" }],
        "skills": [], "skillGroups": [], "queues": [],
    });
    for division in ["home", "north"] {
        for (list, kind) in [("skills", "s"), ("skillGroups", "g"), ("queues", "q")] {
            json[list].as_array_mut().unwrap().push(json!({
                "id": format!("{kind}-{division}"), "name": "Desk", "division": format!("d-{division}"),
                "description": "as it was",
            }));
        }
    }
    let fixture = Fixture::from_json(&json.to_string()).unwrap();
    World::start(|settings| {
        settings.queues.clear();
        settings.fixture = Some(fixture);
    })
    .await
}

/// Everything called `Desk`, with what else is said of which one that is.
fn bundle(identity: &Value, external: bool) -> Bundle {
    let body = |own: Value| {
        let mut body = json!({ "name": "Desk", "description": "as it is to be" });
        for more in [&own, identity] {
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        body
    };
    let queue = if external { json!({ "external": true }) } else { json!({ "skill_group": "Desk" }) };
    let topology = json!({
        "format": 1,
        "rules": [rulec_tests::deployment::rule("Desk", "r", 1)],
        "skills": if external { json!([]) } else { json!([body(json!({}))]) },
        "skill_groups": if external { json!([]) } else { json!([body(json!({ "skills": ["Desk"] }))]) },
        "queues": [body(queue)],
        "strategies": [{ "queue": { "name": "Desk" }, "media_type": "voice", "method": "random" }],
    });
    Bundle::from_json(&topology.to_string()).unwrap()
}

type Chosen = BTreeMap<Kind, &'static str>;

async fn plan(world: &World, bundle: &Bundle, chosen: &Chosen) -> Result<Plan, Vec<PlanError>> {
    let kinds: BTreeSet<Kind> = Kind::ALL.into_iter().collect();
    let mut observed: Observed = world.observe_kinds(&kinds).await.unwrap();
    observed = observed.with_divisions(&world.target.client).await.unwrap();
    for (kind, id) in chosen {
        observed = observed.choose(*kind, [("Desk".to_owned(), (*id).to_owned())].into());
    }
    let foreign = |kind: Kind, live: &Live| kind.driver().foreign(&live.fields);
    let options = Options {
        organization: "test".to_owned(),
        prune: Prune::No,
        owned: &BTreeSet::new(),
        foreign: &foreign,
    };
    plan::build(bundle, &observed, &options)
}

#[test]
fn two_of_one_name_fail_the_plan_before_any_write_and_are_listed_with_their_divisions() {
    run(async {
        let world = world().await;
        let before = world.sandbox.snapshot_all();
        let errors = plan(&world, &bundle(&json!({}), false), &Chosen::new()).await.unwrap_err();
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        for (word, id) in [("skills", "s"), ("skill groups", "g"), ("queues", "q")] {
            let of_kind = |line: &&String| line.contains(&format!("2 {word}"));
            let line = told.iter().find(of_kind).unwrap_or_else(|| panic!("{word}: {told:?}"));
            for part in [format!("{id}-home (Home)"), format!("{id}-north (North)")] {
                assert!(line.replace('`', "").contains(&part), "{line}");
            }
        }
        assert_eq!(world.sandbox.snapshot_all(), before);
        let written = world.sandbox.requests().into_iter().filter(|note| note.method != "GET");
        assert_eq!(written.filter(|note| note.path != "/oauth/token").count(), 0);
    });
}

/// The ids of what a plan changes, by kind.
fn changed(plan: &Plan) -> BTreeMap<Kind, String> {
    let before =
        plan.changes.iter().filter_map(|change| Some((change.kind, change.before.as_ref()?.id.clone())));
    before.collect()
}

#[test]
fn a_division_an_id_or_the_projects_choice_settles_which_one_is_meant() {
    run(async {
        let expected: BTreeMap<Kind, String> =
            [(Kind::Skill, "s-north"), (Kind::SkillGroup, "g-north"), (Kind::Queue, "q-north")]
                .map(|(kind, id)| (kind, id.to_owned()))
                .into();
        let chosen: Chosen =
            [(Kind::Skill, "s-north"), (Kind::SkillGroup, "g-north"), (Kind::Queue, "q-north")].into();
        for (identity, chosen) in
            [(json!({ "division": "North" }), Chosen::new()), (json!({}), chosen.clone())]
        {
            let world = world().await;
            let home = |world: &World| -> Vec<Value> {
                let all = world.sandbox.snapshot_all();
                let lists =
                    ["skills", "skillGroups", "queues"].map(|list| all[list].as_array().unwrap().clone());
                lists.concat().into_iter().filter(|one| one["key"][0] == "d-home").collect()
            };
            let before = home(&world);
            assert_eq!(before.len(), 3);
            let bundle = bundle(&identity, false);
            let plan = self::plan(&world, &bundle, &chosen).await.unwrap();
            assert_eq!(changed(&plan), expected);
            world.deploy(&plan).await.unwrap();
            assert_eq!(home(&world), before);
            let rules = world.sandbox.rules();
            assert_eq!(rules.iter().map(|rule| rule.queue.id.as_str()).collect::<Vec<_>>(), ["q-north"]);
            let again = self::plan(&world, &bundle, &chosen).await.unwrap();
            assert!(again.is_empty(), "{again:?}");
        }
    });
}

#[test]
fn an_id_in_the_declaration_settles_it_for_one_object() {
    run(async {
        let world = world().await;
        for (kind, list) in [(Kind::Skill, "skills"), (Kind::Queue, "queues")] {
            let id = if kind == Kind::Skill { "s-home" } else { "q-home" };
            let mut bundle = json!({ "format": 1, "rules": [] });
            bundle[list] = json!([{ "name": "Desk", "description": "as it is to be", "id": id }]);
            let bundle = Bundle::from_json(&bundle.to_string()).unwrap();
            let plan = self::plan(&world, &bundle, &Chosen::new()).await.unwrap();
            assert_eq!(changed(&plan), [(kind, id.to_owned())].into());
        }
    });
}

#[test]
fn an_external_queue_is_never_written() {
    run(async {
        let world = world().await;
        let errors = plan(&world, &bundle(&json!({}), true), &Chosen::new()).await.unwrap_err();
        assert!(errors[0].to_string().contains("`q-home` (Home), `q-north` (North)"), "{errors:?}");
        let bundle = bundle(&json!({ "division": "Home" }), true);
        let before = json!(world.sandbox.routing_queues());
        let plan = self::plan(&world, &bundle, &Chosen::new()).await.unwrap();
        assert!(plan.changes.iter().all(|change| [Kind::Strategy, Kind::Rule].contains(&change.kind)));
        world.deploy(&plan).await.unwrap();
        assert_eq!(json!(world.sandbox.routing_queues()), before);
        assert_eq!(world.sandbox.strategies("q-home").strategies.len(), 1);
        assert_eq!(world.sandbox.rules()[0].queue.id, "q-home");
        let touched = world.sandbox.requests().into_iter().filter(|note| {
            note.method != "GET"
                && note.path.starts_with("/api/v2/routing/queues")
                && !note.path.ends_with("/strategies")
        });
        assert_eq!(touched.count(), 0);
    });
}

#[test]
fn an_external_queue_of_another_division_is_none() {
    run(async {
        let world = world().await;
        let plan = plan(&world, &bundle(&json!({ "division": "South" }), true), &Chosen::new()).await;
        let errors: Vec<String> = plan.unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(errors, ["the organization has no queue `Desk` in the division `South`"]);
    });
}

#[test]
fn what_another_division_has_meanwhile_is_not_made_a_second_time() {
    run(async {
        let world = world().await;
        let bundle = Bundle::from_json(r#"{"format":1,"rules":[],"skills":[{"name":"new"}]}"#).unwrap();
        let plan = plan(&world, &bundle, &Chosen::new()).await.unwrap();
        let theirs = json!({ "name": "new", "division": { "id": "d-north" } });
        world.sandbox.create_skill("another", &theirs).unwrap();
        let before = world.sandbox.snapshot_all();
        let error = world.deploy(&plan).await.unwrap_err();
        assert_eq!(error.to_string(), "somebody else changed the skill `new` meanwhile");
        assert_eq!(world.sandbox.snapshot_all(), before);
    });
}
