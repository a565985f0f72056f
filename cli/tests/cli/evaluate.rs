//! `rulec evaluate`: which strategies, which window, the job, the scores, the webhook, the record.

use genesys_sandbox::{Effect, Fault, Fixture, JobCourse, Match, Settings, When};
use insta::assert_snapshot;
use regex::Regex;
use serde_json::{Value, json};

use crate::folder::{Folder, Run};
use crate::organization::Served;
use crate::receiver::{Receiver, Reply};

const QUERY: &str = "/api/v2/analytics/routing/strategies/query";

/// Two strategies of a queue for technical support, one of another for bills; jobs complete at once.
fn served() -> Served {
    with(Fixture::example())
}

fn with(fixture: Fixture) -> Served {
    Served::with(|settings: &mut Settings| {
        settings.queues.clear();
        settings.fixture = Some(fixture);
        settings.job_polls = 0;
    })
}

/// A project without strategies of its own.
fn project() -> Folder {
    Folder::project(&[])
}

fn settings(text: &str) -> Folder {
    Folder::project(&[("rulec.toml", text)])
}

/// The same with what no two runs share replaced.
fn tidy(mut run: Run) -> Run {
    for (pattern, replacement) in [
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[job]"),
        (r"EVAL-[0-9A-Z]{26}", "EVAL-[ulid]"),
        (r"after [0-9.]+ s", "after [seconds] s"),
        (r"127\.0\.0\.1:[0-9]+", "[receiver]"),
    ] {
        let pattern = Regex::new(pattern).unwrap();
        for text in [&mut run.out, &mut run.err] {
            *text = pattern.replace_all(text, replacement).into_owned();
        }
    }
    run
}

fn parsed(run: &Run) -> Value {
    let parsed = serde_json::from_str(&run.out);
    assert!(parsed.is_ok(), "{run}");
    parsed.unwrap()
}

/// Queue, media types and rank of each entry.
fn told(json: &Value) -> Vec<String> {
    let entries = json["entries"].as_array().unwrap();
    let line = |entry: &Value| format!("{} {} {}", entry["queue"], entry["media_types"], entry["rank"]);
    entries.iter().map(|entry| line(entry).replace('"', "")).collect()
}

/// How many jobs were asked for.
fn jobs(served: &Served) -> usize {
    let requests = served.organization.requests();
    requests.iter().filter(|note| note.method == "POST" && note.path == QUERY).count()
}

fn course(served: &Served, polls: u32, failure: Option<&str>) {
    let course = JobCourse { polls: Some(polls), failure: failure.map(str::to_owned) };
    served.organization.faults().add(Fault {
        on: Match::on("POST", QUERY),
        times: 1,
        then: Effect::Job(course),
    });
}

#[test]
fn the_best_strategy_comes_first_with_its_figures() {
    let served = served();
    assert_snapshot!(tidy(served.run(&project(), &["evaluate"])));
    assert_eq!(jobs(&served), 1);
}

