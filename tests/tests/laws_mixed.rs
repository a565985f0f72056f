//! Laws of plan, deployment and rollback where skills, groups, queues, strategies and rules go together, over generated
//! organizations and bundles.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use genesys_client::deploy::{self, Control, DeployError, Direction, Interrupt, RecoverError};
use genesys_client::plan::{self, Observed, Plan, Prune};
use genesys_client::resource::Kind;
use genesys_model::Bundle;
use genesys_sandbox::{Effect, Fault, Match, When};
use proptest::prelude::*;
use rulec_tests::centre;
use rulec_tests::deployment::{World, cases, cut_off, run};
use serde_json::{Value, json};

/// Which of a small stock of objects are there, and how they refer to each other.
#[derive(Clone, Debug)]
struct Topology {
    /// By number: the description, if any.
    skills: BTreeMap<u8, Option<u8>>,
    /// By number: the description, and the skills.
    groups: BTreeMap<u8, (Option<u8>, BTreeSet<u8>)>,
    /// By number: the description, and the group.
    queues: BTreeMap<u8, (Option<u8>, Option<u8>)>,
    /// By queue and media type: the method.
    strategies: BTreeMap<(u8, u8), u8>,
    /// By queue and number: the priority.
    rules: BTreeMap<(u8, u8), u8>,
}

const MEDIA: [&str; 3] = ["voice", "chat", "callback"];
const METHODS: [&str; 3] = ["random", "mostSkilled", "longestIdleAgent"];

fn topology() -> impl Strategy<Value = Topology> {
    use proptest::collection::{btree_map, btree_set};
    use proptest::option::of;
    let description = || of(0..3_u8);
    (
        btree_map(0..4_u8, description(), 1..4),
        btree_map(0..3_u8, (description(), btree_set(0..4_u8, 0..3)), 1..3),
        btree_map(0..3_u8, (description(), of(0..3_u8)), 1..4),
        btree_map((0..3_u8, 0..3_u8), 0..3_u8, 0..6),
        btree_map((0..3_u8, 0..4_u8), 0..3_u8, 0..6),
    )
        .prop_map(|(skills, groups, queues, strategies, rules)| {
            Topology { skills, groups, queues, strategies, rules }.whole()
        })
}

impl Topology {
    /// Without references to what is not there.
    fn whole(mut self) -> Self {
        for (_, skills) in self.groups.values_mut() {
            skills.retain(|skill| self.skills.contains_key(skill));
        }
        for (_, group) in self.queues.values_mut() {
            *group = group.filter(|group| self.groups.contains_key(group));
        }
        self.strategies.retain(|(queue, _), _| self.queues.contains_key(queue));
        self.rules.retain(|(queue, _), _| self.queues.contains_key(queue));
        self
    }

    /// What declares it. Of `renamed`, what is called otherwise since.
    fn bundle(&self, renamed: &Renamed) -> Bundle {
        let described = |description: &Option<u8>| description.map(|number| format!("description {number}"));
        let named = |kind: Kind, number: u8, mut body: Value| {
            body["name"] = json!(renamed.name(kind, number));
            if renamed.is(kind, number) {
                body["was"] = json!(name(kind, number));
            }
            body
        };
        let queue = |number: &u8| json!({ "name": renamed.name(Kind::Queue, *number) });
        let skills: Vec<Value> = (self.skills.iter())
            .map(|(number, text)| named(Kind::Skill, *number, json!({ "description": described(text) })))
            .collect();
        let groups: Vec<Value> = (self.groups.iter())
            .map(|(number, (text, skills))| {
                let skills: Vec<String> =
                    skills.iter().map(|skill| renamed.name(Kind::Skill, *skill)).collect();
                let body = json!({ "description": described(text), "skills": skills });
                named(Kind::SkillGroup, *number, body)
            })
            .collect();
        let queues: Vec<Value> = (self.queues.iter())
            .map(|(number, (text, group))| {
                let group = group.map(|group| renamed.name(Kind::SkillGroup, group));
                let body = json!({ "description": described(text), "skill_group": group });
                named(Kind::Queue, *number, body)
            })
            .collect();
        let strategies: Vec<Value> = (self.strategies.iter())
            .map(|((of, media), method)| {
                json!({ "queue": queue(of), "media_type": MEDIA[usize::from(*media)],
                    "method": METHODS[usize::from(*method)] })
            })
            .collect();
        let rules: Vec<Value> = (self.rules.iter())
            .map(|((of, number), priority)| {
                let mut body =
                    rulec_tests::deployment::rule("", &format!("rule {number}"), i64::from(*priority));
                body["queue"] = queue(of);
                body
            })
            .collect();
        let bundle = json!({
            "format": 1, "rules": rules, "skills": skills, "skill_groups": groups, "queues": queues,
            "strategies": strategies,
        });
        Bundle::from_json(&bundle.to_string()).unwrap()
    }
}

