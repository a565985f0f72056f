//! What holds of every queue, and at the edges.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use genesys_model::OverflowCondition;
use proptest::prelude::*;
use routing_sim::queueing::{
    ContractForecast, Forecast, Judgement, LoadError, MAX_AGENTS, Outlook, Question, Queue,
    ServiceLevelDefinition, Steady, Target, Traffic, WantedServiceLevel, agents_needed, blocking_probability,
};
use serde_json::json;

fn queue(traffic: Traffic, agents: u32, patience: Option<f64>) -> Option<Queue> {
    match Queue::steady(traffic, agents, patience).unwrap() {
        Steady::Stable(queue) => Some(queue),
        Steady::Unstable { .. } => None,
    }
}

fn question(traffic: Traffic, agents: u32) -> Question<'static> {
    Question {
        traffic,
        agents,
        patience_seconds: None,
        answer_within_seconds: Some(20.0),
        quantiles: &[0.5, 0.9],
    }
}

#[test]
fn the_contracts_keys_and_digits_are_obtainable() {
    let traffic = Traffic::per_hour(45.0, 240.0).unwrap();
    let contract = |agents| {
        let steady = Queue::steady(traffic, agents, None).unwrap();
        let rules = [(OverflowCondition::QueueDepth, 15), (OverflowCondition::WaitTime, 120)];
        let judged =
            rules.map(|(condition, threshold)| Judgement::of(&steady, condition, threshold).unwrap());
        let forecast = Forecast::of(&question(traffic, agents)).unwrap();
        serde_json::to_value(ContractForecast::of("q", &forecast, &judged)).unwrap()
    };
    assert_eq!(
        contract(4),
        json!({"queueId": "q", "peakArrivalRate": 45.0, "availableAgents": 4, "utilization": 0.75,
            "probabilityWait": 0.509, "projectedQueueDepth": 1, "overflowTriggered": true, "unstable": false})
    );
    assert_eq!(
        contract(3),
        json!({"queueId": "q", "peakArrivalRate": 45.0, "availableAgents": 3, "utilization": 1.0,
            "probabilityWait": null, "projectedQueueDepth": null, "overflowTriggered": true, "unstable": true})
    );
    assert_eq!(contract(0)["utilization"], json!(null));
    assert_eq!(contract(1)["utilization"], json!(3.0));
    assert_eq!(contract(5)["overflowTriggered"], json!(false));
}

#[test]
fn a_forecast_says_its_state() {
    let traffic = Traffic::per_hour(45.0, 240.0).unwrap();
    let stable = serde_json::to_value(Forecast::of(&question(traffic, 5)).unwrap()).unwrap();
    assert_eq!((&stable["state"], &stable["agents"]), (&json!("stable"), &json!(5)));
    assert_eq!(stable["serviceLevel"]["withinSeconds"], json!(20.0));
    assert_eq!(stable["waitQuantiles"].as_array().unwrap().len(), 2);
    let unstable = serde_json::to_value(Forecast::of(&question(traffic, 2)).unwrap()).unwrap();
    assert_eq!((&unstable["state"], &unstable["agentsToSettle"]), (&json!("unstable"), &json!(4)));
    assert_eq!(unstable.get("probabilityWait"), None);
}

#[test]
fn nobody_waits_where_nobody_comes() {
    let traffic = Traffic::per_hour(0.0, 240.0).unwrap();
    for patience in [None, Some(60.0)] {
        let queue = queue(traffic, 1, patience).unwrap();
        let figures =
            [queue.probability_wait(), queue.mean_wait_seconds(), queue.mean_wait_of_answered_seconds()];
        assert!(
            figures.iter().chain(&[queue.abandonment(), queue.occupancy()]).all(|figure| *figure < 1e-300)
        );
        let level = queue.service_level(0.0).unwrap();
        assert!((level.of_offered - 1.0).abs() < 1e-15 && (level.of_answered - 1.0).abs() < 1e-15);
    }
    assert!(queue(traffic, 0, None).is_none());
}

