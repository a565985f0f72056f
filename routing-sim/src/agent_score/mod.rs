//! Who of a queue's agents gets an interaction (contract 1.2, D17 to D19 and D25).
//!
//! [`rank`] scores each agent by the skills that the interaction asks for, and orders them, with the reasons. Two scorers do it:
//! [`Scorer::Default`] never gives an agent less for knowing more, and [`Scorer::Seed`] gives the contract's figures to the digit.

mod agent;
mod anomaly;
mod rank;
mod report;
mod score;

pub use agent::{AVAILABLE, Agent, Skill};
pub use anomaly::{Anomaly, AnomalyClass};
pub use rank::{MatchedSkill, RankedAgent, Ranking, rank};
pub use report::{ReportedAgent, SimulationReport, TOP};
pub use score::{MAX_PROFICIENCY, ScoreError, Scorer};
