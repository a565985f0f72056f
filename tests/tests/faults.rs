//! The fault matrix: a deployment of 40 objects, each of its writes, and every fault. Afterwards, or after `recover`, the
//! organization is as before or as it was to be, in every single case.
//!
//! `RULEC_FAULTS=full` runs every fault on every write; else every fault on every kind of write once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use genesys_client::deploy::{DeployError, Direction, RecoverError};
use genesys_client::plan::{Action, Plan, Prune, steps};
use genesys_client::resource::Kind;
use genesys_model::Bundle;
use genesys_sandbox::{CLIENT_ID, Effect, Fault, Match, ReplyBody, RetryAfter, When};
use rulec_tests::deployment::{World, begin, bundle, rule, run};
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

/// What goes wrong at one write.
#[derive(Clone)]
enum Trouble {
    Fault(&'static str, Effect),
    /// The same, at this and the following requests.
    Lasting(&'static str, Effect, u32),
    /// Another client changes the object, in the field that is written or in another.
    Edit {
        when: When,
        same_field: bool,
    },
    /// A person interrupts.
    Interrupt,
    /// The process ends, and `recover` goes in this direction.
    Killed {
        when: When,
        direction: Direction,
    },
}

impl Trouble {
    fn name(&self) -> String {
        match self {
            Self::Fault(name, effect) => format!("{name} {effect:?}"),
            Self::Lasting(name, effect, times) => format!("{name} {effect:?} {times} times"),
            Self::Edit { when, same_field } => format!("edit {when:?}, same field: {same_field}"),
            Self::Interrupt => "interrupt".to_owned(),
            Self::Killed { when, direction } => format!("killed {when:?}, {direction:?}"),
        }
    }
}

fn troubles() -> Vec<Trouble> {
    let mut all = vec![
        Trouble::Fault("refused", Effect::Refuse),
        Trouble::Fault("slow", Effect::Delay(Duration::from_millis(2))),
        Trouble::Fault("seconds", Effect::TooManyRequests { retry_after: RetryAfter::Seconds(2) }),
        Trouble::Fault(
            "nonsense",
            Effect::TooManyRequests { retry_after: RetryAfter::Raw("soon".to_owned()) },
        ),
        Trouble::Fault("a day", Effect::TooManyRequests { retry_after: RetryAfter::Seconds(86_400) }),
        Trouble::Fault(
            "date",
            Effect::TooManyRequests { retry_after: RetryAfter::Date(begin() + Duration::from_secs(3)) },
        ),
        Trouble::Fault("forbidden", Effect::Status { status: 403, when: When::Before }),
        Trouble::Fault("lag", Effect::Lag { reads: 3 }),
        Trouble::Interrupt,
    ];
    for when in [When::Before, When::After] {
        all.push(Trouble::Fault("dropped", Effect::Drop(when)));
        all.push(Trouble::Fault("hangs", Effect::Hang(when)));
        for status in [500, 502, 503, 504] {
            all.push(Trouble::Fault("status", Effect::Status { status, when }));
        }
        all.push(Trouble::Lasting("status", Effect::Status { status: 503, when }, 5));
        all.push(Trouble::Fault("token", Effect::RevokeToken(when)));
        all.push(Trouble::Fault("client", Effect::RevokeClient(when)));
        all.push(Trouble::Fault(
            "lag, dropped",
            Effect::All(vec![Effect::Lag { reads: 4 }, Effect::Drop(when)]),
        ));
        all.push(Trouble::Fault(
            "lag, 500",
            Effect::All(vec![Effect::Lag { reads: 4 }, Effect::Status { status: 500, when }]),
        ));
        let reply = |status: u16, body: &str| Effect::Reply {
            when,
            status,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: ReplyBody::Bytes(body.as_bytes().to_vec()),
        };
        all.push(Trouble::Fault("HTML", reply(200, "<html><title>proxy</title></html>")));
        all.push(Trouble::Fault("empty", reply(200, "")));
        all.push(Trouble::Fault(
            "error in 200",
            reply(200, r#"{"status":500,"code":"internal.server.error","message":"no"}"#),
        ));
        all.push(Trouble::Edit { when, same_field: false });
        all.push(Trouble::Edit { when, same_field: true });
        all.push(Trouble::Killed { when, direction: Direction::Onwards });
        all.push(Trouble::Killed { when, direction: Direction::Undo });
    }
    all
}

/// One write of the plan: its method, and how many of this method come before it.
struct Write {
    index: usize,
    change: usize,
    action: Action,
    method: &'static str,
    skip: u32,
}

fn writes(plan: &Plan) -> Vec<Write> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    steps(&plan.changes)
        .unwrap()
        .into_iter()
        .enumerate()
        .map(|(index, step)| {
            let method = match step.action {
                Action::Create => "POST",
                Action::Update | Action::Enable => "PATCH",
                Action::Delete => "DELETE",
            };
            let count = seen.entry(method).or_default();
            let skip = *count;
            *count += 1;
            Write { index, change: step.change, action: step.action, method, skip }
        })
        .collect()
}

/// How a case ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum End {
    Deployed,
    Undone,
    Mixed,
}

/// The field that another client changes, and its new value.
fn edited(plan: &Plan, write: &Write, same_field: bool) -> (&'static str, Value) {
    let change = &plan.changes[write.change];
    let fields: Vec<String> = change.differences().into_iter().map(|one| one.field).collect();
    let writes = |field: &str| fields.iter().any(|one| one == field);
    match (same_field, writes("priority")) {
        (true, true) | (false, false) => ("priority", json!(55)),
        (true, false) if writes("description") => ("description", json!("somebody else's")),
        (true, false) if writes("expression") => {
            ("expression", json!({ "type": "condition", "field": "vip", "operator": "exists" }))
        }
        (true, false) if writes("enabled") => ("description", json!("somebody else's")),
        (true, false) => ("name", json!("somebody else's")),
        (false, true) => ("description", json!("somebody else's")),
    }
}

/// The state with another client's edit, where it holds the object.
fn with_edit(snapshot: &Value, keys: &[(String, String)], field: &str, value: &Value) -> Value {
    let mut rules = snapshot.as_array().unwrap().clone();
    for rule in &mut rules {
        let is_it =
            keys.iter().any(|(queue, name)| rule["queue"] == json!(queue) && rule["name"] == json!(name));
        if is_it {
            rule[field] = value.clone();
        }
    }
    sorted(rules)
}

fn sorted(mut rules: Vec<Value>) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rules.sort_by_key(|rule| (text(&rule["queue"]), text(&rule["name"])));
    Value::Array(rules)
}