#[test]
fn figures_out_of_range_are_refused() {
    let traffic = Traffic::per_hour(45.0, 240.0).unwrap();
    for wrong in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e300] {
        assert!(
            matches!(Queue::steady(traffic, 5, Some(wrong)), Err(LoadError::OutOfRange { .. })),
            "{wrong}"
        );
    }
    assert!(matches!(Queue::steady(traffic, u32::MAX, None), Err(LoadError::TooManyAgents { .. })));
    let many = Traffic::per_period(1e10, 1.0, 1e-4).unwrap();
    assert!(matches!(Queue::steady(many, 5, Some(1e9)), Err(LoadError::TooPatient { .. })));
    let queue = queue(traffic, 5, None).unwrap();
    for wrong in [f64::NAN, 0.0, 1.0, -0.5, 2.0] {
        assert!(matches!(queue.wait_quantile_seconds(wrong), Err(LoadError::NotAShare { .. })), "{wrong}");
    }
    for wrong in [f64::NAN, -1.0, f64::INFINITY] {
        assert!(
            queue.service_level(wrong).is_err() && queue.probability_wait_over(wrong).is_err(),
            "{wrong}"
        );
        assert!(blocking_probability(wrong, 5).is_err(), "{wrong}");
    }
    for target in [
        Target { shrinkage: 1.0, ..Target::default() },
        Target { shrinkage: f64::NAN, ..Target::default() },
        Target { max_occupancy: Some(1.5), ..Target::default() },
        Target { mean_wait_seconds: Some(0.0), ..Target::default() },
        Target { abandonment: Some(0.0), ..Target::default() },
        level(1.0, 20.0, ServiceLevelDefinition::Offered),
    ] {
        assert!(agents_needed(traffic, None, &target).is_err(), "{target:?}");
    }
}

#[test]
fn the_largest_loads_are_answered() {
    let nearly = Traffic::per_period(f64::from(MAX_AGENTS) - 1.0, 1.0, 1.0).unwrap();
    for patience in [None, Some(1.0), Some(1e2)] {
        let queue = queue(nearly, MAX_AGENTS, patience).unwrap();
        assert!(queue.probability_wait() > 0.0 && queue.probability_wait() < 1.0);
    }
    assert_eq!(
        agents_needed(nearly, None, &level(0.8, 20.0, ServiceLevelDefinition::Offered)).unwrap().agents,
        MAX_AGENTS
    );
    // With patience 80 in 100 are answered in time by fewer than the load.
    let impatient =
        agents_needed(nearly, Some(10.0), &level(0.8, 20.0, ServiceLevelDefinition::Offered)).unwrap();
    assert!(impatient.agents < MAX_AGENTS && impatient.agents > MAX_AGENTS / 2);
    let full = Traffic::per_period(f64::from(MAX_AGENTS), 1.0, 1.0).unwrap();
    assert_eq!(agents_needed(full, None, &Target::default()), Err(LoadError::NotReached));
    // Fifty agents under twenty times their load, and the patience of a day.
    let flooded = queue(Traffic::per_period(1000.0, 1.0, 1.0).unwrap(), 50, Some(86_400.0)).unwrap();
    assert!((flooded.abandonment() - 0.95).abs() < 1e-9);
    assert!((flooded.probability_wait() - 1.0).abs() < 1e-12);
}

fn level(share: f64, within_seconds: f64, definition: ServiceLevelDefinition) -> Target {
    let service_level = Some(WantedServiceLevel { share, within_seconds, definition });
    Target { service_level, ..Target::default() }
}

fn patience() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), (0.0..4.0_f64).prop_map(|digits| Some(10_f64.powf(digits)))]
}

/// Loads of up to some thousand agents, from idle to three times too much.
fn loads() -> impl Strategy<Value = (Traffic, u32)> {
    (0.0..3.5_f64, 0.01..3.0_f64, 1.0..1000.0_f64).prop_map(|(digits, busy, service)| {
        let agents = 10_f64.powf(digits).round();
        let arrivals = busy * agents;
        let traffic = Traffic::per_period(arrivals, service, service).unwrap();
        (traffic, format!("{agents}").parse().unwrap())
    })
}

