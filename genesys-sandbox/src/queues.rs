//! The queues over HTTP (contract 1.2, 1.4). They have no versions.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use genesys_model::RoutingQueue;

use crate::Refusal;
use crate::call::{Answer, Call};
use crate::permissions::{QUEUE_READ, QUEUE_WRITE};
use crate::routes::json_answer;
use crate::table::Object;

pub(crate) const PATH: &str = "/api/v2/routing/queues";

pub(crate) async fn list(call: Call) -> Answer {
    call.needs(QUEUE_READ)?;
    let query = call.list()?;
    let name = query.get("name");
    let queues: Vec<RoutingQueue> = call.organization.read(|kept| {
        let found = kept.topology.queues.list(|queue| name.is_none_or(|name| named(queue.name(), name)));
        found.iter().map(|queue| call.organization.shown(&kept.topology, queue)).collect()
    });
    Ok(query.page_of(PATH, &queues))
}

pub(crate) async fn read(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(QUEUE_READ)?;
    let queue = call.organization.read(|kept| {
        let queue = kept.topology.queues.read(&id)?;
        Some(call.organization.shown(&kept.topology, &queue))
    });
    Ok(json_answer(200, &queue.ok_or_else(|| Refusal::not_found("queue", &id))?))
}

pub(crate) async fn create(call: Call, body: Bytes) -> Answer {
    call.needs(QUEUE_WRITE)?;
    let queue = call.organization.post_queue(&call.writer(), &call.json(&body)?)?;
    Ok(json_answer(201, &queue))
}

pub(crate) async fn replace(call: Call, Path(id): Path<String>, body: Bytes) -> Answer {
    call.needs(QUEUE_WRITE)?;
    let queue = call.organization.put_queue(&call.writer(), &id, &call.json(&body)?)?;
    Ok(json_answer(200, &queue))
}

pub(crate) async fn delete(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(QUEUE_WRITE)?;
    call.organization.remove_queue(&call.writer(), &id)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Asks routing to follow the queue's link now. The queue shows when it does.
pub(crate) async fn refresh(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(QUEUE_WRITE)?;
    call.organization.follow_link(&call.writer(), &id)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Whether a name is the pattern, which may have a `*` before and after.
fn named(name: &str, pattern: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (None, None) => name == pattern,
        (Some(end), None) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (Some(end), Some(_)) => name.contains(end.strip_suffix('*').unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_pattern_is_exact_but_for_its_ends() {
        for (pattern, expected) in [
            ("Support", true),
            ("support", false),
            ("Sup", false),
            ("Sup*", true),
            ("*port", true),
            ("*ppo*", true),
            ("*", true),
            ("**", true),
            ("*x*", false),
            ("S*t", false),
        ] {
            assert_eq!(named("Support", pattern), expected, "{pattern}");
        }
    }
}