async fn case(trouble: &Trouble, write_index: usize, deployed: &Value, without_undo: bool) -> (End, String) {
    let (mut world, plan) = world().await;
    world.without_undo = without_undo;
    let write = writes(&plan).swap_remove(write_index);
    let start = world.sandbox.snapshot();
    let mut undone = vec![start.clone()];
    let mut done = vec![deployed.clone()];
    let on = Match::on(write.method, RULES).skip(write.skip);
    let once = |then: Effect| Fault { on: on.clone(), times: 1, then };
    let killed = Arc::new(tokio::sync::Notify::new());
    let mut direction = Direction::Onwards;
    match trouble {
        Trouble::Fault(_, effect) => world.sandbox.faults().add(once(effect.clone())),
        Trouble::Lasting(_, effect, times) => {
            world.sandbox.faults().add(Fault { on, times: *times, then: effect.clone() });
        }
        Trouble::Interrupt => {
            let interrupt = world.interrupt.clone();
            world.sandbox.faults().add(once(Effect::call(When::Before, move |_| interrupt.set())));
        }
        Trouble::Killed { when, direction: towards } => {
            direction = *towards;
            let killed = Arc::clone(&killed);
            let call = Effect::call(*when, move |_| killed.notify_one());
            // The answer never comes, as the process is no more.
            world.sandbox.faults().add(once(Effect::All(vec![call, Effect::Hang(*when)])));
        }
        Trouble::Edit { when, same_field } => {
            let change = &plan.changes[write.change];
            let (field, value) = edited(&plan, &write, *same_field);
            let keys: Vec<(String, String)> = change
                .before
                .as_ref()
                .map(|live| &live.key)
                .into_iter()
                .chain(change.after.as_ref().map(|goal| &goal.key))
                .map(|key| (key.queue.as_ref().unwrap().id().to_owned(), key.name.clone()))
                .collect();
            undone.push(with_edit(&start, &keys, field, &value));
            done.push(with_edit(deployed, &keys, field, &value));
            let organization = world.sandbox.organization();
            let struck = AtomicBool::new(false);
            let is_new = change.before.is_none();
            if is_new && *when == When::Before && write.action == Action::Create {
                // There is nothing to edit yet: the other client makes one of the same name.
                let goal = change.after.clone().unwrap();
                let mut theirs = rule("", &goal.key.name, 99);
                theirs["queue"] = json!({ "id": goal.key.queue.as_ref().unwrap().id() });
                let mut rules = start.as_array().unwrap().clone();
                let mut shown = theirs.clone();
                shown["queue"] = json!(goal.key.queue.as_ref().unwrap().id());
                shown["description"] = Value::Null;
                rules.push(shown);
                undone.push(sorted(rules));
                world.sandbox.faults().add(once(Effect::call(*when, move |_| {
                    if !struck.swap(true, Ordering::Relaxed) {
                        organization.create_rule("another", &theirs).unwrap();
                    }
                })));
            } else {
                world.sandbox.faults().add(once(Effect::call(*when, move |_| {
                    let rules = organization.rules();
                    let found = rules.iter().find(|rule| {
                        keys.iter().any(|(queue, name)| rule.queue.id == *queue && rule.name == *name)
                    });
                    if let Some(found) = found {
                        organization.update_rule("another", &found.id, &json!({ field: value })).unwrap();
                    }
                })));
            }
        }
    }
    let result = tokio::select! {
        result = world.deploy(&plan) => Some(result),
        () = killed.notified() => None,
    };
    let mut told = format!("{result:?}");
    let open = matches!(result, None | Some(Err(DeployError::Unfinished { .. })));
    if open && !without_undo {
        world.sandbox.faults().clear();
        world.sandbox.restore_client(CLIENT_ID);
        world.reconnect();
        let recovered = world.recover(direction).await;
        told = format!("{told}, recovered {recovered:?}");
        assert!(
            matches!(recovered, Ok(_) | Err(RecoverError::Deploy(DeployError::Undone { .. }))),
            "{} at write {}: {told}",
            trouble.name(),
            write.index
        );
    }
    let end = world.sandbox.snapshot();
    let end = if done.contains(&end) {
        End::Deployed
    } else if undone.contains(&end) {
        End::Undone
    } else {
        End::Mixed
    };
    (end, told)
}

