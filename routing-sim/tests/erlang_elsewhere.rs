//! Erlang B, C and A against other implementations: a package of Python, and sums of fifty digits.
//! `data/` has the scripts that wrote what is compared.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::Path;

use routing_sim::queueing::{
    Queue, ServiceLevelDefinition, Steady, Target, Traffic, WantedServiceLevel, agents_needed,
    blocking_probability,
};
use serde_json::Value;

/// What a file of `data/` says.
fn data(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn number(case: &Value, key: &str) -> f64 {
    case[key].as_f64().unwrap_or_else(|| panic!("no {key} in {case}"))
}

fn whole(case: &Value, key: &str) -> u32 {
    u32::try_from(case[key].as_u64().unwrap()).unwrap()
}

fn cases<'a>(data: &'a Value, key: &str) -> &'a [Value] {
    data[key].as_array().unwrap()
}

#[track_caller]
fn same(case: &Value, key: &str, got: f64) {
    let wanted = number(case, key);
    // What is beyond the range of a number is 0 here or there.
    let equal = if wanted < 1e-290 { got < 1e-280 } else { (got / wanted - 1.0).abs() < 1e-12 };
    assert!(equal, "{key} is {got} in {case}");
}

fn stable(traffic: Traffic, agents: u32, patience: Option<f64>) -> Queue {
    match Queue::steady(traffic, agents, patience).unwrap() {
        Steady::Stable(queue) => queue,
        Steady::Unstable { .. } => panic!("{traffic:?} with {agents} is stable"),
    }
}

fn traffic(case: &Value) -> Traffic {
    Traffic::per_period(number(case, "calls"), number(case, "period"), number(case, "handling")).unwrap()
}

#[test]
fn queues_are_as_pyworkforce_says() {
    let data = data("pyworkforce-0.5.1.json");
    assert!(cases(&data, "queues").len() >= 15);
    for case in cases(&data, "queues") {
        let queue = stable(traffic(case), whole(case, "agents"), None);
        same(case, "probabilityWait", queue.probability_wait());
        same(case, "serviceLevel", queue.service_level(number(case, "within")).unwrap().of_offered);
        same(case, "occupancy", queue.occupancy());
    }
}

#[test]
fn the_agents_for_a_target_are_as_pyworkforce_says() {
    for case in cases(&data("pyworkforce-0.5.1.json"), "targets") {
        let target = Target {
            service_level: Some(WantedServiceLevel {
                share: number(case, "share"),
                within_seconds: number(case, "within"),
                definition: ServiceLevelDefinition::Offered,
            }),
            max_occupancy: Some(number(case, "maxOccupancy")),
            shrinkage: number(case, "shrinkage"),
            ..Target::default()
        };
        let found = agents_needed(traffic(case), None, &target).unwrap();
        assert_eq!(found.agents, whole(case, "agents"), "{case}");
        assert_eq!(found.scheduled, u64::from(whole(case, "scheduled")), "{case}");
        same(case, "serviceLevel", found.figures.service_level.unwrap().of_offered);
        same(case, "probabilityWait", found.figures.probability_wait);
    }
}

#[test]
fn queues_that_nobody_leaves_are_as_fifty_digits_say() {
    let data = data("erlang-mpmath-1.4.1.json");
    let depth = data["depth"].as_u64().unwrap();
    for case in cases(&data, "patient") {
        let traffic = Traffic::per_hour(number(case, "perHour"), number(&data, "service")).unwrap();
        let agents = whole(case, "agents");
        let queue = stable(traffic, agents, None);
        let within = number(&data, "within");
        same(case, "blocked", blocking_probability(traffic.offered_load(), agents).unwrap());
        same(case, "probabilityWait", queue.probability_wait());
        same(case, "meanWait", queue.mean_wait_seconds());
        same(case, "meanQueueLength", queue.mean_queue_length());
        same(case, "serviceLevel", queue.service_level(within).unwrap().of_offered);
        same(case, "waitOver", queue.probability_wait_over(within).unwrap());
        same(case, "depthOver", queue.probability_depth_over(depth));
        same(case, "quantile", queue.wait_quantile_seconds(0.9).unwrap());
    }
}

#[test]
fn queues_that_some_leave_are_as_fifty_digits_say() {
    let data = data("erlang-mpmath-1.4.1.json");
    let depth = data["depth"].as_u64().unwrap();
    for case in cases(&data, "impatient") {
        let traffic = Traffic::per_hour(number(case, "perHour"), number(&data, "service")).unwrap();
        let queue = stable(traffic, whole(case, "agents"), Some(number(case, "patience")));
        let within = number(&data, "within");
        let level = queue.service_level(within).unwrap();
        same(case, "probabilityWait", queue.probability_wait());
        same(case, "meanWait", queue.mean_wait_seconds());
        same(case, "meanQueueLength", queue.mean_queue_length());
        same(case, "abandonment", queue.abandonment());
        same(case, "occupancy", queue.occupancy());
        same(case, "ofOffered", level.of_offered);
        same(case, "ofOfferedLessLeftInTime", level.of_offered_less_left_in_time);
        same(case, "ofAnswered", level.of_answered);
        same(case, "meanWaitOfAnswered", queue.mean_wait_of_answered_seconds());
        same(case, "waitOver", queue.probability_wait_over(within).unwrap());
        same(case, "depthOver", queue.probability_depth_over(depth));
    }
}
