//! Answers that are not what the contract says, in the middle of a deployment: nothing is left half done, nothing hangs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::time::Duration;

use genesys_client::ErrorKind;
use genesys_client::deploy::{DeployError, Direction, RecoverError};
use genesys_client::plan::{Plan, Prune};
use genesys_client::resource::Kind;
use genesys_sandbox::{Effect, Fault, Match, ReplyBody, RetryAfter, When};
use rulec_tests::deployment::{World, bundle, rule, run};
use serde_json::{Value, json};

const RULES: &str = "/api/v2/routing/rules*";
/// How deep the deepest tree is.
const DEEP: usize = 10_000;

fn reply(content_type: &str, body: ReplyBody, when: When) -> Effect {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    Effect::Reply { when, status: 200, headers, body }
}

/// What comes back instead of an answer; a write has had its effect or not.
fn answers(when: When) -> Vec<(&'static str, Effect)> {
    let text = |text: &str| reply("application/json", ReplyBody::Bytes(text.as_bytes().to_vec()), when);
    let page = |entity: &str, next: &str| {
        text(&format!(r#"{{"entities":[{entity}],"pageNumber":1,"pageSize":100,"total":1{next}}}"#))
    };
    let next = |uri: &str| page("", &format!(r#","nextUri":"{uri}""#));
    let tree = format!("{}{{}}{}", r#"{"type":"and","children":["#.repeat(DEEP), "]}".repeat(DEEP));
    let deep =
        format!(r#"{{"id":"1","name":"deep","queue":{{"id":"q-sales"}},"version":1,"expression":{tree}}}"#);
    let html = b"<html><head><title>502 Bad Gateway</title></head></html>".to_vec();
    vec![
        ("malformed JSON", text(r#"{"entities":[{"id":"#)),
        ("HTML", reply("text/html", ReplyBody::Bytes(html), when)),
        ("an empty body", text("")),
        ("an error in 200", text(r#"{"status":500,"code":"internal.server.error","message":"no"}"#)),
        ("another type", text(r#""a text""#)),
        ("entities without fields", page("{}", "")),
        ("an endless body", reply("application/json", ReplyBody::Endless(b"[[[[[[[[".repeat(512)), when)),
        (
            "a body that breaks off",
            reply("application/json", ReplyBody::Broken(br#"{"entities":["#.to_vec()), when),
        ),
        ("another host", next("https://evil.example/api/v2/routing/rules?pageNumber=2")),
        ("itself", next("/api/v2/routing/rules?pageSize=100")),
        ("no page", next("\u{7f}//")),
        ("a deep tree in a list", page(&deep, "")),
        ("a deep tree", text(&deep)),
    ]
}

fn too_many(retry_after: RetryAfter) -> Effect {
    Effect::TooManyRequests { retry_after }
}

fn waits() -> Vec<(&'static str, Effect)> {
    vec![
        ("a day", too_many(RetryAfter::Seconds(86_400))),
        ("a century", too_many(RetryAfter::Raw("Fri, 31 Dec 2126 23:59:59 GMT".to_owned()))),
        ("nonsense", too_many(RetryAfter::Raw("soon".to_owned()))),
        ("less than nothing", too_many(RetryAfter::Raw("-5".to_owned()))),
        ("no number", too_many(RetryAfter::Raw("NaN".to_owned()))),
        ("too large a number", too_many(RetryAfter::Raw("99999999999999999999".to_owned()))),
    ]
}

fn everything(when: When) -> Vec<(&'static str, Effect)> {
    [answers(when), waits()].concat()
}

/// Rules of which one changes, one goes and one stays, and a plan that also makes one.
async fn world() -> (World, Plan) {
    let world = World::start(|_| {}).await;
    for name in ["changes", "goes", "stays"] {
        let mut body = rule("", name, 10);
        body["queue"] = json!({ "id": "q-support" });
        world.sandbox.create_rule("another", &body).unwrap();
    }
    let goes = world.sandbox.rules().into_iter().filter(|rule| rule.name == "goes");
    let owned = goes.map(|rule| (Kind::Rule, rule.id)).collect();
    let rules =
        [("changes", 20), ("stays", 10), ("new", 30)].map(|(name, value)| rule("Support", name, value));
    let plan = world.plan_owning(&bundle(&rules), Prune::Owned, &owned).await.unwrap();
    (world, plan)
}

/// What the organization holds when all goes well.
async fn deployed() -> Value {
    let (world, plan) = world().await;
    world.deploy(&plan).await.unwrap();
    world.sandbox.snapshot()
}

/// No more than what the retries of a few requests wait together.
fn assert_patient(world: &World, case: &str) {
    assert!(world.clock.slept() < Duration::from_secs(3_600), "{case}: waited {:?}", world.clock.slept());
}

#[test]
fn a_list_that_cannot_be_read_gives_no_plan() {
    run(async {
        for path in ["/api/v2/routing/queues*", RULES] {
            for (name, effect) in everything(When::Before) {
                let (world, _) = world().await;
                let before = world.sandbox.snapshot();
                world.sandbox.forget_requests();
                world.sandbox.faults().add(Fault {
                    on: Match::on("GET", path),
                    times: u32::MAX,
                    then: effect,
                });
                let case = format!("{name} at {path}");
                match world.observe().await {
                    Err(error) => {
                        let is_typed = matches!(
                            error.kind,
                            ErrorKind::Answer
                                | ErrorKind::TooLarge
                                | ErrorKind::Connection
                                | ErrorKind::Timeout
                                | ErrorKind::RateLimited { .. }
                        );
                        assert!(is_typed, "{case}: {error:?}");
                        assert!(!error.help().is_empty(), "{case}: {error}");
                    }
                    // Queues without a name can belong to no rule.
                    Ok(_) => assert!(
                        path.contains("queues") && name == "entities without fields" || name.contains("deep"),
                        "{case}"
                    ),
                }
                assert!(world.sandbox.requests().len() < 20, "{case}");
                assert_eq!(world.sandbox.snapshot(), before, "{case}");
                assert_patient(&world, &case);
            }
        }
    });
}

/// Deploys where this goes wrong so often, and recovers where that leaves something open.
async fn case(case: &str, on: Match, times: u32, then: Effect, after: &Value) -> &'static str {
    let (mut world, plan) = world().await;
    let before = world.sandbox.snapshot();
    world.sandbox.faults().add(Fault { on, times, then });
    let result = world.deploy(&plan).await;
    assert_patient(&world, case);
    let end = match &result {
        Ok(_) => "deployed",
        Err(DeployError::Undone { contested, .. }) => {
            assert!(contested.is_empty(), "{case}: {result:?}");
            "undone"
        }
        Err(DeployError::NotStarted(_)) => "not started",
        Err(DeployError::Unfinished { .. }) => "recovered",
        Err(error) => panic!("{case}: {error:?}"),
    };
    let mut told = format!("{case}: {result:?}");
    let mut is_done = end == "deployed";
    if end == "recovered" {
        world.sandbox.faults().clear();
        world.reconnect();
        let recovered = world.recover(Direction::Onwards).await;
        told = format!("{told}, {recovered:?}");
        is_done = match recovered {
            Ok(_) => true,
            Err(RecoverError::Deploy(DeployError::Undone { .. })) => false,
            Err(error) => panic!("{case}: {error:?}"),
        };
    }
    assert_eq!(&world.sandbox.snapshot(), if is_done { after } else { &before }, "{told}");
    end
}

#[test]
fn a_write_that_is_answered_badly_leaves_nothing_half_done() {
    run(async {
        let after = deployed().await;
        let mut open = Vec::new();
        for method in ["POST", "PATCH", "DELETE"] {
            for (when, all) in [(When::Before, everything(When::Before)), (When::After, answers(When::After))]
            {
                for (name, effect) in all {
                    for times in [1, u32::MAX] {
                        let told = format!("{name} at {method} {when:?}, {times} times");
                        let end = case(&told, Match::on(method, RULES), times, effect.clone(), &after).await;
                        if end == "recovered" {
                            open.push(told);
                        }
                    }
                }
            }
        }
        // What happens once leaves nothing open.
        assert!(open.iter().all(|told| !told.ends_with(" 1 times")), "{open:#?}");
    });
}

#[test]
fn a_read_that_is_answered_badly_leaves_nothing_half_done() {
    run(async {
        let after = deployed().await;
        let mut open = Vec::new();
        // Before anything new has effect, and at the end.
        for skip in 0..3 {
            for (name, effect) in everything(When::Before) {
                for times in [1, u32::MAX] {
                    let told = format!("{name} at read {skip}, {times} times");
                    let end =
                        case(&told, Match::on("GET", RULES).skip(skip), times, effect.clone(), &after).await;
                    if end == "recovered" {
                        open.push(told);
                    }
                }
            }
        }
        assert!(open.iter().all(|told| !told.ends_with(" 1 times")), "{open:#?}");
    });
}

#[test]
fn a_token_endpoint_that_answers_badly_starts_nothing() {
    run(async {
        for (name, effect) in everything(When::Before) {
            let (mut world, plan) = world().await;
            let before = world.sandbox.snapshot();
            world.reconnect();
            world.sandbox.faults().add(Fault {
                on: Match::on("POST", "/oauth/token"),
                times: u32::MAX,
                then: effect,
            });
            let result = world.deploy(&plan).await;
            assert!(matches!(result, Err(DeployError::NotStarted(_))), "{name}: {result:?}");
            assert_eq!(world.sandbox.snapshot(), before, "{name}");
            assert_patient(&world, name);
        }
    });
}
