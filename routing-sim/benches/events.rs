//! How many events the simulation handles a second on one core: `cargo bench -p routing-sim --bench events`.
//!
//! The best of several runs of one replication each (what else runs only ever adds), in seconds that the thread had a core
//! to itself where the system tells them (Linux does), otherwise by the clock. An event is an arrival, an agent
//! becoming free, or someone's patience or an overflow rule coming due while they still wait or after.
//!
//! `cargo bench -p routing-sim --bench events -- --check` ends with an error where a stated bound is not kept.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a table of measurements"
)]

use std::time::Instant;

use routing_sim::event::{
    Agent, AgentChoice, Arrivals, Decision, Durations, Observer, Outcome, OverflowRule, OverflowThen,
    OverflowWhen, Queue, Scenario, Skilled, Stream, Version, trace,
};

/// What one core has to handle, in events a second.
const AT_LEAST: f64 = 2e6;

fn main() {
    let rounds = if std::env::args().any(|argument| argument == "--long") { 15 } else { 5 };
    println!("{:<58} {:>12} {:>10} {:>12} {:>12}", "", "interactions", "events", "events/s", "inter./s");
    let mut broken = Vec::new();
    for (name, scenario, version) in [
        one_queue("50 alike at a load of 0.96", None),
        one_queue("50 alike at a load of 0.96, patience", Some(120.0)),
        contact_centre("20 queues, 50 skills, 500 agents, longest idle", AgentChoice::LongestIdle),
        contact_centre("20 queues, 50 skills, 500 agents, most skilled", AgentChoice::MostSkilled),
        contact_centre("20 queues, 50 skills, 500 agents, random", AgentChoice::Random),
    ] {
        let speed = measure(&name, &scenario, &version, rounds);
        if speed < AT_LEAST {
            broken.push(format!("{name}: {speed:.0} events a second"));
        }
    }
    if broken.is_empty() {
        println!("\nall bounds are kept");
    } else {
        println!("\nnot kept:\n  {}", broken.join("\n  "));
        if std::env::args().any(|argument| argument == "--check") {
            std::process::exit(1);
        }
    }
}

struct Count(u64);

impl Observer for Count {
    fn ended(&mut self, _: &Outcome<'_>) {
        self.0 += 1;
    }
}

fn measure(name: &str, scenario: &Scenario, version: &Version, rounds: u32) -> f64 {
    let mut best = f64::INFINITY;
    let (mut events, mut count) = (0, Count(0));
    for _ in 0..rounds {
        count.0 = 0;
        let (started, cpu) = (Instant::now(), seconds_on_a_core());
        events = trace(scenario, version, 1, 0, &mut count).expect("the scenario is one");
        let elapsed = started.elapsed().as_secs_f64();
        let on_a_core = seconds_on_a_core().zip(cpu).map(|(until, from)| until - from);
        best = best.min(on_a_core.unwrap_or(elapsed));
    }
    let speed = events as f64 / best;
    println!("{name:<58} {:>12} {events:>10} {speed:>12.0} {:>12.0}", count.0, count.0 as f64 / best);
    speed
}

/// How long this thread has run so far.
fn seconds_on_a_core() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<u64>().ok()? as f64 / 1e9)
}

fn one_queue(name: &str, patience: Option<f64>) -> (String, Scenario, Version) {
    // 48 calls a minute of a minute each, for 350 hours: a million of them.
    let close = 350.0 * 3600.0;
    let scenario = Scenario {
        close_s: close,
        warm_up_s: 0.0,
        interval_s: 900.0,
        answer_within_s: 20.0,
        skills: 0,
        agents: vec![Agent::default(); 50],
        kinds: vec![Vec::new()],
        streams: vec![Stream {
            arrivals: Arrivals::Rates { interval_s: close, per_hour: vec![48.0 * 60.0], kinds: vec![0] },
            service: Durations::Exponential { mean: 60.0 },
            patience: patience.map(|mean| Durations::Exponential { mean }),
            wrap_up: None,
        }],
    };
    let decisions = vec![Decision { queue: Some(0), priority: 0 }];
    (name.to_owned(), scenario, Version { queues: vec![Queue::default()], decisions, ..Version::default() })
}

/// 20 queues that ask for a skill each, callers who ask for one or two more, agents with five to eight of 50 skills.
fn contact_centre(name: &str, choice: AgentChoice) -> (String, Scenario, Version) {
    const QUEUES: usize = 20;
    let agents = (0..500_usize).map(|agent| Agent {
        skills: (0..5 + agent % 4)
            .map(|at| Skilled { skill: (agent * 7 + at * 11) % 50, proficiency: ((agent + at) % 5) as f64 })
            .collect(),
        shifts: Vec::new(),
    });
    let kinds: Vec<Vec<usize>> =
        (0..400).map(|kind| if kind % 3 == 0 { vec![20 + kind % 30] } else { Vec::new() }).collect();
    let decisions = (0..400_usize)
        .map(|kind| Decision {
            queue: Some(kind % QUEUES),
            priority: i64::try_from(kind % 3).expect("small"),
        })
        .collect();
    let queues = (0..QUEUES).map(|queue| Queue {
        require: vec![queue],
        prefer: Vec::new(),
        choice,
        overflow: vec![
            OverflowRule { when: OverflowWhen::Depth(30), then: OverflowThen::Route((queue + 1) % QUEUES) },
            OverflowRule { when: OverflowWhen::Wait(120.0), then: OverflowThen::DropSkill(20 + queue) },
        ],
        members: None,
    });
    // Days of ten hours in half hours, one peak each.
    let day = [
        0.4, 0.6, 0.8, 0.9, 1.0, 1.05, 1.1, 1.0, 0.9, 0.8, 0.8, 0.9, 1.0, 1.05, 1.0, 0.9, 0.8, 0.6, 0.5, 0.3,
    ];
    let per_hour: Vec<f64> = (0..80).flat_map(|_| day).map(|load| load * 500.0 * 15.0 * 0.85).collect();
    let close = per_hour.len() as f64 * 1800.0;
    let scenario = Scenario {
        close_s: close,
        warm_up_s: 0.0,
        interval_s: 1800.0,
        answer_within_s: 20.0,
        skills: 50,
        agents: agents.collect(),
        kinds,
        streams: vec![Stream {
            arrivals: Arrivals::Rates { interval_s: 1800.0, per_hour, kinds: (0..400).collect() },
            service: Durations::LogNormal { mean: 200.0, cv: 0.8 },
            patience: Some(Durations::Weibull { mean: 180.0, shape: 0.8 }),
            wrap_up: Some(Durations::Exponential { mean: 40.0 }),
        }],
    };
    (name.to_owned(), scenario, Version { queues: queues.collect(), decisions, ..Version::default() })
}
