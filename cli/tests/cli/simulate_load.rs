//! `rulec simulate load`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::folder::{Folder, Run};

const RULES: &str = r#"queue "Support" { external: true }
queue "Front Desk" { external: true }
skill billing {}

rule "Billing" {
  queue: "Support"
  priority: 5
  when language == "en"
}
strategy for "Support" on voice {
  method: most_skilled
  require: [billing]
  overflow: queue_depth > 15 -> route_to_next_queue("Front Desk")
  overflow: wait_time > 2m -> route_to_next_queue("Front Desk")
}
strategy for "Support" on chat {
  method: random
  overflow: queue_depth > 1 -> route_to_next_queue
}
"#;

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap()
}

/// `45 calls an hour, four minutes each`, and these.
fn formulas(folder: &Folder, arguments: &[&str]) -> Run {
    let all = [&["simulate", "load", "--calls", "45", "--service", "4m"], arguments].concat();
    folder.run(&all)
}

#[test]
fn the_formulas_give_the_known_figures() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    for (agents, waiting, level, wait, depth) in [
        ("4", 0.509_433_962_264, 0.531_298_128_396, 122.264_150_943, 1.528_301_886_79),
        ("5", 0.236_151_603_499, 0.800_101_983_335, 28.338_192_419_8, 0.354_227_405_248),
    ] {
        let run = formulas(&folder, &["--agents", agents, "--answer-within", "20s", "--json"]);
        assert_eq!(run.code, 0, "{run}");
        let forecast = &json(&run)["forecast"];
        let found = ["probabilityWait", "meanWaitSeconds", "meanQueueLength"].map(|key| &forecast[key]);
        let level_found = &forecast["serviceLevel"]["ofOffered"];
        for (found, known) in found.into_iter().chain([level_found]).zip([waiting, wait, depth, level]) {
            assert!((found.as_f64().unwrap() / known - 1.0).abs() < 1e-10, "{found} {known}");
        }
    }
}

#[test]
fn each_strategy_of_the_queue_is_judged_and_staffed() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    let wanted = ["--target", "80%", "--max-occupancy", "85%", "--shrinkage", "30%"];
    let run = formulas(&folder, &[&["--queue", "Support", "--agents", "4"][..], &wanted].concat());
    assert_eq!(run.code, 0, "{run}");
    assert_snapshot!(run.out);
    let run = formulas(&folder, &["--queue", "Support", "--agents", "4", "--media-type", "chat", "--json"]);
    let strategies = json(&run)["strategies"].clone();
    let contract = serde_json::json!({
        "queueId": "Support", "peakArrivalRate": 45.0, "availableAgents": 4, "utilization": 0.75,
        "probabilityWait": 0.509, "projectedQueueDepth": 1, "overflowTriggered": true, "unstable": false,
    });
    assert_eq!(strategies.as_array().unwrap().len(), 1);
    for (key, value) in contract.as_object().unwrap() {
        assert_eq!(&strategies[0][key], value, "{key}");
    }
}

#[test]
fn an_unstable_queue_says_so_and_has_no_figures() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    let run = formulas(&folder, &["--queue", "Support", "--agents", "3", "--require", "mean_wait<=1h"]);
    assert_eq!(run.code, 1, "{run}");
    assert_snapshot!(run.out);
    let run = formulas(&folder, &["--agents", "0", "--json"]);
    let report = json(&run);
    assert_eq!(report["forecast"]["agentsToSettle"], 4, "{run}");
    assert_eq!(report["strategies"][0]["unstable"], true);
    assert_eq!(report["strategies"][0]["probabilityWait"], Value::Null);
}

#[test]
fn a_requirement_that_is_not_met_is_a_finding() {
    let folder = Folder::new(&[]);
    let run = formulas(
        &folder,
        &["--agents", "5", "--require", "service_level>=80%", "--require", "mean_wait<=30s"],
    );
    assert_eq!(run.code, 0, "{run}");
    let run = formulas(
        &folder,
        &["--agents", "5", "--require", "service_level>=80%", "--require", "mean_wait<=20s"],
    );
    assert_eq!(run.code, 1, "{run}");
    assert!(
        run.out.ends_with("met:     service_level>=80% (80.01 %)\nnot met: mean_wait<=20s (28.3 s)\n"),
        "{run}"
    );
}

#[test]
fn what_formulas_cannot_take_is_told() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    for (arguments, says) in [
        (&["--queue", "Suport", "--agents", "4"][..], "did you mean `Support`?"),
        (&["--agents", "agents.json"], "formulas take a number of agents"),
        (&["--agents", "4", "--require", "overflowed<=3"], "formulas have no figure for"),
        (&["--agents", "4", "--require", "mean_wat<=3s"], "did you mean `mean_wait`?"),
        (&["--agents", "4", "--require", "service_level>=80"], "a share is written"),
        (&["--agents", "4", "--patience", "0s"], "`patience` is 0"),
        (&["--agents", "99999999"], "99999999 agents are too many"),
        (&["--agents", "4", "--scenario", "x.json"], "cannot be used with"),
        (&["--agents", "4", "--against", "main"], "cannot be used with"),
    ] {
        let run = formulas(&folder, arguments);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains(says), "{run}");
    }
}