fn name(kind: Kind, number: u8) -> String {
    format!("{} {number}", kind.word())
}

/// Which objects have another name since.
#[derive(Clone, Default, Debug)]
struct Renamed(BTreeSet<(Kind, u8)>);

impl Renamed {
    fn is(&self, kind: Kind, number: u8) -> bool {
        self.0.contains(&(kind, number))
    }

    fn name(&self, kind: Kind, number: u8) -> String {
        let name = name(kind, number);
        if self.is(kind, number) { format!("{name} renamed") } else { name }
    }
}

fn renamed() -> impl Strategy<Value = Renamed> {
    let kind = prop_oneof![Just(Kind::Skill), Just(Kind::SkillGroup), Just(Kind::Queue)];
    proptest::collection::btree_set((kind, 0..4_u8), 0..3).prop_map(Renamed)
}

/// An organization that holds it, because the project has deployed it.
async fn world(live: &Topology) -> World {
    let world = World::start(|settings| settings.queues.clear()).await;
    let plan = world.plan(&live.bundle(&Renamed::default()), Prune::No).await.unwrap();
    world.deploy(&plan).await.unwrap();
    world.clock.pass(Duration::from_mins(5));
    world
}

fn state(world: &World) -> Value {
    world.clock.pass(Duration::from_mins(5));
    world.sandbox.snapshot_all()
}

