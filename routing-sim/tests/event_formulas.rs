//! The simulation against what is known exactly: Erlang C and A, and a queue that holds only so many.
//!
//! For each load many seeds are run. A 95 % interval has to hold the exact figure in about 95 % of them: of 40 runs, 34 or
//! more do with probability 0.997 if it is exactly that, so a bias or an interval that is too narrow would show.

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

use event_support::{Load, counted_within, one_queue};
use routing_sim::event::{
    Arrivals, Decision, Durations, Estimate, Measures, OverflowRule, OverflowThen, OverflowWhen, Queue, Runs,
    simulate,
};

const SEEDS: u64 = 40;
const AT_LEAST: usize = 34;

/// How many of the seeds' intervals hold each of the exact figures.
fn held(load: &Load, runs: Runs, exact: &[(&str, f64)]) -> Vec<(String, usize)> {
    let (scenario, version) = one_queue(load);
    let reports: Vec<Measures<Estimate>> =
        (0..SEEDS).map(|seed| simulate(&scenario, &version, Runs { seed, ..runs }).unwrap().total).collect();
    exact.iter().map(|(name, value)| ((*name).to_owned(), counted_within(&reports, name, *value))).collect()
}

fn assert_held(load: &Load, exact: &[(&str, f64)]) {
    let held = held(load, Runs { replications: 10, ..Runs::default() }, exact);
    println!("{load:?}: {held:?} of {SEEDS}");
    for (name, count) in held {
        assert!(count >= AT_LEAST, "{load:?}: {name} is within its interval in {count} of {SEEDS}");
    }
}

#[test]
fn erlang_c_is_within_the_interval_in_95_of_100_seeds() {
    let load = Load { per_hour: 45.0, service: 240.0, agents: 5, hours: 40.0, ..Load::default() };
    assert_held(
        &load,
        &[
            ("waiting_share", 0.236_151_603_499),
            ("service_level_of_offered", 0.800_101_983_335),
            ("mean_wait_of_answered", 28.338_192_419_8),
            ("mean_depth", 0.354_227_405_248),
            ("occupancy", 0.6),
            // The quantile of the exponential tail: ln(C / (1 - p)) · service / (agents - load).
            ("wait_p90", (0.236_151_603_499_f64 / 0.1).ln() * 240.0 / 2.0),
        ],
    );
    let load = Load { per_hour: 200.0, service: 240.0, agents: 20, hours: 15.0, ..Load::default() };
    assert_held(
        &load,
        &[
            ("waiting_share", 0.062_319_606_847_4),
            ("service_level_of_offered", 0.964_243_912_392),
            ("mean_wait", 2.243_505_846_51),
        ],
    );
}

#[test]
fn erlang_a_is_within_the_interval_in_95_of_100_seeds() {
    let load = Load {
        per_hour: 45.0,
        service: 240.0,
        agents: 4,
        patience: Some(120.0),
        hours: 40.0,
        ..Load::default()
    };
    assert_held(
        &load,
        &[
            ("waiting_share", 0.313_805_548_684),
            ("abandonment", 0.132_926_998_971),
            ("mean_wait", 15.951_239_876_5),
            ("mean_depth", 0.199_390_498_456),
            ("mean_wait_of_answered", 11.097_779_373_4),
            ("service_level_of_offered", 0.738_408_898_197),
            ("service_level_without_short_abandons", 0.772_294_090_928),
            ("service_level_of_answered", 0.851_610_991_601),
        ],
    );
    // More load than the agents can take: patience alone keeps the queue.
    let load = Load {
        per_hour: 200.0,
        service: 240.0,
        agents: 12,
        patience: Some(180.0),
        hours: 15.0,
        ..Load::default()
    };
    assert_held(
        &load,
        &[
            ("waiting_share", 0.639_972_459_607),
            ("abandonment", 0.172_004_447_7),
            ("mean_wait", 30.960_800_586),
            ("mean_depth", 1.720_044_477),
        ],
    );
    let load = Load {
        per_hour: 2880.0,
        service: 60.0,
        agents: 50,
        patience: Some(120.0),
        hours: 2.0,
        ..Load::default()
    };
    assert_held(
        &load,
        &[
            ("waiting_share", 0.467_774_068_554),
            ("abandonment", 0.030_912_249_162_2),
            ("mean_wait", 3.709_469_899_46),
            ("occupancy", 0.930_324_240_804),
            ("service_level_of_offered", 0.943_018_954_747),
            ("mean_wait_of_answered", 3.615_900_239_55),
        ],
    );
}

