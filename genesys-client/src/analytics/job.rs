//! A job is asked for once and then looked at until it has ended (contract 1.5; D53, D54).
//!
//! Asking and looking are apart: whatever goes wrong while a job is looked at, no second one is asked for. A job has no
//! name by which it could be found again, so one whose answer was lost cannot be told from none, and is not asked for
//! again either: that is for whoever runs the command to decide. It changes nothing in the organization; the worst that is
//! left behind is a job whose results nobody reads.

use std::time::{Duration, SystemTime};

use genesys_model::AnalyticsQuery;
use serde_json::Value;

use super::query::{QueryError, check};
use crate::error_text::seconds;
use crate::text::clean;
use crate::{Client, Clock, Effect, Error, ErrorKind, Method, Request, segment};

const QUERY: &str = "/api/v2/analytics/routing/strategies/query";
const JOBS: &str = "/api/v2/analytics/jobs";

/// How a job is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// The wait after the first look; each further one is twice as long.
    pub first: Duration,
    /// The longest wait between two looks, but for what the platform asks for.
    pub longest: Duration,
    /// No look begins later than this after the first.
    pub deadline: Duration,
}

/// A second, doubled up to 15, for ten minutes in all.
impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(15),
            deadline: Duration::from_secs(600),
        }
    }
}

/// Why there are no results.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The query breaks a limit; nothing was sent.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// The job was refused, or nobody knows whether there is one: the error's `effect` says which.
    #[error("{0}")]
    Submit(Error),
    /// The job could not be looked at.
    #[error("{error}")]
    Look {
        /// The job's id.
        job: String,
        /// Why.
        error: Error,
    },
    /// The job failed.
    #[error("the analytics job `{job}` failed: {reason}")]
    Failed {
        /// The job's id.
        job: String,
        /// Why, as the organization says. Untrusted: one line, cut, without control characters.
        reason: String,
    },
    /// The job had not ended at the deadline.
    #[error("the analytics job `{job}` has not ended: its status is `{status}` after {} s, and {} s are waited at most", seconds(*.waited), seconds(*.deadline))]
    Late {
        /// The job's id.
        job: String,
        /// Its status at the last look.
        status: String,
        /// How long it was looked at.
        waited: Duration,
        /// How long it may be.
        deadline: Duration,
    },
}

impl JobError {
    /// What to do next, in plain words.
    pub fn help(&self) -> String {
        match self {
            Self::Query(QueryError::TooLong { .. } | QueryError::Backwards { .. }) => {
                "choose a window of 30 days at most, which ends after it begins".to_owned()
            }
            Self::Query(_) => "correct what the query asks for; nothing was sent".to_owned(),
            Self::Submit(error) if error.effect == Effect::Unknown => {
                "a job may be running all the same, and none is asked for again unseen: it changes nothing in the \
                 organization, so run the command again when it answers"
                    .to_owned()
            }
            Self::Submit(error) | Self::Look { error, .. } => error.help(),
            Self::Failed { .. } => {
                "ask for less at once (a shorter window, fewer metrics or strategies), or run the command again later; if \
                 it stays, quote the job to the organization's support"
                    .to_owned()
            }
            Self::Late { .. } => {
                "the job goes on: read it later by its id, wait longer, or ask for less at once".to_owned()
            }
        }
    }

    /// The particulars, a line each.
    pub fn details(&self) -> Vec<String> {
        match self {
            Self::Submit(error) => error.details(),
            Self::Look { job, error } => {
                let mut lines = error.details();
                lines.push(format!("the analytics job is `{job}`"));
                lines
            }
            Self::Query(_) | Self::Failed { .. } | Self::Late { .. } => Vec::new(),
        }
    }

    /// The job's id, where there is a job.
    pub fn job(&self) -> Option<&str> {
        match self {
            Self::Query(_) | Self::Submit(_) => None,
            Self::Look { job, .. } | Self::Failed { job, .. } | Self::Late { job, .. } => Some(job),
        }
    }
}

/// Asks for a job, once, and gives its id. Only what certainly was not carried out (429, no connection) is sent again.
///
/// # Errors
/// [`JobError::Query`] where the query breaks a limit, and [`JobError::Submit`].
pub async fn submit(client: &Client, query: &AnalyticsQuery) -> Result<String, JobError> {
    check(query)?;
    let request = Request::new(Method::Post, QUERY, "ask for analytics of strategies");
    let body = serde_json::to_value(query).unwrap_or_default();
    let answer = client.send(&request.clone().body(body)).await.map_err(JobError::Submit)?;
    // Either of two names, or both (D53).
    let name = |key: &str| answer.get(key).and_then(Value::as_str).filter(|id| !id.is_empty());
    let error = |message: &str| {
        JobError::Submit(Error {
            request: Some(crate::response::name(&request)),
            effect: Effect::Unknown,
            ..Error::without_effect(ErrorKind::Answer, request.purpose.clone(), message.to_owned())
        })
    };
    match (name("id"), name("jobId")) {
        (Some(id), Some(other)) if id != other => Err(error("the answer names two jobs")),
        (Some(id), _) | (None, Some(id)) => Ok(id.to_owned()),
        (None, None) => Err(error("the answer names no job")),
    }
}

/// Looks at a job until it has completed. `tell` hears each status that differs from the one before.
///
/// A look that fails for a moment is repeated by the client; one that fails for longer ends this, and the job goes on.
///
/// # Errors
/// [`JobError::Failed`], [`JobError::Late`] and [`JobError::Look`].
pub async fn wait(
    client: &Client,
    clock: &dyn Clock,
    job: &str,
    patience: Patience,
    tell: &mut (dyn FnMut(&str) + Send),
) -> Result<(), JobError> {
    let request = Request::get(path(job), "look at the analytics job");
    let begun = clock.now();
    let mut pause = patience.first;
    let mut told = None;
    loop {
        let (answer, asked) = client
            .send_and_hear(&request)
            .await
            .map_err(|error| JobError::Look { job: job.to_owned(), error })?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(|text| clean(text, &[]));
        let status = text("status").unwrap_or_default();
        match status.as_str() {
            "completed" => return Ok(()),
            "failed" => {
                let reason = text("failureReason").filter(|reason| !reason.is_empty());
                let reason = reason.unwrap_or_else(|| "the organization does not say why".to_owned());
                return Err(JobError::Failed { job: clean(job, &[]), reason });
            }
            _ => {}
        }
        if told.as_ref() != Some(&status) {
            tell(&status);
            told = Some(status.clone());
        }
        // What it asks for wins, but for no wait at all; else a little is added, so that many do not come back as one.
        let own = || pause.mul_f64(1.0 + clock.chance().clamp(0.0, 1.0) / 10.0);
        let next = asked.map_or_else(own, |asked| asked.max(patience.first));
        let waited = elapsed(begun, clock.now());
        if waited.saturating_add(next) > patience.deadline {
            return Err(JobError::Late { job: clean(job, &[]), status, waited, deadline: patience.deadline });
        }
        clock.sleep(next).await;
        pause = pause.saturating_mul(2).min(patience.longest);
    }
}

fn elapsed(begun: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(begun).unwrap_or_default()
}

/// The path of a job.
pub(super) fn path(job: &str) -> String {
    format!("{JOBS}/{}", segment(job))
}
