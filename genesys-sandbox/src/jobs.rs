//! Analytics of strategies over HTTP: a job that is asked for, looked after, and read (contract 1.5).
//!
//! A job runs until it was looked at [`Settings::job_polls`](crate::Settings::job_polls) times, and is forgotten with the
//! process. Its figures are the fixture's. A fault makes one run longer, or fail ([`JobCourse`](crate::JobCourse)).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use genesys_model::{AnalyticsJob, AnalyticsMetric, AnalyticsRow};
use serde::Deserialize;

use crate::Refusal;
use crate::call::{Answer, Call};
use crate::clock::parse_rfc3339;
use crate::permissions::REPORT_READ;
use crate::query;
use crate::routes::json_answer;

pub(crate) const QUERY: &str = "/api/v2/analytics/routing/strategies/query";
pub(crate) const PATH: &str = "/api/v2/analytics/jobs";

/// The most metrics of a query.
const MAX_METRICS: usize = 10;
/// The longest time of a query.
const MAX_TIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many jobs are kept. Older ones are forgotten.
const MAX_JOBS: usize = 1_000;
/// By which figures that are averages are weighed where queues are summed up.
const WEIGHT: &str = "handledCalls";

/// The jobs, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    jobs: HashMap<String, Job>,
    order: Vec<String>,
}

