//! `rulec serve`: rules and agents over HTTP, and the page for people who try them (contract 1.2; D20 to D25).
//!
//! Connections go through [`server`], requests through [`guard`] and [`routes`]; rules are evaluated by the threads of
//! [`evaluator`]. Everything that a stranger can make large or slow has its limit in [`limits`].

mod answer;
mod evaluate;
mod evaluator;
mod guard;
mod limits;
mod loaded;
mod page;
mod program;
mod reload;
mod routes;
mod server;
mod service;
mod simulate;

pub(crate) use guard::Token;
pub(crate) use loaded::{HomeOf, Loaded};
pub(crate) use reload::reload;
pub(crate) use server::Server;
pub(crate) use service::{Service, Settings};