/// Takes the latest deployment back, as `rollback` does.
async fn roll_back(world: &World) -> Plan {
    let all = deploy::deployments(world.journal().records());
    let latest = all.last().unwrap();
    let changes = deploy::changes_today(latest, &all);
    let ids = deploy::ids_today(latest, &all);
    let kinds: BTreeSet<Kind> = Kind::ALL.into_iter().collect();
    let observed = world.observe_kinds(&kinds).await.unwrap();
    let plan = plan::rollback(&changes, &ids, &observed, "test", "").unwrap();
    let control = Control { watch: &|_| {}, interrupt: Interrupt::default(), without_undo: false };
    let number = latest.begin.number;
    deploy::deploy(&world.target, &plan, Some(number), &mut world.journal(), &control).await.unwrap();
    plan
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn a_plan_applied_leaves_nothing_to_be_done_and_nothing_is_written_then(
        live in topology(), desired in topology(), renamed in renamed(),
    ) {
        run(async {
            let world = world(&live).await;
            let bundle = desired.bundle(&renamed);
            let plan = world.plan(&bundle, Prune::Owned).await.unwrap();
            world.deploy(&plan).await.unwrap();
            world.sandbox.forget_requests();
            let again = world.plan(&bundle, Prune::Owned).await.unwrap();
            prop_assert!(again.is_empty(), "{again:?}");
            let written = world.sandbox.requests().into_iter().filter(|one| one.method != "GET");
            prop_assert_eq!(written.count(), 0);
            Ok(())
        })?;
    }

    #[test]
    fn a_deployment_rolled_back_and_forth_leaves_what_was(
        live in topology(), desired in topology(), renamed in renamed(),
    ) {
        run(async {
            let world = world(&live).await;
            let before = state(&world);
            let bundle = desired.bundle(&renamed);
            let plan = world.plan(&bundle, Prune::Owned).await.unwrap();
            world.deploy(&plan).await.unwrap();
            let after = state(&world);
            for turn in 0..2 {
                roll_back(&world).await;
                prop_assert_eq!(&state(&world), &before, "back, turn {}", turn);
                roll_back(&world).await;
                prop_assert_eq!(&state(&world), &after, "forth, turn {}", turn);
            }
            // What came back under other ids still is the project's.
            roll_back(&world).await;
            let plan = world.plan(&bundle, Prune::Owned).await.unwrap();
            world.deploy(&plan).await.unwrap();
            prop_assert_eq!(state(&world), after);
            Ok(())
        })?;
    }

    #[test]
    fn a_deployment_that_was_undone_can_be_made_again(
        live in topology(), desired in topology(), renamed in renamed(), refused in 0..40_u32,
    ) {
        run(async {
            let world = world(&live).await;
            let before = state(&world);
            let bundle = desired.bundle(&renamed);
            let plan = world.plan(&bundle, Prune::Owned).await.unwrap();
            let refusal = Effect::Status { status: 403, when: When::Before };
            let skip = refused % u32::try_from(plan.changes.len().max(1)).unwrap();
            world.sandbox.faults().add(Fault { on: Match::writes().skip(skip), times: 1, then: refusal });
            let result = world.deploy(&plan).await;
            prop_assert!(result.is_err() || plan.is_empty(), "{result:?}");
            if result.is_err() {
                prop_assert_eq!(&state(&world), &before);
            }
            world.sandbox.faults().clear();
            let again = world.plan(&bundle, Prune::Owned).await.unwrap();
            prop_assert_eq!(again.changes.len(), plan.changes.len());
            world.deploy(&again).await.unwrap();
            let left = world.plan(&bundle, Prune::Owned).await.unwrap();
            prop_assert!(left.is_empty(), "{left:?}");
            Ok(())
        })?;
    }

    #[test]
    fn a_deployment_cut_off_anywhere_can_be_finished_or_undone(
        live in topology(), desired in topology(), renamed in renamed(), polls in 0..900_usize, undo in any::<bool>(),
    ) {
        run(async {
            let mut world = world(&live).await;
            let before = state(&world);
            let bundle = desired.bundle(&renamed);
            let plan = world.plan(&bundle, Prune::Owned).await.unwrap();
            let result = cut_off(world.deploy(&plan), polls).await;
            let mut told = format!("{result:?}");
            let mut is_live = result.is_some();
            if result.is_none() {
                world.reconnect();
                let direction = if undo { Direction::Undo } else { Direction::Onwards };
                let recovered = world.recover(direction).await;
                told = format!("{recovered:?}");
                is_live = match recovered {
                    Ok(_) => true,
                    // It was over, or had not begun.
                    Err(RecoverError::Nothing) => state(&world) != before,
                    Err(RecoverError::Deploy(DeployError::Undone { .. })) => false,
                    Err(_) => return Err(TestCaseError::fail(told)),
                };
            }
            let end = state(&world);
            if is_live {
                let left = world.plan(&bundle, Prune::Owned).await.unwrap();
                prop_assert!(left.is_empty(), "{told}: {left:?}");
            } else {
                prop_assert!(end == before, "{told}: {end}");
            }
            Ok(())
        })?;
    }
}

