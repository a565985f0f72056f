//! Plan, apply, roll back and recover deployments to an organization.

pub mod audit;
mod client;
mod clock;
mod credentials;
pub mod deploy;
mod endpoint;
mod error;
mod error_text;
mod event;
mod fingerprint;
mod lines;
mod organization;
mod pace;
mod page;
pub mod plan;
mod region;
mod request;
pub mod resource;
mod response;
mod retry;
mod retry_after;
mod text;
mod token;
mod transport;
pub mod webhook;
pub mod wfm;

pub use client::{Client, ClientSettings};
pub use clock::{Clock, Sleep, SystemClock, rfc3339};
pub use credentials::Credentials;
pub use endpoint::{Endpoint, Posted};
pub use error::{Effect, Error, ErrorKind};
pub use event::{OnEvent, TransportEvent, WaitReason};
pub use lines::FileError;
pub use organization::Address;
pub use request::{Method, Request, segment};
