//! `rulec simulate agents`.

use genesys_sandbox::Fixture;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::folder::{Folder, Run};
use crate::organization::Served;
use crate::service::is_described;

/// Two queues, and what sends interactions there.
pub(crate) const RULES: &str = r#"skill billing
skill german { name: "German" }
skill_group desk { skills: [billing, german] }
attribute vip: bool
queue "Support" { skill_group: desk }
queue "Sales" { external: true }

strategy for "Support" on voice { method: most_skilled, require: [billing] }

rule "VIP" { queue: "Support", priority: 5, when vip }
rule "German" { queue: "Support", when skill has german }
rule "Buyers" { queue: "Sales", when language == "en" }
"#;

/// Who works there.
pub(crate) const AGENTS: &str = r#"[
  {"id": "a-1", "name": "Amina", "state": "Available", "queues": ["Support"], "skills": [{"name": "billing", "priority": 1}, {"name": "German", "priority": 1}]},
  {"id": "a-2", "name": "Bruno", "state": "Available", "queues": ["Support", "Sales"], "skills": [{"name": "billing", "priority": 2}]},
  {"id": "a-3", "name": "Clara", "state": "Available", "queues": ["Support"], "skills": []},
  {"id": "a-4", "name": "Deniz", "state": "Busy", "wrapUpCode": "after call work", "queues": ["Support"], "skills": [{"name": "billing", "priority": 1}]}
]"#;

/// A project of [`RULES`] with [`AGENTS`].
pub(crate) fn staffed() -> Folder {
    Folder::project(&[("all.rule", RULES), ("agents.json", AGENTS)])
}

fn simulated(folder: &Folder, interaction: &str, arguments: &[&str]) -> Run {
    let arguments = [&["simulate", "agents", "--agents", "agents.json"], arguments].concat();
    folder.run_with(interaction, &arguments)
}

fn report(run: &Run) -> Value {
    assert_eq!(run.code, 0, "{run}");
    let report = serde_json::from_str(&run.out).unwrap();
    is_described(&report, "SimulationReport");
    report
}

