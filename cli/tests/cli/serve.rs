//! `rulec serve`, over real HTTP.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

use genesys_sandbox::{Effect, Fault, Match, When};
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::service::{Answer, JSON, Service, is_described, openapi};
use crate::simulate::{served, staffed};

/// A service with agents of a file.
fn service(folder: &Folder) -> Service {
    Service::start(folder, &[], &["--agents", "agents.json"])
}

#[test]
fn an_interaction_is_evaluated_with_the_reasons() {
    let folder = staffed();
    let service = service(&folder);
    let answer = service.post("/evaluate", &json!({ "interaction": { "vip": true, "language": "en" } }));
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    is_described(&json, "EvaluateAnswer");
    assert_eq!((&json["decision"], &json["queue"]), (&json!("VIP"), &json!("Support")));
    assert_eq!(json["rules"].as_array().unwrap().len(), 3);
    assert_eq!(json["rules"][0]["trace"]["actual"], true);
    // The same as the command line says.
    let run = folder.run_with(r#"{"vip": true, "language": "en"}"#, &["eval", "--json"]);
    let eval: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&json["decision"], &json["rules"]), (&eval["decision"], &eval["rules"]));

    let body = json!({ "interactions": [{ "vip": true }, {}, { "langauge": "en" }], "rules": "matching" });
    let json = service.post("/evaluate", &body).json();
    is_described(&json, "EvaluateAnswer");
    let results = json["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    assert_eq!((&results[0]["decision"], &results[1]["decision"]), (&json!("VIP"), &Value::Null));
    assert_eq!(results[0]["rules"].as_array().unwrap().len(), 1);
    assert_eq!(results[0]["evaluated"], 3);
    assert!(results[2]["warnings"][0].as_str().unwrap().contains("did you mean `language`?"));
    let body = json!({ "interaction": { "vip": true, "language": "en" }, "queue": "Sales" });
    assert_eq!(service.post("/evaluate", &body).json()["decision"], "Buyers");
}

#[test]
fn agents_are_ranked_where_the_rules_send_the_interaction() {
    let service = service(&staffed());
    let answer = service
        .post("/simulate-routing", &json!({ "caller_attributes": { "vip": true, "media_type": "voice" } }));
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    is_described(&json, "SimulationReport");
    assert_eq!(json["decision"]["rule"], "VIP");
    assert_eq!(json["ranked_agents"][0]["userId"], "a-1");
    // As the contract's clients ask: everything is said, and more than is looked at.
    let body = json!({
        "caller_attributes": { "language": "en" }, "queue_id": "Support", "scorer": "seed",
        "required_skills": [{ "name": "billing", "priority": 1 }], "mock": true,
    });
    let json = service.post("/simulate-routing", &body).json();
    is_described(&json, "SimulationReport");
    assert_eq!(
        json["ranked_agents"][1],
        json!({
            "userId": "a-2", "score": 0.733, "anomalies": [], "name": "Bruno", "available": true,
            "matched": [{ "name": "billing", "priority": 2, "weight": 1.0 / 3.0 }], "missing": [],
        })
    );
    assert!(json["notes"][0].as_str().unwrap().contains("to the queue `Sales`, not to `Support`"), "{json}");
    let answer = service.post("/simulate-routing", &json!({ "caller_attributes": {} }));
    assert!(answer.status == 422 && answer.body.contains("no rule decides"), "{answer:?}");
    let answer =
        service.post("/simulate-routing", &json!({ "caller_attributes": {}, "queue_id": "Supprot" }));
    assert!(answer.status == 404 && answer.body.contains("did you mean `Support`?"), "{answer:?}");
}

