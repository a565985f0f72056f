//! A queue in its steady state, with or without patience.

use super::erlang_a::ErlangA;
use super::erlang_b::InverseBlocking;
use super::erlang_c::ErlangC;
use super::traffic::{MAX_PATIENT, countable, share, time, time_or_none, whole_agents, within};
use super::{LoadError, ServiceLevel, Traffic};

/// What becomes of a queue in the long run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Steady {
    /// It settles.
    Stable(Queue),
    /// More arrives than is ever done, or nobody is there: it grows for as long as the load lasts, and no figure describes it.
    Unstable {
        /// The fewest agents that it would settle with.
        agents_to_settle: u32,
    },
}

/// A queue that settles.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Queue {
    /// Nobody leaves (Erlang C).
    Patient(ErlangC),
    /// Those who wait leave when their patience ends (Erlang A).
    Impatient(ErlangA),
}

impl Queue {
    /// A queue of that traffic and so many agents, from whom nobody leaves, or each after a random time of `patience_seconds` on
    /// average. Takes time in proportion to the agents: some 0.1 s for [`MAX_AGENTS`](super::MAX_AGENTS).
    ///
    /// # Errors
    ///
    /// A patience that is no time, or so long that it makes no difference; more agents than are calculated.
    pub fn steady(traffic: Traffic, agents: u32, patience_seconds: Option<f64>) -> Result<Steady, LoadError> {
        countable(agents)?;
        check_patience(traffic, patience_seconds)?;
        let base = InverseBlocking::without_agents(traffic.offered_load());
        Ok(match Self::settled(traffic, agents, patience_seconds, base) {
            Some(queue) => Steady::Stable(queue),
            None => Steady::Unstable { agents_to_settle: fewest(traffic, patience_seconds) },
        })
    }

    /// The queue, from figures that were checked; none where it does not settle.
    pub(super) fn settled(
        traffic: Traffic,
        agents: u32,
        patience_seconds: Option<f64>,
        base: InverseBlocking,
    ) -> Option<Self> {
        match patience_seconds {
            None => ErlangC::steady(traffic, agents, base).map(Self::Patient),
            Some(patience) => ErlangA::steady(traffic, patience, agents, base).map(Self::Impatient),
        }
    }

    /// The share of arrivals that find all agents busy, and so wait.
    pub fn probability_wait(&self) -> f64 {
        match self {
            Self::Patient(queue) => queue.probability_wait(),
            Self::Impatient(queue) => queue.probability_wait(),
        }
    }

    /// Seconds that an arrival waits on average, until it is served or leaves; those that wait not at all count as 0.
    pub fn mean_wait_seconds(&self) -> f64 {
        match self {
            Self::Patient(queue) => queue.mean_wait_seconds(),
            Self::Impatient(queue) => queue.mean_wait_seconds(),
        }
    }

    /// The same of those alone who are served: the average speed of answer.
    pub fn mean_wait_of_answered_seconds(&self) -> f64 {
        match self {
            Self::Patient(queue) => queue.mean_wait_seconds(),
            Self::Impatient(queue) => queue.mean_wait_of_answered_seconds(),
        }
    }

    /// How many wait, on average over time.
    pub fn mean_queue_length(&self) -> f64 {
        match self {
            Self::Patient(queue) => queue.mean_queue_length(),
            Self::Impatient(queue) => queue.mean_queue_length(),
        }
    }

    /// The share of arrivals that leave without being served.
    pub fn abandonment(&self) -> f64 {
        match self {
            Self::Patient(_) => 0.0,
            Self::Impatient(queue) => queue.abandonment(),
        }
    }

    /// The share of time that an agent is busy.
    pub fn occupancy(&self) -> f64 {
        match self {
            Self::Patient(queue) => queue.occupancy(),
            Self::Impatient(queue) => queue.occupancy(),
        }
    }

    /// The share that is answered within so many seconds.
    ///
    /// # Errors
    ///
    /// Seconds that are no time.
    pub fn service_level(&self, within_seconds: f64) -> Result<ServiceLevel, LoadError> {
        time_or_none("answer within", within_seconds)?;
        Ok(match self {
            Self::Patient(queue) => {
                ServiceLevel::patient(within_seconds, 1.0 - queue.probability_wait_over(within_seconds))
            }
            Self::Impatient(queue) => queue.service_level(within_seconds),
        })
    }

    /// The share of arrivals that wait longer than so many seconds, whether they are served in the end or leave.
    ///
    /// # Errors
    ///
    /// Seconds that are negative or no number; any length is allowed.
    pub fn probability_wait_over(&self, seconds: f64) -> Result<f64, LoadError> {
        within("wait", seconds, 0.0, f64::MAX)?;
        Ok(match self {
            Self::Patient(queue) => queue.probability_wait_over(seconds),
            Self::Impatient(queue) => queue.probability_wait_over(seconds),
        })
    }

    /// The share of arrivals that find more than `depth` others waiting, which is also the share of time that so many wait.
    pub fn probability_depth_over(&self, depth: u64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "no such depth has a probability above 0 where it is rounded"
        )]
        let depth = depth as f64;
        match self {
            Self::Patient(queue) => queue.probability_depth_over(depth),
            Self::Impatient(queue) => queue.probability_depth_over(depth),
        }
    }

    /// The time in seconds that a `share` of arrivals does not wait longer than: 0.9 for the 90th percentile.
    ///
    /// # Errors
    ///
    /// A share that is not between 0 and 1.
    pub fn wait_quantile_seconds(&self, share_of_arrivals: f64) -> Result<f64, LoadError> {
        share("quantile", share_of_arrivals)?;
        Ok(match self {
            Self::Patient(queue) => queue.wait_quantile(share_of_arrivals),
            Self::Impatient(queue) => queue.wait_quantile(share_of_arrivals),
        })
    }
}

/// Whether a patience is one that can be calculated with.
pub(super) fn check_patience(traffic: Traffic, patience_seconds: Option<f64>) -> Result<(), LoadError> {
    let Some(patience) = patience_seconds else {
        return Ok(());
    };
    time("patience", patience)?;
    let waiting = traffic.rate() * patience;
    if waiting <= MAX_PATIENT { Ok(()) } else { Err(LoadError::TooPatient { waiting }) }
}

/// The fewest agents that a queue settles with: more than the load, or any where those who wait leave.
pub(super) fn fewest(traffic: Traffic, patience_seconds: Option<f64>) -> u32 {
    match patience_seconds {
        Some(_) => 1,
        None => whole_agents(traffic.offered_load().floor()).saturating_add(1),
    }
}
