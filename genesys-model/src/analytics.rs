//! Analytics of strategies: the query, the job and its results (contract 1.5).

use serde::{Deserialize, Serialize};

/// What is asked (`POST /api/v2/analytics/routing/strategies/query`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsQuery {
    /// The ids of the strategies.
    pub strategy_ids: Vec<String>,
    /// At most ten: `handledCalls`, …
    pub metric_types: Vec<String>,
    /// `byDay`.
    pub time_group: String,
    /// `P1D`.
    pub interval: String,
    /// The first moment, as RFC 3339 in UTC.
    pub from: String,
    /// The moment after the last, at most 30 days on.
    pub to: String,
    /// `strategyId`, `queueId`.
    pub group_bys: Vec<String>,
    /// Always true: the answer is a job.
    #[serde(rename = "async")]
    pub is_async: bool,
}

/// A query that is being answered.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AnalyticsJob {
    /// Its id.
    pub id: String,
    /// Its id again: the contract names it twice (D53), and either may be empty.
    pub job_id: String,
    /// `completed`, `failed`, or anything else for one that goes on.
    pub status: String,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
}

/// One result of a job, on one of the pages of its results.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsRow {
    /// The id of the strategy, or of the queue.
    pub entity_id: String,
    /// Its figures.
    #[serde(default)]
    pub metrics: Vec<AnalyticsMetric>,
}

/// One figure.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsMetric {
    /// Which.
    pub metric_id: String,
    /// The figure; 0 where nothing is said. Times are in seconds.
    #[serde(default)]
    pub value: f64,
}
