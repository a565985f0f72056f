//! Plan, apply, roll back and recover deployments to an organization.

mod client;
mod clock;
mod error;
mod request;

pub use client::Client;
pub use clock::{Clock, Sleep, SystemClock};
pub use error::{Effect, Error, ErrorKind};
pub use request::{Method, Request, segment};