/// How many requests that write are under way at most, and how many of different kinds.
#[test]
fn never_more_than_eight_writes_are_under_way_and_never_across_tiers() {
    run(async {
        let many =
            |stem: &'static str| (0..30).map(move |number| json!({ "name": format!("{stem} {number}") }));
        let rules: Vec<Value> = (0..30)
            .map(|number| {
                rulec_tests::deployment::rule(&format!("queue {number}"), &format!("rule {number}"), 1)
            })
            .collect();
        let groups: Vec<Value> = many("group")
            .zip(many("skill"))
            .map(|(mut group, skill)| {
                group["skills"] = json!([skill["name"]]);
                group
            })
            .collect();
        let bundle = json!({
            "format": 1, "rules": rules, "skills": many("skill").collect::<Vec<_>>(), "skill_groups": groups,
            "queues": many("queue").collect::<Vec<_>>(),
        });
        let bundle = Bundle::from_json(&bundle.to_string()).unwrap();
        let world = World::start(|settings| settings.queues.clear()).await;
        let plan = world.plan(&bundle, Prune::No).await.unwrap();
        // A write counts from when it arrives to when it has had its effect and a moment more.
        let under_way: Arc<[AtomicUsize; 2]> = Arc::default();
        let begins = Arc::clone(&under_way);
        let ends = Arc::clone(&under_way);
        let begin = Effect::call(When::Before, move |_| {
            let now = begins[0].fetch_add(1, Ordering::SeqCst) + 1;
            begins[1].fetch_max(now, Ordering::SeqCst);
        });
        let end = Effect::call(When::After, move |_| {
            ends[0].fetch_sub(1, Ordering::SeqCst);
        });
        let then = Effect::All(vec![begin, Effect::Delay(Duration::from_millis(3)), end]);
        world.sandbox.faults().add(Fault { on: Match::writes(), times: u32::MAX, then });
        world.deploy(&plan).await.unwrap();
        let most = under_way[1].load(Ordering::SeqCst);
        assert!((2..=8).contains(&most), "{most}");
        // Each tier is over before the next begins: what is written is sorted by kind and method.
        let mut tiers: Vec<(String, String)> = world
            .sandbox
            .requests()
            .into_iter()
            .filter(|note| note.method != "GET" && note.path.starts_with("/api/v2/routing"))
            .map(|note| (note.method, note.path.split('/').nth(4).unwrap().to_owned()))
            .collect();
        tiers.dedup();
        let expected = [
            ("POST", "skills"),
            ("POST", "skillgroups"),
            ("POST", "queues"),
            ("POST", "rules"),
            ("PATCH", "rules"),
        ];
        assert_eq!(tiers, expected.map(|(method, path)| (method.to_owned(), path.to_owned())));
    });
}

#[test]
fn what_refers_to_others_is_written_after_them_and_deleted_before_them() {
    run(async {
        let (world, plan) = centre::world().await;
        world.sandbox.forget_requests();
        world.deploy(&plan).await.unwrap();
        // Of each folder when it was written to, first and last. What changes a list of strategies may delete one.
        let mut written: BTreeMap<(String, bool), Vec<u64>> = BTreeMap::new();
        for note in world.sandbox.requests() {
            let is_other = note.path.ends_with("/strategies") || note.path.ends_with("/refresh");
            if note.method == "GET" || is_other || !note.path.starts_with("/api/v2/routing/") {
                continue;
            }
            let folder = note.path.split('/').nth(4).unwrap().to_owned();
            written.entry((folder, note.method == "DELETE")).or_default().push(note.number);
        }
        for (referred, refers) in [("skills", "skillgroups"), ("skillgroups", "queues"), ("queues", "rules")]
        {
            let of = |folder: &str, deleted| &written[&(folder.to_owned(), deleted)];
            assert!(of(referred, false).last() < of(refers, false).first(), "{referred} before {refers}");
            assert!(of(refers, true).last() < of(referred, true).first(), "{referred} before {refers}");
        }
    });
}

#[test]
fn an_unchanged_contact_centre_is_planned_without_a_write() {
    run(async {
        let (world, plan) = centre::world().await;
        world.deploy(&plan).await.unwrap();
        world.sandbox.forget_requests();
        let kinds: BTreeSet<Kind> = Kind::ALL.into_iter().collect();
        let observed: Observed = world.observe_kinds(&kinds).await.unwrap();
        assert!(observed.all().count() > 50);
        let plan = world.plan(&centre::after(), Prune::Owned).await.unwrap();
        assert!(plan.is_empty(), "{:?}", plan.changes);
        world.deploy(&plan).await.unwrap();
        let written = |note: &&genesys_sandbox::RequestNote| !["GET", "HEAD"].contains(&note.method.as_str());
        assert_eq!(world.sandbox.requests().iter().filter(written).count(), 0);
    });
}
