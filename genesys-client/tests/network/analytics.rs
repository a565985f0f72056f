//! Analytics of strategies: jobs that take time, fail and page, and answers that get lost.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use genesys_client::analytics::{
    GroupBy, JobError, MAX_WINDOW, Patience, QueryError, query, results, strategies, submit, wait,
};
use genesys_client::{Client, Effect as Unknown, ErrorKind};
use genesys_model::AnalyticsQuery;
use genesys_sandbox::{
    ClientCredentials, Effect, Fault, Fixture, JobCourse, Match, ReplyBody, RetryAfter, Sandbox, Settings,
    When,
};
use serde_json::{Value, json};

use crate::clock::TestClock;
use crate::raw::{Raw, Reply, json as answer, reply};
use crate::{ID, SECRET, client};

const QUERY: &str = "/api/v2/analytics/routing/strategies/query";

/// 230 queues with a strategy for voice each, whose figures tell them apart.
async fn start() -> (Sandbox, Client, Arc<TestClock>) {
    let queue = |number: u32| {
        json!({ "id": format!("q-{number:03}"), "name": format!("Queue {number:03}"),
            "strategies": [{ "mediaType": "voice", "strategy": "random" }],
            "strategyMetrics": { "voice": { "handledCalls": number } } })
    };
    let fixture = json!({ "queues": (0..230).map(queue).collect::<Vec<Value>>() });
    let settings = Settings {
        fixture: Some(Fixture::from_json(&fixture.to_string()).unwrap()),
        clients: vec![ClientCredentials::new(ID, SECRET)],
        rate: None,
        ..Settings::default()
    };
    let sandbox = Sandbox::start(settings).await.unwrap();
    let clock = TestClock::new();
    let client = client(&sandbox.url(), &clock);
    (sandbox, client, clock)
}

fn new_year() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

fn asked(strategies: Vec<String>) -> AnalyticsQuery {
    let metrics = vec!["handledCalls".to_owned()];
    query(strategies, metrics, new_year(), new_year() + MAX_WINDOW, GroupBy::Strategy).unwrap()
}

fn times(sandbox: &Sandbox, method: &str, start: &str) -> usize {
    let requests = sandbox.requests();
    requests.iter().filter(|note| note.method == method && note.path.starts_with(start)).count()
}

#[tokio::test]
async fn a_job_is_asked_for_once_looked_at_and_read_over_all_pages() {
    let (sandbox, client, clock) = start().await;
    let course = JobCourse { polls: Some(6), failure: None };
    sandbox.faults().add(Fault { on: Match::on("POST", QUERY), times: 1, then: Effect::Job(course) });
    let all = strategies(&client).await.unwrap();
    assert_eq!((all.len(), all[7].queue.as_str(), all[7].media_type.as_str()), (230, "q-007", "voice"));
    let ids: Vec<String> = all.iter().map(|one| one.id.clone()).collect();
    let job = submit(&client, &asked(ids)).await.unwrap();
    let mut told = Vec::new();
    let mut tell = |status: &str| told.push(status.to_owned());
    wait(&client, &*clock, &job, Patience::default(), &mut tell).await.unwrap();
    assert_eq!(told, ["running"]);
    // The first look comes at once.
    assert_eq!(clock.seconds(), [1.0, 2.0, 4.0, 8.0, 15.0, 15.0]);
    let rows = results(&client, &job).await.unwrap();
    assert_eq!(rows.len(), 230);
    let figure = |row: usize| {
        let of = all.iter().find(|one| one.id == rows[row].entity).unwrap();
        (rows[row].metrics["handledCalls"], of.queue.trim_start_matches("q-").parse::<f64>().unwrap())
    };
    assert!((0..230).map(figure).all(|(found, expected)| (found - expected).abs() < f64::EPSILON));
    let jobs = format!("/api/v2/analytics/jobs/{job}");
    assert_eq!((times(&sandbox, "POST", QUERY), times(&sandbox, "GET", &jobs)), (1, 7 + 3));
}

