//! What deployments cost: `cargo bench -p rulec-tests --bench deployment`.
//!
//! - 1,000 rules are created, found unchanged, changed in part, and deleted, against the sandbox without a limit and with
//!   its state in memory: seconds, requests, writes, bytes of the journal, and the most memory that the process ever had.
//! - Requests a second of the sandbox, asked by a client that does next to nothing, and of the client.
//! - The pace against a sandbox limited as the platform is, with the window shortened: the share of the allowed requests
//!   that a deployment sends, and how often it is told 429.
//!
//! Each measurement has a process of its own, client and sandbox in it. Here time is real. `-- --check` ends with an error
//! where a stated bound is not kept.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a table of measurements"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use genesys_client::deploy::{self, Control, Interrupt, Journal, Patience, Target};
use genesys_client::plan::{self, Observed, Options, Plan, Prune};
use genesys_client::resource::Kind;
use genesys_client::{Address, Client, ClientSettings, Credentials, Request, SystemClock};
use genesys_model::Bundle;
use genesys_sandbox::{CLIENT_ID, CLIENT_SECRET, RateLimit, RequestNote, Sandbox, Settings};
use rulec_tests::deployment::{bundle, rule};
use serde_json::json;

const RULES: usize = 1_000;
const QUEUES: [&str; 3] = ["Support", "Billing", "Sales"];

/// The platform's limit (300 requests in 60 s) with a window of two seconds.
const LIMIT: RateLimit = RateLimit { allowed: 100, window: Duration::from_secs(2) };
/// How many rules the deployment under the limit changes.
const PACED: usize = 600;

/// How long requests per second are counted.
const COUNTED: Duration = Duration::from_secs(2);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--measure") {
        return measure(arguments.get(at + 1).map_or("", String::as_str));
    }
    let mut broken = Vec::new();
    for measurement in ["deployments", "sandbox", "client", "pace"] {
        let own = std::env::current_exe().expect("this program's path");
        let output = Command::new(own).args(["--measure", measurement]).output().expect("it runs itself");
        let text = String::from_utf8_lossy(&output.stdout);
        for line in text.lines() {
            match line.strip_prefix("not kept: ") {
                Some(bound) => broken.push(bound.to_owned()),
                None => println!("{line}"),
            }
        }
        assert!(output.status.success(), "{measurement}: {}", String::from_utf8_lossy(&output.stderr));
    }
    if broken.is_empty() {
        println!("\nall bounds are kept");
    } else {
        println!("\nnot kept:\n  {}", broken.join("\n  "));
        if arguments.iter().any(|argument| argument == "--check") {
            std::process::exit(1);
        }
    }
}

fn measure(what: &str) {
    // As the command line has it: everything of a deployment on one thread. The sandbox has another.
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let rate = (what == "pace").then_some(LIMIT);
    let (started, start) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let queues = QUEUES.map(|name| genesys_sandbox::queue(queue_id(name), name)).to_vec();
            let settings = Settings { queues, rate, ..Settings::default() };
            let sandbox = Sandbox::start(settings).await.expect("a free port on loopback");
            assert!(started.send((sandbox.organization(), sandbox.url())).is_ok(), "it is waited for");
            std::future::pending::<()>().await;
        });
    });
    let (organization, url) = start.recv().expect("the sandbox starts");
    let world = World::new(organization, &url);
    match what {
        "deployments" => runtime().block_on(deployments(&world)),
        "sandbox" => sandbox_alone(&world, &url),
        "client" => runtime().block_on(client_alone(&world)),
        "pace" => runtime().block_on(pace(&world)),
        other => panic!("there is no measurement `{other}`"),
    }
}

fn queue_id(name: &str) -> String {
    format!("q-{}", name.to_lowercase())
}

/// An organization, and a project that deploys to it.
struct World {
    organization: genesys_sandbox::Organization,
    target: Target,
    folder: tempfile::TempDir,
}

