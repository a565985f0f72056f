//! The real binary on real folders: every verb, in success, with findings and with usage errors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::format_collect,
    reason = "tests"
)]

mod ask;
mod audit;
mod backtest;
mod check;
mod choose;
mod compile;
mod deploy;
mod drift;
mod eavesdropper;
mod eval;
mod evaluate;
mod example;
mod explain;
mod export;
mod fix;
mod fmt;
mod folder;
mod format;
mod gates;
mod hostile;
mod killed;
mod matcher;
mod neovim;
mod new;
mod organization;
mod output;
mod page;
mod pipelines;
mod plan;
mod pull;
mod receiver;
mod recover;
mod rollback;
mod sandbox;
mod schema;
mod secrets;
mod serve;
mod service;
mod simulate;
mod simulate_load;
mod test;
mod topology;
mod usage;
mod watch;
mod webhook;
