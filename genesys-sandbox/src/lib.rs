//! A local organization: the contract served over HTTP on loopback, with faults on request.
//!
//! It shares the wire types of `genesys-model` with the client and no logic, so that a mistake in one shows against
//! the other.
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
mod audit;
mod body;
mod clock;
mod credentials;
mod fault_json;
mod faults;
mod ids;
mod lag;
mod organization;
mod paging;
mod queues;
mod rate;
mod refusal;
mod routes;
mod rule_body;
mod rules;
mod sandbox;
mod serve;
mod settings;
mod state;
mod store;
mod strike;
mod tokens;
mod tree;

pub use audit::{Action, AuditEntry};
pub use faults::{Effect, Fault, Faults, Match, ReplyBody, RetryAfter, When};
pub use organization::{Organization, RequestNote};
pub use refusal::Refusal;
pub use sandbox::{Sandbox, StartError};
pub use settings::{
    CLIENT_ID, CLIENT_SECRET, ClientCredentials, MAX_BODY_BYTES, ORGANIZATION_ID, RateLimit, Settings, Store,
    permissions, queue,
};
