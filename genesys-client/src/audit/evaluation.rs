//! What the audit log says of an evaluation of strategies (contract 1.5, "Audit"; D60).

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::ulid::ulid;
use crate::Clock;

/// The record of one evaluation, in the contract's shape, with what that lacks: the job, and the times one by one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EvaluationRecord {
    /// `EVAL-` and a ULID: unique, and in the order of time.
    pub audit_id: String,
    /// The strategies that were asked for, by their ids.
    pub strategy_ids: Vec<String>,
    /// When it was done, as RFC 3339 in UTC.
    pub execution_timestamp: String,
    /// How long it took, from the question to the scores, in seconds to the millisecond; without the webhook.
    pub latency_seconds: f64,
    /// How many results there were, over all pages.
    pub row_count: usize,
    /// 1 where there was any result, else 0.
    pub data_accuracy_rate: f64,
    /// Whether the webhook took the results.
    pub webhook_sync_status: WebhookSync,
    /// Whether the evaluation says all that it was to say: everything that was asked for has a result with every weighted
    /// metric, and the webhook, where it was to be told, took it.
    pub compliance_flag: bool,
    /// The job's id.
    pub job_id: String,
    /// How long each part took.
    pub timings: Timings,
}

/// Whether a webhook took the results.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookSync {
    /// It did.
    Success,
    /// It did not.
    Failed,
    /// It was not to be told.
    Skipped,
}

/// How long the parts of an evaluation took, in seconds to the millisecond.
#[derive(Clone, Copy, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Timings {
    /// Until the job was taken.
    pub submit_seconds: f64,
    /// Until it had completed.
    pub job_seconds: f64,
    /// Until all pages of its results were read.
    pub results_seconds: f64,
    /// Until everything had its score.
    pub scoring_seconds: f64,
    /// Until the webhook had answered; 0 where it was not told.
    pub webhook_seconds: f64,
}

/// An id of an evaluation: no two are the same, and later ones sort later.
pub fn evaluation_id(clock: &dyn Clock, now: SystemTime) -> String {
    format!("EVAL-{}", ulid(now, [clock.chance(), clock.chance()]))
}
