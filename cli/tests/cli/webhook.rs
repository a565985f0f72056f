//! Webhooks after a verified deployment, through the outbox.

use genesys_sandbox::{Effect, Fault, Match, When};
use serde_json::{Value, json};

use crate::folder::{Folder, Run, finished};
use crate::organization::{Served, THREE, project};
use crate::receiver::{Post, Receiver, Reply};

const KEY: &str = "hunter2-of-the-webhook";

fn told(receiver: &Receiver) -> Folder {
    let folder = project();
    folder.write("rulec.toml", format!("[webhook]\nurl = \"{}\"\nkey_env = \"HOOK_KEY\"\n", receiver.url));
    folder
}

fn run(folder: &Folder, served: &Served, arguments: &[&str]) -> Run {
    let mut variables = served.variables();
    variables.push(("HOOK_KEY", KEY));
    folder.run_env(&variables, arguments)
}

fn ids(receiver: &Receiver) -> Vec<String> {
    let mut ids: Vec<String> =
        receiver.posts().iter().map(|post| post.header("x-delivery-id").unwrap().to_owned()).collect();
    ids.sort();
    ids
}

fn history(folder: &Folder) -> Value {
    let run = folder.run(&["history", "--json"]);
    let value: Value = serde_json::from_str(&run.out).unwrap();
    let mut all = value["deployments"].as_array().unwrap().clone();
    all.pop().unwrap()["webhook"].take()
}

