//! Scenarios that several tests use.
#![allow(dead_code, reason = "each test uses some of it")]

use routing_sim::event::{
    Agent, AgentChoice, Arrival, Arrivals, Decision, Durations, Estimate, Measures, OverflowRule,
    OverflowThen, OverflowWhen, Queue, Scenario, Skilled, Stream, Version,
};

/// One queue of agents who are all alike, with exponential times.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) per_hour: f64,
    pub(crate) service: f64,
    pub(crate) agents: usize,
    pub(crate) patience: Option<f64>,
    /// How long it is looked at, after a warm-up.
    pub(crate) hours: f64,
    pub(crate) answer_within: f64,
}

impl Default for Load {
    fn default() -> Self {
        Self { per_hour: 0.0, service: 0.0, agents: 0, patience: None, hours: 8.0, answer_within: 20.0 }
    }
}

pub(crate) fn one_queue(load: &Load) -> (Scenario, Version) {
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
pub(crate) fn counted_within(reports: &[Measures<Estimate>], name: &str, value: f64) -> usize {
    let holds = |report: &&Measures<Estimate>| {
        let (_, estimate) = report.named().find(|(known, _)| *known == name).unwrap();
        estimate.holds(value)
    };
    reports.iter().filter(holds).count()
}

/// A day of four queues, nine skills and 24 agents, with everything in it that there is.
pub(crate) fn contact_centre() -> (Scenario, Version) {
    let agents = (0..24_usize).map(|agent| Agent {
        skills: (0..2 + agent % 3)
            .map(|at| Skilled {
                skill: (agent + 2 * at) % 9,
                proficiency: f64::from(u8::try_from((agent + at) % 5).unwrap()),
            })
            .collect(),
        shifts: match agent % 3 {
            0 => Vec::new(),
            1 => vec![(0.0, 14_400.0), (16_200.0, 28_800.0)],
            _ => vec![(3_600.0, 30_000.0)],
        },
    });
    let rates = |per_hour: &[f64], kinds: Vec<usize>| Arrivals::Rates {
        interval_s: 3_600.0,
        per_hour: per_hour.to_vec(),
        kinds,
    };
    let day = [40.0, 80.0, 120.0, 90.0, 60.0, 110.0, 90.0, 30.0];
    let streams = vec![
        Stream {
            arrivals: rates(&day, (0..10).collect()),
            service: Durations::LogNormal { mean: 240.0, cv: 0.9 },
            patience: Some(Durations::Exponential { mean: 200.0 }),
            wrap_up: Some(Durations::Fixed(30.0)),
        },
        Stream {
            arrivals: rates(&day, vec![3, 7, 7, 11]),
            service: Durations::Empirical(vec![60.0, 90.0, 300.0, 420.0]),
            patience: Some(Durations::Weibull { mean: 300.0, shape: 0.7 }),
            wrap_up: None,
        },
        Stream {
            // Two at the same second, and one with times of its own.
            arrivals: Arrivals::Given(
                (0..200_u32)
                    .map(|at| Arrival {
                        at_s: f64::from(at / 2) * 250.0,
                        kind: at as usize % 12,
                        service_s: (at % 5 == 0).then_some(700.0),
                        patience_s: (at % 7 == 0).then_some(5.0),
                    })
                    .collect(),
            ),
            service: Durations::Exponential { mean: 200.0 },
            patience: None,
            wrap_up: None,
        },
    ];
    let scenario = Scenario {
        close_s: 28_800.0,
        warm_up_s: 0.0,
        interval_s: 900.0,
        answer_within_s: 20.0,
        skills: 9,
        agents: agents.collect(),
        kinds: (0..12)
            .map(|kind| if kind % 4 == 1 { vec![kind % 9, (kind + 2) % 9] } else { vec![kind % 3] })
            .collect(),
        streams,
    };
    let rule = |when, then| OverflowRule { when, then };
    let queues = vec![
        Queue {
            require: vec![0],
            prefer: vec![2],
            overflow: vec![
                rule(OverflowWhen::Depth(5), OverflowThen::Route(1)),
                rule(OverflowWhen::Wait(60.0), OverflowThen::DropSkill(0)),
            ],
            ..Queue::default()
        },
        Queue {
            choice: AgentChoice::MostSkilled,
            overflow: vec![rule(OverflowWhen::Wait(90.0), OverflowThen::Route(2))],
            ..Queue::default()
        },
        Queue {
            choice: AgentChoice::Random,
            overflow: vec![
                rule(OverflowWhen::Depth(8), OverflowThen::Route(0)),
                rule(OverflowWhen::Wait(30.0), OverflowThen::AddSkill(4)),
            ],
            ..Queue::default()
        },
        Queue { choice: AgentChoice::LeastOccupied, members: Some((0..12).collect()), ..Queue::default() },
    ];
    let decisions = (0..12)
        .map(|kind| Decision {
            queue: (kind != 10).then_some(kind % 4),
            priority: i64::try_from(kind % 3).unwrap(),
        })
        .collect();
    (scenario, Version { queues, decisions, ..Version::default() })
}
