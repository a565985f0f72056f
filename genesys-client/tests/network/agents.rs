//! The agents of a queue against the sandbox: pages, faults, and how many requests are under way.

use genesys_client::agents::{Agent, IN_FLIGHT, of_queue};
use genesys_client::{Client, ErrorKind};
use genesys_model::{AgentSkill, AgentState};
use genesys_sandbox::{
    ClientCredentials, Effect, Fault, Fixture, Match, RetryAfter, Sandbox, Settings, When,
};
use serde_json::{Value, json};

use crate::clock::TestClock;
use crate::raw::{Raw, json as answer};
use crate::{ID, SECRET, client};

const PROFILES: &str = "/api/v2/routing/users/*/routingprofile";

/// A queue with so many agents, and one agent of another.
async fn start(agents: usize) -> (Sandbox, Client, std::sync::Arc<TestClock>) {
    let mut list: Vec<Value> = (0..agents)
        .map(|number| {
            let state = ["Available", "Busy", "Offline"][number % 3];
            let skills = json!({ "english": 1, "billing": number % 5 });
            json!({ "id": format!("a-{number:03}"), "name": format!("Agent {number:03}"), "state": state,
                "wrapUpCode": "resolved", "skills": skills, "queues": ["Support"] })
        })
        .collect();
    list.push(json!({ "name": "Somebody else", "queues": ["Sales"] }));
    let fixture = json!({
        "skills": [{ "name": "english" }, { "name": "billing" }],
        "queues": [
            { "id": "q-1", "name": "Support", "routingType": "SkillBased", "skillRequirements": ["billing"] },
            { "id": "q-2", "name": "Sales" },
            { "id": "q-3", "name": "Empty" },
        ],
        "agents": list,
    });
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

fn fault(sandbox: &Sandbox, path: &str, times: u32, then: Effect) {
    sandbox.faults().add(Fault { on: Match::on("GET", path), times, then });
}

#[tokio::test]
async fn all_members_are_read_over_all_pages_each_with_profile_and_availability() {
    let (sandbox, client, _) = start(230).await;
    let found = of_queue(&client, "q-1").await.unwrap();
    assert_eq!(found.queue.routing_type.as_deref(), Some("SkillBased"));
    assert_eq!(found.queue.skill_requirements, ["billing"]);
    let ids: Vec<&str> = found.agents.iter().map(|agent| agent.id.as_str()).collect();
    assert_eq!(ids, (0..230).map(|number| format!("a-{number:03}")).collect::<Vec<_>>());
    let skill = |name: &str, priority| AgentSkill { name: name.to_owned(), priority };
    let expected = Agent {
        id: "a-101".to_owned(),
        name: Some("Agent 101".to_owned()),
        state: AgentState::Offline,
        wrap_up_code: Some("resolved".to_owned()),
        skills: vec![skill("billing", 1), skill("english", 1)],
    };
    assert_eq!((&found.agents[101], found.left.len()), (&expected, 0));
    let asked = |end: &str| sandbox.requests().iter().filter(|note| note.path.ends_with(end)).count();
    assert_eq!([asked("/members"), asked("/routingprofile"), asked("/availability")], [3, 230, 230]);
    assert_eq!(of_queue(&client, "q-3").await.unwrap().agents, []);
}

#[tokio::test]
async fn a_bounded_number_of_requests_is_under_way() {
    let (sandbox, client, _) = start(40).await;
    fault(&sandbox, PROFILES, u32::MAX, Effect::Hang(When::Before));
    let asked = || sandbox.requests().iter().filter(|note| note.path.ends_with("/routingprofile")).count();
    {
        let mut reading = std::pin::pin!(of_queue(&client, "q-1"));
        let mut rounds_after = 0;
        while rounds_after < 1_000 {
            rounds_after += usize::from(asked() >= IN_FLIGHT);
            let is_done =
                std::future::poll_fn(|cx| std::task::Poll::Ready(reading.as_mut().poll(cx).is_ready())).await;
            assert!(!is_done);
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(asked(), IN_FLIGHT);
    // What was given up leaves the client whole.
    sandbox.faults().clear();
    assert_eq!(of_queue(&client, "q-1").await.unwrap().agents.len(), 40);
}

#[tokio::test]
async fn an_agent_who_left_in_the_meantime_is_told_apart() {
    let (sandbox, client, _) = start(120).await;
    for path in ["/api/v2/routing/users/a-007/routingprofile", "/api/v2/routing/users/a-110/availability"] {
        fault(&sandbox, path, 1, Effect::Status { status: 404, when: When::Before });
    }
    let found = of_queue(&client, "q-1").await.unwrap();
    let left: Vec<&str> = found.left.iter().map(|member| member.user_id.as_str()).collect();
    assert_eq!((left, found.agents.len()), (vec!["a-007", "a-110"], 118));
    // Where nobody is known, it is no leaving.
    fault(&sandbox, PROFILES, u32::MAX, Effect::Status { status: 404, when: When::Before });
    let error = of_queue(&client, "q-1").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert_eq!(of_queue(&client, "nowhere").await.unwrap_err().attempted, "read the queue");
}

#[tokio::test]
async fn busy_moments_are_waited_for_and_what_stays_is_told() {
    let (sandbox, client, clock) = start(30).await;
    let busy = || Effect::TooManyRequests { retry_after: RetryAfter::Seconds(7) };
    fault(&sandbox, PROFILES, 1, busy());
    fault(
        &sandbox,
        "/api/v2/routing/users/a-020/availability",
        2,
        Effect::Status { status: 503, when: When::Before },
    );
    fault(&sandbox, "/api/v2/routing/queues/q-1", 1, busy());
    assert_eq!(of_queue(&client, "q-1").await.unwrap().agents.len(), 30);
    assert!(clock.seconds().contains(&7.0), "{:?}", clock.seconds());
    for (path, then, kind) in [
        ("/api/v2/routing/queues/q-1", busy(), None),
        (PROFILES, busy(), None),
        (
            "*/a-020/availability",
            Effect::Status { status: 503, when: When::Before },
            Some(ErrorKind::Unavailable),
        ),
        ("*/members", Effect::Status { status: 403, when: When::Before }, Some(ErrorKind::Permission)),
        (PROFILES, Effect::Drop(When::Before), Some(ErrorKind::Connection)),
    ] {
        fault(&sandbox, path, u32::MAX, then);
        let error = of_queue(&client, "q-1").await.unwrap_err();
        sandbox.faults().clear();
        match kind {
            Some(kind) => assert_eq!(error.kind, kind, "{path}"),
            // Never the answer's body as if it were an agent (D20).
            None => assert!(matches!(error.kind, ErrorKind::RateLimited { .. }), "{path}: {error}"),
        }
    }
}

#[tokio::test]
async fn what_the_contract_does_not_know_is_an_error_that_names_the_agent() {
    let queue = || answer(200, r#"{"id":"q-1","name":"Support"}"#);
    let members = || answer(200, r#"{"entities":[{"userId":"a-1","name":"Ada"}],"nextPageUri":null}"#);
    let sound = || answer(200, r#"{"skills":[{"name":"english","priority":1}]}"#);
    for (answers, says) in [
        (vec![queue(), answer(200, r#"{"entities":[{"name":"Ada"}]}"#)], "list the members"),
        (
            vec![queue(), members(), answer(200, r#"{"skills":[{"name":"english","priority":-1}]}"#)],
            "read the routing profile of `Ada`",
        ),
        (vec![queue(), members(), sound(), answer(200, r#"{"state":"Dreaming"}"#)], "availability of `Ada`"),
        (vec![answer(200, "[]")], "read the queue"),
    ] {
        let server = Raw::answering(answers).await;
        let error = of_queue(&client(&server.url, &TestClock::new()), "q-1").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Answer);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn pages_are_followed_by_either_name_of_their_address_once_for_each_member() {
    let server = Raw::answering(vec![
        answer(200, r#"{"id":"q-1","name":"Support"}"#),
        answer(
            200,
            r#"{"entities":[{"userId":"a-1"}],"nextPageUri":"/api/v2/routing/queues/q-1/members?pageNumber=2"}"#,
        ),
        answer(
            200,
            r#"{"entities":[{"userId":"a-1"},{"userId":"a-2"}],"nextUri":"/api/v2/routing/queues/q-1/members?pageNumber=3"}"#,
        ),
        answer(200, r#"{"entities":[]}"#),
        // Fits a profile and an availability alike: no skills, offline.
        answer(200, "{}"),
    ])
    .await;
    let found = of_queue(&client(&server.url, &TestClock::new()), "q-1").await.unwrap();
    let told: Vec<_> = found.agents.iter().map(|agent| (agent.id.as_str(), agent.state)).collect();
    assert_eq!(told, [("a-1", AgentState::Offline), ("a-2", AgentState::Offline)]);
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).take(4).collect();
    assert_eq!(lines[1], "GET /api/v2/routing/queues/q-1/members?pageSize=100");
    assert_eq!(lines[3], "GET /api/v2/routing/queues/q-1/members?pageNumber=3");
    // An address that leads elsewhere gets no token.
    let server = Raw::answering(vec![
        answer(200, r#"{"id":"q-1","name":"Support"}"#),
        answer(
            200,
            r#"{"entities":[],"nextPageUri":"https://elsewhere.example/api/v2/routing/queues/q-1/members"}"#,
        ),
    ])
    .await;
    let error = of_queue(&client(&server.url, &TestClock::new()), "q-1").await.unwrap_err();
    assert!(error.to_string().contains("not relative"), "{error}");
}