#[test]
fn the_event_of_a_rule_in_a_new_queue_names_that_queue() {
    let (receiver, served) = (Receiver::answering(|_| Reply::Status(200)), Served::start());
    let folder = told(&receiver);
    folder.write("new.rule", "queue \"New\"\nrule \"First\" { queue: \"New\", when priority > 3 }\n");
    let run = run(&folder, &served, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    let first = served.organization.rules().into_iter().find(|rule| rule.name == "First").unwrap();
    let events: Vec<Value> = receiver.posts().iter().map(Post::json).collect();
    let event = events.iter().find(|event| event["rule_id"] == json!(first.id)).unwrap();
    assert_eq!(event["audit"]["queue_id"], json!(first.queue.id));
}

#[test]
fn each_rule_that_was_made_or_changed_is_told_of_once() {
    let (receiver, served) = (Receiver::answering(|_| Reply::Status(200)), Served::start());
    let folder = told(&receiver);
    let first = run(&folder, &served, &["deploy", "--yes"]);
    assert_eq!(first.code, 0, "{first}");
    assert!(first.err.contains("webhook: 3 events delivered"), "{first}");
    let posts = receiver.posts();
    assert_eq!(posts.len(), 3);
    let alpha = served.organization.rules().into_iter().find(|rule| rule.name == "Alpha").unwrap();
    let post = posts.iter().find(|post| post.json()["rule_id"] == json!(alpha.id)).unwrap();
    assert_eq!(
        (post.header("x-api-key"), post.header("content-type")),
        (Some(KEY), Some("application/json"))
    );
    let mut event = post.json();
    assert_eq!(event["delivery_id"].as_str(), post.header("x-delivery-id"));
    let time = event["timestamp"].take();
    assert_eq!(time.as_str().unwrap().len(), "2026-11-21T13:07:28Z".len());
    assert!(event["metrics"]["evaluation_latency_ms"].take().as_f64().unwrap() > 0.0);
    event["delivery_id"].take();
    assert_eq!(
        event,
        json!({
            "event": "routing.rule.verified",
            "timestamp": null,
            "delivery_id": null,
            "rule_id": alpha.id,
            "metrics": {
                "evaluation_latency_ms": null,
                "condition_count": 2,
                "estimated_match_rate": 0.79,
                "match_rate_source": "formula",
            },
            "audit": {
                "operator": "api_deployment",
                "validation_steps": ["depth_check", "precedence_check", "type_casting", "schema_serialization"],
                "rule_name": "Alpha",
                "queue_id": "q-support",
                "conditions_count": 2,
            },
            "validation_status": "passed",
        })
    );
    assert_eq!(history(&folder), json!({"delivered": 3, "pending": 0, "failed": 0}));
    // Changed, deleted, left alone: one of each.
    folder
        .write("a.rule", THREE.replace("priority: 5", "priority: 6").split("rule \"Gamma\"").next().unwrap());
    assert_eq!(run(&folder, &served, &["deploy", "--yes", "--prune"]).code, 0);
    assert_eq!(receiver.posts().len(), 4);
    assert_eq!(run(&folder, &served, &["deploy", "--yes"]).code, 0);
    assert_eq!(run(&folder, &served, &["audit", "deliver", "--all"]).code, 0);
    assert_eq!(receiver.posts().len(), 4, "nothing is told twice");
}

#[test]
fn a_webhook_that_is_down_makes_no_deployment_look_failed() {
    for reply in [|| Reply::Status(500), || Reply::Status(401), || Reply::Nothing] {
        let (receiver, served) = (Receiver::answering(move |_| reply()), Served::start());
        let folder = told(&receiver);
        let first = run(&folder, &served, &["deploy", "--yes", "--json"]);
        assert_eq!(first.code, 0, "{first}");
        let result: Value = serde_json::from_str(&first.out).unwrap();
        assert_eq!((&result["outcome"], &result["error"]), (&json!("deployed"), &Value::Null));
        assert!(first.err.contains("warning: webhook: 3 events not delivered"), "{first}");
        assert_eq!(history(&folder), json!({"delivered": 0, "pending": 3, "failed": 0}));
        let tried = ids(&receiver);
        assert_eq!(tried.len(), 3);
        // Their time has not come: nothing is sent until it is asked for.
        assert_eq!(run(&folder, &served, &["deploy", "--yes"]).code, 0);
        let early = run(&folder, &served, &["audit", "deliver"]);
        assert_eq!(early.code, 0);
        for says in ["3 events not delivered", "`rulec audit deliver` from 2", "--all` at once"] {
            assert!(early.err.contains(says), "{early}");
        }
        assert_eq!(receiver.posts().len(), 3);
        assert_eq!(run(&folder, &served, &["audit", "deliver", "--all"]).code, 1);
        receiver.answer(|_| Reply::Status(202));
        let run = run(&folder, &served, &["audit", "deliver", "--all", "--json"]);
        assert_eq!(run.code, 0, "{run}");
        let sent = ids(&receiver);
        assert_eq!(sent.iter().filter(|id| tried.contains(id)).count(), 9, "always under their ids");
        assert_eq!(history(&folder), json!({"delivered": 3, "pending": 0, "failed": 0}));
        let line = folder.run(&["history"]).out;
        assert!(line.contains(", webhook: 3 delivered"), "{line}");
    }
}

#[test]
fn without_its_key_nothing_is_sent_and_everything_waits() {
    let (receiver, served) = (Receiver::answering(|_| Reply::Status(200)), Served::start());
    let folder = told(&receiver);
    let first = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(first.code, 0, "{first}");
    assert!(first.err.contains("`HOOK_KEY` is not set; events will wait"), "{first}");
    assert!(receiver.posts().is_empty());
    assert_eq!(served.run(&folder, &["audit", "deliver"]).code, 2);
    // The next deployment that has the key sends them, though it has nothing to do.
    let second = run(&folder, &served, &["deploy", "--yes"]);
    assert_eq!(second.code, 0, "{second}");
    assert_eq!(receiver.posts().len(), 3);
}

#[test]
fn what_was_undone_is_told_to_nobody() {
    let (receiver, served) = (Receiver::answering(|_| Reply::Status(200)), Served::start());
    let folder = told(&receiver);
    let on = Match::on("POST", "/api/v2/routing/rules").skip(2);
    served.organization.faults().add(Fault {
        on,
        times: 1,
        then: Effect::Status { status: 400, when: When::Before },
    });
    assert_eq!(run(&folder, &served, &["deploy", "--yes"]).code, 1);
    assert!(receiver.posts().is_empty());
    assert_eq!(history(&folder), Value::Null);
}

#[test]
fn only_200_and_202_are_success_where_that_is_asked_for() {
    let (receiver, served) = (Receiver::answering(|_| Reply::Status(201)), Served::start());
    let folder = told(&receiver);
    folder.write("rulec.toml", folder.read("rulec.toml") + "strict = true\n");
    assert_eq!(run(&folder, &served, &["deploy", "--yes"]).code, 0);
    assert_eq!(history(&folder)["pending"], json!(3));
}

#[cfg(unix)]
#[test]
fn a_process_that_is_killed_while_it_tells_loses_no_event() {
    let (pid, wait) = std::sync::mpsc::channel::<u32>();
    let wait = std::sync::Mutex::new(wait);
    let receiver = Receiver::answering(move |before| {
        if before == 0 {
            let pid = wait.lock().unwrap().recv().unwrap();
            std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap();
        }
        Reply::Nothing
    });
    let (folder, served) = (told(&receiver), Served::start());
    let mut variables = served.variables();
    variables.push(("HOOK_KEY", KEY));
    let child = folder.spawn(&variables, &["deploy", "--yes"]);
    pid.send(child.id()).unwrap();
    assert_eq!(finished(child).code, -1);
    let tried = ids(&receiver);
    assert_eq!(history(&folder), json!({"delivered": 0, "pending": 3, "failed": 0}));
    receiver.answer(|_| Reply::Status(200));
    let run = run(&folder, &served, &["audit", "deliver", "--all"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(history(&folder), json!({"delivered": 3, "pending": 0, "failed": 0}));
    let mut all = ids(&receiver);
    assert!(tried.iter().all(|id| all.contains(id)));
    all.dedup();
    assert_eq!(all.len(), 3, "each under one id");
}

#[test]
fn a_process_that_was_killed_before_it_noted_anything_is_made_up_for() {
    let (receiver, served) = (Receiver::answering(|_| Reply::Status(200)), Served::start());
    let folder = told(&receiver);
    assert_eq!(run(&folder, &served, &["deploy", "--yes"]).code, 0);
    let before = ids(&receiver);
    // The journal's end is written, and nothing after it.
    std::fs::remove_file(folder.path(".rulec/audit.jsonl")).unwrap();
    std::fs::remove_dir_all(folder.path(".rulec/outbox")).unwrap();
    let again = run(&folder, &served, &["deploy", "--yes"]);
    assert!(again.err.contains("webhook: 3 events delivered"), "{again}");
    let mut all = ids(&receiver);
    assert_eq!(all.len(), 6);
    all.dedup();
    assert_eq!(all, before, "the same events, under the same ids");
}
