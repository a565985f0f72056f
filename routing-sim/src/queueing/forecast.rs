//! All figures of a queue at once.

use serde::Serialize;

use super::{LoadError, Queue, ServiceLevel, Steady, Traffic};

/// What somebody wants to know of a queue.
#[derive(Clone, PartialEq, Debug)]
pub struct Question<'a> {
    /// What arrives.
    pub traffic: Traffic,
    /// How many agents take it.
    pub agents: u32,
    /// How many seconds one waits on average before one leaves; without it nobody leaves.
    pub patience_seconds: Option<f64>,
    /// The time of the service level.
    pub answer_within_seconds: Option<f64>,
    /// Shares of arrivals whose longest wait is wanted: 0.5, 0.9.
    pub quantiles: &'a [f64],
}

/// What a queue does under a load.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// Arrivals an hour.
    pub arrivals_per_hour: f64,
    /// Seconds that one takes an agent, on average.
    pub service_seconds: f64,
    /// Seconds that one waits on average before one leaves; none where nobody leaves.
    pub patience_seconds: Option<f64>,
    /// The agents.
    pub agents: u32,
    /// The work that arrives, in agents.
    pub offered_load: f64,
    /// Work per agent; none without agents, and above 1 where more arrives than they can do.
    pub utilization: Option<f64>,
    /// The figures, or that there are none.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// Whether a queue has figures.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Outlook {
    /// It settles.
    Stable(Figures),
    /// It grows for as long as the load lasts.
    Unstable {
        /// The fewest agents that it would settle with.
        agents_to_settle: u32,
    },
}

/// The figures of a queue that settles. Shares are from 0 to 1, times in seconds.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// [`Queue::probability_wait`].
    pub probability_wait: f64,
    /// [`Queue::mean_wait_seconds`].
    pub mean_wait_seconds: f64,
    /// [`Queue::mean_wait_of_answered_seconds`].
    pub mean_wait_of_answered_seconds: f64,
    /// [`Queue::mean_queue_length`].
    pub mean_queue_length: f64,
    /// [`Queue::abandonment`].
    pub abandonment: f64,
    /// [`Queue::occupancy`].
    pub occupancy: f64,
    /// [`Queue::service_level`], where a time was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_level: Option<ServiceLevel>,
    /// [`Queue::wait_quantile_seconds`], in the order asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wait_quantiles: Vec<WaitQuantile>,
}

/// How long a share of arrivals waits at most.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct WaitQuantile {
    /// The share.
    pub share: f64,
    /// The longest wait of those.
    pub seconds: f64,
}

impl Forecast {
    /// What becomes of a queue.
    ///
    /// # Errors
    ///
    /// A figure out of range.
    pub fn of(question: &Question) -> Result<Self, LoadError> {
        let Question { traffic, agents, patience_seconds, .. } = *question;
        let outlook = match Queue::steady(traffic, agents, patience_seconds)? {
            Steady::Stable(queue) => {
                Outlook::Stable(Figures::of(&queue, question.answer_within_seconds, question.quantiles)?)
            }
            Steady::Unstable { agents_to_settle } => Outlook::Unstable { agents_to_settle },
        };
        let utilization = (agents > 0).then(|| traffic.offered_load() / f64::from(agents));
        Ok(Self {
            arrivals_per_hour: traffic.arrivals_per_hour(),
            service_seconds: traffic.service_seconds(),
            patience_seconds,
            agents,
            offered_load: traffic.offered_load(),
            utilization,
            outlook,
        })
    }
}

impl Figures {
    /// The figures of a queue, with the service level of a time and the quantiles of shares.
    ///
    /// # Errors
    ///
    /// A time or a share out of range.
    pub fn of(
        queue: &Queue,
        answer_within_seconds: Option<f64>,
        quantiles: &[f64],
    ) -> Result<Self, LoadError> {
        let quantile =
            |&share: &f64| Ok(WaitQuantile { share, seconds: queue.wait_quantile_seconds(share)? });
        Ok(Self {
            probability_wait: queue.probability_wait(),
            mean_wait_seconds: queue.mean_wait_seconds(),
            mean_wait_of_answered_seconds: queue.mean_wait_of_answered_seconds(),
            mean_queue_length: queue.mean_queue_length(),
            abandonment: queue.abandonment(),
            occupancy: queue.occupancy(),
            service_level: answer_within_seconds.map(|within| queue.service_level(within)).transpose()?,
            wait_quantiles: quantiles.iter().map(quantile).collect::<Result<_, LoadError>>()?,
        })
    }
}
