//! What holds in every contact centre, whatever its queues, skills, shifts, patience and overflow.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "a test, whose figures are small and exact"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use routing_sim::event::{
    Agent, AgentChoice, Arrival, Arrivals, Decision, Durations, Ending, Observer, Outcome, OverflowRule,
    OverflowThen, OverflowWhen, Queue, Runs, Scenario, Skilled, Stream, Version, WorkChoice, simulate, trace,
};

const SKILLS: usize = 5;
const QUEUES: usize = 3;
const AGENTS: usize = 5;
const KINDS: usize = 4;
const PATIENCE: f64 = 90.0;
const CLOSE: f64 = 2_000.0;

fn skills(most: usize) -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..SKILLS, 0..=most)
}

fn agent() -> impl Strategy<Value = Agent> {
    let shifts = prop_oneof![
        3 => Just(Vec::new()),
        1 => (0..900_u32, 100..900_u32).prop_map(|(from, length)| {
            vec![(f64::from(from), f64::from(from + length)), (f64::from(from + length), 1_900.0)]
        }),
    ];
    let skill = (0..SKILLS, 0..4_u8).prop_map(|(skill, p)| Skilled { skill, proficiency: f64::from(p) });
    (prop::collection::vec(skill, 0..4), shifts).prop_map(|(skills, shifts)| Agent { skills, shifts })
}

fn queue() -> impl Strategy<Value = Queue> {
    let choice = prop::sample::select(vec![
        AgentChoice::LongestIdle,
        AgentChoice::MostSkilled,
        AgentChoice::LeastOccupied,
        AgentChoice::Random,
    ]);
    let when = prop_oneof![
        (0..6_u64).prop_map(OverflowWhen::Depth),
        (1..80_u32).prop_map(|seconds| OverflowWhen::Wait(f64::from(seconds))),
    ];
    let then = prop_oneof![
        2 => (0..QUEUES).prop_map(OverflowThen::Route),
        1 => (0..SKILLS).prop_map(OverflowThen::AddSkill),
        1 => (0..SKILLS).prop_map(OverflowThen::DropSkill),
    ];
    let overflow =
        prop::collection::vec((when, then).prop_map(|(when, then)| OverflowRule { when, then }), 0..3);
    let members = prop::option::of(prop::collection::vec(0..AGENTS, 0..6));
    (members, skills(1), skills(2), choice, overflow).prop_map(
        |(members, require, prefer, choice, overflow)| Queue { members, require, prefer, choice, overflow },
    )
}

fn centre() -> impl Strategy<Value = (Scenario, Version)> {
    let decision = (prop::option::weighted(0.9, 0..QUEUES), -1..3_i64)
        .prop_map(|(queue, priority)| Decision { queue, priority });
    let arrivals = prop::collection::vec((0..1_800_u32, 0..KINDS), 0..80).prop_map(|mut times| {
        times.sort_unstable();
        let arrival = |(at, kind)| Arrival { at_s: f64::from(at), kind, ..Arrival::default() };
        Arrivals::Given(times.into_iter().map(arrival).collect())
    });
    let rates = prop::collection::vec(0.0..200.0_f64, 1..5).prop_map(|per_hour| Arrivals::Rates {
        interval_s: 500.0,
        per_hour,
        kinds: (0..KINDS).collect(),
    });
    (
        prop::collection::vec(agent(), AGENTS),
        prop::collection::vec(skills(2), KINDS),
        prop::collection::vec(queue(), QUEUES),
        prop::collection::vec(decision, KINDS),
        [arrivals.boxed(), rates.boxed()],
        prop::bool::ANY,
        prop::sample::select(vec![WorkChoice::PriorityThenAge, WorkChoice::Age]),
    )
        .prop_map(|(agents, kinds, queues, decisions, arrivals, patient, work)| {
            let stream = |arrivals| Stream {
                arrivals,
                service: Durations::LogNormal { mean: 100.0, cv: 1.0 },
                patience: (!patient).then_some(Durations::Fixed(PATIENCE)),
                wrap_up: Some(Durations::Fixed(7.0)),
            };
            let scenario = Scenario {
                close_s: CLOSE,
                warm_up_s: 0.0,
                interval_s: 300.0,
                answer_within_s: 20.0,
                skills: SKILLS,
                agents,
                kinds,
                streams: arrivals.map(stream).into(),
            };
            (scenario, Version { queues, decisions, work })
        })
}

#[derive(Clone, Debug)]
struct Call {
    kind: usize,
    priority: i64,
    arrived: f64,
    queue: usize,
    joined: f64,
    required: Vec<usize>,
    moves: u8,
    ended: f64,
    ending: Ending,
}

