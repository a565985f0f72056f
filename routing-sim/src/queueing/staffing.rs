//! The agents that a target needs.

use serde::Serialize;

use super::erlang_b::InverseBlocking;
use super::queue::{check_patience, fewest};
use super::traffic::{MAX_AGENTS, share, time, time_or_none, whole_agents, within};
use super::{Figures, LoadError, Queue, ServiceLevelDefinition, Traffic};

/// What is wanted of a queue. All that is given must hold; where nothing is, the queue is to settle.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Target {
    /// A share that is answered in time.
    pub service_level: Option<WantedServiceLevel>,
    /// The longest mean wait of all arrivals, in seconds.
    pub mean_wait_seconds: Option<f64>,
    /// The largest share that may leave.
    pub abandonment: Option<f64>,
    /// The largest share of time that an agent may be busy.
    pub max_occupancy: Option<f64>,
    /// The share of paid time in which an agent takes nothing: breaks, training, illness. From 0 to below 1.
    pub shrinkage: f64,
}

/// A share that is to be answered in time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WantedServiceLevel {
    /// The share: 0.8 for 80/20.
    pub share: f64,
    /// The seconds: 20 for 80/20.
    pub within_seconds: f64,
    /// What it is a share of.
    pub definition: ServiceLevelDefinition,
}

/// The fewest agents that meet a target, and what the queue does with them.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Staffing {
    /// Agents who take interactions.
    pub agents: u32,
    /// Agents who must be paid for that, by the shrinkage.
    pub scheduled: u64,
    /// The queue with `agents`.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The fewest agents with whom a target holds: every figure that a target may name gets better with each agent, so their number is
/// found by doubling steps and bisection.
///
/// # Errors
///
/// A figure out of range; more agents than are calculated.
pub fn agents_needed(
    traffic: Traffic,
    patience_seconds: Option<f64>,
    target: &Target,
) -> Result<Staffing, LoadError> {
    check_patience(traffic, patience_seconds)?;
    target.check()?;
    let first = fewest(traffic, patience_seconds);
    if first > MAX_AGENTS {
        return Err(LoadError::NotReached);
    }
    let meets = |agents: u32, base: InverseBlocking| -> Result<Option<Queue>, LoadError> {
        match Queue::settled(traffic, agents, patience_seconds, base) {
            Some(queue) => Ok(target.holds(&queue)?.then_some(queue)),
            None => Ok(None),
        }
    };
    // Whatever is tried later has at least `low` agents: the recurrence up to there is never done again.
    let mut base = InverseBlocking::without_agents(traffic.offered_load()).grown_to(first - 1);
    let (mut low, mut high, mut step) = (first, first, 1);
    let mut found = loop {
        if let Some(queue) = meets(high, base)? {
            break queue;
        }
        if high >= MAX_AGENTS {
            return Err(LoadError::NotReached);
        }
        base = base.grown_to(high);
        (low, high) = (high + 1, (high + step).min(MAX_AGENTS));
        step *= 2;
    };
    while low < high {
        let middle = u32::midpoint(low, high);
        if let Some(queue) = meets(middle, base)? {
            (high, found) = (middle, queue);
        } else {
            (low, base) = (middle + 1, base.grown_to(middle));
        }
    }
    let within_seconds = target.service_level.map(|wanted| wanted.within_seconds);
    let figures = Figures::of(&found, within_seconds, &[])?;
    Ok(Staffing { agents: high, scheduled: scheduled(high, target.shrinkage), figures })
}

impl Target {
    fn check(&self) -> Result<(), LoadError> {
        if let Some(wanted) = self.service_level {
            share("service level", wanted.share)?;
            time_or_none("answer within", wanted.within_seconds)?;
        }
        if let Some(seconds) = self.mean_wait_seconds {
            time("mean wait", seconds)?;
        }
        if let Some(abandonment) = self.abandonment {
            share("abandonment", abandonment)?;
        }
        if let Some(occupancy) = self.max_occupancy {
            within("maximum occupancy", occupancy, 1e-6, 1.0)?;
        }
        within("shrinkage", self.shrinkage, 0.0, 0.99)
    }

    fn holds(&self, queue: &Queue) -> Result<bool, LoadError> {
        let level = match self.service_level {
            Some(wanted) => queue.service_level(wanted.within_seconds)?.by(wanted.definition) >= wanted.share,
            None => true,
        };
        let at_most = |figure: f64, limit: Option<f64>| limit.is_none_or(|limit| figure <= limit);
        Ok(level
            && at_most(queue.mean_wait_seconds(), self.mean_wait_seconds)
            && at_most(queue.abandonment(), self.abandonment)
            && at_most(queue.occupancy(), self.max_occupancy))
    }
}

/// The fewest of whom so many are there. A division that lands a rounding above a whole number must not cost an agent.
fn scheduled(agents: u32, shrinkage: f64) -> u64 {
    let there = 1.0 - shrinkage;
    let exact = f64::from(agents) / there;
    let fewer = exact.ceil() - 1.0;
    let enough = if fewer * there >= f64::from(agents) { fewer } else { fewer + 1.0 };
    // At most a hundred times the agents, by the limit of the shrinkage.
    u64::from(whole_agents(enough))
}
