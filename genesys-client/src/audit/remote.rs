//! The organization's own audit log, page by page (contract 1.1, row 7).

use std::collections::BTreeSet;

use genesys_model::{FilterQuery, QueryFilter};
use serde_json::{Map, Value};

use crate::{Client, Error, ErrorKind, Method, Request};

/// Where it is asked for.
const PATH: &str = "/api/v2/architect/auditlogs/query";

/// The size of a page.
const SIZE: u32 = 100;

/// More pages than this belong to no log.
const MAX_PAGES: usize = 10_000;

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
/// As [`Client::send`]; and [`ErrorKind::Answer`] where an answer is no page, or pages lead in a circle or never end.
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
    let mut question = FilterQuery { filters, size: Some(SIZE), page_token: None };
    let (mut seen, mut entries) = (BTreeSet::new(), Vec::new());
    for _ in 0..MAX_PAGES {
        let body = serde_json::to_value(&question).unwrap_or_default();
        let request = Request::new(Method::Post, PATH, "read the organization's audit log").body(body);
        let page = client.send(&request).await?;
        let next = take(page, &mut entries).map_err(|message| wrong(&message))?;
        let Some(token) = next else { return Ok(entries) };
        if !seen.insert(token.clone()) {
            return Err(wrong("its pages lead in a circle: a page token came twice"));
        }
        question.page_token = Some(token);
    }
    Err(wrong(&format!("it has more than {MAX_PAGES} pages")))
}

/// Takes a page in; the token of the next, where there is one.
fn take(page: Value, entries: &mut Vec<Map<String, Value>>) -> Result<Option<String>, String> {
    let Value::Object(mut page) = page else { return Err("the answer is no page".to_owned()) };
    let Some(Value::Array(results)) = page.remove("results") else {
        return Err("the answer is no page: it has no `results`".to_owned());
    };
    for result in results {
        let Value::Object(entry) = result else { return Err("an entry of the log is no object".to_owned()) };
        entries.push(entry);
    }
    match page.remove("pageToken") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(token)) => Ok(Some(token).filter(|token| !token.is_empty())),
        Some(_) => Err("the token of the next page is no text".to_owned()),
    }
}

fn wrong(message: &str) -> Error {
    Error {
        request: Some(format!("POST {PATH}")),
        status: Some(200),
        ..Error::without_effect(
            ErrorKind::Answer,
            "read the organization's audit log".to_owned(),
            message.to_owned(),
        )
    }
}
