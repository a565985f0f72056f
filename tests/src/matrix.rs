//! The fault matrix: a deployment, each of its writes, and everything that can go wrong there. Afterwards, or after
//! `recover`, the organization is as before or as it was to be.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use genesys_client::deploy::{DeployError, Direction};
use genesys_client::plan::{Action, Change, Plan, steps};
use genesys_client::resource::Kind;
use genesys_sandbox::{CLIENT_ID, Effect, Fault, Match, Organization, When};
use serde_json::Value;

use crate::deployment::{World, run};
use crate::edits::Edit;
use crate::troubles::{Moment, Trouble, deploy_through, troubles, troubles_in_undo};

/// A world before a deployment, and its plan.
pub type Scene = fn() -> Pin<Box<dyn Future<Output = (World, Plan)>>>;

/// How many cases run side by side: some of them wait for what hangs.
const WORKERS: usize = 4;

/// Longer than anything takes to spread.
const LATER: Duration = Duration::from_mins(5);

/// Whether everything is tried at every write, rather than at every kind of write once.
pub fn is_full() -> bool {
    std::env::var("RULEC_FAULTS").is_ok_and(|value| value == "full")
}

/// Says something in the log even where the test is passed: what `println!` prints would be kept back.
pub fn log(text: &str) {
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).expect("a log");
}

/// One write of a plan, and the request that it is.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it writes: its kind and action; none for a request to take notice.
    pub step: Option<(Kind, Action)>,
    change: usize,
    on: Match,
}

/// The writes of a plan, in order, and so many requests to refresh queues.
pub fn targets(plan: &Plan, refreshes: u32) -> Vec<Target> {
    let mut seen: BTreeMap<(&str, String), u32> = BTreeMap::new();
    let mut all: Vec<Target> = steps(&plan.changes)
        .expect("an order")
        .into_iter()
        .map(|step| {
            let change = &plan.changes[step.change];
            let (method, exact, any) = request(change, step.action);
            // Of a path with a star all that it stands for have been counted.
            let mut count = |path: &str| {
                let count = seen.entry((method, path.to_owned())).or_default();
                *count += 1;
                *count - 1
            };
            let among_all = count(&any);
            let (path, skip) = match exact {
                Some(exact) => {
                    let skip = count(&exact);
                    (exact, skip)
                }
                None => (any, among_all),
            };
            let on = Match::on(method, path).skip(skip);
            Target { step: Some((change.kind, step.action)), change: step.change, on }
        })
        .collect();
    all.extend((0..refreshes).map(|skip| {
        let on = Match::on("POST", "/api/v2/routing/queues/*/refresh").skip(skip);
        Target { step: None, change: 0, on }
    }));
    all
}

/// A write's method, its path where that is known before, and one that fits others of its kind too.
fn request(change: &Change, action: Action) -> (&'static str, Option<String>, String) {
    let folder = match change.kind {
        Kind::Skill => "skills",
        Kind::SkillGroup => "skillgroups",
        Kind::Queue | Kind::Strategy => "queues",
        Kind::Rule => "rules",
    };
    let folder = format!("/api/v2/routing/{folder}");
    if change.kind == Kind::Strategy {
        let queue = change.key().and_then(|key| key.queue.as_ref()?.id.clone());
        let exact = queue.map(|id| format!("{folder}/{id}/strategies"));
        return ("PATCH", exact, format!("{folder}/*/strategies"));
    }
    let exact = change.before.as_ref().map(|live| format!("{folder}/{}", live.id));
    match action {
        Action::Create => ("POST", None, folder),
        Action::Update if change.kind != Kind::Rule => ("PUT", exact, format!("{folder}/*")),
        Action::Update | Action::Enable => ("PATCH", exact, format!("{folder}/*")),
        Action::Delete => ("DELETE", exact, format!("{folder}/*")),
    }
}

/// How a case ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum End {
    /// All of it is live, and what another client did.
    Deployed,
    /// None of it is, but what another client did.
    Undone,
    /// Another client wrote between our look and our write of an object without versions, and that is lost: the window
    /// that docs/deployment.md speaks of.
    Window,
    /// Neither.
    Mixed,
}

/// The state after an undisturbed deployment, after what another client does.
async fn deployed(scene: Scene, edit: Option<&Edit>) -> Option<Value> {
    let (world, plan) = scene().await;
    world.deploy(&plan).await.expect("nothing goes wrong");
    state(&world, edit)
}

fn state(world: &World, edit: Option<&Edit>) -> Option<Value> {
    if edit.is_some_and(|edit| !edit.apply(&world.sandbox)) {
        return None;
    }
    world.clock.pass(LATER);
    Some(world.sandbox.snapshot_all())
}

