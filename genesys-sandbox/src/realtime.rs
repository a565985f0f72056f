//! Live figures of queues over HTTP (contract 1.1, row 3).

use std::collections::BTreeMap;

use axum::body::Bytes;
use genesys_model::{AgentState, RealtimeQuery, RealtimeResult, ResultPage};
use serde_json::Number;

use crate::call::{Answer, Call};
use crate::permissions::REALTIME_QUERY;
use crate::query::{self, size};
use crate::routes::json_answer;
use crate::{Organization, Refusal};

pub(crate) const PATH: &str = "/api/v2/analytics/queues/realtime/query";

/// The one figure, which is counted where the fixture does not fix it.
pub(crate) const AVAILABLE_AGENTS: &str = "availableAgents";

/// One result over all queues that are asked for, or one for each where `groupBy` says `queueId`. Queues that nobody
/// knows have no part in it; where there is none at all, there is no result.
pub(crate) async fn query(call: Call, body: Bytes) -> Answer {
    call.needs(REALTIME_QUERY)?;
    let query: RealtimeQuery = query::read(call.json(&body)?)?;
    query::check(&query.filter, &["queueId"])?;
    let size = size(query.size)?;
    if let Some(other) = query.group_by.iter().find(|name| *name != "queueId") {
        return Err(Refusal::field("groupBy", format!("`groupBy` is `queueId` or nothing, not `{other}`")));
    }
    if let Some(other) = query.aggregations.iter().find(|figure| figure.kind != "sum") {
        let message = format!("the type of an aggregation is `sum`, not `{}`", other.kind);
        return Err(Refusal::field("aggregations", message));
    }
    let names: Vec<&str> = query.aggregations.iter().map(|figure| figure.name.as_str()).collect();
    let mut ids = query.filter.values.clone();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| call.organization.read(|kept| kept.topology.queues.get(id).is_some()));
    let figures = |id: &str| call.organization.figures(id, &names);
    let results: Vec<RealtimeResult> = if query.group_by.is_empty() {
        let mut sum: BTreeMap<String, u64> = BTreeMap::new();
        for (name, value) in ids.iter().flat_map(|id| figures(id)) {
            *sum.entry(name).or_default() += value;
        }
        let result = RealtimeResult { queue_id: None, metrics: numbers(sum) };
        if ids.is_empty() { Vec::new() } else { vec![result] }
    } else {
        let result = |id: String| RealtimeResult { metrics: numbers(figures(&id)), queue_id: Some(id) };
        ids.into_iter().map(result).collect()
    };
    let results = results.into_iter().take(size).collect();
    Ok(json_answer(200, &ResultPage { results, page_token: None }))
}

fn numbers(figures: BTreeMap<String, u64>) -> BTreeMap<String, Number> {
    figures.into_iter().map(|(name, value)| (name, Number::from(value))).collect()
}

impl Organization {
    /// The figures of a queue: as fixed, or counted.
    fn figures(&self, queue: &str, names: &[&str]) -> BTreeMap<String, u64> {
        let fixed = self.settings().fixture.as_ref().and_then(|fixture| fixture.metrics.get(queue));
        let figure = |name: &str| {
            let fixed = fixed.and_then(|figures| figures.get(name).copied());
            fixed.or_else(|| (name == AVAILABLE_AGENTS).then(|| self.available_agents(queue)))
        };
        names.iter().filter_map(|name| Some(((*name).to_owned(), figure(name)?))).collect()
    }

    fn available_agents(&self, queue: &str) -> u64 {
        self.read(|kept| {
            let agents = kept.topology.agents.all().filter(|agent| {
                agent.state == AgentState::Available && agent.queues.iter().any(|id| id == queue)
            });
            agents.count() as u64
        })
    }
}
