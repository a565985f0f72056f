//! The projection of contract 1.1, "Simulation output".

use serde::Serialize;

use super::{Forecast, Judgement, Outlook};

/// What the contract's simulation says of a queue, with the contract's keys and digits. Figures that a queue without a steady state
/// does not have are null (D6).
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractForecast {
    /// The queue's id.
    pub queue_id: String,
    /// Arrivals an hour.
    pub peak_arrival_rate: f64,
    /// The agents.
    pub available_agents: u32,
    /// Work per agent, to three digits; not held below 1. Null without agents.
    pub utilization: Option<f64>,
    /// The share of arrivals that wait, to three digits.
    pub probability_wait: Option<f64>,
    /// How many wait on average, the fraction cut off.
    pub projected_queue_depth: Option<u64>,
    /// Whether the mean is beyond the threshold of one of the strategy's own overflow rules (D9), or the queue never settles and there
    /// is such a rule.
    pub overflow_triggered: bool,
    /// Whether the queue grows for as long as the load lasts.
    pub unstable: bool,
}

impl ContractForecast {
    /// The projection of a forecast, with the judgements on the strategy's overflow rules.
    pub fn of(queue_id: &str, forecast: &Forecast, overflow: &[Judgement]) -> Self {
        let figures = match &forecast.outlook {
            Outlook::Stable(figures) => Some(figures),
            Outlook::Unstable { .. } => None,
        };
        Self {
            queue_id: queue_id.to_owned(),
            peak_arrival_rate: forecast.arrivals_per_hour,
            available_agents: forecast.agents,
            utilization: forecast.utilization.map(to_three_digits),
            probability_wait: figures.map(|figures| to_three_digits(figures.probability_wait)),
            projected_queue_depth: figures.map(|figures| whole(figures.mean_queue_length)),
            overflow_triggered: overflow.iter().any(Judgement::is_triggered),
            unstable: figures.is_none(),
        }
    }
}

fn to_three_digits(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}

fn whole(figure: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast keeps to the range of its type"
    )]
    let whole = figure as u64;
    whole
}
