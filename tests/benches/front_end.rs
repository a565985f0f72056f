//! How fast the front end is, and how much memory it takes: `cargo bench -p rulec-tests`.
//!
//! For 100 to 100,000 generated rules, every stage is measured in turn, round by round, so that a busy machine slows
//! them all alike; the table has the best of the rounds (what else runs only ever adds), and its ratio to pest alone on
//! the same text in the same run. Freeing what a stage made is not part of it, pest's tokens included. The JSON goes into
//! a buffer that is used again each time, since `rulec compile` writes it out as it is made and keeps none of it. Peak
//! memory is that of a fresh process which compiles the program once and does the same.
//!
//! `cargo bench -p rulec-tests -- --check` ends with an error where a stated bound is not kept.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a table of measurements"
)]

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use rule_compiler::{Program, Settings};
use rule_lang::{FileId, Source};
use rulec_tests::generate::sized::{self, Size};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];

/// The stages, in the order of the table.
const STAGES: [&str; 6] =
    ["pest alone", "parse to a tree", "check", "compile to JSON", "whole front end", "format"];
const WHOLE: usize = 4;
const PARSE: usize = 1;
const FORMAT: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--memory-of") {
        return memory_child(arguments.get(at + 1).and_then(|size| size.parse().ok()).unwrap_or(0));
    }
    if let Some(at) = arguments.iter().position(|argument| argument == "--profile-of") {
        return profiled(arguments.get(at + 1).and_then(|size| size.parse().ok()).unwrap_or(1_000));
    }
    if let Some(at) = arguments.iter().position(|argument| argument == "--only") {
        return only(arguments.get(at + 1).and_then(|size| size.parse().ok()).unwrap_or(1_000));
    }
    println!("best of interleaved rounds; freeing what a stage made, pest's tokens too, is not part of it");
    let mut broken = Vec::new();
    for cores in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
        let pool = pool(cores);
        println!("\n{cores} core{}", if cores == 1 { "" } else { "s" });
        print_head();
        let mut per_rule = Vec::new();
        for rules in SIZES {
            let text = sized::text(Size { rules });
            let times = pool.install(|| measure(&text, rounds(rules)));
            print_times(rules, text.len(), &times);
            per_rule.push(times[WHOLE].as_secs_f64() / rules as f64);
            if cores == 1 && rules >= 1_000 {
                broken.extend(bounds(rules, text.len(), &times));
            }
        }
        let linear = per_rule[3] / per_rule[2];
        println!("whole front end, a rule of 100,000 against one of 10,000: {linear:.2} times");
        if cores == 1 && linear > 1.5 {
            broken.push(format!("cost is not linear: {linear:.2}"));
        }
    }
    println!("\npeak memory of a process that compiles the program, as a multiple of its source");
    for rules in SIZES {
        let (peak, empty) = (peak_of(rules), peak_of(0));
        let source = sized::text(Size { rules }).len();
        let (Some(peak), Some(empty)) = (peak, empty) else {
            println!("{rules:>8}  not known on this system");
            continue;
        };
        let multiple = (peak - empty) as f64 / source as f64;
        println!(
            "{rules:>8}  {:>8.1} MB for {:>8.3} MB of source: {multiple:.1} times (the process alone: {:.1} MB)",
            peak as f64 / 1e6,
            source as f64 / 1e6,
            empty as f64 / 1e6,
        );
        if rules >= 10_000 && multiple >= 12.0 {
            broken.push(format!("peak memory of {rules} rules is {multiple:.1} times the source"));
        }
    }
    incremental(&mut broken);
    if broken.is_empty() {
        println!("\nall bounds are kept");
    } else {
        println!("\nnot kept:\n  {}", broken.join("\n  "));
        if arguments.iter().any(|argument| argument == "--check") {
            std::process::exit(1);
        }
    }
}

fn print_head() {
    println!("{:>8}  {:<16} {:>10} {:>9} {:>12} {:>7}", "rules", "stage", "ms", "MB/s", "rules/s", "× pest");
}

fn print_times(rules: usize, bytes: usize, times: &[Duration; 6]) {
    for (stage, time) in STAGES.iter().zip(times) {
        let seconds = time.as_secs_f64();
        println!(
            "{rules:>8}  {stage:<16} {:>10.3} {:>9.1} {:>12.0} {:>7.2}",
            seconds * 1e3,
            bytes as f64 / 1e6 / seconds,
            rules as f64 / seconds,
            seconds / times[0].as_secs_f64(),
        );
    }
}

/// The stages of one size on one core, for whoever works on their speed.
fn only(rules: usize) {
    let pool = pool(1);
    let text = sized::text(Size { rules });
    let times = pool.install(|| measure(&text, rounds(rules)));
    print_head();
    print_times(rules, text.len(), &times);
}

/// One core is this thread itself: no other takes part.
fn pool(cores: usize) -> rayon::ThreadPool {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(cores);
    let builder = if cores == 1 { builder.use_current_thread() } else { builder };
    builder.build().expect("threads start")
}

fn rounds(rules: usize) -> usize {
    match rules {
        ..=100 => 101,
        101..=1_000 => 41,
        1_001..=10_000 => 11,
        _ => 5,
    }
}

