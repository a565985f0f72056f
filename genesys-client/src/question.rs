//! Questions that are sent as bodies and answered page by page, each with the token of the next (contract 1.1).

use std::collections::BTreeSet;

use genesys_model::{FilterQuery, QueryFilter};
use serde_json::{Map, Value};

use crate::{Client, Error, ErrorKind, Method, Request};

/// The size of a page.
const SIZE: u32 = 100;

/// More pages than this belong to no answer.
const MAX_PAGES: usize = 10_000;

/// Everything that the pages of an answer hold.
///
/// # Errors
/// As [`Client::send`]; and [`ErrorKind::Answer`] where an answer is no page, or pages lead in a circle or never end.
pub(crate) async fn ask(
    client: &Client,
    path: &str,
    purpose: &str,
    filters: Vec<QueryFilter>,
) -> Result<Vec<Map<String, Value>>, Error> {
    let wrong = |message: &str| Error {
        request: Some(format!("POST {path}")),
        status: Some(200),
        ..Error::without_effect(ErrorKind::Answer, purpose.to_owned(), message.to_owned())
    };
    let mut question = FilterQuery { filters, size: Some(SIZE), page_token: None };
    let (mut seen, mut results) = (BTreeSet::new(), Vec::new());
    for _ in 0..MAX_PAGES {
        let body = serde_json::to_value(&question).unwrap_or_default();
        let page = client.send(&Request::new(Method::Post, path, purpose).harmless().body(body)).await?;
        let next = take(page, &mut results).map_err(|message| wrong(&message))?;
        let Some(token) = next else { return Ok(results) };
        if !seen.insert(token.clone()) {
            return Err(wrong("its pages lead in a circle: a page token came twice"));
        }
        question.page_token = Some(token);
    }
    Err(wrong(&format!("it has more than {MAX_PAGES} pages")))
}

/// Takes a page in; the token of the next, where there is one.
fn take(page: Value, into: &mut Vec<Map<String, Value>>) -> Result<Option<String>, String> {
    let Value::Object(mut page) = page else { return Err("the answer is no page".to_owned()) };
    let Some(Value::Array(results)) = page.remove("results") else {
        return Err("the answer is no page: it has no `results`".to_owned());
    };
    for result in results {
        let Value::Object(result) = result else { return Err("a result is no object".to_owned()) };
        into.push(result);
    }
    match page.remove("pageToken") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(token)) => Ok(Some(token).filter(|token| !token.is_empty())),
        Some(_) => Err("the token of the next page is no text".to_owned()),
    }
}