#[test]
fn the_rules_find_the_queue_and_its_agents_are_ranked_with_reasons() {
    let run = simulated(&staffed(), r#"{"vip": true, "media_type": "voice", "skill": ["German"]}"#, &[]);
    assert_snapshot!(run);
}

#[test]
fn the_report_has_the_contracts_keys_and_counts_who_is_not_there() {
    let run =
        simulated(&staffed(), r#"{"vip": true, "media_type": "voice", "skill": ["German"]}"#, &["--json"]);
    let report = report(&run);
    assert_eq!(report["queue_id"], "Support");
    assert_eq!(report["routing_type"], Value::Null);
    assert_eq!(report["total_agents_evaluated"], 4);
    let ids: Vec<&str> = report["ranked_agents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|agent| agent["userId"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["a-1", "a-2", "a-3"]);
    assert_eq!(report["unavailable_agents"], json!({ "Busy": 1 }));
    assert_eq!(report["anomaly_counts"], json!({ "unavailable": 1, "noSkillMatches": 1, "missingSkill": 1 }));
    assert_eq!(report["missing_skills"], json!({ "German": 2, "billing": 1 }));
    assert_eq!(report["anomaly_summary"].as_array().unwrap().len(), 3);
    assert_eq!(
        report["required_skills"],
        json!([{ "name": "German", "wanted_by": ["interaction"] }, { "name": "billing", "wanted_by": ["strategy"] }])
    );
    assert_eq!(report["strategy"], json!({ "media_type": "voice", "method": "mostSkilled" }));
    assert_eq!(report["decision"], json!({ "rule": "VIP", "queue": "Support", "priority": 5 }));
}

#[test]
fn the_seeds_figures_come_out_to_the_digit() {
    let folder = staffed();
    for (skills, prio, score) in [
        (&["a"][..], &[1][..], 0.8),
        (&["a"], &[0], 1.0),
        (&["a", "a"], &[1], 0.8),
        (&["a", "b"], &[1, 1], 0.733),
        (&["a", "b"], &[1], 0.5),
        (&["a", "b", "c"], &[5, 5, 5], 0.625),
    ] {
        let known: Vec<Value> = ["a", "b", "c"]
            .iter()
            .zip(prio)
            .map(|(name, priority)| json!({ "name": name, "priority": priority }))
            .collect();
        folder
            .write("agents.json", json!([{ "id": "x", "state": "Available", "skills": known }]).to_string());
        let wanted: Vec<&str> = skills.iter().flat_map(|skill| ["--skill", skill]).collect();
        let run = simulated(
            &folder,
            r#"{"vip": true}"#,
            &[&["--queue", "Support", "--scorer", "seed", "--json"], &wanted[..]].concat(),
        );
        assert_eq!(report(&run)["ranked_agents"][0]["score"], json!(score), "{skills:?} {prio:?}");
    }
    folder.write("agents.json", r#"[{"id": "x", "skills": [{"name": "a", "priority": -1}]}]"#);
    let run = simulated(&folder, r#"{"vip": true}"#, &["--scorer", "seed"]);
    assert!(run.code == 2 && run.err.contains("must be 0 or more"), "{run}");
}

#[test]
fn the_seeds_report_has_the_contracts_words_and_lists_who_scores_nothing() {
    let run = simulated(
        &staffed(),
        r#"{"vip": true}"#,
        &["--skill", "billing", "--scorer", "seed", "--top", "9", "--json"],
    );
    let report = report(&run);
    assert_eq!(report["ranked_agents"].as_array().unwrap().len(), 4);
    assert_eq!(report["anomaly_summary"], json!(["Complete skill mismatch", "Unavailable: Busy"]));
}

#[test]
fn a_queue_can_be_simulated_whatever_the_rules_decide() {
    let run = simulated(&staffed(), r#"{"vip": true}"#, &["--queue", "Sales"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(
        run.err.contains("the rules send this interaction to the queue `Support`, not to `Sales`"),
        "{run}"
    );
    assert!(run.out.contains("Sales, the best first\n  1. 1.000  Bruno\n"), "{run}");
    let run = simulated(&staffed(), "{}", &["--queue", "Sale"]);
    assert!(run.code == 2 && run.err.contains("did you mean `Sales`?"), "{run}");
}

#[test]
fn where_no_rule_decides_there_is_no_queue() {
    let run = simulated(&staffed(), "{}", &[]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run}");
    assert!(
        run.err.contains("no rule decides this interaction") && run.err.contains("--queue NAME"),
        "{run}"
    );
}

#[test]
fn a_file_that_holds_no_agents_is_told_with_what_one_looks_like() {
    let folder = staffed();
    for text in ["", "3", "{}", "[{}]", "[{\"id\": 1}]", "[{\"id\": \"a\", \"skil\": []}]"] {
        folder.write("agents.json", text);
        let run = simulated(&folder, r#"{"vip": true}"#, &[]);
        assert!(run.code == 2 && run.err.contains("`agents.json` holds no agents"), "{text}: {run}");
    }
    let run = folder.run_with("{}", &["simulate", "agents", "--agents", "none.json", "--queue", "Sales"]);
    assert!(run.code == 2 && run.err.contains("cannot read `none.json`"), "{run}");
    let run = folder.run_with("{}", &["simulate", "agents", "--agents", "x", "--org", "prod"]);
    assert!(run.code == 2 && run.err.contains("cannot be used with"), "{run}");
}

/// An organization with [`AGENTS`] and a hundred more in the queue `Support`.
pub(crate) fn served() -> Served {
    let mut agents: Vec<Value> = serde_json::from_str(AGENTS).unwrap();
    for agent in &mut agents {
        let skills = agent["skills"].take();
        let skills = skills.as_array().unwrap().iter();
        agent["skills"] = skills
            .map(|skill| (skill["name"].as_str().unwrap().to_owned(), skill["priority"].clone()))
            .collect();
    }
    for number in 0..100 {
        agents.push(json!({
            "id": format!("b-{number:03}"), "name": format!("B{number:03}"), "state": "Available",
            "skills": { "billing": 9 }, "queues": ["Support"],
        }));
    }
    let fixture = json!({
        "skills": [{ "name": "billing" }, { "name": "German" }],
        "queues": [
            { "id": "q-support", "name": "Support", "routingType": "SkillBased", "skillRequirements": ["billing"] },
            { "id": "q-sales", "name": "Sales", "routingType": "LongestIdle" },
        ],
        "agents": agents,
    });
    let fixture = Fixture::from_json(&fixture.to_string()).unwrap();
    Served::with(|settings| {
        settings.queues.clear();
        settings.fixture = Some(fixture);
    })
}

#[test]
fn live_agents_are_read_over_all_pages() {
    let served = served();
    let folder = staffed();
    folder.write("call.json", r#"{"vip": true}"#);
    let run = served.run(&folder, &["simulate", "agents", "call.json", "--json"]);
    let report = report(&run);
    assert_eq!(report["queue_id"], "q-support");
    assert_eq!(report["routing_type"], "SkillBased");
    assert_eq!(report["total_agents_evaluated"], 104);
    assert_eq!(report["required_skills"], json!([{ "name": "billing", "wanted_by": ["queue"] }]));
    assert_eq!(report["ranked_agents"][0]["name"], "Amina");
    let by_id = served.run(&folder, &["simulate", "agents", "call.json", "--json", "--queue", "q-sales"]);
    assert_eq!(serde_json::from_str::<Value>(&by_id.out).unwrap()["queue"], "Sales", "{by_id}");
    assert_eq!(served.writes(), 0);
}

#[test]
fn a_ranking_is_a_gate() {
    let folder = staffed();
    let call = r#"{"vip": true, "media_type": "voice"}"#;
    let run = simulated(&folder, call, &["--require", "available_agents>=3", "--require", "best_score>=0.7"]);
    assert_eq!(run.code, 0, "{run}");
    let run = simulated(&folder, call, &["--require", "available_agents>=4", "--json"]);
    assert_eq!(run.code, 1, "{run}");
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let requirements = json!([
        { "require": "available_agents>=4", "measure": "available_agents", "change": false, "found": 3.0, "met": false }
    ]);
    assert_eq!(report["requirements"], requirements);
    let run = simulated(&folder, call, &["--require", "mean_wait<=3s"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("there are `available_agents`, `best_score`"), "{run}");
}
