//! What routing does to agents, queues and waiting times: scores, queueing theory, simulation.

pub mod agent_score;
pub mod queueing;