/// Which ends are good.
#[derive(Default)]
struct Good {
    done: Vec<Value>,
    undone: Vec<Value>,
    window: Vec<Value>,
    /// The state before, where another client may use what the deployment made: that stays then.
    used: Option<Value>,
}

impl Good {
    /// How it ended, where so much was told of it. What is left open on purpose has an end too.
    fn end(&self, told: Option<bool>, open: bool, end: &Value) -> End {
        let may_be = |is_live| told == Some(is_live) || open;
        match () {
            () if may_be(true) && self.done.contains(end) => End::Deployed,
            () if may_be(false) && self.undone.contains(end) => End::Undone,
            () if told == Some(false) && self.used.as_ref().is_some_and(|start| is_only_used(start, end)) => {
                End::Undone
            }
            () if told == Some(true) && self.window.contains(end) => End::Window,
            () => End::Mixed,
        }
    }

    /// The ends where another client was there.
    async fn with_edit(
        scene: Scene,
        edit: &Edit,
        change: &Change,
        target: &Target,
        moment: Moment,
        peace: &Peace,
    ) -> Self {
        let mut good = Self::default();
        let (world, _) = scene().await;
        // What the deployment made goes, and theirs in it.
        let is_ours = change.before.is_none() && change.kind != Kind::Strategy && edit.is_of_what_is_there();
        let theirs = if is_ours { None } else { state(&world, Some(edit)) };
        good.undone.push(theirs.unwrap_or_else(|| peace.start.clone()));
        if edit.is_of_what_is_there() {
            good.done.extend(deployed(scene, Some(edit)).await);
        }
        // Their rule cannot be without our queue.
        if change.kind == Kind::Rule && !edit.is_of_what_is_there() {
            good.used = Some(peace.start.clone());
        }
        let is_unversioned = !change.kind.driver().capabilities().versions;
        let is_write = matches!(target.step, Some((_, Action::Update | Action::Delete)));
        if is_unversioned && is_write && moment == Moment::Before {
            good.window.push(peace.deployed.clone());
        }
        good
    }
}

/// The states without anybody else.
struct Peace {
    start: Value,
    deployed: Value,
}

/// One thing that goes wrong at one write: how it ends, and what was told.
async fn case(
    scene: Scene,
    peace: &Peace,
    trouble: &Trouble,
    target: &Target,
    without_undo: bool,
) -> (End, String) {
    let (mut world, plan) = scene().await;
    world.without_undo = without_undo;
    let mut good =
        Good { done: vec![peace.deployed.clone()], undone: vec![peace.start.clone()], ..Good::default() };
    let mut edited = None;
    let killing = trouble.raise(&world, target.on.clone());
    if let (Trouble::Edit { moment, same_field }, Some((_, action))) = (trouble, target.step) {
        let change = &plan.changes[target.change];
        let edit = Edit::of(change, action, *moment != Moment::After, *same_field);
        let was_done = another_client(&world, &edit, *moment, &target.on);
        edited = Some((edit, change.clone(), *moment, was_done));
    }
    let (told, mut log) = deploy_through(&mut world, &plan, &killing).await;
    if let Some((edit, change, moment, was_done)) = edited {
        if was_done.load(Ordering::Relaxed) {
            good = Good::with_edit(scene, &edit, &change, target, moment, peace).await;
            log = format!("{edit:?}: {log}");
        } else {
            log = format!("no edit: {log}");
        }
    }
    world.clock.pass(LATER);
    let end = world.sandbox.snapshot_all();
    let how = good.end(told, without_undo, &end);
    if how == End::Mixed && !without_undo {
        let expected = if told == Some(true) { &good.done } else { &good.undone };
        log = format!("{}\n{}", start_of(&log), difference(expected.first().unwrap_or(&Value::Null), &end));
    }
    (how, log)
}

/// Lets another client change an object once, as soon as it is there.
fn another_client(world: &World, edit: &Edit, moment: Moment, on: &Match) -> Arc<AtomicBool> {
    let done = Arc::new(AtomicBool::new(false));
    let (edit, organization): (Edit, Organization) = (edit.clone(), world.sandbox.organization());
    let was_done = Arc::clone(&done);
    let once = move || {
        if !done.load(Ordering::Relaxed) && edit.apply(&organization) {
            done.store(true, Ordering::Relaxed);
        }
    };
    let when = match moment {
        Moment::Planned => {
            once();
            return was_done;
        }
        Moment::Before => When::Before,
        Moment::After => When::After,
    };
    world.sandbox.faults().add(Fault { on: on.clone(), times: 1, then: Effect::call(when, move |_| once()) });
    was_done
}