#[derive(Default)]
struct Calls(Vec<Call>);

impl Observer for Calls {
    fn ended(&mut self, outcome: &Outcome<'_>) {
        self.0.push(Call {
            kind: outcome.kind,
            priority: outcome.priority,
            arrived: outcome.arrived_s,
            queue: outcome.queue,
            joined: outcome.joined_s,
            required: outcome.required.iter().map(|skill| *skill as usize).collect(),
            moves: outcome.moves,
            ended: outcome.ended_s,
            ending: outcome.ending,
        });
    }
}

fn calls(scenario: &Scenario, version: &Version) -> Vec<Call> {
    let mut calls = Calls::default();
    trace(scenario, version, 11, 0, &mut calls).unwrap();
    calls.0
}

fn able(scenario: &Scenario, version: &Version, agent: usize, call: &Call) -> bool {
    let has = |skill: &usize| scenario.agents[agent].skills.iter().any(|one| one.skill == *skill);
    let member = version.queues[call.queue].members.as_ref().is_none_or(|members| members.contains(&agent));
    member && call.required.iter().all(has)
}

fn works_at(scenario: &Scenario, agent: usize, time: f64) -> bool {
    let shifts = &scenario.agents[agent].shifts;
    shifts.is_empty() || shifts.iter().any(|(from, until)| (*from..*until).contains(&time))
}