#[test]
fn the_formula_of_old_rewards_slow_answers_and_the_usual_one_does_not() {
    let served = served();
    let usual = parsed(&served.run(&project(), &["evaluate", "--json"]));
    assert_eq!(
        told(&usual),
        ["Billing [voice] 1", "Technical Support [voice] 2", "Technical Support [chat] 3"]
    );
    let seed = parsed(&served.run(&project(), &["evaluate", "--json", "--seed-compat"]));
    assert_eq!(
        told(&seed),
        ["Technical Support [voice] 1", "Technical Support [chat] 2", "Billing [voice] 3"]
    );
    let score = |json: &Value, entry: usize| json["entries"][entry]["score"].as_f64().unwrap();
    for (found, expected) in [
        (score(&usual, 0), 0.7),
        (score(&usual, 1), 0.3 + 0.4 * (16.5 / 23.0) + 0.3 * (15.0 / 67.0)),
        (score(&usual, 2), 0.3 * (240.0 / 1120.0)),
        (score(&seed, 0), 0.3 + 0.4 * (6.5 / 23.0) + 0.3 * (15.0 / 67.0)),
        (score(&seed, 1), 0.3 * (240.0 / 1120.0) + 0.4),
        (score(&seed, 2), 0.3),
    ] {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    let ranks: Vec<f64> =
        (0..3).map(|entry| seed["entries"][entry]["percentile_rank"].as_f64().unwrap()).collect();
    assert_eq!(ranks, [1.0, 2.0 / 3.0, 1.0 / 3.0]);
    let text = served.run(&project(), &["evaluate", "--seed-compat"]);
    assert!(text.err.contains("a slower answer counts as better"), "{text}");
    let better = |json: &Value| json["criteria"][1]["better"].clone();
    assert_eq!((better(&usual), better(&seed)), (json!("lower"), json!("higher")));
}

#[test]
fn the_record_is_the_contracts_and_stands_in_the_audit_log() {
    let (folder, served) = (project(), served());
    let found = parsed(&served.run(&folder, &["evaluate", "--json"]));
    let record = found["evaluation"].as_object().unwrap();
    let keys: Vec<&str> = record.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "audit_id",
            "compliance_flag",
            "data_accuracy_rate",
            "execution_timestamp",
            "job_id",
            "latency_seconds",
            "row_count",
            "strategy_ids",
            "timings",
            "webhook_sync_status",
        ]
    );
    assert!(record["audit_id"].as_str().unwrap().starts_with("EVAL-0"));
    assert_eq!(record["strategy_ids"].as_array().unwrap().len(), 3);
    assert_eq!(
        [
            &record["row_count"],
            &record["data_accuracy_rate"],
            &record["webhook_sync_status"],
            &record["compliance_flag"]
        ],
        [&json!(3), &json!(1.0), &json!("skipped"), &json!(true)]
    );
    let again = parsed(&served.run(&folder, &["evaluate", "--json"]));
    assert_ne!(again["evaluation"]["audit_id"], record["audit_id"]);
    let log = parsed(&folder.run(&["audit", "log", "--json"]));
    let noted = &log["records"][0];
    assert_eq!((&noted["verb"], &noted["outcome"]), (&json!("evaluate"), &json!("evaluated")));
    assert_eq!(noted["evaluation"], found["evaluation"]);
    assert_eq!((&again["audit"]["record"], &again["audit"]["head"]), (&json!(2), &log["head"]));
    assert_eq!(folder.run(&["audit", "verify"]).code, 0);
    let run = folder.run(&["audit", "log"]);
    assert!(run.out.contains("  evaluate  ") && run.out.contains("  evaluated "), "{run}");
}

#[test]
fn strategies_are_chosen_by_queue_and_kind() {
    let served = served();
    for (arguments, expected) in [
        (&["--queue", "Billing"][..], &["Billing [voice] 1"][..]),
        (&["--queue", "q-technical-support", "--media-type", "chat"], &["Technical Support [chat] 1"]),
        (&["--media-type", "voice"], &["Billing [voice] 1", "Technical Support [voice] 2"]),
        (&["--group-by", "queue"], &["Billing [voice] 1", "Technical Support [chat,voice] 2"]),
    ] {
        let run = served.run(&project(), &[&["evaluate", "--json"], arguments].concat());
        assert_eq!(told(&parsed(&run)), expected, "{run}");
    }
    let run = served.run(&project(), &["evaluate", "--queue", "Biling"]);
    assert!(run.code == 2 && run.err.contains("no queue `Biling`"), "{run}");
    let run = served.run(&project(), &["evaluate", "--queue", "General"]);
    assert!(run.code == 2 && run.err.contains("there is no strategy to evaluate"), "{run}");
    assert!(run.err.contains("the queue `General` has no strategies"), "{run}");
    assert_eq!(jobs(&served), 4);
}

#[test]
fn a_project_with_strategies_is_about_its_own() {
    let served = served();
    let rules = "queue \"Billing\" { external: true }\nqueue \"General\" { external: true }\n\
        strategy for \"Billing\" on voice { method: random }\nstrategy for \"General\" on chat { method: random }\n";
    let folder = Folder::project(&[("a.rule", rules)]);
    let run = served.run(&folder, &["evaluate", "--json"]);
    assert_eq!(told(&parsed(&run)), ["Billing [voice] 1"], "{run}");
    assert!(run.err.contains("the strategy of `General` for chat is not live and is left out"), "{run}");
    let run = served.run(&folder, &["evaluate", "--json", "--all"]);
    assert_eq!(told(&parsed(&run)).len(), 3, "{run}");
}

#[test]
fn a_question_over_a_limit_is_refused_before_it_is_sent() {
    let served = served();
    let eleven: String =
        (0..11).map(|number| format!("m{number} = {{ better = \"higher\", weight = 1 }}\n")).collect();
    for (folder, arguments, says) in [
        (project(), &["--days", "31"][..], "86400 s longer than 30 days"),
        (project(), &["--from", "2026-10-01", "--to", "2026-10-31T00:00:01Z"], "is 1 s longer"),
        (project(), &["--from", "2026-10-02", "--to", "2026-10-01"], "is not after its beginning"),
        (project(), &["--from", "2026-10-01", "--to", "2026-10-01"], "is not after its beginning"),
        (project(), &["--days", "0"], "is not after its beginning"),
        (settings(&format!("[evaluate.metrics]\n{eleven}")), &[], "11 metrics, and 10 are the most"),
        (project(), &["--from", "yesterday"], "write a day as `2026-11-01`"),
    ] {
        let run = served.run(&folder, &[&["evaluate"], arguments].concat());
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains(says), "{run}");
    }
    assert_eq!(jobs(&served), 0);
    let run = served.run(&project(), &["evaluate", "--json", "--from", "2026-10-01", "--to", "2026-10-31"]);
    let window = json!({"from": "2026-10-01T00:00:00Z", "to": "2026-10-31T00:00:00Z"});
    assert_eq!(parsed(&run)["window"], window);
}

