//! The client over real HTTP on loopback: against the sandbox, and against a server that misbehaves as it is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod agents;
mod analytics;
mod bad_input;
mod clock;
mod export;
mod guards;
mod organization;
mod pace;
mod raw;
mod remote_audit;
mod retries;
mod secrets;
mod tokens;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use clock::TestClock;
use genesys_client::{Address, Client, ClientSettings, Credentials};

const ID: &str = "client-of-the-test";
const SECRET: &str = "hunter2hunter2";

/// Settings whose timeouts end soon: only what never answers meets them.
fn settings() -> ClientSettings {
    ClientSettings {
        request_timeout: Duration::from_secs(20),
        max_body: 256 * 1024,
        ..ClientSettings::default()
    }
}

fn client_with(url: &str, clock: &Arc<TestClock>, settings: ClientSettings) -> Client {
    let credentials = Credentials::new(ID, SECRET).unwrap();
    Client::new(Address::parse(url).unwrap(), credentials, Arc::clone(clock) as _, settings).unwrap()
}

fn client(url: &str, clock: &Arc<TestClock>) -> Client {
    client_with(url, clock, settings())
}
