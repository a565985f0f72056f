//! The strategies of queues, for a workforce management system (contract 1.1, row 6).

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Client, Error, ErrorKind, Request, segment};

/// How long an answer may take (contract 1.1, row 6).
pub const TIMEOUT: Duration = Duration::from_secs(15);
/// The header that the system reads who sends from.
pub const AUTH_HEADER: &str = "authorization";

/// What is exported.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// One for each queue that has strategies, in the order of their ids.
    pub routing_configurations: Vec<RoutingConfiguration>,
}

/// The strategies of one queue.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingConfiguration {
    /// The queue.
    pub queue_id: String,
    /// Its strategies, as the organization has them.
    pub strategies: Vec<Value>,
    /// When they were read, in seconds since 1970.
    pub export_timestamp: f64,
}

/// Reads the strategies of these queues, or of all: those that have any.
///
/// # Errors
/// As [`Client::send`], and answers that are none.
pub async fn export(client: &Client, queues: Option<&[String]>, now: SystemTime) -> Result<Export, Error> {
    let mut by_queue: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    if let Some(queues) = queues {
        for queue in queues {
            by_queue.insert(queue.clone(), of_queue(client, queue).await?);
        }
    } else {
        let list = Request::get("/api/v2/routing/strategies", "list the strategies").query("pageSize", 100);
        for mut strategy in client.list(&list).await? {
            let Some(Value::String(queue)) = strategy.remove("queueId") else {
                return Err(wrong("a strategy of the list has no queue"));
            };
            by_queue.entry(queue).or_default().push(Value::Object(strategy));
        }
    }
    let export_timestamp = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let routing_configurations = by_queue
        .into_iter()
        .filter(|(_, strategies)| !strategies.is_empty())
        .map(|(queue_id, strategies)| RoutingConfiguration { queue_id, strategies, export_timestamp })
        .collect();
    Ok(Export { routing_configurations })
}

async fn of_queue(client: &Client, queue: &str) -> Result<Vec<Value>, Error> {
    let path = format!("/api/v2/routing/queues/{}/strategies", segment(queue));
    let answer = client.send(&Request::get(path, "read the queue's strategies")).await?;
    let strategies = answer.as_object().and_then(|answer: &Map<String, Value>| answer.get("strategies"));
    match strategies {
        Some(Value::Array(strategies)) => Ok(strategies.clone()),
        _ => Err(wrong("the answer has no `strategies`")),
    }
}

fn wrong(message: &str) -> Error {
    Error::without_effect(ErrorKind::Answer, "read the strategies".to_owned(), message.to_owned())
}