/// The state after an undisturbed deployment.
async fn deployed() -> Value {
    let (world, plan) = world().await;
    assert_eq!(plan.changes.len(), 40);
    world.deploy(&plan).await.unwrap();
    world.sandbox.snapshot()
}

fn chosen(plan: &Plan) -> Vec<Write> {
    let all = writes(plan);
    if std::env::var("RULEC_FAULTS").is_ok_and(|value| value == "full") {
        return all;
    }
    // Of each kind one in the middle, where there is something before and behind it.
    [Action::Create, Action::Update, Action::Enable, Action::Delete]
        .into_iter()
        .filter_map(|action| {
            let of_kind: Vec<usize> =
                all.iter().filter(|write| write.action == action).map(|write| write.index).collect();
            of_kind.get(of_kind.len() / 2).copied()
        })
        .filter_map(|index| writes(plan).into_iter().nth(index))
        .collect()
}

/// Says something in the log even where the test is passed: what `println!` prints would be kept back.
fn log(text: &str) {
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).unwrap();
}

#[test]
fn no_fault_at_any_write_leaves_a_mixture() {
    run(async {
        let deployed = deployed().await;
        let (_, plan) = world().await;
        let mut ends: BTreeMap<End, usize> = BTreeMap::new();
        let mut mixed = Vec::new();
        for write in chosen(&plan) {
            for trouble in troubles() {
                let (end, told) = case(&trouble, write.index, &deployed, false).await;
                *ends.entry(end).or_default() += 1;
                if end == End::Mixed {
                    mixed.push(format!(
                        "{} at write {} ({:?}): {told}",
                        trouble.name(),
                        write.index,
                        write.action
                    ));
                }
            }
        }
        let count = |end| ends.get(&end).copied().unwrap_or_default();
        log(&format!(
            "{} cases: {} deployed, {} undone, {} mixed",
            ends.values().sum::<usize>(),
            count(End::Deployed),
            count(End::Undone),
            mixed.len()
        ));
        assert!(mixed.is_empty(), "{}", mixed.join("\n"));
        assert!(count(End::Deployed) > 0 && count(End::Undone) > 0);
    });
}