/// From when until when each agent is busy.
fn busy(calls: &[Call]) -> Vec<Vec<(f64, f64)>> {
    let mut busy = vec![Vec::new(); AGENTS];
    for call in calls {
        if let Ending::Answered { agent, until_s } = call.ending {
            busy[agent].push((call.ended, until_s));
        }
    }
    busy
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn everyone_who_comes_in_is_answered_or_gives_up_or_moves_on_or_is_left((scenario, version) in centre()) {
        let report = simulate(&scenario, &version, Runs { seed: 11, replications: 1, confidence: 0.95 }).unwrap();
        let calls = calls(&scenario, &version);
        let count = |value: Option<f64>| value.unwrap();
        let total = &report.total;
        prop_assert_eq!(count(total.offered.value), calls.len() as f64);
        prop_assert_eq!(
            count(total.offered.value),
            count(total.answered.value) + count(total.abandoned.value) + count(total.unserved.value)
        );
        for queue in &report.queues {
            prop_assert_eq!(
                count(queue.offered.value),
                count(queue.answered.value)
                    + count(queue.abandoned.value)
                    + count(queue.overflowed.value)
                    + count(queue.unserved.value)
            );
        }
        let offered: f64 = report.total_series.iter().map(|point| point.offered).sum();
        prop_assert_eq!(offered, calls.len() as f64);
        let depth: f64 = report.total_series.iter().zip(0..).map(|(point, at)| {
            point.mean_depth * (CLOSE - f64::from(at) * 300.0).min(300.0)
        }).sum();
        prop_assert!((depth / CLOSE - count(total.mean_depth.value)).abs() < 1e-9);
    }

    #[test]
    fn no_agent_has_two_interactions_at_once((scenario, version) in centre()) {
        for mut spans in busy(&calls(&scenario, &version)) {
            spans.sort_by(|a, b| a.partial_cmp(b).unwrap());
            for pair in spans.windows(2) {
                prop_assert!(pair[0].1 <= pair[1].0, "{:?}", pair);
            }
        }
    }

    #[test]
    fn whoever_answers_is_there_and_has_the_skills((scenario, version) in centre()) {
        for call in calls(&scenario, &version) {
            let Ending::Answered { agent, .. } = call.ending else { continue };
            prop_assert!(able(&scenario, &version, agent, &call), "{:?}", call);
            prop_assert!(works_at(&scenario, agent, call.ended), "{:?}", call);
            if call.moves == 0 {
                let asked = &scenario.kinds[call.kind];
                let all = asked.iter().chain(&version.queues[call.queue].require);
                prop_assert!(all.into_iter().all(|skill| call.required.contains(skill)), "{:?}", call);
                prop_assert_eq!(Some(call.queue), version.decisions[call.kind].queue);
            }
        }
    }

    /// Of those whom the agent could have taken, nobody of higher priority was left, nor of the same priority and older.
    #[test]
    fn an_agent_takes_the_highest_priority_and_then_the_oldest((scenario, version) in centre()) {
        let calls = calls(&scenario, &version);
        for taken in calls.iter().filter(|call| call.ended > call.joined) {
            let Ending::Answered { agent, .. } = taken.ending else { continue };
            // Who stood still cannot have been in another line at that time.
            let left = calls.iter().filter(|call| {
                call.moves == 0 && call.joined < taken.ended && taken.ended < call.ended
            });
            for left in left.filter(|left| able(&scenario, &version, agent, left)) {
                let priority = |call: &Call| if version.work == WorkChoice::Age { 0 } else { call.priority };
                let first = priority(left) > priority(taken)
                    || (priority(left) == priority(taken) && left.arrived < taken.arrived);
                // An overflow rule that lets someone go to an idle agent passes by nobody whom that agent could take.
                prop_assert!(!first, "{:?} was taken, {:?} was left", taken, left);
            }
        }
    }

    #[test]
    fn nobody_waits_while_an_agent_who_could_take_them_is_idle((scenario, version) in centre()) {
        let calls = calls(&scenario, &version);
        let busy = busy(&calls);
        for call in calls.iter().filter(|call| call.moves == 0 && call.ended > call.joined) {
            for time in [0.01, 0.5, 0.99].map(|part| call.joined + part * (call.ended - call.joined)) {
                for agent in (0..AGENTS).filter(|agent| able(&scenario, &version, *agent, call)) {
                    let idle = works_at(&scenario, agent, time)
                        && !busy[agent].iter().any(|(from, until)| (*from..=*until).contains(&time));
                    prop_assert!(!idle, "agent {} is idle at {} while {:?} waits", agent, time, call);
                }
            }
        }
    }

    #[test]
    fn nobody_waits_longer_than_they_are_willing_to((scenario, version) in centre()) {
        for call in calls(&scenario, &version) {
            let waited = call.ended - call.arrived;
            match call.ending {
                Ending::Abandoned => prop_assert!((waited - PATIENCE).abs() < 1e-6, "{:?}", call),
                _ if scenario.streams[0].patience.is_some() => prop_assert!(waited <= PATIENCE + 1e-6, "{:?}", call),
                _ => {}
            }
        }
    }

    /// With agents who are all alike and callers who wait for ever, each wait follows from a recurrence (Kiefer and
    /// Wolfowitz), and with one agent more nobody waits longer.
    #[test]
    fn one_queue_without_patience_is_the_recurrence(
        times in prop::collection::vec(0..5_000_u32, 1..120),
        agents in 1..6_usize,
    ) {
        let mut times = times;
        times.sort_unstable();
        let waits = |agents: usize| {
            let arrivals = times.iter().map(|at| Arrival { at_s: f64::from(*at), ..Arrival::default() });
            let scenario = Scenario {
                close_s: 1e6,
                warm_up_s: 0.0,
                interval_s: 1e5,
                answer_within_s: 20.0,
                skills: 0,
                agents: vec![Agent::default(); agents],
                kinds: vec![Vec::new()],
                streams: vec![Stream {
                    arrivals: Arrivals::Given(arrivals.collect()),
                    service: Durations::LogNormal { mean: 200.0, cv: 1.5 },
                    patience: None,
                    wrap_up: None,
                }],
            };
            let decisions = vec![Decision { queue: Some(0), priority: 0 }];
            let version = Version { queues: vec![Queue::default()], decisions, ..Version::default() };
            calls(&scenario, &version)
        };
        let simulated = waits(agents);
        prop_assert_eq!(simulated.len(), times.len());
        let mut free = vec![0.0_f64; agents];
        for call in &simulated {
            let Ending::Answered { until_s, .. } = call.ending else { panic!("everyone is answered") };
            let first = free.iter_mut().min_by(|a, b| a.total_cmp(b)).unwrap();
            let start = first.max(call.arrived);
            prop_assert!((start - call.ended).abs() < 1e-9, "{:?} should start at {}", call, start);
            *first = until_s;
        }
        for (fewer, more) in simulated.iter().zip(waits(agents + 1)) {
            prop_assert!(more.ended <= fewer.ended + 1e-6);
        }
    }
}

