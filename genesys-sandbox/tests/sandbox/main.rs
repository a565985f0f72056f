//! The sandbox as clients meet it: over real HTTP. Fixtures are written by hand from the contract.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

mod admin;
mod faults;
mod figures;
mod fixture;
mod hostile;
mod jobs;
mod provisioning;
mod queues;
mod rules;
mod seed;
mod store;
mod strategies;
mod support;
mod tokens;
mod trees;