/// Whether all is as before, but for another client's rule, the queue that it is in, and what that refers to.
fn is_only_used(start: &Value, end: &Value) -> bool {
    let more = |list: &str| {
        let of = |state: &Value| state[list].as_array().cloned().unwrap_or_default();
        let (before, now) = (of(start), of(end));
        let more: Vec<Value> = now.iter().filter(|one| !before.contains(one)).cloned().collect();
        before.iter().all(|one| now.contains(one)).then_some(more)
    };
    let all = ["rules", "queues", "skillGroups", "skills"].map(more);
    let [Some(rules), Some(queues), Some(groups), Some(skills)] = all else { return false };
    let ([rule], [queue]) = (rules.as_slice(), queues.as_slice()) else { return false };
    let names = |list: &Value, one: &Value| list.as_array().is_some_and(|list| list.contains(&one["key"]));
    rule["queue"] == queue["key"]
        && queue["strategies"] == Value::Array(Vec::new())
        && groups.iter().all(|group| group["key"] == queue["skillGroup"])
        && skills.iter().all(|skill| groups.iter().any(|group| names(&group["skills"], skill)))
}

/// Where two states differ.
fn difference(expected: &Value, found: &Value) -> String {
    let mut lines = Vec::new();
    for list in ["skills", "skillGroups", "queues", "rules"] {
        let of = |state: &Value| state[list].as_array().cloned().unwrap_or_default();
        let (expected, found) = (of(expected), of(found));
        lines.extend(
            expected.iter().filter(|one| !found.contains(one)).map(|one| format!("  - {list} {one}")),
        );
        lines.extend(
            found.iter().filter(|one| !expected.contains(one)).map(|one| format!("  + {list} {one}")),
        );
    }
    lines.truncate(12);
    lines.join("\n")
}

/// As much of a text as anybody reads.
fn start_of(text: &str) -> String {
    text.chars().take(1200).collect()
}

/// Does something with each of these, some side by side, each on a runtime of its own.
fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(one);
                    results.lock().expect("a list").push(result);
                }
            });
        }
    });
    results.into_inner().expect("a list")
}

fn in_peace(scene: Scene) -> (Plan, u32, Peace) {
    run(async {
        let (world, plan) = scene().await;
        world.clock.pass(LATER);
        let start = world.sandbox.snapshot_all();
        world.sandbox.forget_requests();
        world.deploy(&plan).await.expect("nothing goes wrong");
        let requests = world.sandbox.requests();
        let refreshes = requests.iter().filter(|note| note.path.ends_with("/refresh")).count();
        world.clock.pass(LATER);
        let deployed = world.sandbox.snapshot_all();
        (plan, u32::try_from(refreshes).expect("few"), Peace { start, deployed })
    })
}

/// Which trouble is tried at which write: all at all, or each at one write of each kind, in turn another.
fn chosen(all: Vec<Target>) -> Vec<(Trouble, Target)> {
    let mut kinds: BTreeMap<Option<(Kind, u8)>, Vec<Target>> = BTreeMap::new();
    for target in all {
        let kind = target.step.map(|(kind, action)| (kind, action as u8));
        kinds.entry(kind).or_default().push(target);
    }
    let mut chosen = Vec::new();
    for (number, trouble) in troubles().into_iter().enumerate() {
        for of_kind in kinds.values() {
            if is_full() {
                chosen.extend(of_kind.iter().map(|target| (trouble.clone(), target.clone())));
            } else {
                let target = &of_kind[(number + of_kind.len() / 2) % of_kind.len()];
                chosen.push((trouble.clone(), target.clone()));
            }
        }
    }
    // Nobody edits what is asked for notice of.
    chosen.retain(|(trouble, target)| target.step.is_some() || !matches!(trouble, Trouble::Edit { .. }));
    chosen
}

/// Runs the matrix and says how many cases ended how; none may be mixed.
///
/// # Panics
/// Where one is.
pub fn no_fault_leaves_a_mixture(what: &str, scene: Scene) {
    let (plan, refreshes, peace) = in_peace(scene);
    let cases = chosen(targets(&plan, refreshes));
    let ends = each(&cases, |(trouble, target)| {
        let (end, told) = run(case(scene, &peace, trouble, target, false));
        (end, format!("{} at {:?} {:?}: {told}", trouble.name(), target.step, target.on.path))
    });
    let count = |end| ends.iter().filter(|(found, _)| *found == end).count();
    let mixed: Vec<&str> =
        ends.iter().filter(|(end, _)| *end == End::Mixed).map(|(_, told)| told.as_str()).collect();
    log(&format!(
        "{what}: {} cases: {} deployed, {} undone, {} in the window, {} mixed",
        ends.len(),
        count(End::Deployed),
        count(End::Undone),
        count(End::Window),
        mixed.len()
    ));
    assert!(mixed.is_empty(), "{}", mixed.join("\n"));
    assert!(count(End::Deployed) > 0 && count(End::Undone) > 0);
}

