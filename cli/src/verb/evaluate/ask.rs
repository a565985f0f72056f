//! The question, the job, and its results.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use genesys_client::analytics::{self, GroupBy, JobError, Patience, Row};
use genesys_client::audit::Timings;
use routing_sim::strategy_score::{ABANDON_RATE, ANSWER_RATE, Scheme};

use super::wanted::Wanted;
use super::{seconds, since};
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::render::clean::clean;
use crate::terminal::Terminal;

/// What is asked.
pub(super) struct Question<'a> {
    pub(super) wanted: &'a Wanted,
    pub(super) scheme: &'a Scheme,
    /// From when to when; none where a job was asked before.
    pub(super) window: Option<(SystemTime, SystemTime)>,
    pub(super) group: GroupBy,
    /// The job that was asked for before.
    pub(super) job: Option<String>,
}

/// What was answered.
pub(super) struct Asked {
    pub(super) job: String,
    pub(super) rows: Vec<Row>,
    pub(super) timings: Timings,
}

/// Asks once, waits, and reads all pages.
pub(super) async fn ask(
    question: &Question<'_>,
    timeout: u64,
    session: &Session,
    terminal: &mut Terminal,
) -> Result<Asked, Failure> {
    let target = &session.connection.target;
    let (client, clock) = (&target.client, &*target.clock);
    let mut timings = Timings::default();
    let begun = clock.now();
    let job = match (&question.job, question.window) {
        (Some(job), _) => job.clone(),
        (None, Some((from, to))) => {
            let strategies = question.wanted.strategies.iter().map(|strategy| strategy.id.clone()).collect();
            let query = analytics::query(strategies, names(question.scheme), from, to, question.group)
                .map_err(|error| failure(&JobError::from(error)))?;
            analytics::submit(client, &query).await.map_err(|error| failure(&error))?
        }
        (None, None) => return Err(Failure::new("nothing is asked")),
    };
    timings.submit_seconds = seconds(since(begun, clock.now()));
    terminal.note(format_args!("analytics job: {}", clean(&job)));
    let begun = clock.now();
    let patience = Patience { deadline: Duration::from_secs(timeout), ..Patience::default() };
    let mut tell = |status: &str| terminal.note(format_args!("the job is {}", clean(status)));
    analytics::wait(client, clock, &job, patience, &mut tell).await.map_err(|error| failure(&error))?;
    timings.job_seconds = seconds(since(begun, clock.now()));
    let begun = clock.now();
    let rows = analytics::results(client, &job).await.map_err(|error| {
        let failure = Failure::from(&error);
        failure.note(format!("`rulec evaluate --job {}` reads the results again", clean(&job)))
    })?;
    timings.results_seconds = seconds(since(begun, clock.now()));
    Ok(Asked { job, rows, timings })
}

/// The organization's metrics that are needed, each once, in the order in which they are first named. A rate is made of
/// what ended one way and the other.
fn names(scheme: &Scheme) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let sources = |metric: &'_ str| match metric {
        ABANDON_RATE | ANSWER_RATE => vec!["handledCalls".to_owned(), "abandonedCalls".to_owned()],
        metric => vec![metric.to_owned()],
    };
    let all = scheme.criteria.iter().flat_map(|criterion| sources(&criterion.metric));
    all.filter(|name| seen.insert(name.clone())).collect()
}

fn failure(error: &JobError) -> Failure {
    let mut failure = Failure::new(error.to_string());
    failure.notes = error.details();
    failure.help(match (error, error.job()) {
        (JobError::Late { .. }, Some(job)) => format!(
            "the job goes on: `rulec evaluate --job {job}` reads it later; `--timeout` waits longer, and a shorter window asks for less"
        ),
        (JobError::Look { .. }, Some(job)) => {
            format!("{}; the job goes on: `rulec evaluate --job {}` reads it", error.help(), clean(job))
        }
        _ => error.help(),
    })
}
