//! The organization's own audit log, page by page (contract 1.1, row 7).

use genesys_model::QueryFilter;
use serde_json::{Map, Value};

use crate::{Client, Error, question};

/// Where it is asked for.
const PATH: &str = "/api/v2/architect/auditlogs/query";

/// What happens to strategies, as the contract's question has it.
pub const REMOTE_EVENTS: [&str; 2] = ["routing:queue:strategy:updated", "routing:queue:strategy:created"];

/// What is asked of the organization's log; all of it where nothing is said.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RemoteQuery {
    /// Only what happened to this object; strategies are told of under their queue.
    pub entity: Option<String>,
    /// Only these types of events.
    pub events: Vec<String>,
}

/// The entries of the organization's log, in the order in which it gives them.
///
/// # Errors
/// As [`Client::send`]; and [`ErrorKind::Answer`](crate::ErrorKind::Answer) where an answer is no page, or pages lead in a circle or never end.
pub async fn remote(client: &Client, query: &RemoteQuery) -> Result<Vec<Map<String, Value>>, Error> {
    let mut filters = Vec::new();
    let mut filter = |name: &str, op: &str, values: Vec<String>| {
        filters.push(QueryFilter { name: name.to_owned(), op: op.to_owned(), values });
    };
    if let Some(entity) = &query.entity {
        filter("entityId", "eq", vec![entity.clone()]);
    }
    if !query.events.is_empty() {
        filter("eventType", "in", query.events.clone());
    }
    question::ask(client, PATH, "read the organization's audit log", filters).await
}
