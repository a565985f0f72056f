//! Which organization a command is about, and the way to it.
//!
//! A missing secret must never turn into a green deployment to somewhere else: what is set in part, or contradicts
//! itself, is a failure that says which setting, and the embedded sandbox is meant only where nothing else is said.

pub mod choose;
pub mod connect;
pub mod embedded;

pub use choose::{Chosen, Remote, choose};
pub use connect::Connection;