#[tokio::test]
async fn a_query_over_a_limit_is_never_sent() {
    let (sandbox, client, _) = start().await;
    let mut query = asked(vec!["s-1".to_owned()]);
    query.to = "2026-01-31T00:00:01.000Z".to_owned();
    let error = submit(&client, &query).await.unwrap_err();
    let over = Duration::from_secs(1);
    assert_eq!(error, JobError::Query(QueryError::TooLong { over }));
    assert!(error.help().contains("30 days"));
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_job_that_fails_says_why_and_what_to_do() {
    let (sandbox, client, clock) = start().await;
    let failure = Some("the store is down\u{1b}[31m\nfor now".to_owned());
    let course = JobCourse { polls: Some(1), failure };
    sandbox.faults().add(Fault { on: Match::on("POST", QUERY), times: 1, then: Effect::Job(course) });
    let job = submit(&client, &asked(vec!["s-1".to_owned()])).await.unwrap();
    let error = wait(&client, &*clock, &job, Patience::default(), &mut |_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), format!("the analytics job `{job}` failed: the store is down[31m for now"));
    assert!(error.help().starts_with("ask for less at once"));
    assert_eq!(error.job(), Some(job.as_str()));
    assert_eq!(times(&sandbox, "POST", QUERY), 1);
}

#[tokio::test]
async fn a_job_that_does_not_end_is_left_at_the_deadline() {
    let (sandbox, client, clock) = start().await;
    let course = JobCourse { polls: Some(u32::MAX), failure: None };
    sandbox.faults().add(Fault { on: Match::on("POST", QUERY), times: 1, then: Effect::Job(course) });
    let job = submit(&client, &asked(vec!["s-1".to_owned()])).await.unwrap();
    let patience = Patience { deadline: Duration::from_secs(40), ..Patience::default() };
    let begun = genesys_client::Clock::now(&*clock);
    let error = wait(&client, &*clock, &job, patience, &mut |_| {}).await.unwrap_err();
    assert!(matches!(&error, JobError::Late { status, .. } if status == "running"), "{error}");
    assert_eq!(clock.seconds(), [1.0, 2.0, 4.0, 8.0, 15.0]);
    assert!(genesys_client::Clock::now(&*clock).duration_since(begun).unwrap() <= patience.deadline);
    assert!(error.to_string().ends_with("its status is `running` after 30 s, and 40 s are waited at most"));
}

#[tokio::test]
async fn a_job_whose_answer_was_lost_is_not_asked_for_a_second_time() {
    for then in [
        Effect::Drop(When::After),
        Effect::Status { status: 503, when: When::After },
        Effect::Status { status: 504, when: When::Before },
        Effect::Reply {
            when: When::After,
            status: 202,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: ReplyBody::Bytes(b"<title>proxy</title>".to_vec()),
        },
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.faults().add(Fault { on: Match::on("POST", QUERY), times: 1, then });
        let error = submit(&client, &asked(vec!["s-1".to_owned()])).await.unwrap_err();
        assert!(matches!(&error, JobError::Submit(error) if error.effect == Unknown::Unknown), "{error}");
        assert!(error.help().starts_with("a job may be running all the same"), "{}", error.help());
        assert_eq!(times(&sandbox, "POST", QUERY), 1);
    }
    // What certainly was not carried out is sent again.
    let (sandbox, client, clock) = start().await;
    for then in
        [Effect::TooManyRequests { retry_after: RetryAfter::Seconds(9) }, Effect::Delay(Duration::ZERO)]
    {
        sandbox.faults().add(Fault { on: Match::on("POST", QUERY), times: 1, then });
    }
    submit(&client, &asked(vec!["s-1".to_owned()])).await.unwrap();
    assert_eq!((times(&sandbox, "POST", QUERY), clock.seconds()), (2, vec![9.0]));
}

#[tokio::test]
async fn trouble_while_looking_asks_for_no_second_job() {
    let (sandbox, client, clock) = start().await;
    let job = submit(&client, &asked(vec!["s-1".to_owned()])).await.unwrap();
    for then in [
        Effect::Status { status: 503, when: When::Before },
        Effect::TooManyRequests { retry_after: RetryAfter::Seconds(30) },
        Effect::Drop(When::Before),
    ] {
        sandbox.faults().add(Fault { on: Match::on("GET", "/api/v2/analytics/jobs/*"), times: 1, then });
    }
    wait(&client, &*clock, &job, Patience::default(), &mut |_| {}).await.unwrap();
    assert!(clock.seconds().contains(&30.0), "{:?}", clock.seconds());
    sandbox.faults().add(Fault {
        on: Match::on("GET", "/api/v2/analytics/jobs/*"),
        times: u32::MAX,
        then: Effect::Status { status: 503, when: When::Before },
    });
    let error = wait(&client, &*clock, &job, Patience::default(), &mut |_| {}).await.unwrap_err();
    assert!(matches!(&error, JobError::Look { error, .. } if error.kind == ErrorKind::Unavailable));
    assert!(error.details().contains(&format!("the analytics job is `{job}`")));
    assert_eq!(times(&sandbox, "POST", QUERY), 1);
    sandbox.faults().clear();
    let error = wait(&client, &*clock, "nowhere", Patience::default(), &mut |_| {}).await.unwrap_err();
    assert!(matches!(&error, JobError::Look { error, .. } if error.kind == ErrorKind::NotFound));
}

