//! What routing does to agents, queues and waiting times: scores, queueing theory, simulation.

pub mod agent_score;
pub mod event;
pub mod queueing;
pub mod strategy_score;