/// Callers in English go to `Support`; with `moved`, those with a high priority go to `Sales` instead.
fn rules(moved: bool) -> String {
    let moved =
        if moved { "rule \"Urgent\" { queue: \"Sales\", priority: 9, when priority > 5 }\n" } else { "" };
    format!(
        "queue \"Support\" {{ external: true }}\nqueue \"Sales\" {{ external: true }}\n{moved}\
         rule \"English\" {{ queue: \"Support\", priority: 5, when language == \"en\" }}\n\
         strategy for \"Support\" on voice {{\n  method: longest_idle_agent\n  \
         overflow: queue_depth > 50 -> route_to_next_queue\n}}\n"
    )
}

const SCENARIO: &str = r#"{
  "begins": "08:00", "lasts": "8h", "interval": "1h",
  "agents": [
    {"id": "support", "count": 4, "queues": ["Support"]},
    {"id": "sales", "count": 3, "queues": ["Sales"], "shifts": [["08:00", "16:00"]]}
  ],
  "arrivals": [
    {"attributes": {"language": "en", "priority": 1}, "per_hour": 40, "service": "4m", "patience": "5m"},
    {"attributes": {"language": "en", "priority": 9}, "per_hour": [15, 20], "every": "4h", "service": "4m"},
    {"attributes": {"language": "fr"}, "per_hour": 2, "service": {"log_normal": {"mean": 240, "cv": 0.8}}}
  ]
}
"#;

/// A project whose rules move some callers, and the rules as they were.
fn moving() -> Folder {
    let folder = Folder::project(&[("new.rule", &rules(true)), ("day.json", SCENARIO)]);
    folder.write("rulec.toml", "[records]\ntime = \"started\"\n");
    folder
}

fn events(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run(&[&["simulate", "load", "--scenario", "day.json"], arguments].concat())
}

/// A figure of a queue: `change`, `before` or `after`, and in it the value or an end of its interval.
fn compared(report: &Value, queue: &str, measure: &str, which: &str, end: &str) -> f64 {
    let queues = report["queues"].as_array().unwrap();
    let queue = queues.iter().find(|one| one["queue"] == queue).unwrap();
    queue["compared"][measure][which][end].as_f64().unwrap()
}

#[test]
fn a_scenario_is_simulated_under_the_rules() {
    let folder = moving();
    let run = events(&folder, &[]);
    assert_eq!(run.code, 0, "{run}");
    assert_snapshot!(run.out);
}

#[test]
fn rules_that_move_callers_change_the_waits_of_both_queues() {
    let (folder, old) = (moving(), Folder::project(&[("old.rule", &rules(false))]));
    let old = old.path("").to_string_lossy().into_owned();
    let page = folder.path("load.html").to_string_lossy().into_owned();
    let run = events(&folder, &["--against", &old, "--json", "--html", &page]);
    assert_eq!(run.code, 0, "{run}");
    let report = json(&run);
    // The same callers: as many come in before and after, and those that move are missing in the one and new in the other.
    assert!(report["total"]["compared"]["offered"]["change"]["value"].as_f64().unwrap().abs() < 1e-9);
    assert!(compared(&report, "Support", "offered", "change", "high") < -100.0);
    assert!(compared(&report, "Sales", "offered", "change", "low") > 100.0);
    assert!(compared(&report, "Support", "mean_wait", "change", "high") < 0.0, "{run}");
    assert!(compared(&report, "Support", "mean_depth", "change", "high") < 0.0);
    assert!(compared(&report, "Sales", "mean_depth", "change", "low") > 0.0);
    // Pairs vary less than both versions by themselves.
    let width = |which: &str| {
        let end = |end| compared(&report, "Support", "mean_wait", which, end);
        end("high") - end("low")
    };
    assert!(width("change") < width("before") + width("after"));
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("<svg") && page.contains(">before</li>") && page.contains("does not say where to"));
    assert!(!page.contains("http://") && !page.contains("<script"));

    let run = events(&folder, &["--against", &old]);
    assert!(run.out.contains("what changes compared with"), "{run}");
    // Against itself nothing changes.
    let run = events(&folder, &["--against", "."]);
    assert!(run.out.contains("nothing changes compared with"), "{run}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_whatever_the_threads() {
    let folder = moving();
    let all = ["--json", "--replications", "12", "--seed"];
    let run =
        |seed: &str, threads: &str| events(&folder, &[&all[..], &[seed, "--threads", threads]].concat()).out;
    let first = run("7", "1");
    assert_eq!(first, run("7", "4"));
    assert_ne!(first, run("8", "4"));
}