proptest! {
    #[test]
    fn figures_keep_their_ranges_and_littles_law((traffic, agents) in loads(), patience in patience()) {
        let Some(queue) = queue(traffic, agents, patience) else {
            prop_assert!(patience.is_none() && f64::from(agents) <= traffic.offered_load());
            return Ok(());
        };
        let level = queue.service_level(20.0).unwrap();
        for share in [
            queue.probability_wait(), queue.abandonment(), queue.occupancy(), level.of_offered,
            level.of_offered_less_left_in_time, level.of_answered, queue.probability_wait_over(20.0).unwrap(),
            queue.probability_depth_over(3),
        ] {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&share), "{share}");
        }
        prop_assert!(level.of_offered <= level.of_offered_less_left_in_time + 1e-12);
        prop_assert!(level.of_offered <= level.of_answered + 1e-12);
        let by_law = traffic.rate() * queue.mean_wait_seconds();
        prop_assert!((queue.mean_queue_length() - by_law).abs() <= 1e-12 * by_law);
        // The mean is the sum of the tails, so none of these can be above it.
        prop_assert!(queue.probability_depth_over(0) <= queue.mean_queue_length() * (1.0 + 1e-12));
    }

    #[test]
    fn a_quantile_is_where_that_share_no_longer_waits((traffic, agents) in loads(), patience in patience(), share in 0.01..0.99_f64) {
        if let Some(queue) = queue(traffic, agents, patience) {
            let seconds = queue.wait_quantile_seconds(share).unwrap();
            let beyond = queue.probability_wait_over(seconds).unwrap();
            if seconds > 0.0 {
                prop_assert!((beyond - (1.0 - share)).abs() < 1e-9, "{beyond}");
            } else {
                prop_assert!(queue.probability_wait() <= 1.0 - share);
            }
        }
    }

    #[test]
    fn as_many_agents_as_a_target_needs_meet_it_and_one_less_does_not(
        (traffic, _) in loads(), patience in patience(), share in 0.05..0.99_f64, within in 0.0..100.0_f64,
        definition in prop_oneof![
            Just(ServiceLevelDefinition::Offered),
            Just(ServiceLevelDefinition::OfferedLessLeftInTime),
            Just(ServiceLevelDefinition::Answered),
        ]
    ) {
        let found = agents_needed(traffic, patience, &level(share, within, definition)).unwrap();
        let got = |agents| {
            queue(traffic, agents, patience).map_or(0.0, |queue| queue.service_level(within).unwrap().by(definition))
        };
        prop_assert!(got(found.agents) >= share);
        prop_assert!(found.agents == 1 || got(found.agents - 1) < share);
        prop_assert!(found.agents < 3 || got(found.agents / 2) < share + 1e-9);
    }

    #[test]
    fn more_agents_never_make_a_wait_longer((traffic, agents) in loads(), patience in patience()) {
        if let (Some(few), Some(more)) = (queue(traffic, agents, patience), queue(traffic, agents + 1, patience)) {
            prop_assert!(more.mean_wait_seconds() <= few.mean_wait_seconds() * (1.0 + 1e-12));
            prop_assert!(more.abandonment() <= few.abandonment() * (1.0 + 1e-12));
            prop_assert!(more.probability_depth_over(5) <= few.probability_depth_over(5) * (1.0 + 1e-9));
        }
    }

    /// With much patience, Erlang A is Erlang C.
    #[test]
    fn those_who_hardly_ever_leave_wait_as_those_who_never_do(agents in 1_u32..200, busy in 0.1..0.9_f64) {
        let traffic = Traffic::per_period(busy * f64::from(agents), 1.0, 1.0).unwrap();
        let (never, hardly) = (queue(traffic, agents, None).unwrap(), queue(traffic, agents, Some(1e7)).unwrap());
        prop_assert!((hardly.probability_wait() - never.probability_wait()).abs() < 1e-4);
        prop_assert!((hardly.mean_wait_seconds() - never.mean_wait_seconds()).abs() < 1e-3);
        let (one, other) = (hardly.service_level(1.0).unwrap(), never.service_level(1.0).unwrap());
        prop_assert!((one.of_offered - other.of_offered).abs() < 1e-4);
    }
}

#[test]
fn an_unstable_forecast_has_no_figures_however_it_is_asked() {
    let forecast = Forecast::of(&question(Traffic::per_hour(45.0, 240.0).unwrap(), 0)).unwrap();
    assert_eq!(forecast.outlook, Outlook::Unstable { agents_to_settle: 4 });
    assert_eq!(forecast.utilization, None);
}
