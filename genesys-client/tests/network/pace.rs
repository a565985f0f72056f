//! Everybody waits together, and the allowed pace is kept.

use std::sync::Arc;
use std::time::Duration;

use genesys_client::{Clock, Request};
use genesys_sandbox::{ClientCredentials, RateLimit, Sandbox, Settings};

use crate::clock::TestClock;
use crate::raw::{Raw, json as answer, reply};
use crate::{ID, SECRET, client};

fn get() -> Request {
    Request::get("/api/v2/routing/rules", "list the rules")
}

#[tokio::test]
async fn a_429_pauses_everybody() {
    let server = Raw::answering(vec![
        answer(200, "{}"),
        reply(429, &[("retry-after", "30")], "{}"),
        answer(200, "{}"),
    ])
    .await;
    let clock = TestClock::new();
    let client = client(&server.url, &clock);
    client.send(&get()).await.unwrap();
    let begun = clock.now();
    client.send(&get()).await.unwrap();
    assert_eq!(clock.now().duration_since(begun).unwrap(), Duration::from_secs(30));
    // A clone waits for what another was told.
    let server = Raw::answering(vec![
        answer(200, "{}"),
        reply(429, &[("retry-after", "30")], "{}"),
        answer(200, "{}"),
    ])
    .await;
    let (clock, begun) = (TestClock::new(), TestClock::new().now());
    let first = crate::client(&server.url, &clock);
    first.send(&get()).await.unwrap();
    let tasks = (0..5).map(|_| {
        let client = first.clone();
        tokio::spawn(async move { client.send(&get()).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    assert_eq!(clock.now().duration_since(begun).unwrap(), Duration::from_secs(30));
}

/// Sends requests from so many tasks against a sandbox limited as the platform; gives the 429 and the time that passed.
async fn run(tasks: usize, requests: usize, limit: RateLimit, latency: Duration) -> (usize, Duration) {
    let clock = TestClock::new();
    let sandbox_clock = Arc::clone(&clock);
    let sandbox = Sandbox::start(Settings {
        clients: vec![ClientCredentials::new(ID, SECRET)],
        rate: Some(limit),
        // Each look at the time takes a little.
        now: Arc::new(move || {
            sandbox_clock.pass(latency);
            sandbox_clock.now()
        }),
        ..Settings::default()
    })
    .await
    .unwrap();
    let client = client(&sandbox.url(), &clock);
    let begun = clock.now();
    let workers = (0..tasks).map(|_| {
        let client = client.clone();
        tokio::spawn(async move {
            for _ in 0..requests / tasks {
                client.send(&get()).await.unwrap();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let refused = sandbox.requests().iter().filter(|note| note.status == Some(429)).count();
    (refused, clock.now().duration_since(begun).unwrap())
}

#[tokio::test]
async fn the_allowed_pace_is_kept_without_a_429() {
    let platform = RateLimit::default();
    let short = RateLimit { allowed: 40, window: Duration::from_secs(2) };
    for (limit, requests) in [(platform, 960), (short, 400)] {
        for tasks in [1, 8, 32] {
            for latency in [Duration::ZERO, Duration::from_millis(1)] {
                let (refused, took) = run(tasks, requests, limit, latency).await;
                // The first window's requests are free.
                let allowed = u32::try_from(requests).unwrap().div_ceil(limit.allowed) - 1;
                let ideal = limit.window * allowed;
                assert_eq!(refused, 0, "{tasks} tasks, {latency:?}");
                assert!(
                    took.mul_f64(0.9) <= ideal + latency * 4 * limit.allowed,
                    "{tasks} tasks: {took:?}, ideal {ideal:?}"
                );
            }
        }
    }
}
