//! Questions with filters and page tokens (contract 1.1, rows 2, 3 and 7).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use genesys_model::{FilterQuery, QueryFilter};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Refusal;

/// How many results a page has where no size is asked for.
const SIZE: u32 = 25;
/// The most results of a page.
const MAX_SIZE: u32 = 100;

/// Reads a question.
///
/// # Errors
/// 400 where it has another form.
pub(crate) fn read<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(|error| Refusal::bad(format!("this is no query: {error}")))
}

/// Whether the properties are those that the filters ask for.
pub(crate) fn takes(filters: &[QueryFilter], property: impl Fn(&str) -> Option<String>) -> bool {
    filters.iter().all(|filter| property(&filter.name).is_some_and(|value| filter.values.contains(&value)))
}

/// # Errors
/// 400 where a filter is about another property, has another operator, or no value.
pub(crate) fn check(filter: &QueryFilter, known: &[&str]) -> Result<(), Refusal> {
    if !known.contains(&filter.name.as_str()) {
        let message = format!("a filter is about `{}`, not `{}`", known.join("` or `"), filter.name);
        return Err(Refusal::field("filters", message));
    }
    if !["eq", "in"].contains(&filter.op.as_str()) {
        let message = format!("the operator of a filter is `eq` or `in`, not `{}`", filter.op);
        return Err(Refusal::field("filters", message));
    }
    if filter.values.is_empty() {
        return Err(Refusal::field("filters", "a filter needs a value"));
    }
    Ok(())
}

/// How many results a page is to have.
///
/// # Errors
/// 400 where that is none, or too many.
pub(crate) fn size(asked: Option<u32>) -> Result<usize, Refusal> {
    let size = asked.unwrap_or(SIZE);
    if !(1..=MAX_SIZE).contains(&size) {
        return Err(Refusal::field("size", format!("`size` is a number from 1 to {MAX_SIZE}")));
    }
    Ok(size as usize)
}

/// The number that a page token holds, 0 without one.
///
/// # Errors
/// 400 where it is none of [`token`]'s.
pub(crate) fn after(query: &FilterQuery) -> Result<u64, Refusal> {
    let Some(token) = query.page_token.as_deref().filter(|token| !token.is_empty()) else { return Ok(0) };
    let number = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| {
        let bytes: [u8; 8] = bytes.try_into().ok()?;
        Some(u64::from_be_bytes(bytes))
    });
    number.ok_or_else(|| Refusal::field("pageToken", "`pageToken` is the one of the page before"))
}

/// A token for the page after the result of this number.
pub(crate) fn token(number: u64) -> String {
    URL_SAFE_NO_PAD.encode(number.to_be_bytes())
}
