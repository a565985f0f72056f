//! What a queue does under a load, by formulas: Erlang B, C and A (contract 1.1, D6 to D10).
//!
//! Interactions arrive at random (a Poisson stream), handling takes an exponential time, all agents are alike and take the one that
//! waits longest. Without patience nobody leaves (Erlang C); with it each leaves after an exponential time (Erlang A).
//! `docs/simulation.md` has the formulas. Everything here is a pure function of its arguments, and takes bounded time.

mod contract;
mod erlang_a;
mod erlang_b;
mod erlang_c;
mod error;
mod forecast;
mod offered_wait;
mod overflow;
mod quadrature;
mod queue;
mod service_level;
mod staffing;
mod traffic;

pub use contract::ContractForecast;
pub use erlang_b::blocking_probability;
pub use error::LoadError;
pub use forecast::{Figures, Forecast, Outlook, Question, WaitQuantile};
pub use overflow::{Judgement, Verdict};
pub use queue::{Queue, Steady};
pub use service_level::{ServiceLevel, ServiceLevelDefinition};
pub use staffing::{Staffing, Target, WantedServiceLevel, agents_needed};
pub use traffic::{MAX_AGENTS, Traffic};
