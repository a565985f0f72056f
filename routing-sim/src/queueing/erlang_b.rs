//! Erlang B: how likely all agents are busy where nobody can wait.

use super::LoadError;
use super::traffic::{MAX_AGENTS, countable, within};

/// One over the blocking probability, grown agent by agent. Powers and factorials never occur: the number starts at 1, grows, and
/// where it grows out of range the probability is 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct InverseBlocking {
    offered: f64,
    agents: u32,
    value: f64,
}

impl InverseBlocking {
    /// Without any agent everything is blocked.
    pub(super) fn without_agents(offered: f64) -> Self {
        Self { offered, agents: 0, value: 1.0 }
    }

    /// The same load with more agents; with as many or fewer, itself.
    pub(super) fn grown_to(mut self, agents: u32) -> Self {
        while self.agents < agents && self.value.is_finite() {
            self.agents += 1;
            // No load at all: 1 / 0, so the number is infinite at once, as it should be.
            self.value = 1.0 + self.value * (f64::from(self.agents) / self.offered);
        }
        self.agents = self.agents.max(agents);
        self
    }

    /// One over the probability: at least 1, infinite where that is below what a number can say.
    pub(super) fn value(self) -> f64 {
        self.value
    }
}

/// The share of arrivals that find all `agents` busy, where those are turned away. `offered_load` is in agents' work
/// ([`Traffic::offered_load`](super::Traffic::offered_load)).
///
/// # Errors
///
/// A load that is no number, negative or more than [`MAX_AGENTS`] can do; more agents than that.
pub fn blocking_probability(offered_load: f64, agents: u32) -> Result<f64, LoadError> {
    within("offered load", offered_load, 0.0, f64::from(MAX_AGENTS))?;
    countable(agents)?;
    Ok(1.0 / InverseBlocking::without_agents(offered_load).grown_to(agents).value())
}