impl World {
    fn new(organization: genesys_sandbox::Organization, url: &str) -> Self {
        let clock = Arc::new(SystemClock);
        let credentials = Credentials::new(CLIENT_ID, CLIENT_SECRET).expect("credentials");
        let address = Address::parse(url).expect("an address");
        let client = Client::new(address, credentials, clock.clone(), ClientSettings::default());
        let target = Target {
            client: client.expect("a client"),
            clock,
            organization: "bench".to_owned(),
            patience: Patience::default(),
        };
        Self { organization, target, folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn journal(&self) -> Journal {
        Journal::open(&self.folder.path().join("journal.jsonl")).expect("a journal")
    }

    fn journal_bytes(&self) -> u64 {
        std::fs::metadata(self.folder.path().join("journal.jsonl")).map_or(0, |file| file.len())
    }

    async fn plan(&self, bundle: &Bundle) -> Plan {
        let observed = Observed::list(&self.target.client, &BTreeSet::from([Kind::Rule]))
            .await
            .expect("the organization answers");
        let owned = deploy::owned_ids(&deploy::deployments(self.journal().records()));
        let options = Options {
            organization: "bench".to_owned(),
            prune: Prune::Owned,
            owned: &owned,
            foreign: &|_, _| None,
        };
        plan::build(bundle, &observed, &options).expect("a plan")
    }

    /// Plans and deploys, as `rulec deploy` does; how long both took.
    async fn deploy(&self, bundle: &Bundle) -> Duration {
        let started = Instant::now();
        let plan = self.plan(bundle).await;
        if !plan.is_empty() {
            let control = Control { watch: &|_| {}, interrupt: Interrupt::default(), without_undo: false };
            deploy::deploy(&self.target, &plan, None, &mut self.journal(), &control)
                .await
                .expect("it is deployed");
        }
        started.elapsed()
    }

    /// Makes these rules without asking over HTTP.
    fn fill(&self, rules: &[serde_json::Value]) {
        for body in rules {
            let mut body = body.clone();
            body["queue"] = json!({ "id": queue_id(body["queue"]["name"].as_str().expect("a queue")) });
            self.organization.create_rule("another", &body).expect("the rule is sound");
        }
    }
}

/// So many rules; of every tenth, something is changed.
fn rules(count: usize, changed: i64) -> Vec<serde_json::Value> {
    let one = |number: usize| {
        let mut body = rule(QUEUES[number % QUEUES.len()], &format!("rule {number}"), 10);
        if number.is_multiple_of(10) {
            body["priority"] = json!(10 + changed);
        }
        body["description"] = json!("for callers who wait, by language and skill");
        body["expression"] = json!({ "type": "and", "children": [
            { "type": "condition", "field": "language", "operator": "eq", "value": "en" },
            { "type": "condition", "field": "skill", "operator": "exists", "value": "technical_support" },
            { "type": "or", "children": [
                { "type": "condition", "field": "priority", "operator": "gte", "value": number },
                { "type": "condition", "field": "vip_flag", "operator": "eq", "value": true },
            ]},
        ]});
        body
    };
    (0..count).map(one).collect()
}

fn is_write(note: &RequestNote) -> bool {
    matches!(note.method.as_str(), "POST" | "PATCH" | "DELETE") && note.path.starts_with("/api/")
}

async fn deployments(world: &World) {
    println!(
        "{:<28} {:>8} {:>9} {:>7} {:>11} {:>12} {:>10}",
        format!("deploy {RULES} rules"),
        "seconds",
        "requests",
        "writes",
        "requests/s",
        "journal, kB",
        "peak, MB"
    );
    let first = bundle(&rules(RULES, 0));
    let second = bundle(&rules(RULES, 1));
    let none = bundle(&[]);
    let pages = |count: usize| count.div_ceil(100).max(1);
    // Each list page needs a request: of queues one, of rules as many as there are; a deployment that writes asks for the
    // organization's id and the token's health, and reads everything back before anything new has effect and at the end.
    let cases = [
        ("created", &first, 2 * RULES, 2 + pages(0) + 2 + 2 * pages(RULES)),
        ("unchanged", &first, 0, 1 + pages(RULES)),
        ("a tenth changed", &second, RULES / 10, 1 + pages(RULES) + 2 + 2 * pages(RULES)),
        ("all deleted", &none, RULES, 1 + pages(RULES) + 2 + 2 * pages(RULES)),
    ];
    for (name, bundle, allowed_writes, allowed_reads) in cases {
        world.organization.forget_requests();
        let journal = world.journal_bytes();
        let took = world.deploy(bundle).await;
        let requests = world.organization.requests();
        let writes = requests.iter().filter(|note| is_write(note)).count();
        println!(
            "{name:<28} {:>8.3} {:>9} {writes:>7} {:>11.0} {:>12.1} {:>10}",
            took.as_secs_f64(),
            requests.len(),
            requests.len() as f64 / took.as_secs_f64(),
            (world.journal_bytes() - journal) as f64 / 1e3,
            peak(),
        );
        if writes > allowed_writes {
            println!("not kept: {name}: {writes} writes where {allowed_writes} are enough");
        }
        if requests.len() - writes > allowed_reads {
            println!("not kept: {name}: {} reads where {allowed_reads} are enough", requests.len() - writes);
        }
    }
    assert!(world.organization.rules().is_empty(), "all are deleted");
}

/// The most memory that this process ever had, in MB.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    let megabytes = peak.and_then(|kilobytes| kilobytes.parse::<f64>().ok()).map(|kilobytes| kilobytes / 1e3);
    megabytes.map_or_else(|| "unknown".to_owned(), |megabytes| format!("{megabytes:.1}"))
}

/// Requests a second of the sandbox: asked over connections that stay open, each a thread that writes bytes and reads
/// bytes.
fn sandbox_alone(world: &World, url: &str) {
    world.fill(&rules(RULES, 0));
    let address = url.trim_start_matches("http://");
    let token = token(address);
    let id = world.organization.rules()[0].id.clone();
    let body = r#"{"priority":7}"#;
    let get = format!(
        "GET /api/v2/routing/rules/{id} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    let patch = format!(
        "PATCH /api/v2/routing/rules/{id} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let page = format!(
        "GET /api/v2/routing/rules?pageSize=100 HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    println!("\nrequests a second of the sandbox, {RULES} rules in memory, one thread");
    for (name, request) in [("one rule", &get), ("a page of 100 rules", &page), ("change a rule", &patch)] {
        for connections in [1, 4] {
            let each = std::thread::scope(|scope| {
                let all: Vec<_> = (0..connections).map(|_| scope.spawn(|| asked(address, request))).collect();
                all.into_iter().map(|thread| thread.join().expect("it does not panic")).sum::<u64>()
            });
            let rate = each as f64 / COUNTED.as_secs_f64();
            println!(
                "  {name:<24} {connections} connection{:<2} {rate:>9.0}",
                if connections == 1 { "" } else { "s" }
            );
        }
    }
}

/// A token.
fn token(address: &str) -> String {
    let form = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}");
    let request = format!(
        "POST /oauth/token HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        form.len()
    );
    let mut stream = BufReader::new(TcpStream::connect(address).expect("it listens"));
    let answer = ask(&mut stream, &request);
    let answer: serde_json::Value = serde_json::from_slice(&answer).expect("JSON");
    answer["access_token"].as_str().expect("a token").to_owned()
}

/// How often a request was answered on one connection.
fn asked(address: &str, request: &str) -> u64 {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_nodelay(true).expect("a socket");
    let mut stream = BufReader::new(stream);
    let (started, mut count) = (Instant::now(), 0);
    while started.elapsed() < COUNTED {
        ask(&mut stream, request);
        count += 1;
    }
    count
}

/// Sends a request and reads its answer, which is a 200; gives the body.
fn ask(stream: &mut BufReader<TcpStream>, request: &str) -> Vec<u8> {
    stream.get_mut().write_all(request.as_bytes()).expect("it is sent");
    let (mut line, mut length, mut is_first) = (String::new(), 0, true);
    loop {
        line.clear();
        stream.read_line(&mut line).expect("an answer");
        if std::mem::take(&mut is_first) {
            assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        }
        if line == "\r\n" {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    body
}

/// Requests a second of the client, which the sandbox answers.
async fn client_alone(world: &World) {
    world.fill(&rules(RULES, 0));
    let path = format!("/api/v2/routing/rules/{}", world.organization.rules()[0].id);
    println!("\nrequests a second of the client, the sandbox beside it");
    for tasks in [1, 4] {
        let started = Instant::now();
        let all: Vec<_> = (0..tasks)
            .map(|_| {
                let (client, path) = (world.target.client.clone(), path.clone());
                tokio::spawn(async move {
                    let mut count = 0_u64;
                    while started.elapsed() < COUNTED {
                        client.send(&Request::get(path.clone(), "read a rule")).await.expect("it answers");
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        let mut count = 0;
        for one in all {
            count += one.await.expect("it does not panic");
        }
        let rate = count as f64 / started.elapsed().as_secs_f64();
        println!("  {:<24} {tasks} at a time  {rate:>9.0}", "one rule");
    }
}

/// The pace of a deployment under a limit.
async fn pace(world: &World) {
    let mut changed = rules(PACED, 0);
    world.fill(&changed);
    for body in &mut changed {
        body["priority"] = json!(77);
    }
    world.organization.forget_requests();
    let took = world.deploy(&bundle(&changed)).await;
    let requests = world.organization.requests();
    let refused = requests.iter().filter(|note| note.status == Some(429)).count();
    // Requests for tokens are not limited. At best all are sent at once in each window, so the last begins this late.
    let counted = requests.iter().filter(|note| note.path.starts_with("/api/")).count() - refused;
    let full = (counted - 1) / LIMIT.allowed as usize;
    let ideal = LIMIT.window * u32::try_from(full).expect("few windows");
    let share = ideal.as_secs_f64() / took.as_secs_f64();
    println!(
        "\npace: {} requests in {} s allowed; {counted} requests, {} of them writes, in {:.2} s: {:.1} % of the allowed \
         pace, told 429 {refused} times",
        LIMIT.allowed,
        LIMIT.window.as_secs(),
        requests.iter().filter(|note| is_write(note)).count(),
        took.as_secs_f64(),
        share * 100.0,
    );
    if share < 0.9 {
        println!("not kept: a deployment keeps {:.1} % of the allowed pace", share * 100.0);
    }
    if refused > 1 {
        println!("not kept: a deployment was told 429 {refused} times");
    }
}
