//! Erlang C: nobody leaves, and everybody is served in the end.

use super::Traffic;
use super::erlang_b::InverseBlocking;

/// A queue in which all wait until they are served, with more agents than the load needs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ErlangC {
    traffic: Traffic,
    agents: f64,
    /// Agents beyond the load: above 0.
    spare: f64,
    probability_wait: f64,
}

impl ErlangC {
    /// The steady state; none where the agents cannot do the work.
    pub(super) fn steady(traffic: Traffic, agents: u32, base: InverseBlocking) -> Option<Self> {
        let offered = traffic.offered_load();
        let agents_in_all = f64::from(agents);
        let spare = agents_in_all - offered;
        if agents == 0 || spare <= 0.0 {
            return None;
        }
        // N·B / (N − A(1−B)) with B = 1/x: no difference of nearly equal numbers is left but N − A, which is exact.
        let inverse = base.grown_to(agents).value();
        let probability_wait = agents_in_all / (inverse * spare + offered);
        Some(Self { traffic, agents: agents_in_all, spare, probability_wait })
    }

    pub(super) fn probability_wait(&self) -> f64 {
        self.probability_wait
    }

    pub(super) fn mean_wait_seconds(&self) -> f64 {
        self.probability_wait * self.traffic.service_seconds() / self.spare
    }

    pub(super) fn mean_queue_length(&self) -> f64 {
        self.probability_wait * self.traffic.offered_load() / self.spare
    }

    pub(super) fn occupancy(&self) -> f64 {
        self.traffic.offered_load() / self.agents
    }

    pub(super) fn probability_wait_over(&self, seconds: f64) -> f64 {
        self.probability_wait * (-self.spare * seconds / self.traffic.service_seconds()).exp()
    }

    /// Each more that waits is less likely by the share of time that agents are busy.
    pub(super) fn probability_depth_over(&self, depth: f64) -> f64 {
        self.probability_wait * self.occupancy().powf(depth + 1.0)
    }

    pub(super) fn wait_quantile(&self, share: f64) -> f64 {
        let beyond = 1.0 - share;
        if self.probability_wait <= beyond {
            return 0.0;
        }
        (self.probability_wait / beyond).ln() * self.traffic.service_seconds() / self.spare
    }
}