#[test]
fn a_job_that_fails_says_why_and_what_to_do_next() {
    let (folder, served) = (project(), served());
    course(&served, 0, Some("the store is down"));
    assert_snapshot!(tidy(served.run(&folder, &["evaluate"])));
    let log = parsed(&folder.run(&["audit", "log", "--json"]));
    assert_eq!(log["records"][0]["outcome"], json!("refused"));
    assert!(log["records"][0]["reason"].as_str().unwrap().ends_with("failed: the store is down"));
    course(&served, 0, Some("again"));
    let json = parsed(&served.run(&folder, &["evaluate", "--json"]));
    assert!(json["error"]["message"].as_str().unwrap().ends_with("failed: again"));
}

#[test]
fn a_job_that_takes_long_is_read_later() {
    let (folder, served) = (project(), served());
    course(&served, 1, None);
    let run = served.run(&folder, &["evaluate", "--timeout", "0"]);
    let pattern = Regex::new("rulec evaluate --job ([0-9a-f-]{36})").unwrap();
    let job = pattern.captures(&run.err).unwrap()[1].to_owned();
    assert_snapshot!(tidy(run));
    let run = served.run(&folder, &["evaluate", "--job", &job, "--json"]);
    let json = parsed(&run);
    assert_eq!((told(&json).len(), &json["window"], jobs(&served)), (3, &Value::Null, 1), "{run}");
    assert_eq!(json["evaluation"]["job_id"], json!(job));
    let run = served.run(&folder, &["evaluate", "--job", "nowhere"]);
    assert!(run.code == 2 && run.err.contains("could not look at the analytics job"), "{run}");
}

#[test]
fn a_job_whose_answer_is_lost_is_not_asked_for_twice() {
    let served = served();
    let then = Effect::Drop(When::After);
    served.organization.faults().add(Fault { on: Match::on("POST", QUERY), times: 1, then });
    let run = served.run(&project(), &["evaluate"]);
    assert_eq!((run.code, jobs(&served)), (2, 1), "{run}");
    assert!(run.err.contains("a job may be running all the same"), "{run}");
}

#[test]
fn results_are_sent_in_the_contracts_shape_when_that_is_asked_for() {
    let (folder, served) = (project(), served());
    let receiver = Receiver::answering(|_| Reply::Status(204));
    let mut variables = served.variables();
    variables.push(("BI_WEBHOOK_URL", receiver.url.as_str()));
    assert_eq!(folder.run_env(&variables, &["evaluate"]).code, 0);
    assert!(receiver.posts().is_empty());
    let json = parsed(&folder.run_env(&variables, &["evaluate", "--send", "--json"]));
    let mut body = receiver.posts()[0].json();
    assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
    body.as_object_mut().unwrap().remove("timestamp");
    let rows = body["data"].as_array_mut().unwrap();
    let first = json!({"strategyId": json["entries"][0]["id"], "handledCalls": 720.0, "avgSpeedOfAnswer": 18.0,
        "abandonedCalls": 21.0, "score": json["entries"][0]["score"], "percentile_rank": 1.0});
    assert_eq!(rows[0], first);
    rows.clear();
    assert_eq!(
        body,
        json!({"evaluation_type": "routing_strategy_performance", "record_count": 3, "data": []})
    );
    assert_eq!(json["evaluation"]["webhook_sync_status"], json!("success"));
    for reply in [|| Reply::Status(500), || Reply::Status(302), || Reply::Nothing] {
        receiver.answer(move |_| reply());
        let run = folder.run_env(&variables, &["evaluate", "--send", "--json"]);
        let json = parsed(&run);
        assert_eq!((run.code, told(&json).len()), (2, 3), "{run}");
        let evaluation = &json["evaluation"];
        assert_eq!(
            (&evaluation["webhook_sync_status"], &evaluation["compliance_flag"]),
            (&json!("failed"), &json!(false))
        );
        assert!(run.err.contains("did not take the results") && run.err.contains("--send --job "), "{run}");
    }
    served.organization.forget_requests();
    for (value, says) in [(None, "is not set"), (Some("http://bi.example/x"), "without TLS")] {
        let mut variables = served.variables();
        variables.extend(value.map(|value| ("BI_WEBHOOK_URL", value)));
        let run = folder.run_env(&variables, &["evaluate", "--send"]);
        assert!(run.code == 2 && run.err.contains(says), "{run}");
    }
    assert!(served.organization.requests().is_empty());
}

