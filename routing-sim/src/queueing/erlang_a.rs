//! Erlang A: those who wait leave when their patience ends.

use super::erlang_b::InverseBlocking;
use super::offered_wait::OfferedWait;
use super::{ServiceLevel, Traffic};

/// Terms below this share of what they are added to are left out.
const NOTHING: f64 = 1e-20;

/// A queue that some leave. It is steady under any load, as long as there is an agent.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ErlangA {
    traffic: Traffic,
    /// One over the mean patience, a second.
    leaving: f64,
    states: States,
    probability_wait: f64,
    mean_queue_length: f64,
    offered_wait: OfferedWait,
    /// The integral over all of `offered_wait`, which stands for `probability_wait`.
    all_waits: f64,
}

impl ErlangA {
    /// The steady state; none without agents.
    pub(super) fn steady(
        traffic: Traffic,
        patience_seconds: f64,
        agents: u32,
        base: InverseBlocking,
    ) -> Option<Self> {
        if agents == 0 {
            return None;
        }
        let leaving = 1.0 / patience_seconds;
        let capacity = f64::from(agents) / traffic.service_seconds();
        let mut states = States::new(traffic.rate(), capacity, leaving);
        let (mut waiting, mut weighed, mut all_busy) = (0.0, 0.0, 0.0);
        states.visit(0.0, |depth, term| {
            waiting += term;
            weighed += term * depth;
            if depth < 1.0 {
                all_busy = term;
            }
        });
        // The states with an idle agent, from that in which all are just busy. Where they outweigh the rest beyond what a number can
        // say, nobody waits.
        let idle = all_busy * (base.grown_to(agents).value() - 1.0);
        states.total = waiting + if all_busy > 0.0 { idle } else { 0.0 };
        let offered_wait = OfferedWait::new(traffic.rate(), capacity, leaving);
        Some(Self {
            traffic,
            leaving,
            states,
            probability_wait: waiting / states.total,
            mean_queue_length: weighed / states.total,
            offered_wait,
            all_waits: offered_wait.integral(0.0, f64::INFINITY, |_| 1.0),
        })
    }

    pub(super) fn probability_wait(&self) -> f64 {
        self.probability_wait
    }

    pub(super) fn mean_wait_seconds(&self) -> f64 {
        if self.traffic.rate() > 0.0 { self.mean_queue_length / self.traffic.rate() } else { 0.0 }
    }

    /// Of those who are served: whoever is patient enough for the wait that is offered.
    pub(super) fn mean_wait_of_answered_seconds(&self) -> f64 {
        self.waits(0.0, f64::INFINITY, |x| x * (-self.leaving * x).exp()) / (1.0 - self.abandonment())
    }

    pub(super) fn mean_queue_length(&self) -> f64 {
        self.mean_queue_length
    }

    pub(super) fn abandonment(&self) -> f64 {
        (self.leaving * self.mean_wait_seconds()).min(1.0)
    }

    pub(super) fn occupancy(&self) -> f64 {
        self.traffic.rate() * (1.0 - self.abandonment()) / self.states.capacity
    }

    pub(super) fn service_level(&self, within_seconds: f64) -> ServiceLevel {
        let stays = |x: f64| (-self.leaving * x).exp();
        let at_once = 1.0 - self.probability_wait;
        let answered_in_time = at_once + self.waits(0.0, within_seconds, stays);
        let left_in_time = self.waits(0.0, within_seconds, |x| -(-self.leaving * x).exp_m1())
            + self.waits(within_seconds, f64::INFINITY, |_| 1.0) * (1.0 - stays(within_seconds));
        // Rounding alone may lead out of 0 to 1, and 0 / 0 is where all leave at once.
        let share = |whole: f64| if whole > 0.0 { (answered_in_time / whole).clamp(0.0, 1.0) } else { 0.0 };
        ServiceLevel {
            within_seconds,
            of_offered: share(1.0),
            of_offered_less_left_in_time: share(1.0 - left_in_time),
            of_answered: share(1.0 - self.abandonment()),
        }
    }

    /// Neither served nor gone by then.
    pub(super) fn probability_wait_over(&self, seconds: f64) -> f64 {
        self.waits(seconds, f64::INFINITY, |_| 1.0) * (-self.leaving * seconds).exp()
    }

    pub(super) fn probability_depth_over(&self, depth: f64) -> f64 {
        let mut beyond = 0.0;
        self.states.visit(depth + 1.0, |at, term| {
            if at > depth {
                beyond += term;
            }
        });
        beyond / self.states.total
    }

    /// By bisection: the share that waits longer falls with the time.
    pub(super) fn wait_quantile(&self, share: f64) -> f64 {
        let beyond = 1.0 - share;
        if self.probability_wait <= beyond {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, 1.0 / self.states.capacity);
        while self.probability_wait_over(high) > beyond {
            (low, high) = (high, high * 2.0);
        }
        loop {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                return middle;
            }
            if self.probability_wait_over(middle) > beyond { low = middle } else { high = middle }
        }
    }

    /// The mean of a weight over the offered waits between two.
    fn waits(&self, from: f64, to: f64, weight: impl Fn(f64) -> f64) -> f64 {
        if from >= to {
            return 0.0;
        }
        self.probability_wait * self.offered_wait.integral(from, to, weight) / self.all_waits
    }
}

/// The states in which all agents are busy, by how many wait; a term is as likely as its state, up to a common factor.
#[derive(Clone, Copy, PartialEq, Debug)]
struct States {
    arrivals: f64,
    capacity: f64,
    leaving: f64,
    /// The depth that is likeliest. Terms start there at 1 and fall both ways, so none overflows, whatever the load.
    mode: f64,
    /// All terms together, those with idle agents too.
    total: f64,
}

impl States {
    fn new(arrivals: f64, capacity: f64, leaving: f64) -> Self {
        let mode = ((arrivals - capacity) / leaving).floor().max(0.0);
        Self { arrivals, capacity, leaving, mode, total: 1.0 }
    }

    /// Calls with each depth and its term, until they are nothing beside what was seen at `least` and beyond.
    fn visit(&self, least: f64, mut see: impl FnMut(f64, f64)) {
        let (mut depth, mut term, mut sum) = (self.mode, 1.0, 0.0);
        while term >= f64::MIN_POSITIVE && (depth <= least || term > NOTHING * sum) {
            see(depth, term);
            if depth >= least {
                sum += term;
            }
            depth += 1.0;
            term *= self.arrivals / (self.capacity + depth * self.leaving);
        }
        (depth, term) = (self.mode, 1.0);
        while depth >= 1.0 && depth >= least {
            term *= (self.capacity + depth * self.leaving) / self.arrivals;
            depth -= 1.0;
            if term <= NOTHING * sum {
                break;
            }
            sum += term;
            see(depth, term);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The states and the density of the offered wait are two ways to the same: `P(wait) = Nμ·P(all just busy)·∫ shape`,
        /// where the peak of the density is at 0.
        #[test]
        fn states_and_density_agree(agents in 1_u32..500, busy in 0.5..1.0_f64, patience in 0.01..100.0_f64) {
            let traffic = Traffic::per_period(busy * f64::from(agents), 1.0, 1.0).unwrap();
            let base = InverseBlocking::without_agents(traffic.offered_load());
            let queue = ErlangA::steady(traffic, patience, agents, base).unwrap();
            let by_density = f64::from(agents) / queue.states.total * queue.all_waits;
            prop_assert!((by_density / queue.probability_wait - 1.0).abs() < 1e-11);
        }
    }
}