/// What has been promised of one core.
fn bounds(rules: usize, bytes: usize, times: &[Duration; 6]) -> Vec<String> {
    let ratio = |a: usize, b: usize| times[a].as_secs_f64() / times[b].as_secs_f64();
    let speed = bytes as f64 / 1e6 / times[WHOLE].as_secs_f64();
    let mut broken = Vec::new();
    if ratio(WHOLE, 0) > 2.0 {
        broken
            .push(format!("{rules} rules: the front end takes {:.2} times what pest does", ratio(WHOLE, 0)));
    }
    if speed < 15.0 {
        broken.push(format!("{rules} rules: the front end reads {speed:.1} MB/s"));
    }
    if ratio(FORMAT, PARSE) > 2.0 {
        broken.push(format!(
            "{rules} rules: formatting takes {:.2} times what parsing does",
            ratio(FORMAT, PARSE)
        ));
    }
    broken
}

fn source(text: &str) -> Source {
    Source::new(FileId(0), "bench.rule", text)
}

/// The best time of each stage over interleaved rounds.
fn measure(text: &str, rounds: usize) -> [Duration; 6] {
    let source = source(text);
    // Comments are made white space before pest sees them: that is the front end's work, and not pest's.
    let as_pest_gets_it = rule_lang::as_pest_gets_it(text);
    let mut times: [Vec<Duration>; 6] = Default::default();
    let mut json = Vec::new();
    for _ in 0..rounds {
        let mut program = Program::new(Settings::default());
        let (tree, _) = rule_lang::parse(&source);
        program.set(&source);
        let round = [
            timed(|| rule_lang::pest_alone(&as_pest_gets_it).expect("the program is valid")),
            timed(|| rule_lang::parse(&source)),
            timed(|| assert!(program.check().is_empty(), "the program is clean")),
            timed(|| write_json(&program, &mut json)),
            timed(|| compile(&source, &mut json)),
            timed(|| rule_lang::format::format(&tree)),
        ];
        for (times, time) in times.iter_mut().zip(round) {
            times.push(time);
        }
    }
    times.map(|times| times.into_iter().min().unwrap_or_default())
}

/// How long a stage takes. What it made is freed after the clock has stopped, pest's tokens as well as the program: a
/// process that ends frees nothing.
fn timed<T>(stage: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    let made = black_box(stage());
    let time = started.elapsed();
    drop(made);
    time
}

/// From text to the bytes of the bundle; gives the program, for who calls to free it.
fn compile(source: &Source, json: &mut Vec<u8>) -> Program {
    let mut program = Program::new(Settings::default());
    program.set(source);
    assert!(program.check().is_empty(), "the program is clean");
    write_json(&program, json);
    program
}

fn write_json(program: &Program, json: &mut Vec<u8>) {
    json.clear();
    program.write_bundle(json).expect("memory takes everything");
}

/// For a profiler: the whole front end again and again, on one core.
fn profiled(rules: usize) {
    let source = source(&sized::text(Size { rules }));
    let pool = pool(1);
    let mut json = Vec::new();
    for _ in 0..(200_000 / rules.max(1)) {
        black_box(pool.install(|| compile(&source, &mut json)));
    }
}

/// Compiles a program of this size, and prints the most memory that the process ever had.
fn memory_child(rules: usize) {
    if rules > 0 {
        // As `rulec compile` does it: the JSON is written as it is made.
        let source = source(&sized::text(Size { rules }));
        let mut program = Program::new(Settings::default());
        program.set(&source);
        assert!(program.check().is_empty(), "the program is clean");
        program.write_bundle(&mut std::io::sink()).expect("a sink takes everything");
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.and_then(|peak| peak.trim().strip_suffix(" kB")).unwrap_or("unknown"));
}

/// The peak memory of such a process, in bytes.
fn peak_of(rules: usize) -> Option<u64> {
    let own = std::env::current_exe().ok()?;
    let output = Command::new(own)
        .args(["--memory-of", &rules.to_string()])
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .ok()?;
    let kilobytes: u64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// 100 files, one of which changes: what a second check costs.
fn incremental(broken: &mut Vec<String>) {
    let files = sized::files(Size { rules: 10_000 }, 100);
    let sources: Vec<_> = files
        .iter()
        .enumerate()
        .map(|(at, text)| {
            Source::new(FileId(u32::try_from(at).expect("few")), format!("{at}.rule"), text.as_str())
        })
        .collect();
    let (mut whole, mut second, mut touched) = (Vec::new(), Vec::new(), 0);
    for round in 0..11 {
        let started = Instant::now();
        let mut program = Program::new(Settings::default());
        program.set_all(&sources);
        assert!(program.check().is_empty(), "the program is clean");
        whole.push(started.elapsed());
        let at = 50 + round;
        let changed =
            format!("{}\n// changed\nrule \"New {round}\" {{ queue: \"Q1\", when vip }}\n", files[at]);
        let changed = Source::new(sources[at].id(), sources[at].name(), changed);
        let started = Instant::now();
        program.set(&changed);
        assert!(program.check().is_empty(), "the program is clean");
        second.push(started.elapsed());
        touched = program.items_checked();
    }
    whole.sort();
    second.sort();
    let (whole, second) = (whole[whole.len() / 2], second[second.len() / 2]);
    let share = second.as_secs_f64() / whole.as_secs_f64();
    println!("\n100 files, 10,000 rules: the first check {whole:?}, after a change in one file {second:?}");
    println!("{touched} declarations looked at again, {:.1} % of the time", share * 100.0);
    if share > 0.05 {
        broken.push(format!("a second check costs {:.1} % of the first", share * 100.0));
    }
}