#[test]
fn a_simulation_is_a_gate() {
    let folder = moving();
    let run = events(&folder, &["--require", "service_level>=10%", "--require", "unrouted<=30"]);
    assert_eq!(run.code, 0, "{run}");
    let run = events(&folder, &["--queue", "Support", "--require", "mean_wait<=1s"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.out.contains("not met: mean_wait<=1s ("), "{run}");
    let run = events(&folder, &["--against", ".", "--require", "change_mean_wait<=0s"]);
    assert_eq!(run.code, 0, "{run}");
    let run = events(&folder, &["--require", "change_mean_wait<=0s"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("name other rules"), "{run}");
}

#[test]
fn records_are_simulated_with_the_times_that_they_have() {
    let folder = moving();
    let record = |minute: u32| {
        let (hour, rest, priority) =
            (8 + minute / 60, minute % 60, if minute.is_multiple_of(3) { 9 } else { 1 });
        format!(
            "{{\"started\": \"2026-03-02T{hour:02}:{rest:02}:00Z\", \"language\": \"en\", \"priority\": {priority}, \
             \"talk\": {}, \"waits\": 600}}\n",
            180 + minute % 7 * 20
        )
    };
    let records = (0..240).map(record).collect::<String>() + "{\"language\": \"en\"}\n";
    folder.write("calls.jsonl", records);
    let records = ["simulate", "load", "--records", "calls.jsonl", "--agents", "4"];
    let run = folder
        .run(&[&records[..], &["--service-column", "talk", "--patience-column", "waits", "--json"]].concat());
    assert_eq!(run.code, 0, "{run}");
    assert!(run.err.contains("1 record without a time in `started`"), "{run}");
    let report = json(&run);
    assert_eq!(report["records"], 240);
    assert_eq!(report["begins"], "2026-03-02T08:00:00Z");
    assert_eq!(report["total"]["figures"]["offered"]["value"], 240.0);
    let sales = report["queues"].as_array().unwrap().iter().find(|one| one["queue"] == "Sales").unwrap();
    assert_eq!(sales["figures"]["offered"]["value"], 80.0);
    assert_eq!(report["total"]["series"].as_array().unwrap().len(), 8);
    let run = folder.run(&[&records[..], &["--service-column", "tlk"]].concat());
    assert_eq!(run.code, 2, "{run}");
    assert!(
        run.err.contains("no record says how long it took") && run.err.contains("did you mean `talk`"),
        "{run}"
    );
}

#[test]
fn wrong_scenarios_are_told_from_right_ones() {
    let folder = moving();
    for (scenario, says) in [
        ("{", "holds no scenario"),
        ("{\"lasts\": \"8h\", \"arrivals\": [], \"agnts\": []}", "unknown field `agnts`"),
        ("{\"lasts\": \"soon\", \"arrivals\": []}", "a time is written"),
        ("{\"lasts\": \"8h\", \"arrivals\": []}", "nobody works in this scenario"),
        ("{\"lasts\": \"8h\", \"begins\": \"8\", \"arrivals\": []}", "a time of the day is written"),
        (
            "{\"lasts\": \"8h\", \"agents\": [], \"arrivals\": [{\"per_hour\": 3}]}",
            "arrivals 1 of the scenario have no `service` time",
        ),
        (
            "{\"lasts\": \"8h\", \"agents\": [], \"arrivals\": [{\"per_hour\": -3, \"service\": 3}]}",
            "this cannot be simulated",
        ),
        (
            "{\"lasts\": \"8h\", \"agents\": [{\"id\": \"a\"}, {\"id\": \"a\"}], \"arrivals\": []}",
            "the id `a` stands twice",
        ),
    ] {
        folder.write("day.json", scenario);
        let run = events(&folder, &[]);
        assert_eq!(run.code, 2, "{scenario}\n{run}");
        assert!(run.err.contains(says), "{scenario}\n{run}");
    }
    let missing = folder.run(&["simulate", "load", "--records", "calls.jsonl", "--agents", "4"]);
    assert_eq!(missing.code, 2, "{missing}");
    assert!(missing.err.contains("--service"), "{missing}");
}

#[test]
fn a_deployment_stops_where_callers_would_wait_too_long() {
    let gate = |most: &str| {
        let words = [env!("CARGO_BIN_EXE_rulec"), "simulate", "load", "--queue", "Support", "--calls", "45"];
        let rest = ["--service", "4m", "--agents", "4", "--require", most];
        format!("[deploy]\ngates = [{:?}]\n", [&words[..], &rest].concat())
    };
    let rules = "queue \"Support\" {}\nrule \"English\" { queue: \"Support\", priority: 1, when language == \"en\" }\n";
    let folder = Folder::project(&[("a.rule", rules), ("rulec.toml", &gate("mean_wait<=30s"))]);
    let run = folder.run(&["deploy", "--yes", "--json"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(
        run.out.contains("\"outcome\": \"gated\"") && run.err.contains("not met: mean_wait<=30s (122.3 s)"),
        "{run}"
    );
    folder.write("rulec.toml", gate("mean_wait<=3m"));
    let run = folder.run(&["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
}
