//! A local organization: the contract served over HTTP on loopback, with faults on request.
//!
//! It shares the wire types of `genesys-model` with the client and no logic, so that a mistake in one shows against
//! the other.
//!
//! Where the contract leaves a choice, this organization does the following.
//!
//! - A POST that creates is answered with 201, a DELETE with 204 and no body.
//! - Every PATCH that is taken raises the version by one, even where it changes nothing.
//! - `If-Match` is a number, bare or in quotes; a request without it takes whatever version there is.
//! - Lists come in the order in which their objects were created. The `name` of rules is compared as it is, that of
//!   queues may start or end with `*`, that of skills and skill groups is how theirs begin, of skill groups in any case.
//! - Trees are kept without nulls and without the empty `children` of conditions, and with `"true"` and `"false"`, in
//!   any case, as booleans. The operators are judged by what is kept, so `contains "true"` is refused.
//! - A body with an unknown key is refused, and so is one with the keys that the platform sets: `id`, `version`, ….
//! - Names of skills, skill groups and queues are unique within their division. Lists of ids are sets, and come back
//!   in another order than they were sent in.
//! - A PUT replaces a skill group or a queue whole, but for its division; of a skill, the name and the description. It
//!   may repeat what the platform sets.
//! - A skill group that names a skill which is not there, or has not spread, is refused with 400. That looks the skill
//!   up, and counts as a read of it.
//! - A queue is linked to any skill group, known or not, and shows the link as it was written. Its `routable` says
//!   whether routing follows it: once the queue is refreshed (answered with 202) and the group is there, or after
//!   [`Settings::propagation`]; and no longer where the group's skills change. A queue without a link has no `routable`.
//! - What others name is not deleted: 409 `entity.in.use`, for a skill of a group, a group of a group or queue, a queue
//!   with rules. The strategies of a queue end with it.
//! - A PATCH of strategies replaces the one of each media type that it names and leaves the others; `"strategy": null`
//!   removes one. The version never goes back. What is wrong with the body is answered with 422.
//! - What the settings and the fixture say holds until it is written over or deleted, also in a file.
//! - Scopes are ignored. A revoked client is told `invalid_grant`, a wrong secret `invalid_client`, both with 400.
//! - Tokens end with the process, and faults and lags with it; everything else and the audit trail are kept, where
//!   there is a file.
//! - What is no HTTP, or has headers of more than some 400 KB, is answered below all this: without an `ErrorBody` and
//!   a correlation id.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use genesys_sandbox::{Sandbox, Settings, queue};
//!
//! let settings = Settings { queues: vec![queue("q-1", "Technical Support")], ..Settings::default() };
//! let sandbox = Sandbox::start(settings).await?;
//! println!("an organization at {}", sandbox.url());
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```

mod admin;
mod agents;
mod audit;
mod body;
mod call;
mod clock;
mod credentials;
mod divisions;
mod edits;
mod fault_json;
mod faults;
mod fields;
mod fixture;
mod fixture_json;
mod governance;
mod ids;
mod jobs;
mod kept;
mod lag;
mod organization;
mod paging;
mod query;
mod queue_edits;
mod queues;
mod rate;
mod realtime;
mod refusal;
mod routes;
mod rule_body;
mod rules;
mod sandbox;
mod seed;
mod serve;
mod settings;
mod skill_groups;
mod skills;
mod state;
mod store;
mod strategies;
mod strategy_body;
mod strike;
mod table;
mod tokens;
mod topology;
mod tree;

pub use audit::{Action, AuditEntry, EntityType};
pub use faults::{Effect, Fault, Faults, JobCourse, Match, ReplyBody, RetryAfter, When};
pub use fixture::{Fixture, FixtureError, MAX_FIXTURE_BYTES, MAX_FIXTURE_OBJECTS};
pub use organization::{Organization, RequestNote};
pub use refusal::Refusal;
pub use sandbox::{Sandbox, StartError};
pub use settings::{
    CLIENT_ID, CLIENT_SECRET, ClientCredentials, MAX_BODY_BYTES, ORGANIZATION_ID, RateLimit, Settings, Store,
    permissions, queue,
};