#[test]
fn refusals_of_the_organization_are_passed_on_with_their_status() {
    let served = served();
    let folder = staffed();
    let service = Service::start(&folder, &served.variables(), &[]);
    let body = json!({ "caller_attributes": { "vip": true } });
    let json = service.post("/simulate-routing", &body).json();
    is_described(&json, "SimulationReport");
    assert_eq!((&json["queue_id"], &json["total_agents_evaluated"]), (&json!("q-support"), &json!(104)));
    for status in [403, 400] {
        served.organization.faults().add(Fault {
            on: Match::on("GET", "/api/v2/routing/queues/q-support/members"),
            times: 1,
            then: Effect::Status { status, when: When::Before },
        });
        let answer = service.post("/simulate-routing", &body);
        assert_eq!(answer.status, status, "{answer:?}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("Simulation failed: "), "{detail}");
    }
    served.organization.faults().add(Fault {
        on: Match::on("GET", "/api/v2/routing/queues/q-support/members"),
        times: 1,
        then: Effect::Reply {
            when: When::Before,
            status: 200,
            headers: Vec::new(),
            body: genesys_sandbox::ReplyBody::Bytes(b"[]".to_vec()),
        },
    });
    assert_eq!(service.post("/simulate-routing", &body).status, 500);
}

#[test]
fn answers_are_what_the_description_says_and_every_path_is_in_it() {
    let folder = staffed();
    let service = service(&folder);
    let described = service.get("/openapi.json").json();
    assert_eq!(described["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(described["paths"], openapi()["paths"]);
    for (path, methods) in described["paths"].as_object().unwrap() {
        let own: BTreeSet<String> =
            methods.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
            let answer = service.request(method, path, &[JSON], "{");
            if own.contains(method) {
                let told = &methods[method.to_lowercase()]["responses"][answer.status.to_string()];
                assert!(told.is_object(), "{method} {path}: {answer:?}");
            } else {
                assert_eq!(answer.status, 405, "{method} {path}: {answer:?}");
                assert!(answer.header("allow").unwrap().to_uppercase().starts_with(own.first().unwrap()));
            }
            if answer.status >= 400 {
                is_described(&answer.json(), "Problem");
            }
        }
    }
    is_described(&service.get("/health").json(), "Health");
    let program = service.get("/program").json();
    is_described(&program, "Program");
    let vip = program["attributes"].as_array().unwrap().iter().find(|one| one["name"] == "vip").unwrap();
    assert_eq!(vip, &json!({ "name": "vip", "field": "vip", "type": "bool", "used": true }));
    assert_eq!(service.get("/nothing").status, 404);
}

#[test]
fn what_is_no_sound_request_is_refused_and_the_service_goes_on() {
    let folder = staffed();
    let service = service(&folder);
    let deep = format!("{{\"interaction\": {{\"a\": {}{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
    let large = format!("{{\"interaction\": {{\"a\": \"{}\"}}}}", "x".repeat(2 * 1024 * 1024));
    let long = format!("{{\"interaction\": {{\"a\": \"{}\"}}}}", "x".repeat(100_000));
    let many = json!({ "interactions": vec![json!({}); 1_001] }).to_string();
    for (body, status) in [
        ("", 400),
        ("{", 400),
        ("nul", 400),
        ("[]", 422),
        ("{}", 422),
        ("null", 422),
        (r#"{"interaction": []}"#, 422),
        (r#"{"interaction": {"a": 1, "a": 2}}"#, 422),
        (r#"{"interaction": {"a": {}}}"#, 422),
        (r#"{"interaction": {"a": 1e999}}"#, 400),
        (r#"{"interaction": {}, "interactions": []}"#, 422),
        (r#"{"interaction": {}, "rulse": "all"}"#, 422),
        (r#"{"interaction": {"a": "\ud800"}}"#, 400),
        (&deep, 400),
        (&large, 413),
        (&long, 422),
        (&many, 413),
    ] {
        let answer = service.request("POST", "/evaluate", &[JSON], body);
        assert_eq!(answer.status, status, "{body:.60}: {answer:?}");
        is_described(&answer.json(), "Problem");
    }
    let text =
        service.request("POST", "/evaluate", &[("content-type", "text/plain")], "{\"interaction\": {}}");
    assert_eq!(text.status, 415);
    let headers = "x: y\r\n".repeat(100);
    for request in [
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET /health HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"),
        format!("GET /health HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(100_000)),
        "POST /evaluate HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nhello".to_owned(),
        "\u{0}\u{1}\u{2}\r\n\r\n".to_owned(),
        "GET http://evil.example/health HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
    ] {
        let answer = service.raw(request.as_bytes());
        assert!(answer.status == 0 || (400..500).contains(&answer.status), "{request:.60}: {answer:?}");
    }
    assert_eq!(service.get("/health").status, 200);
}

#[test]
fn pages_of_strangers_are_refused_and_ours_runs_nothing_but_its_own_script() {
    let folder = staffed();
    let service = service(&folder);
    let host = |host: &str| {
        service.raw(format!("GET /health HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"))
    };
    assert_eq!(host("evil.example").status, 421);
    assert_eq!(host("localhost:1234").status, 200);
    let body = r#"{"interaction": {}}"#;
    let answer = service.request("POST", "/evaluate", &[JSON, ("origin", "http://evil.example")], body);
    assert_eq!(answer.status, 403);
    let page = service.get("/");
    assert_eq!((page.status, page.header("access-control-allow-origin")), (200, None));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(
        !page.body.contains("http://")
            || page.body.matches("http").count() == page.body.matches("http://www.w3.org").count()
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn beyond_this_machine_a_token_is_needed() {
    let folder = staffed();
    let run = folder.run(&["serve", "--host", "0.0.0.0", "--port", "0", "--agents", "agents.json"]);
    assert!(run.code == 2 && run.err.contains("--token-env VARIABLE"), "{run}");
    let asked = ["serve", "--host", "0.0.0.0", "--port", "0", "--agents", "agents.json", "--token-env", "T"];
    let run = folder.run(&asked);
    assert!(run.code == 2 && run.err.contains("`T` is not set"), "{run}");
    let run = folder.run_env(&[("T", "hunter2")], &asked);
    assert!(run.code == 2 && run.err.contains("shorter than 16") && !run.err.contains("hunter2"), "{run}");

    let secret = "0123456789abcdef0123456789abcdef";
    let mut service = Service::start(
        &folder,
        &[("T", secret)],
        &["--host", "0.0.0.0", "--agents", "agents.json", "--token-env", "T"],
    );
    service.address = service.address.replace("0.0.0.0", "127.0.0.1");
    let body = r#"{"interaction": {}}"#;
    for path in ["/", "/health", "/openapi.json"] {
        assert_eq!(service.get(path).status, 200, "{path}");
    }
    for path in ["/program", "/evaluate", "/simulate-routing"] {
        let answer =
            if path == "/program" { service.get(path) } else { service.request("POST", path, &[JSON], body) };
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("bearer")), "{path}");
    }
    let wrong = ("authorization", "Bearer 0123456789abcdef0123456789abcdee");
    assert_eq!(service.request("POST", "/evaluate", &[JSON, wrong], body).status, 401);
    let right = ("authorization", "Bearer 0123456789abcdef0123456789abcdef");
    assert_eq!(service.request("POST", "/evaluate", &[JSON, right], body).status, 200);
    service.interrupt();
    let run = service.ended();
    assert!(run.code == 0 && !run.out.contains(secret) && !run.err.contains(secret), "{run}");
}

/// An organization that takes requests and does not answer until it is told to.
struct Silent {
    listener: TcpListener,
}

impl Silent {
    fn new() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").unwrap() }
    }

    fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    /// Waits for a request, and gives what answers it.
    fn asked(&self) -> impl FnOnce(&str) {
        let (stream, _) = self.listener.accept().unwrap();
        let mut lines = BufReader::new(stream);
        let mut line = String::new();
        while lines.read_line(&mut line).unwrap() > 2 {
            line.clear();
        }
        move |status: &str| {
            let mut stream = lines.into_inner();
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n{{}}").unwrap();
        }
    }
}

/// Asks for a simulation, and does not read the answer yet.
fn asking(service: &Service) -> std::net::TcpStream {
    let body = r#"{"caller_attributes": {"vip": true}}"#;
    let mut stream = service.connect();
    let request = service.head("POST", "/simulate-routing", &[JSON], body.len()) + body;
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

#[test]
fn more_than_may_be_worked_on_is_refused_at_once_and_a_stop_waits_for_the_rest() {
    let (folder, silent) = (staffed(), Silent::new());
    let url = silent.url();
    let variables =
        [("GENESYS_API_HOST", url.as_str()), ("GENESYS_CLIENT_ID", "i"), ("GENESYS_CLIENT_SECRET", "s")];
    let mut service = Service::start(&folder, &variables, &["--concurrency", "1", "--timeout", "600"]);
    let first = asking(&service);
    let reply = silent.asked();
    for _ in 0..20 {
        let second = Answer::read(asking(&service));
        assert_eq!((second.status, second.header("retry-after")), (503, Some("1")), "{second:?}");
    }
    assert_eq!(service.get("/health").status, 200);
    service.says("Ctrl-C stops it");
    service.interrupt();
    reply("401 Unauthorized");
    let first = Answer::read(first);
    assert_eq!(first.status, 401, "{first:?}");
    let run = service.ended();
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn connections_beyond_the_limit_are_refused_at_once() {
    let folder = staffed();
    let service = service(&folder);
    let mut held = Vec::new();
    let refused = loop {
        let mut stream = service.connect();
        // Whoever is let in says nothing, and is told nothing; who is not is told at once.
        if held.len() < 128 {
            held.push(stream);
            continue;
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        break answer;
    };
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after"), "{refused}");
    let (_, body) = refused.split_once("\r\n\r\n").unwrap();
    assert!(refused.contains(&format!("content-length: {}\r", body.len())), "{refused}");
    drop(held);
}

#[test]
fn rules_are_read_again_and_unsound_ones_are_not() {
    let folder = staffed();
    let mut service = service(&folder);
    let asked = json!({ "interaction": { "vip": true } });
    let before = service.get("/health").json()["rules_version"].clone();
    service.says("Ctrl-C stops it");
    let rules = folder.read("all.rule");
    folder.write("all.rule", rules.replace("\"VIP\"", "\"Important\""));
    service.says("read again: 3 rules");
    let json = service.post("/evaluate", &asked).json();
    assert_eq!(json["decision"], "Important");
    assert_ne!(json["rules_version"], before);
    folder.write("all.rule", "rule \"");
    service.says("not read again");
    assert_eq!(service.post("/evaluate", &asked).json()["decision"], "Important");
    assert!(service.get("/health").json()["outdated"].as_str().unwrap().contains("mistakes"));
    folder.write("all.rule", rules);
    service.says("read again");
    assert_eq!(service.get("/health").json()["outdated"], Value::Null);
}

#[test]
fn rules_without_a_project_are_served_without_agents() {
    let folder = Folder::new(&[("all.rule", crate::simulate::RULES)]);
    let service = Service::start(&folder, &[], &["all.rule"]);
    assert_eq!(
        service.post("/evaluate", &json!({ "interaction": { "vip": true } })).json()["decision"],
        "VIP"
    );
    let answer = service.post("/simulate-routing", &json!({ "caller_attributes": { "vip": true } }));
    assert!(answer.status == 501 && answer.body.contains("--agents FILE"), "{answer:?}");
    assert_eq!(service.get("/program").json()["agents"]["source"], Value::Null);
}

#[test]
fn rules_with_mistakes_are_not_served() {
    let run = Folder::project(&[("a.rule", "rule \"R\" { queue: \"Q\" when nope }")])
        .run(&["serve", "--port", "0"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{run}");
}