/// With one agent, at most two waiting and all others sent to a queue that nobody serves, whose callers leave at once.
#[test]
fn a_queue_that_overflows_loses_what_the_formula_of_a_finite_queue_says() {
    let load = Load { per_hour: 30.0, service: 120.0, agents: 1, hours: 120.0, ..Load::default() };
    let (scenario, mut version) = one_queue(&load);
    let rule = OverflowRule { when: OverflowWhen::Depth(2), then: OverflowThen::Route(1) };
    version.queues[0].overflow = vec![rule];
    version.queues.push(Queue { members: Some(Vec::new()), ..Default::default() });
    // At a load of 1 all four states are equally likely, and arrivals see them as time does.
    let reports: Vec<_> = (0..SEEDS)
        .map(|seed| {
            let report =
                simulate(&scenario, &version, Runs { seed, replications: 10, ..Runs::default() }).unwrap();
            report.queues[0].clone()
        })
        .collect();
    let depth = counted_within(&reports, "mean_depth", 0.75);
    // 120 h less the warm-up, a quarter of the calls.
    let overflowed = counted_within(&reports, "overflowed", 30.0 * 120.0 / 4.0);
    println!("{depth} {overflowed}");
    assert!(depth >= AT_LEAST && overflowed >= AT_LEAST, "{depth} {overflowed}");
}

/// Cobham: two queues with the same agents, one of which comes first whenever an agent becomes free.
#[test]
fn the_higher_priority_waits_less_by_what_cobham_says() {
    let load = Load { per_hour: 22.5, service: 240.0, agents: 4, hours: 120.0, ..Load::default() };
    let (mut scenario, mut version) = one_queue(&load);
    scenario.kinds.push(Vec::new());
    scenario.streams.push(scenario.streams[0].clone());
    if let Arrivals::Rates { kinds, .. } = &mut scenario.streams[1].arrivals {
        *kinds = vec![1];
    }
    version.queues.push(Queue::default());
    version.decisions.push(Decision { queue: Some(1), priority: 1 });
    let reports: Vec<_> = (0..SEEDS)
        .map(|seed| {
            simulate(&scenario, &version, Runs { seed, replications: 10, ..Runs::default() }).unwrap().queues
        })
        .collect();
    let (wait_of_all, load, load_of_first) = (0.509_433_962_264 * 240.0 / 4.0, 0.75, 0.375);
    let first: Vec<_> = reports.iter().map(|queues| queues[1].clone()).collect();
    let second: Vec<_> = reports.iter().map(|queues| queues[0].clone()).collect();
    let first = counted_within(&first, "mean_wait", wait_of_all / (1.0 - load_of_first));
    let second = counted_within(&second, "mean_wait", wait_of_all / ((1.0 - load_of_first) * (1.0 - load)));
    println!("{first} {second}");
    assert!(first >= AT_LEAST && second >= AT_LEAST, "{first} {second}");
}

#[test]
fn arrivals_follow_the_rates_of_their_intervals() {
    let per_hour = [60.0, 0.0, 240.0, 7.0, 0.0];
    let (mut scenario, version) = one_queue(&Load { agents: 1, hours: 5.0, ..Load::default() });
    (scenario.close_s, scenario.warm_up_s, scenario.interval_s) = (10.0 * 1800.0, 0.0, 1800.0);
    scenario.streams[0].arrivals =
        Arrivals::Rates { interval_s: 1800.0, per_hour: per_hour.into(), kinds: vec![0] };
    let report = simulate(&scenario, &version, Runs { replications: 400, ..Runs::default() }).unwrap();
    for (at, point) in report.total_series.iter().enumerate() {
        let mean = per_hour.get(at).copied().unwrap_or(0.0) / 2.0;
        // Four standard errors of a Poisson count's mean.
        assert!(
            (point.offered - mean).abs() <= 4.0 * (mean / 400.0).sqrt(),
            "{at}: {} for {mean}",
            point.offered
        );
    }
    assert_eq!(report.total_series.len(), 10);
}

/// Pollaczek and Khinchine: with one agent the wait depends on the spread of the service times.
#[test]
fn log_normal_service_waits_as_pollaczek_and_khinchine_say() {
    let load = Load { per_hour: 12.0, service: 200.0, agents: 1, hours: 200.0, ..Load::default() };
    let (mut scenario, version) = one_queue(&load);
    scenario.streams[0].service = Durations::LogNormal { mean: 200.0, cv: 0.5 };
    let (rate, rho) = (12.0 / 3600.0, 2.0 / 3.0);
    let exact = rate * 200.0 * 200.0 * (1.0 + 0.25) / (2.0 * (1.0 - rho));
    let reports: Vec<_> = (0..SEEDS)
        .map(|seed| {
            simulate(&scenario, &version, Runs { seed, replications: 10, ..Runs::default() }).unwrap().total
        })
        .collect();
    let held = counted_within(&reports, "mean_wait", exact);
    println!("{held}");
    assert!(held >= AT_LEAST, "{held}");
}