#[tokio::test]
async fn the_job_goes_by_either_of_its_names() {
    for (body, expected) in [
        (r#"{"id":"j-1"}"#, Some("j-1")),
        (r#"{"jobId":"j-2"}"#, Some("j-2")),
        (r#"{"id":"j-3","jobId":"j-3"}"#, Some("j-3")),
        (r#"{"id":null,"jobId":"j-4"}"#, Some("j-4")),
        (r#"{"id":"j-5","jobId":"j-6"}"#, None),
        (r#"{"id":"","status":"queued"}"#, None),
        ("[]", None),
    ] {
        let server = Raw::answering(vec![answer(202, body)]).await;
        let job = submit(&client(&server.url, &TestClock::new()), &asked(vec!["s-1".to_owned()])).await;
        match expected {
            Some(id) => assert_eq!(job.unwrap(), id),
            None => assert!(job.unwrap_err().to_string().contains("job"), "{body}"),
        }
    }
    // What is accepted with nothing to say names no job either.
    let server = Raw::answering(vec![reply(202, &[], "")]).await;
    let error = submit(&client(&server.url, &TestClock::new()), &asked(vec!["s-1".to_owned()])).await;
    assert!(error.unwrap_err().to_string().contains("names no job"));
}

#[tokio::test]
async fn the_wait_is_what_the_job_asks_for() {
    let running = |after: &str| {
        reply(200, &[("content-type", "application/json"), ("retry-after", after)], r#"{"status":"running"}"#)
    };
    let looks = |answers: Vec<Reply>| async move {
        let server = Raw::answering(answers).await;
        let clock = TestClock::with_chance(0.5);
        let client = client(&server.url, &clock);
        let result = wait(&client, &*clock, "j-1", Patience::default(), &mut |_| {}).await;
        (result, clock.seconds())
    };
    let done = || answer(200, r#"{"status":"completed"}"#);
    let (result, slept) = looks(vec![
        running("20"),
        answer(200, r#"{"status":"indexing"}"#),
        running("0"),
        running("nonsense"),
        done(),
    ])
    .await;
    assert_eq!((result, slept), (Ok(()), vec![20.0, 2.1, 1.0, 8.4]));
    // Longer than is waited: left at once.
    let (result, slept) = looks(vec![running("86400")]).await;
    assert!(matches!(result, Err(JobError::Late { .. })) && slept.is_empty());
    let (result, _) = looks(vec![answer(200, r#"{"status":"failed"}"#)]).await;
    assert!(result.unwrap_err().to_string().contains("does not say why"));
}

#[tokio::test]
async fn results_that_are_none_or_say_two_things_are_errors() {
    for (body, says) in [
        (r#"{"entities":[{"metrics":[]}]}"#, "no `entityId`"),
        (r#"{"entities":[{"entityId":"s","metrics":3}]}"#, "no list"),
        (r#"{"entities":[{"entityId":"s","metrics":[{"value":1}]}]}"#, "no `metricId`"),
        (r#"{"entities":[{"entityId":"s","metrics":[{"metricId":"a","value":"1"}]}]}"#, "no number"),
        (r#"{"entities":[{"entityId":"s","metrics":[{"metricId":"a"},{"metricId":"a"}]}]}"#, "two figures"),
        (r#"{"entities":[{"entityId":"s"},{"entityId":"s"}]}"#, "two results for `s`"),
    ] {
        let server = Raw::answering(vec![answer(200, body)]).await;
        let error = results(&client(&server.url, &TestClock::new()), "j-1").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Answer);
        assert!(error.to_string().contains(says), "{error}");
    }
    let body = r#"{"entities":[{"entityId":"s","metrics":[{"metricId":"a"},{"metricId":"b","value":null},{"metricId":"c","value":2.5}]}]}"#;
    let server = Raw::answering(vec![answer(200, body)]).await;
    let rows = results(&client(&server.url, &TestClock::new()), "../j?").await.unwrap();
    let figures: Vec<_> = rows[0].metrics.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(figures, [("a", 0.0), ("c", 2.5)]);
    assert_eq!(server.seen()[0].line, "GET /api/v2/analytics/jobs/%2E%2E%2Fj%3F/results?pageSize=100");
}