/// What goes wrong while a deployment is taken back.
fn troubles_in_undo() -> Vec<(String, Effect)> {
    let mut all = Vec::new();
    for when in [When::Before, When::After] {
        let mut add = |effect: Effect| all.push((format!("{effect:?}"), effect));
        add(Effect::Drop(when));
        add(Effect::Hang(when));
        add(Effect::Status { status: 503, when });
        add(Effect::Status { status: 500, when });
        add(Effect::RevokeClient(when));
        add(Effect::Status { status: 403, when: When::Before });
        // Answered as if it had happened.
        add(Effect::Reply { when, status: 204, headers: Vec::new(), body: ReplyBody::Bytes(Vec::new()) });
    }
    all
}

/// The last write is refused, so that everything is taken back; then this goes wrong at that write of undoing. With
/// `behind`, every write stays hidden from so many reads.
async fn case_in_undo(effect: &Effect, undo_write: usize, behind: u32) -> (bool, String) {
    let (mut world, plan) = world().await;
    let start = world.sandbox.snapshot();
    let writes = u32::try_from(writes(&plan).len()).unwrap();
    let at = |write: u32, then: Effect| Fault { on: Match::writes().skip(write), times: 1, then };
    world.sandbox.faults().add(at(writes - 1, Effect::Status { status: 403, when: When::Before }));
    let lag = Effect::Lag { reads: behind };
    let effect = if behind == 0 { effect.clone() } else { Effect::All(vec![lag.clone(), effect.clone()]) };
    world.sandbox.faults().add(at(writes + u32::try_from(undo_write).unwrap(), effect));
    if behind > 0 {
        world.sandbox.faults().add(Fault { on: Match::writes(), times: u32::MAX, then: lag });
    }
    let result = world.deploy(&plan).await;
    let mut told = format!("{result:?}");
    if matches!(result, Err(DeployError::Unfinished { .. })) {
        world.sandbox.faults().clear();
        world.sandbox.restore_client(CLIENT_ID);
        world.reconnect();
        told = format!("{told}, recovered {:?}", world.recover(Direction::Onwards).await);
    }
    (world.sandbox.snapshot() == start, told)
}

#[test]
fn no_fault_while_undoing_leaves_a_mixture() {
    run(async {
        let (_, plan) = world().await;
        let steps = steps(&plan.changes).unwrap();
        let undo_writes: Vec<usize> = if std::env::var("RULEC_FAULTS").is_ok_and(|value| value == "full") {
            (0..steps.len() - 1).collect()
        } else {
            // The refused write needs no undoing, so undoing begins with the write before it.
            [Action::Delete, Action::Enable, Action::Update, Action::Create]
                .into_iter()
                .filter_map(|action| steps.iter().rev().skip(1).position(|step| step.action == action))
                .collect()
        };
        let (mut cases, mut mixed) = (0, Vec::new());
        for undo_write in undo_writes {
            for (name, effect) in troubles_in_undo() {
                for behind in [0, 1, 3] {
                    let (is_before, told) = case_in_undo(&effect, undo_write, behind).await;
                    cases += 1;
                    if !is_before {
                        mixed.push(format!(
                            "{name} at write {undo_write} of undoing, {behind} reads behind: {told}"
                        ));
                    }
                }
            }
        }
        log(&format!("{cases} cases while undoing, {} mixed", mixed.len()));
        assert!(mixed.is_empty(), "{}", mixed.join("\n"));
    });
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

#[test]
fn without_undoing_faults_do_leave_mixtures() {
    run(async {
        let deployed = deployed().await;
        let (_, plan) = world().await;
        let mut mixed = 0;
        for write in chosen(&plan).iter().take(4) {
            for trouble in troubles() {
                if case(&trouble, write.index, &deployed, true).await.0 == End::Mixed {
                    mixed += 1;
                }
            }
        }
        log(&format!("{mixed} mixed without undoing"));
        assert!(mixed > 0);
    });
}
