//! Deliveries to a webhook that is sound, down, slow, full, or dies halfway.

use std::sync::Arc;
use std::time::Duration;

use genesys_client::webhook::{
    Batch, Budget, Delivered, Event, MAX_ATTEMPTS, Outbox, Tray, Webhook, Which, deliver,
};
use genesys_client::{Clock, Endpoint};
use serde_json::json;

use crate::clock::TestClock;
use crate::raw::{Raw, Reply, reply};

const KEY: &str = "hunter2-of-the-webhook";

struct Scene {
    _folder: tempfile::TempDir,
    outbox: Outbox,
    clock: Arc<TestClock>,
}

impl Scene {
    fn with(events: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::at(folder.path().join("outbox"));
        let event = |number| Event { id: format!("id-{number}"), body: json!({ "number": number }) };
        let head = Tray {
            organization: "prod".to_owned(),
            deployment: 1,
            begun: "2026-11-21T13:07:28Z".to_owned(),
            events,
            delivered: 0,
        };
        outbox.put("prod", &Batch { head, events: (0..events).map(event).collect() }).unwrap();
        Self { _folder: folder, outbox, clock: TestClock::new() }
    }

    async fn deliver(&self, url: &str, which: Which) -> Delivered {
        self.deliver_with(
            url,
            false,
            which,
            Duration::from_secs(20),
            Budget { in_flight: 1, ..Budget::default() },
        )
        .await
    }

    async fn deliver_with(
        &self,
        url: &str,
        strict: bool,
        which: Which,
        timeout: Duration,
        budget: Budget,
    ) -> Delivered {
        let endpoint = Endpoint::new(&format!("{url}/hook?who=me"), timeout).unwrap();
        let webhook = Webhook { endpoint, key: Some(KEY.to_owned().into()), strict };
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as _;
        let done = deliver(&webhook, &self.outbox, &clock, which, budget).await;
        assert!(done.trouble.is_empty(), "{done:?}");
        assert!(!format!("{done:?} {webhook:?}").contains(KEY));
        done
    }

    fn counts(&self) -> (usize, usize, usize) {
        let all = self.outbox.standings().unwrap().0;
        (all[0].delivered, all[0].waiting(), all[0].failed())
    }
}

