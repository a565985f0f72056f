//! The strategies over HTTP: those of a queue, and all (contract 0, "Strategies"; 1.1; 1.5).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Path;
use genesys_model::{ListedStrategy, MediaType, QueueStrategies};
use serde_json::Value;

use crate::call::{Answer, Call};
use crate::organization::Writer;
use crate::permissions::{QUEUE_READ, QUEUE_WRITE, STRATEGY_READ};
use crate::routes::json_answer;
use crate::strategy_body::{Given, read};
use crate::table::Object;
use crate::topology::{KeptQueue, KeptStrategies};
use crate::{Organization, Refusal, kept};

pub(crate) const PATH: &str = "/api/v2/routing/strategies";

pub(crate) async fn of_queue(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(QUEUE_READ)?;
    let strategies = call.organization.read(|kept| {
        kept.topology.queues.get(&id)?;
        let strategies = kept.topology.strategies.read(&id);
        Some(strategies.map(|kept| kept.strategies.clone()).unwrap_or_default())
    });
    Ok(json_answer(200, &strategies.ok_or_else(|| Refusal::not_found("queue", &id))?))
}

pub(crate) async fn patch(call: Call, Path(id): Path<String>, body: Bytes) -> Answer {
    call.needs(QUEUE_WRITE)?;
    let version = call.if_match()?;
    let strategies = call.organization.merge_strategies(&call.writer(), &id, version, &call.json(&body)?)?;
    Ok(json_answer(200, &strategies))
}

/// All of them: by `queueId` and `mediaType` where those are asked for.
pub(crate) async fn list(call: Call) -> Answer {
    call.needs(STRATEGY_READ)?;
    let query = call.list()?;
    let [queue, media] = ["queueId", "mediaType"].map(|name| query.get(name));
    let listed: Vec<ListedStrategy> = call
        .organization
        .read(|kept| {
            kept.topology.strategies.list(|strategies| queue.is_none_or(|queue| queue == strategies.queue))
        })
        .iter()
        .flat_map(|kept| {
            let strategies = kept.strategies.strategies.iter().cloned();
            strategies.map(|strategy| ListedStrategy { queue_id: kept.queue.clone(), strategy })
        })
        .filter(|listed| media.is_none_or(|media| media == listed.strategy.media_type.as_str()))
        .collect();
    Ok(query.page_of(PATH, &listed))
}

impl Organization {
    /// Merges strategies into those of a queue: the other media types stay as they are.
    pub(crate) fn merge_strategies(
        &self,
        writer: &Writer<'_>,
        queue: &str,
        if_match: Option<u64>,
        body: &Value,
    ) -> Result<QueueStrategies, Refusal> {
        let given = read(body)?;
        let mut kept = self.kept();
        let (_, owner) = kept.object::<KeptQueue>(queue)?;
        let found = kept.topology.strategies.get(queue);
        let (place, before) = match found {
            Some((place, before)) => (place, Some(before)),
            None => (kept.table::<KeptStrategies>().next(), None),
        };
        let none = KeptStrategies { queue: queue.to_owned(), strategies: QueueStrategies::default() };
        let mut after = before.as_deref().unwrap_or(&none).clone();
        let has = after.strategies.version;
        if let Some(wanted) = if_match.filter(|wanted| *wanted != has) {
            let refusal = Refusal::version_conflict("list of the queue's strategies", has, wanted);
            return Err(refusal.about(queue, Some(owner.name())));
        }
        let media: Vec<MediaType> = given.iter().map(Given::media_type).collect();
        for (index, given) in given.into_iter().enumerate() {
            self.merge(&mut after.strategies, index, given)?;
        }
        after.strategies.version += 1;
        let deeds = before.as_deref().unwrap_or(&none).deeds(Some(&after), &media, owner.name());
        kept.keep(writer, deeds, &[kept::held(place, queue, Some(&after))?])?;
        let after = Arc::new(after);
        kept.apply(writer, place, queue, before.as_ref(), Some(&after));
        Ok(after.strategies.clone())
    }

    fn merge(&self, into: &mut QueueStrategies, index: usize, given: Given) -> Result<(), Refusal> {
        let media = given.media_type();
        let strategies = &mut into.strategies;
        let place = strategies.iter().position(|strategy| strategy.media_type == media);
        let current = place.and_then(|place| strategies.get_mut(place));
        let id = current.as_ref().and_then(|strategy| strategy.id.clone());
        if let Some(other) = given.id().filter(|given| Some(*given) != id.as_deref()) {
            let message =
                format!("the queue's strategy for {} does not have the id `{other}`", media.as_str());
            return Err(Refusal::schema(&format!("strategies[{index}].id"), message));
        }
        match (given, current) {
            (Given::None { .. }, _) => strategies.retain(|strategy| strategy.media_type != media),
            (Given::Some(mut strategy), current) => {
                strategy.id = id.or_else(|| Some(self.uuid()));
                match current {
                    Some(current) => *current = strategy,
                    None => strategies.push(strategy),
                }
            }
        }
        Ok(())
    }
}
