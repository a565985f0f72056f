//! The comparison: each metric scaled over all strategies, weighed and added up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::derived::value;
use super::{Criterion, Direction, Scheme, SchemeError, percentile_ranks};

/// What is known of one strategy.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StrategyFigures {
    /// The strategy's id.
    pub strategy_id: String,
    /// Its metrics, by name; times in seconds.
    pub metrics: BTreeMap<String, f64>,
}

/// Strategies compared.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// What they were compared by.
    pub scheme: Scheme,
    /// The strategies, in the order given.
    pub strategies: Vec<ScoredStrategy>,
    /// The metrics of the scheme that no strategy has, so that the others weigh more for all.
    pub excluded: Vec<ExcludedMetric>,
}

/// One strategy's score, and what it is made of.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoredStrategy {
    /// The strategy's id.
    pub strategy_id: String,
    /// From 0 to 1, more is better. None where it has no metric of the scheme.
    pub score: Option<f64>,
    /// The rank of the score from below, over how many strategies have one; equal scores share their mean rank.
    pub percentile_rank: Option<f64>,
    /// What the score is the sum of.
    pub parts: Vec<Part>,
    /// The metrics of the scheme that this strategy lacks, so that its others weigh more.
    pub excluded: Vec<ExcludedMetric>,
}

/// What one metric gives to a score: `scaled × weight`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Part {
    /// The metric.
    pub metric: String,
    /// Its value.
    pub value: f64,
    /// The value from 0, the worst of all strategies, to 1, the best; 0.5 where all are equal.
    pub scaled: f64,
    /// What it weighs here: the weights of a strategy's parts are 1 together.
    pub weight: f64,
}

/// A metric that does not count, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ExcludedMetric {
    /// The metric.
    pub metric: String,
    /// Why.
    pub reason: Reason,
}

/// Why a metric does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// It is not there.
    Missing,
    /// It is no number, or infinite.
    NotANumber,
    /// It is a share of what was offered, which is nothing.
    NothingOffered,
}

/// A metric over all strategies.
struct Column<'a> {
    criterion: &'a Criterion,
    values: Vec<Result<f64, Reason>>,
    least: f64,
    greatest: f64,
}

/// Compares strategies by a scheme. No strategies are no error.
///
/// # Errors
///
/// A scheme that strategies cannot be compared by.
pub fn compare(strategies: &[StrategyFigures], scheme: &Scheme) -> Result<Comparison, SchemeError> {
    scheme.check()?;
    let columns: Vec<Column> =
        scheme.criteria.iter().map(|criterion| Column::of(criterion, strategies)).collect();
    let mut rows: Vec<ScoredStrategy> =
        strategies.iter().enumerate().map(|(row, one)| score(row, &one.strategy_id, &columns)).collect();
    let scores: Vec<f64> = rows.iter().map(|one| one.score.unwrap_or(f64::NAN)).collect();
    for (one, rank) in rows.iter_mut().zip(percentile_ranks(&scores)) {
        one.percentile_rank = rank;
    }
    let excluded = columns.iter().filter_map(Column::reason_for_all).collect();
    Ok(Comparison { scheme: scheme.clone(), strategies: rows, excluded })
}

fn score(row: usize, strategy_id: &str, columns: &[Column]) -> ScoredStrategy {
    let (mut parts, mut excluded) = (Vec::new(), Vec::new());
    for column in columns {
        let metric = || column.criterion.metric.clone();
        match column.values.get(row) {
            Some(&Ok(value)) => parts.push(Part {
                metric: metric(),
                value,
                scaled: column.scaled(value),
                weight: column.criterion.weight,
            }),
            Some(&Err(reason)) => excluded.push(ExcludedMetric { metric: metric(), reason }),
            None => {}
        }
    }
    let all: f64 = parts.iter().map(|part| part.weight).sum();
    for part in &mut parts {
        part.weight /= all;
    }
    let score = (!parts.is_empty()).then(|| {
        let sum: f64 = parts.iter().map(|part| part.scaled * part.weight).sum();
        // Rounded to twelve digits: scores that are equal but for the order of additions must share a rank.
        ((sum * 1e12).round() / 1e12).min(1.0)
    });
    ScoredStrategy { strategy_id: strategy_id.to_owned(), score, percentile_rank: None, parts, excluded }
}

impl<'a> Column<'a> {
    fn of(criterion: &'a Criterion, strategies: &[StrategyFigures]) -> Self {
        let values: Vec<_> = strategies.iter().map(|one| value(&one.metrics, &criterion.metric)).collect();
        let known = || values.iter().filter_map(|value| value.ok());
        let (least, greatest) =
            (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
        Self { criterion, values, least, greatest }
    }

    /// Halved before it is subtracted: the range of two numbers may be too large for one.
    fn scaled(&self, value: f64) -> f64 {
        let range = self.greatest / 2.0 - self.least / 2.0;
        if range <= 0.0 {
            return 0.5;
        }
        let scaled = ((value / 2.0 - self.least / 2.0) / range).clamp(0.0, 1.0);
        match self.criterion.direction {
            Direction::Higher => scaled,
            Direction::Lower => 1.0 - scaled,
        }
    }

    /// Why no strategy has it, where that is so; the reason of the first.
    fn reason_for_all(&self) -> Option<ExcludedMetric> {
        let first = self.values.first()?.err()?;
        let none = self.values.iter().all(Result::is_err);
        none.then(|| ExcludedMetric { metric: self.criterion.metric.clone(), reason: first })
    }
}