#[derive(Clone, Debug)]
struct Job {
    /// How often it was looked at.
    polls: u32,
    /// How often it is seen running.
    runs: u32,
    /// Why it fails then.
    failure: Option<String>,
    rows: Vec<AnalyticsRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct QueryJson {
    strategy_ids: Vec<String>,
    metric_types: Vec<String>,
    time_group: String,
    #[serde(rename = "interval")]
    _interval: Option<String>,
    from: String,
    to: String,
    #[serde(default)]
    group_bys: Vec<String>,
    #[serde(rename = "async", default)]
    _is_async: bool,
}

/// Takes a query. Both `id` and `jobId` are the job's (D53).
pub(crate) async fn submit(call: Call, body: Bytes) -> Answer {
    call.needs(REPORT_READ)?;
    let query: QueryJson = query::read(call.json(&body)?)?;
    check(&query)?;
    let rows = rows(&call, &query);
    let organization = &call.organization;
    let id = organization.uuid();
    let course = call.job();
    let runs = course.polls.unwrap_or(organization.settings().job_polls);
    let job = Job { polls: 0, runs, failure: course.failure.clone(), rows };
    organization.jobs(|jobs| {
        if jobs.order.len() >= MAX_JOBS {
            let oldest = jobs.order.remove(0);
            jobs.jobs.remove(&oldest);
        }
        jobs.order.push(id.clone());
        jobs.jobs.insert(id.clone(), job);
    });
    let status = "queued".to_owned();
    Ok(json_answer(202, &AnalyticsJob { id: id.clone(), job_id: id, status, failure_reason: None }))
}

pub(crate) async fn status(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(REPORT_READ)?;
    let told = call.organization.jobs(|jobs| {
        let job = jobs.jobs.get_mut(&id)?;
        job.polls = job.polls.saturating_add(1);
        Some(match &job.failure {
            _ if job.polls <= job.runs => ("running", None),
            Some(reason) => ("failed", Some(reason.clone())),
            None => ("completed", None),
        })
    });
    let (status, failure_reason) = told.ok_or_else(|| Refusal::not_found("job", &id))?;
    let status = status.to_owned();
    Ok(json_answer(200, &AnalyticsJob { id: id.clone(), job_id: id, status, failure_reason }))
}

pub(crate) async fn results(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(REPORT_READ)?;
    let query = call.list()?;
    let job = call.organization.jobs(|jobs| jobs.jobs.get(&id).cloned());
    let job = job.ok_or_else(|| Refusal::not_found("job", &id))?;
    if job.polls <= job.runs || job.failure.is_some() {
        let message = "the job has not completed";
        return Err(Refusal::new(StatusCode::CONFLICT, "conflict", message).about(&id, None));
    }
    Ok(query.page_of(&format!("{PATH}/{id}/results"), &job.rows))
}

fn check(query: &QueryJson) -> Result<(), Refusal> {
    if query.strategy_ids.is_empty() || query.metric_types.is_empty() {
        return Err(Refusal::bad("a query needs `strategyIds` and `metricTypes`"));
    }
    if query.metric_types.len() > MAX_METRICS {
        return Err(complex(&format!("at most {MAX_METRICS} metrics")));
    }
    if query.time_group != "byDay" {
        return Err(Refusal::field("timeGroup", "`timeGroup` is `byDay`"));
    }
    if let Some(other) =
        query.group_bys.iter().find(|name| !["strategyId", "queueId"].contains(&name.as_str()))
    {
        return Err(complex(&format!("`groupBys` are `strategyId` and `queueId`, not `{other}`")));
    }
    let moment = |field: &str, text: &str| {
        parse_rfc3339(text).ok_or_else(|| {
            Refusal::field(field, format!("`{field}` is a moment like `2026-01-01T00:00:00.000Z`"))
        })
    };
    let (from, to) = (moment("from", &query.from)?, moment("to", &query.to)?);
    match to.checked_sub(from) {
        None | Some(Duration::ZERO) => Err(Refusal::field("to", "`to` comes after `from`")),
        Some(time) if time > MAX_TIME => Err(complex("at most 30 days")),
        Some(_) => Ok(()),
    }
}

fn complex(message: &str) -> Refusal {
    Refusal::bad(format!("the query is over the complexity limit: {message}"))
}

/// One row per strategy, or per queue. What has no figures has no row, and a metric without a figure is left out.
fn rows(call: &Call, query: &QueryJson) -> Vec<AnalyticsRow> {
    let by_queue = query.group_bys.iter().all(|name| name == "queueId") && !query.group_bys.is_empty();
    let figures = call.organization.settings().fixture.as_ref().map(|fixture| &fixture.strategy_metrics);
    let queues: HashMap<String, String> = call.organization.read(|kept| {
        let all = kept.topology.strategies.all();
        all.flat_map(|kept| {
            let ids = kept.strategies.strategies.iter().filter_map(|strategy| strategy.id.clone());
            ids.map(|id| (id, kept.queue.clone()))
        })
        .collect()
    });
    let mut ids = query.strategy_ids.clone();
    ids.sort_unstable();
    ids.dedup();
    let mut groups: BTreeMap<String, Vec<&BTreeMap<String, f64>>> = BTreeMap::new();
    for id in ids {
        let Some(queue) = queues.get(&id) else { continue };
        let Some(of_strategy) = figures.and_then(|figures| figures.get(&id)) else { continue };
        groups.entry(if by_queue { queue.clone() } else { id }).or_default().push(of_strategy);
    }
    let row = |(entity_id, figures): (String, Vec<&BTreeMap<String, f64>>)| AnalyticsRow {
        entity_id,
        metrics: query
            .metric_types
            .iter()
            .filter_map(|metric| {
                Some(AnalyticsMetric { metric_id: metric.clone(), value: joined(metric, &figures)? })
            })
            .collect(),
    };
    groups.into_iter().map(row).collect()
}

/// The figure of several strategies: averages weighed by how many calls each handled, all else summed.
fn joined(metric: &str, of: &[&BTreeMap<String, f64>]) -> Option<f64> {
    let found: Vec<(f64, f64)> = of
        .iter()
        .filter_map(|figures| Some((*figures.get(metric)?, figures.get(WEIGHT).copied().unwrap_or(1.0))))
        .collect();
    let weight: f64 = found.iter().map(|(_, weight)| weight).sum();
    match found.as_slice() {
        [] => None,
        [(only, _)] => Some(*only),
        _ if metric.starts_with("avg") && weight > 0.0 => {
            Some(found.iter().map(|(value, weight)| value * weight).sum::<f64>() / weight)
        }
        _ => Some(found.iter().map(|(value, _)| value).sum()),
    }
}
