//! The contract's own formula, faults and all, for whoever must reproduce its figures (contract 0, "Score of strategies").

use serde::Serialize;

use super::{StrategyFigures, percentile_ranks};

/// Metric and weight, and whether it is turned round; in the order in which they are added.
const CRITERIA: [(&str, f64, bool); 3] =
    [("handledCalls", 0.3, false), ("avgSpeedOfAnswer", 0.4, false), ("abandonedCalls", 0.3, true)];

/// A strategy's score by the contract's formula. None stands for NaN, which JSON cannot say: it serializes as null.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SeedScore {
    /// The strategy's id.
    #[serde(rename = "strategyId")]
    pub strategy_id: String,
    /// The score; none for a strategy that lacks a metric which another has.
    pub score: Option<f64>,
    /// The rank of the score among those that are numbers, over how many those are; equal scores share their mean rank.
    pub percentile_rank: Option<f64>,
}

/// The contract's scores: each metric from its least to its greatest value becomes 0 to 1, a column of equal values 0, and abandoned
/// calls alone are turned round, so that a slower answer scores better. A metric that no strategy has is passed over without a change
/// of the weights; one that a strategy lacks makes that strategy's score NaN. A metric that is NaN counts as lacking.
pub fn seed_compat(strategies: &[StrategyFigures]) -> Vec<SeedScore> {
    let mut scores = vec![0.0; strategies.len()];
    for (metric, weight, turned) in CRITERIA {
        let column: Vec<Option<f64>> =
            strategies.iter().map(|one| one.metrics.get(metric).copied()).collect();
        if column.iter().all(Option::is_none) {
            continue;
        }
        let values = || column.iter().copied().flatten().filter(|value| !value.is_nan());
        // Without any number both are NaN, and so is all that follows from them.
        let (least, greatest) = (values().fold(f64::NAN, f64::min), values().fold(f64::NAN, f64::max));
        #[expect(clippy::float_cmp, reason = "the contract compares exactly")]
        let range = if greatest == least { 1.0 } else { greatest - least };
        for (score, value) in scores.iter_mut().zip(&column) {
            let scaled = (value.unwrap_or(f64::NAN) - least) / range;
            let good = if turned { 1.0 - scaled } else { scaled };
            *score += good * weight;
        }
    }
    let ranks = percentile_ranks(&scores);
    let strategies = strategies.iter().zip(scores).zip(ranks);
    strategies
        .map(|((one, score), percentile_rank)| SeedScore {
            strategy_id: one.strategy_id.clone(),
            score: (!score.is_nan()).then_some(score),
            percentile_rank,
        })
        .collect()
}
