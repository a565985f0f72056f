//! An organization on loopback and a project's state beside it, for tests of deployments.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use genesys_client::deploy::{
    self, Control, DeployError, Direction, Interrupt, Journal, Patience, RecoverError, Report, Target,
};
use genesys_client::plan::{self, Observed, Options, Plan, PlanError, Prune, kinds_of, with_referring};
use genesys_client::resource::{Kind, Live};
use genesys_client::{Address, Client, ClientSettings, Clock, Credentials, Error, Sleep};
use genesys_model::Bundle;
use genesys_sandbox::{CLIENT_ID, CLIENT_SECRET, Sandbox, Settings};
use proptest::test_runner::Config as ProptestConfig;
use serde_json::{Value, json};

/// When every test begins. Any day does; this one is on the hour.
pub fn begin() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(500_000)
}

/// A clock that nobody waits for: sleeping moves it on.
#[derive(Debug, Default)]
pub struct TestClock {
    millis: AtomicU64,
}

impl TestClock {
    /// For how long was slept so far.
    pub fn slept(&self) -> Duration {
        Duration::from_millis(self.millis.load(Ordering::Relaxed))
    }

    /// Lets time pass.
    pub fn pass(&self, duration: Duration) {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.millis.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        begin() + self.slept()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
        self.millis.fetch_add(millis, Ordering::Relaxed);
        Box::pin(tokio::task::yield_now())
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// An organization, a client of it, and the state of a project that deploys to it.
pub struct World {
    /// The organization.
    pub sandbox: Sandbox,
    /// The organization as the deployment sees it.
    pub target: Target,
    /// The time of both.
    pub clock: Arc<TestClock>,
    /// Asks a deployment to stop.
    pub interrupt: Interrupt,
    /// Whether failed deployments are left as they are.
    pub without_undo: bool,
    folder: tempfile::TempDir,
}

impl World {
    /// Starts an organization with three queues and without limits, or as these settings say.
    pub async fn start(settle: impl FnOnce(&mut Settings)) -> Self {
        let clock = Arc::new(TestClock::default());
        let time = Arc::clone(&clock);
        let mut settings = Settings {
            queues: ["Support", "Billing", "Sales"]
                .into_iter()
                .map(|name| genesys_sandbox::queue(format!("q-{}", name.to_lowercase()), name))
                .collect(),
            rate: None,
            now: Arc::new(move || time.now()),
            seed: Some(7),
            ..Settings::default()
        };
        settle(&mut settings);
        let sandbox = Sandbox::start(settings).await.expect("a free port on loopback");
        let target = Self::target(&sandbox, &clock, CLIENT_SECRET);
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { sandbox, target, clock, interrupt: Interrupt::default(), without_undo: false, folder }
    }

    fn target(sandbox: &Sandbox, clock: &Arc<TestClock>, secret: &str) -> Target {
        let address = Address::parse(&sandbox.url()).expect("an address");
        let credentials = Credentials::new(CLIENT_ID, secret.to_owned()).expect("credentials");
        // What hangs is given up soon: nothing on loopback takes so long.
        let settings =
            ClientSettings { request_timeout: Duration::from_millis(400), ..ClientSettings::default() };
        let clock = Arc::clone(clock) as Arc<dyn Clock>;
        let client = Client::new(address, credentials, Arc::clone(&clock), settings).expect("a client");
        let patience = Patience { window: Duration::from_secs(10), interval: Duration::from_secs(1) };
        Target { client, clock, organization: "test".to_owned(), patience }
    }

    /// A client that has not talked to the organization yet, as after a restart.
    pub fn reconnect(&mut self) {
        self.target = Self::target(&self.sandbox, &self.clock, CLIENT_SECRET);
    }

    /// Where the journal is.
    pub fn journal_path(&self) -> PathBuf {
        self.folder.path().join("journal.jsonl")
    }

    /// The journal as it is on the disk.
    pub fn journal(&self) -> Journal {
        Journal::open(&self.journal_path()).expect("a journal")
    }

    /// The plan for a bundle.
    ///
    /// # Errors
    /// As [`plan::build`]; the organization must answer.
    pub async fn plan(&self, bundle: &Bundle, prune: Prune) -> Result<Plan, Vec<PlanError>> {
        let owned = deploy::owned_ids(&deploy::deployments(self.journal().records()));
        self.plan_owning(bundle, prune, &owned).await
    }

    /// The plan for a bundle, where the project deployed these.
    ///
    /// # Errors
    /// As [`plan::build`]; the organization must answer.
    pub async fn plan_owning(
        &self,
        bundle: &Bundle,
        prune: Prune,
        owned: &BTreeSet<(Kind, String)>,
    ) -> Result<Plan, Vec<PlanError>> {
        let kinds = kinds_of(bundle).into_iter().chain(owned.iter().map(|(kind, _)| *kind)).collect();
        let kinds = if prune == Prune::No { kinds } else { with_referring(&kinds) };
        let observed = self.observe_kinds(&kinds).await.expect("the organization answers");
        let foreign = |kind: Kind, live: &Live| kind.driver().foreign(&live.fields);
        let options = Options { organization: "test".to_owned(), prune, owned, foreign: &foreign };
        plan::build(bundle, &observed, &options)
    }

    /// What rules the organization holds.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn observe(&self) -> Result<Observed, Error> {
        self.observe_kinds(&BTreeSet::from([Kind::Rule])).await
    }

    /// What the organization holds of these kinds.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn observe_kinds(&self, kinds: &BTreeSet<Kind>) -> Result<Observed, Error> {
        Observed::list(&self.target.client, kinds).await
    }

    /// Applies a plan.
    ///
    /// # Errors
    /// As [`deploy::deploy`].
    pub async fn deploy(&self, plan: &Plan) -> Result<Report, DeployError> {
        let control =
            Control { watch: &|_| {}, interrupt: self.interrupt.clone(), without_undo: self.without_undo };
        deploy::deploy(&self.target, plan, None, &mut self.journal(), &control).await
    }

    /// Finishes or undoes what is open.
    ///
    /// # Errors
    /// As [`deploy::recover`].
    pub async fn recover(&self, direction: Direction) -> Result<Report, RecoverError> {
        let control =
            Control { watch: &|_| {}, interrupt: Interrupt::default(), without_undo: self.without_undo };
        deploy::recover(&self.target, &mut self.journal(), direction, &control).await
    }
}

/// A rule's body as the bundle has it.
pub fn rule(queue: &str, name: &str, priority: i64) -> Value {
    json!({
        "name": name,
        "queue": { "name": queue },
        "priority": priority,
        "enabled": true,
        "expression": { "type": "condition", "field": "priority", "operator": "gte", "value": priority },
    })
}

/// A bundle of these rules.
pub fn bundle(rules: &[Value]) -> Bundle {
    Bundle::from_json(&json!({ "format": 1, "rules": rules }).to_string()).expect("a bundle")
}

/// For laws whose cases are deployments over HTTP: so many cases, and in proportion up to 16 times as many where
/// `PROPTEST_CASES` asks for more than is usual.
pub fn cases(usual: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig { cases: usual.saturating_mul(config.cases.div_ceil(256).min(16)), ..config }
}

/// Runs a test's future on a runtime of its own.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(future)
}

/// Polls a future so many times, then drops it: none where it was not done by then.
pub async fn cut_off<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        let mut result = None;
        std::future::poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                result = Some(output);
            }
            Poll::Ready(())
        })
        .await;
        if result.is_some() {
            return result;
        }
        tokio::task::yield_now().await;
    }
    None
}