/// The figures of a queue are those of its calls, counted by hand.
#[test]
fn the_report_says_what_the_calls_say() {
    let arrivals = [(0.0, 100.0), (10.0, 50.0), (20.0, 30.0), (30.0, 40.0)];
    let scenario = Scenario {
        close_s: 200.0,
        warm_up_s: 0.0,
        interval_s: 50.0,
        answer_within_s: 95.0,
        skills: 0,
        agents: vec![Agent::default()],
        kinds: vec![Vec::new()],
        streams: vec![Stream {
            arrivals: Arrivals::Given(
                arrivals
                    .map(|(at_s, service)| Arrival { at_s, service_s: Some(service), ..Arrival::default() })
                    .into(),
            ),
            service: Durations::Fixed(1.0),
            patience: Some(Durations::Fixed(140.0)),
            wrap_up: None,
        }],
    };
    let decisions = vec![Decision { queue: Some(0), priority: 0 }];
    let version = Version { queues: vec![Queue::default()], decisions, ..Version::default() };
    let report = simulate(&scenario, &version, Runs { replications: 1, ..Runs::default() }).unwrap();
    // Answered at 0, 100 (after 90), 150 (after 130); the fourth gives up at 170.
    let figures: BTreeMap<_, _> =
        report.queues[0].named().map(|(name, one)| (name, one.value.unwrap())).collect();
    let near = |name: &str, expected: f64| {
        assert!((figures[name] - expected).abs() < 1e-9, "{name}: {}", figures[name]);
    };
    near("offered", 4.0);
    near("answered", 3.0);
    near("abandoned", 1.0);
    near("service_level_of_offered", 0.5);
    near("service_level_without_short_abandons", 0.5);
    near("service_level_of_answered", 2.0 / 3.0);
    near("abandonment", 0.25);
    near("waiting_share", 0.75);
    near("mean_wait_of_answered", 220.0 / 3.0);
    near("mean_wait", 360.0 / 4.0);
    // Percentiles have three digits.
    for (name, expected) in [("wait_p50", 90.0), ("wait_p90", 130.0), ("wait_p99", 130.0)] {
        assert!((figures[name] / expected - 1.0).abs() < 1e-3, "{name}: {}", figures[name]);
    }
    near("mean_depth", 360.0 / 200.0);
    near("depth_max", 3.0);
    near("depth_p50", 2.0);
    near("occupancy", 180.0 / 200.0);
    let points = &report.total_series;
    assert_eq!(points.len(), 4);
    assert!((points[0].mean_depth - (40.0 + 30.0 + 20.0) / 50.0).abs() < 1e-9);
    assert!((points[3].mean_depth - 20.0 / 50.0).abs() < 1e-9);
    assert_eq!(points[0].mean_wait_of_answered, Some(220.0 / 3.0));
}

#[test]
fn what_is_no_scenario_is_refused_with_a_word() {
    let kinds = vec![vec![0]];
    let scenario = Scenario {
        close_s: 100.0,
        warm_up_s: 0.0,
        interval_s: 10.0,
        answer_within_s: 20.0,
        skills: 1,
        agents: vec![Agent::default()],
        kinds,
        streams: Vec::new(),
    };
    let version = Version {
        queues: vec![Queue::default()],
        decisions: vec![Decision { queue: Some(0), priority: 0 }],
        ..Version::default()
    };
    let refused = |change: &dyn Fn(&mut Scenario, &mut Version)| {
        let (mut scenario, mut version) = (scenario.clone(), version.clone());
        change(&mut scenario, &mut version);
        simulate(&scenario, &version, Runs::default()).unwrap_err().to_string()
    };
    assert!(simulate(&scenario, &version, Runs::default()).is_ok());
    assert_eq!(
        refused(&|_, version| version.queues.clear()),
        "the decision for kind 0 names queue 0, of which there are 0"
    );
    assert_eq!(refused(&|_, version| version.decisions.clear()), "0 decisions for 1 kinds of interactions");
    assert_eq!(refused(&|scenario, _| scenario.skills = 0), "kind 0 names skill 0, of which there are 0");
    assert_eq!(
        refused(&|scenario, _| scenario.close_s = f64::NAN),
        "the time of closing is above 0 s and at most ten years, not NaN"
    );
    assert_eq!(
        refused(&|scenario, _| scenario.interval_s = 1e-6),
        "100000000 intervals are more than 100000"
    );
    assert_eq!(
        refused(&|scenario, _| scenario.agents[0].shifts = vec![(5.0, 9.0), (8.0, 12.0)]),
        "a shift of agent 0 does not come after the one before"
    );
    assert_eq!(
        refused(&|_, version| version.queues[0].overflow =
            vec![OverflowRule { when: OverflowWhen::Wait(60.0), then: OverflowThen::Route(7) }]),
        "queue 0 names queue 7, of which there are 1"
    );
    let stream = |per_hour: f64| Stream {
        arrivals: Arrivals::Rates { interval_s: 100.0, per_hour: vec![per_hour], kinds: vec![0] },
        service: Durations::Fixed(1.0),
        patience: None,
        wrap_up: None,
    };
    assert_eq!(
        refused(&|scenario, _| scenario.streams = vec![stream(-1.0)]),
        "a rate is finite and not negative, not -1"
    );
    assert!(
        refused(&|scenario, _| scenario.streams = vec![stream(1e12)])
            .starts_with("27777777777 expected interactions")
    );
}