#[test]
fn what_is_missing_is_told_and_the_rest_counts_for_more() {
    let fixture = r#"{"queues": [
        {"name": "Whole", "strategies": [{"mediaType": "voice", "strategy": "random"}],
         "strategyMetrics": {"voice": {"handledCalls": 10, "avgSpeedOfAnswer": 5, "abandonedCalls": 1}}},
        {"name": "Half", "strategies": [{"mediaType": "voice", "strategy": "random"}],
         "strategyMetrics": {"voice": {"handledCalls": 20, "abandonedCalls": 4}}},
        {"name": "None\u001b[31m", "strategies": [{"mediaType": "chat", "strategy": "random"}]}]}"#;
    let served = with(Fixture::from_json(fixture).unwrap());
    let folder = settings(
        "[evaluate.metrics]\nabandonRate = { better = \"lower\", weight = 2 }\navgSpeedOfAnswer = { better = \"lower\", weight = 1 }\n",
    );
    assert_snapshot!(tidy(served.run(&folder, &["evaluate"])));
    let json = parsed(&served.run(&folder, &["evaluate", "--json"]));
    assert_eq!(json["evaluation"]["compliance_flag"], json!(false));
    assert_eq!(json["entries"][1]["excluded"], json!(["`avgSpeedOfAnswer` is missing"]));
    // The two sources of the rate, and the metric: what a question names.
    let run = served.run(&folder, &["evaluate", "--json", "--rates"]);
    assert_eq!(parsed(&run)["criteria"][0]["weight"], json!(0.6), "{run}");
}

#[test]
fn an_organization_without_figures_is_warned_of() {
    let fixture =
        r#"{"queues": [{"name": "Quiet", "strategies": [{"mediaType": "voice", "strategy": "random"}]}]}"#;
    let served = with(Fixture::from_json(fixture).unwrap());
    let run = served.run(&project(), &["evaluate"]);
    assert_eq!(run.code, 0, "{run}");
    assert_snapshot!(tidy(run));
    let json = parsed(&served.run(&project(), &["evaluate", "--json"]));
    let evaluation = &json["evaluation"];
    assert_eq!((&evaluation["row_count"], &evaluation["data_accuracy_rate"]), (&json!(0), &json!(0.0)));
}

#[test]
fn a_page_shows_scores_and_figures() {
    let (folder, served) = (project(), served());
    let run = served.run(&folder, &["evaluate", "--html", "report.html"]);
    assert!(run.code == 0 && run.err.contains("wrote `report.html`"), "{run}");
    let page = folder.read("report.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("avgSpeedOfAnswer"), "{page}");
    assert!(!page.contains("<script") && !page.contains("https://"), "it loads nothing");
}

#[test]
fn results_are_read_over_all_pages() {
    let queue = |number: usize| {
        json!({"name": format!("Queue {number:03}"), "strategies": [{"mediaType": "voice", "strategy": "random"}],
            "strategyMetrics": {"voice": {"handledCalls": number}}})
    };
    let fixture = json!({"queues": (0..130).map(queue).collect::<Vec<Value>>()});
    let served = with(Fixture::from_json(&fixture.to_string()).unwrap());
    let folder = settings("[evaluate.metrics]\nhandledCalls = { better = \"higher\", weight = 1 }\n");
    let json = parsed(&served.run(&folder, &["evaluate", "--json"]));
    assert_eq!((told(&json).len(), told(&json)[0].as_str()), (130, "Queue 129 [voice] 1"));
    assert_eq!(json["evaluation"]["row_count"], json!(130));
}

#[test]
fn an_evaluation_that_could_not_be_noted_is_not_begun() {
    let (folder, served) = (project(), served());
    let mut variables = served.variables();
    variables.push(("RULEC_AUDIT_KEY", "a-key-that-nobody-guesses"));
    assert_eq!(folder.run_env(&variables, &["evaluate"]).code, 0);
    served.organization.forget_requests();
    let run = served.run(&folder, &["evaluate"]);
    assert!(run.code == 2 && run.err.contains("the key is not set: `RULEC_AUDIT_KEY`"), "{run}");
    assert_eq!(jobs(&served), 0);
}