/// The same where nothing is undone: then some are mixed, or the matrix shows nothing.
///
/// # Panics
/// Where none is.
pub fn without_undoing_faults_leave_mixtures(what: &str, scene: Scene) {
    let (plan, refreshes, peace) = in_peace(scene);
    let cases: Vec<_> = chosen(targets(&plan, refreshes)).into_iter().step_by(5).collect();
    let ends = each(&cases, |(trouble, target)| run(case(scene, &peace, trouble, target, true)).0);
    let mixed = ends.iter().filter(|end| **end == End::Mixed).count();
    log(&format!("{what}: {} cases, {mixed} mixed without undoing", ends.len()));
    assert!(mixed > 0);
}

/// The last write is refused, so that everything is taken back; then this goes wrong at that write of undoing. With
/// `behind`, every write stays hidden from so many reads.
async fn case_in_undo(
    scene: Scene,
    peace: &Peace,
    effect: &Effect,
    undo_write: u32,
    behind: u32,
) -> (bool, String) {
    let (mut world, plan) = scene().await;
    let all = targets(&plan, 0);
    let last = all.last().expect("a write");
    let refused = Effect::Status { status: 403, when: When::Before };
    let lag = Effect::Lag { reads: behind };
    let effect = if behind == 0 { effect.clone() } else { Effect::All(vec![lag.clone(), effect.clone()]) };
    // What goes wrong in undoing is counted from the refusal on.
    let organization = world.sandbox.organization();
    let then = Effect::call(When::Before, move |_| {
        let on = writes().skip(undo_write);
        organization.faults().add(Fault { on, times: 1, then: effect.clone() });
        if behind > 0 {
            organization.faults().add(Fault { on: writes(), times: u32::MAX, then: lag.clone() });
        }
    });
    let then = Effect::All(vec![then, refused]);
    world.sandbox.faults().add(Fault { on: last.on.clone(), times: 1, then });
    let result = world.deploy(&plan).await;
    let mut told = start_of(&format!("{result:?}"));
    if matches!(result, Err(DeployError::Unfinished { .. })) {
        world.sandbox.faults().clear();
        world.sandbox.restore_client(CLIENT_ID);
        world.reconnect();
        let recovered = world.recover(Direction::Onwards).await;
        told = format!("{told}, recovered {}", start_of(&format!("{recovered:?}")));
    }
    world.clock.pass(LATER);
    let end = world.sandbox.snapshot_all();
    if end != peace.start {
        told = format!("{told}\n{}", difference(&peace.start, &end));
    }
    (end == peace.start, told)
}

/// Writes of objects: to refresh a queue comes when all are taken back.
fn writes() -> Match {
    Match::on("POST|PATCH|PUT|DELETE", "/api/v2/routing/*")
}

/// Runs everything that can go wrong while a deployment is taken back, at every write of undoing, or at each kind once.
///
/// # Panics
/// Where a case ends otherwise than before.
pub fn no_fault_while_undoing_leaves_a_mixture(what: &str, scene: Scene) {
    let (plan, _, peace) = in_peace(scene);
    let all = targets(&plan, 0);
    // The refused write needs no undoing, so undoing begins with the write before it.
    let undone: Vec<_> = all.iter().rev().skip(1).enumerate().collect();
    let undo_writes: Vec<usize> = if is_full() {
        undone.iter().map(|(at, _)| *at).collect()
    } else {
        let mut firsts = BTreeMap::new();
        for (at, target) in undone {
            firsts.entry(target.step.map(|(kind, action)| (kind, action as u8))).or_insert(at);
        }
        firsts.into_values().collect()
    };
    let mut cases = Vec::new();
    for undo_write in undo_writes {
        for (number, (name, effect)) in troubles_in_undo().into_iter().enumerate() {
            for (turn, behind) in [0, 1, 3].into_iter().enumerate() {
                if is_full() || (number + undo_write) % 3 == turn {
                    cases.push((
                        name.clone(),
                        effect.clone(),
                        u32::try_from(undo_write).expect("few"),
                        behind,
                    ));
                }
            }
        }
    }
    let ends = each(&cases, |(name, effect, at, behind)| {
        let (is_before, told) = run(case_in_undo(scene, &peace, effect, *at, *behind));
        (is_before, format!("{name} at write {at} of undoing, {behind} reads behind: {told}"))
    });
    let mixed: Vec<&str> =
        ends.iter().filter(|(is_before, _)| !is_before).map(|(_, told)| told.as_str()).collect();
    log(&format!("{what}: {} cases while undoing, {} mixed", ends.len(), mixed.len()));
    assert!(mixed.is_empty(), "{}", mixed.join("\n"));
}