fn ids(server: &Raw) -> Vec<String> {
    server.seen().iter().map(|seen| seen.header("x-delivery-id").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_event_is_posted_once_with_key_and_id() {
    let server = Raw::answering(vec![reply(204, &[], "")]).await;
    let scene = Scene::with(3);
    let done = scene.deliver(&server.url, Which::Due).await;
    assert_eq!((done.delivered, done.waiting, scene.counts()), (3, 0, (3, 0, 0)));
    let seen = server.seen();
    assert_eq!((seen[0].line.as_str(), seen[0].body.as_str()), ("POST /hook?who=me", "{\"number\":0}"));
    assert_eq!(seen[0].header("x-api-key"), Some(KEY));
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    assert_eq!(ids(&server), ["id-0", "id-1", "id-2"]);
    scene.deliver(&server.url, Which::All).await;
    assert_eq!(server.seen().len(), 3, "what was taken is not sent again");
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_later_under_its_id() {
    let midway = b"HTTP/1.1 200 OK\r\ncontent-le".to_vec();
    let failures = [
        (reply(500, &[], "no"), 61),
        (reply(302, &[("location", "http://127.0.0.1:1/")], ""), 61),
        (reply(429, &[("retry-after", "7200")], ""), 7201),
        (Reply::Cut(midway), 61),
        (Reply::Cut(Vec::new()), 61),
    ];
    for (failure, seconds) in failures {
        let server = Raw::answering(vec![failure.clone(), reply(200, &[], "")]).await;
        let scene = Scene::with(1);
        let done = scene.deliver(&server.url, Which::Due).await;
        assert_eq!((done.refused, scene.counts()), (1, (0, 1, 0)), "{failure:?}");
        assert!(done.reason.is_some());
        scene.clock.pass(Duration::from_secs(seconds - 2));
        scene.deliver(&server.url, Which::Due).await;
        assert_eq!(server.seen().len(), 1, "not before its time: {failure:?}");
        scene.clock.pass(Duration::from_secs(2));
        scene.deliver(&server.url, Which::Due).await;
        assert_eq!((ids(&server), scene.counts()), (vec!["id-0".to_owned(); 2], (1, 0, 0)), "{failure:?}");
    }
}

#[tokio::test]
async fn a_webhook_that_is_down_is_tried_three_times_a_run() {
    let scene = Scene::with(10);
    // Nobody listens where somebody did.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let done = scene.deliver(&format!("http://{gone}"), Which::Due).await;
    assert_eq!((done.refused, done.waiting, scene.counts()), (3, 10, (0, 10, 0)));
    assert!(done.reason.unwrap().contains("no connection"));
}

#[tokio::test]
async fn a_webhook_that_hangs_costs_its_timeout() {
    let server = Raw::answering(vec![Reply::Stall(Vec::new())]).await;
    let scene = Scene::with(8);
    let timeout = Duration::from_millis(100);
    let done = scene.deliver_with(&server.url, false, Which::Due, timeout, Budget::default()).await;
    assert!((3..=6).contains(&done.refused), "{done:?}");
    assert_eq!(scene.counts(), (0, 8, 0));
    assert!(done.reason.unwrap().contains("did not answer"));
}

#[tokio::test]
async fn no_attempt_begins_after_the_time_of_a_run() {
    let server = Raw::answering(vec![reply(200, &[], "")]).await;
    let scene = Scene::with(2);
    let budget = Budget { total: Duration::ZERO, ..Budget::default() };
    let done = scene.deliver_with(&server.url, false, Which::Due, Duration::from_secs(20), budget).await;
    assert_eq!((done.delivered, done.waiting, server.seen().len()), (0, 2, 0));
}

#[tokio::test]
async fn strictly_201_is_not_enough() {
    let server = Raw::answering(vec![reply(201, &[], "")]).await;
    let scene = Scene::with(1);
    let done =
        scene.deliver_with(&server.url, true, Which::Due, Duration::from_secs(20), Budget::default()).await;
    assert_eq!((done.delivered, done.refused), (0, 1));
    let done = scene.deliver(&server.url, Which::All).await;
    assert_eq!(done.delivered, 1);
}

#[tokio::test]
async fn what_was_given_up_is_sent_when_it_is_asked_for() {
    let mut answers = vec![reply(503, &[], ""); MAX_ATTEMPTS as usize];
    answers.push(reply(200, &[], ""));
    let server = Raw::answering(answers).await;
    let scene = Scene::with(1);
    for _ in 0..MAX_ATTEMPTS + 3 {
        scene.deliver(&server.url, Which::Due).await;
        scene.clock.pass(Duration::from_hours(7));
    }
    assert_eq!((server.seen().len(), scene.counts()), (MAX_ATTEMPTS as usize, (0, 0, 1)));
    scene.deliver(&server.url, Which::All).await;
    assert_eq!(scene.counts(), (1, 0, 0));
}

#[tokio::test]
async fn a_run_that_is_cut_off_while_it_sends_loses_nothing() {
    let server = Raw::answering(vec![Reply::Stall(Vec::new()), reply(200, &[], "")]).await;
    let scene = Scene::with(2);
    {
        // The run ends, as a killed process does, when the first event is on its way.
        let mut run = std::pin::pin!(scene.deliver(&server.url, Which::Due));
        while server.seen().is_empty() {
            let is_over =
                std::future::poll_fn(|cx| std::task::Poll::Ready(run.as_mut().poll(cx).is_ready())).await;
            assert!(!is_over);
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(scene.counts(), (0, 2, 0));
    scene.deliver(&server.url, Which::Due).await;
    assert_eq!(
        (scene.counts(), ids(&server)),
        ((2, 0, 0), ["id-0", "id-0", "id-1"].map(str::to_owned).to_vec())
    );
}
