//! What an organization starts with.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use genesys_model::Queue;
use genesys_model::limits::MAX_DEPTH;

use crate::Fixture;

/// The id of the client that [`Settings::default`] knows.
pub const CLIENT_ID: &str = "sandbox-client";

/// The secret of the client that [`Settings::default`] knows. It opens nothing but a local sandbox.
pub const CLIENT_SECRET: &str = "sandbox-secret";

/// The id of the organization in [`Settings::default`].
pub const ORGANIZATION_ID: &str = "5a4db0c5-0000-4000-8000-000000000001";

/// The longest body of a request, in bytes. A longer one is answered with 413.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The permissions that requests need.
pub mod permissions {
    /// Reading rules.
    pub const RULE_READ: &str = "routing:rule:read";
    /// Creating, changing and deleting rules.
    pub const RULE_WRITE: &str = "routing:rule:write";
    /// Reading queues.
    pub const QUEUE_READ: &str = "routing:queue:read";
    /// Creating, changing, refreshing and deleting queues, and setting their strategies.
    pub const QUEUE_WRITE: &str = "routing:queue:write";
    /// Reading skills.
    pub const SKILL_READ: &str = "routing:skill:read";
    /// Creating, changing and deleting skills.
    pub const SKILL_WRITE: &str = "routing:skill:write";
    /// Reading skill groups.
    pub const SKILL_GROUP_READ: &str = "routing:skillgroup:read";
    /// Creating, changing and deleting skill groups.
    pub const SKILL_GROUP_WRITE: &str = "routing:skillgroup:write";
    /// Reading the list of all strategies.
    pub const STRATEGY_READ: &str = "routing:strategy:read";
    /// Reading agents' routing profiles.
    pub const USER_READ: &str = "routing:user:read";
    /// Changing agents' routing profiles.
    pub const USER_WRITE: &str = "routing:user:write";
    /// Reading whether agents are there.
    pub const AGENT_READ: &str = "routing:agent:read";
    /// Asking for live figures of queues.
    pub const REALTIME_QUERY: &str = "analytics:queue:realtime:query";
    /// Asking for licences.
    pub const ENTITLEMENT_READ: &str = "licensing:entitlement:read";
    /// Asking for analytics.
    pub const REPORT_READ: &str = "analytics:report:read";
    /// Reading the audit log.
    pub const AUDIT_READ: &str = "architect:audit:read";
    /// Those of clients that only look.
    pub const READ: [&str; 11] = [
        RULE_READ,
        QUEUE_READ,
        SKILL_READ,
        SKILL_GROUP_READ,
        STRATEGY_READ,
        USER_READ,
        AGENT_READ,
        REALTIME_QUERY,
        ENTITLEMENT_READ,
        REPORT_READ,
        AUDIT_READ,
    ];
    /// Those of clients that change something.
    pub const WRITE: [&str; 5] = [RULE_WRITE, QUEUE_WRITE, SKILL_WRITE, SKILL_GROUP_WRITE, USER_WRITE];
}

/// What an organization starts with. The default is one client ([`CLIENT_ID`], [`CLIENT_SECRET`]) with every
/// permission, no queue, nothing kept on disk, and the platform's own limits.
#[derive(Clone)]
pub struct Settings {
    /// Where the state is kept.
    pub store: Store,
    /// The queues. Their ids must differ; names may repeat, as they may between divisions.
    pub queues: Vec<Queue>,
    /// Everything else that it starts with; its own queues come before the others.
    pub fixture: Option<Fixture>,
    /// Who may ask for tokens.
    pub clients: Vec<ClientCredentials>,
    /// How long a token holds.
    pub token_lifetime: Duration,
    /// How many requests a token may send; none for no limit.
    pub rate: Option<RateLimit>,
    /// The deepest tree taken (contract 1.3), a lone condition being 1. More than 60 levels are never read.
    pub max_depth: u32,
    /// How long a change of a skill group or of a queue's link takes to reach routing by itself, without a refresh
    /// (contract 1.4: 15 to 30 s); none for never.
    pub propagation: Option<Duration>,
    /// How often an analytics job is seen running before it has completed.
    pub job_polls: u32,
    /// The time.
    pub now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// What `X-Admin-Key` must say on the admin routes; none where the header is not needed.
    pub admin_key: Option<String>,
    /// Where to listen: on loopback only. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The organization's id.
    pub organization_id: String,
    /// The organization's name.
    pub organization_name: String,
    /// With a seed the ids of rules are the same at each run; without, they are random.
    pub seed: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            store: Store::Memory,
            queues: Vec::new(),
            fixture: None,
            clients: vec![ClientCredentials::new(CLIENT_ID, CLIENT_SECRET)],
            token_lifetime: Duration::from_secs(24 * 60 * 60),
            rate: Some(RateLimit::default()),
            max_depth: MAX_DEPTH,
            propagation: Some(Duration::from_secs(20)),
            job_polls: 1,
            now: Arc::new(SystemTime::now),
            admin_key: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            organization_id: ORGANIZATION_ID.to_owned(),
            organization_name: "sandbox".to_owned(),
            seed: None,
        }
    }
}

/// Where the state is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Store {
    /// Nowhere: it ends with the sandbox.
    Memory,
    /// In this file. Every write is durable before it is answered. One process at a time.
    File(PathBuf),
}

/// Who may ask for tokens, and what those may do.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCredentials {
    /// The client's id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// What it may do: names from [`permissions`].
    pub permissions: Vec<String>,
}

impl ClientCredentials {
    /// A client with every permission.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        let permissions = [&permissions::READ[..], &permissions::WRITE].concat();
        let permissions = permissions.into_iter().map(str::to_owned).collect();
        Self { id: id.into(), secret: secret.into(), permissions }
    }

    /// A client that may read.
    pub fn read_only(id: impl Into<String>, secret: impl Into<String>) -> Self {
        let permissions = permissions::READ.map(str::to_owned).to_vec();
        Self { id: id.into(), secret: secret.into(), permissions }
    }
}

/// Without the secret.
impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("ClientCredentials");
        out.field("id", &self.id).field("permissions", &self.permissions).finish_non_exhaustive()
    }
}

/// How many requests a token may send within a window that starts with its first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateLimit {
    /// How many.
    pub allowed: u32,
    /// Within how long.
    pub window: Duration,
}

/// The platform's: 300 a minute.
impl Default for RateLimit {
    fn default() -> Self {
        Self { allowed: 300, window: Duration::from_secs(60) }
    }
}

/// A queue of this id and name, in no division.
pub fn queue(id: impl Into<String>, name: impl Into<String>) -> Queue {
    let id = id.into();
    let self_uri = Some(format!("/api/v2/routing/queues/{id}"));
    Queue { id, name: name.into(), division: None, self_uri }
}
