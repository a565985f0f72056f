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
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run}"))
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
