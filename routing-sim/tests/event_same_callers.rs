//! The same seed, the same report; and two versions of the rules meet the same callers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "a test, whose figures are small and exact"
)]

mod event_support;

use std::collections::HashMap;

use event_support::{Load, contact_centre, one_queue};
use routing_sim::event::{
    AgentChoice, Ending, Measures, Observer, Outcome, Runs, Scenario, Version, compare, simulate, trace,
};

const RUNS: Runs = Runs { seed: 7, replications: 6, confidence: 0.95 };

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn a_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let (scenario, version) = contact_centre();
    let report = |threads| {
        on_threads(threads, || serde_json::to_string(&simulate(&scenario, &version, RUNS).unwrap()).unwrap())
    };
    let one = report(1);
    assert!(one == report(2) && one == report(3) && one == report(8), "threads show");
    let other = simulate(&scenario, &version, Runs { seed: 8, ..RUNS }).unwrap();
    assert_ne!(one, serde_json::to_string(&other).unwrap());
}

/// Digits of one machine, which any other has to give as well.
#[test]
fn a_seed_gives_the_same_digits_on_every_machine() {
    let (scenario, version) = contact_centre();
    let report = simulate(&scenario, &version, RUNS).unwrap();
    let figures = format!(
        "{:?} {:?} {:?} {}",
        report.total.offered.value.unwrap(),
        report.total.mean_wait.value.unwrap(),
        report.total.occupancy.value.unwrap(),
        report.events,
    );
    assert_eq!(figures, "1412.1666666666667 42.14228325263992 0.4404844818047815 20241");
}

#[test]
fn identical_versions_differ_by_exactly_nothing() {
    let (scenario, version) = contact_centre();
    let pairs: Vec<(usize, usize)> = (0..version.queues.len()).map(|queue| (queue, queue)).collect();
    let comparison = compare(&scenario, &version, &version, &pairs, RUNS).unwrap();
    let all = comparison.queues.iter().map(|queue| &queue.measures).chain([&comparison.total]);
    for (name, difference) in all.flat_map(Measures::named) {
        if difference.before.value.is_some() {
            let change = difference.change;
            assert_eq!((change.value, change.low, change.high), (Some(0.0), Some(0.0), Some(0.0)), "{name}");
        }
    }
    assert_eq!(comparison.before, comparison.after);
}

#[test]
fn a_pair_of_versions_is_told_apart_more_sharply_than_by_two_reports() {
    let (scenario, before) = one_queue(&Load {
        per_hour: 100.0,
        service: 180.0,
        agents: 6,
        patience: Some(150.0),
        hours: 10.0,
        ..Load::default()
    });
    // One of 200 callers more is turned away by the rules: far less than chance does.
    let (mut scenario, mut before) = (scenario, before);
    scenario.kinds = vec![Vec::new(); 200];
    before.decisions = vec![before.decisions[0]; 200];
    if let routing_sim::event::Arrivals::Rates { kinds, .. } = &mut scenario.streams[0].arrivals {
        *kinds = (0..200).collect();
    }
    let mut after = before.clone();
    for kind in 0..4 {
        after.decisions[kind].queue = None;
    }
    let runs = Runs { seed: 3, replications: 20, confidence: 0.95 };
    let wait = compare(&scenario, &before, &after, &[(0, 0)], runs).unwrap().total.mean_wait;
    let width = |one: routing_sim::event::Estimate| one.high.unwrap() - one.low.unwrap();
    println!("{wait:?}");
    assert!(wait.change.high.unwrap() < 0.0, "{wait:?}");
    assert!(width(wait.change) < width(wait.before) / 3.0, "{wait:?}");
    assert!(wait.before.holds(wait.after.value.unwrap()), "by itself neither shows it: {wait:?}");
}

/// What belongs to the caller: when they come, as what, how long they take, how long they would wait.
type Caller = (f64, usize, Option<f64>, Option<f64>);

#[derive(Default)]
struct Callers(HashMap<(usize, u32), Caller>);

impl Observer for Callers {
    fn ended(&mut self, outcome: &Outcome<'_>) {
        let (work, patience) = match outcome.ending {
            // Starts differ between versions, and so does what rounding leaves of the difference.
            Ending::Answered { until_s, .. } => (Some(until_s - outcome.ended_s), None),
            Ending::Abandoned => (None, Some(outcome.ended_s - outcome.arrived_s)),
            Ending::Unserved => (None, None),
        };
        let caller = (outcome.arrived_s, outcome.kind, work, patience);
        assert!(self.0.insert((outcome.stream, outcome.id), caller).is_none(), "ended twice");
    }
}

fn callers(scenario: &Scenario, version: &Version) -> Callers {
    let mut callers = Callers::default();
    trace(scenario, version, 5, 2, &mut callers).unwrap();
    callers
}

#[test]
fn two_versions_meet_the_same_callers() {
    let (scenario, before) = contact_centre();
    let mut after = before.clone();
    for queue in &mut after.queues {
        queue.choice = AgentChoice::Random;
        queue.overflow.clear();
    }
    for decision in &mut after.decisions {
        decision.queue = decision.queue.map(|queue| (queue + 1) % 4);
        decision.priority = -decision.priority;
    }
    let (before, after) = (callers(&scenario, &before), callers(&scenario, &after));
    assert!(before.0.len() > 1_000);
    assert_eq!(before.0.len(), after.0.len());
    let close = |a: Option<f64>, b: Option<f64>| a.zip(b).is_none_or(|(a, b)| (a - b).abs() < 1e-6);
    let mut both = 0;
    for (key, one) in &before.0 {
        let other = after.0[key];
        assert_eq!((one.0.to_bits(), one.1), (other.0.to_bits(), other.1), "{key:?}");
        assert!(close(one.2, other.2) && close(one.3, other.3), "{key:?}: {one:?} {other:?}");
        both += usize::from(one.2.is_some() && other.2.is_some());
    }
    assert!(both > 500);
}
