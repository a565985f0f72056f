//! What routing does to agents, queues and waiting times: scores, queueing theory, simulation.

pub mod event;
