//! Scenarios that several tests use.
#![allow(dead_code, reason = "each test uses some of it")]

use routing_sim::event::{
    Agent, Arrivals, Decision, Durations, Estimate, Measures, Queue, Scenario, Stream, Version,
};

/// One queue of agents who are all alike, with exponential times.
#[derive(Clone, Debug)]
pub struct Load {
    pub per_hour: f64,
    pub service: f64,
    pub agents: usize,
    pub patience: Option<f64>,
    /// How long it is looked at, after a warm-up.
    pub hours: f64,
    pub answer_within: f64,
}

impl Default for Load {
    fn default() -> Self {
        Self { per_hour: 0.0, service: 0.0, agents: 0, patience: None, hours: 8.0, answer_within: 20.0 }
    }
}

pub fn one_queue(load: &Load) -> (Scenario, Version) {
    let warm_up = load.hours * 3600.0 / 10.0;
    let close = warm_up + load.hours * 3600.0;
    let scenario = Scenario {
        close_s: close,
        warm_up_s: warm_up,
        interval_s: 3600.0,
        answer_within_s: load.answer_within,
        skills: 0,
        agents: vec![Agent::default(); load.agents],
        kinds: vec![Vec::new()],
        streams: vec![Stream {
            arrivals: Arrivals::Rates { interval_s: close, per_hour: vec![load.per_hour], kinds: vec![0] },
            service: Durations::Exponential { mean: load.service },
            patience: load.patience.map(|mean| Durations::Exponential { mean }),
            wrap_up: None,
        }],
    };
    let decision = Decision { queue: Some(0), priority: 0 };
    let version = Version { queues: vec![Queue::default()], decisions: vec![decision], ..Version::default() };
    (scenario, version)
}

/// In how many the interval of a figure holds a value.
pub fn counted_within(reports: &[Measures<Estimate>], name: &str, value: f64) -> usize {
    let holds = |report: &&Measures<Estimate>| {
        let (_, estimate) = report.named().find(|(known, _)| *known == name).unwrap();
        estimate.holds(value)
    };
    reports.iter().filter(holds).count()
}
