//! The rules over HTTP (contract 0, "Rule list" and "Rule item"; 1.3).

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, State};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::response::IntoResponse;

use crate::organization::Writer;
use crate::paging::ListQuery;
use crate::permissions::{RULE_READ, RULE_WRITE};
use crate::routes::{Lagging, json_answer, read_json};
use crate::state::Filter;
use crate::tokens::Caller;
use crate::{Organization, Refusal};

pub(crate) const PATH: &str = "/api/v2/routing/rules";

type Answer = Result<Response<Body>, Refusal>;

pub(crate) async fn list(
    State(organization): State<Organization>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
) -> Answer {
    caller.needs(RULE_READ)?;
    let query = ListQuery::read(&uri)?;
    let filter =
        Filter { queue: query.get("queueId").map(str::to_owned), name: query.get("name").map(str::to_owned) };
    let (rules, total) = organization.read(|state| state.list(&filter, query.skip(), query.take()));
    Ok(query.answer(PATH, rules.iter().map(|rule| &**rule).collect(), total))
}

pub(crate) async fn create(
    State(organization): State<Organization>,
    Extension(caller): Extension<Caller>,
    Extension(Lagging(lag)): Extension<Lagging>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    caller.needs(RULE_WRITE)?;
    let body = read_json(&headers, &body)?;
    let rule = organization.create(&Writer { client: &caller.id, lag }, &body)?;
    Ok(json_answer(201, &*rule))
}

pub(crate) async fn read(
    State(organization): State<Organization>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer {
    caller.needs(RULE_READ)?;
    let rule = organization.read(|state| state.read(&id)).ok_or_else(|| Refusal::not_found("rule", &id))?;
    Ok(json_answer(200, &*rule))
}

pub(crate) async fn update(
    State(organization): State<Organization>,
    Extension(caller): Extension<Caller>,
    Extension(Lagging(lag)): Extension<Lagging>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    caller.needs(RULE_WRITE)?;
    let version = if_match(&headers)?;
    let body = read_json(&headers, &body)?;
    let rule = organization.update(&Writer { client: &caller.id, lag }, &id, version, &body)?;
    Ok(json_answer(200, &*rule))
}

pub(crate) async fn delete(
    State(organization): State<Organization>,
    Extension(caller): Extension<Caller>,
    Extension(Lagging(lag)): Extension<Lagging>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    caller.needs(RULE_WRITE)?;
    organization.delete(&Writer { client: &caller.id, lag }, &id, if_match(&headers)?)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The version in `If-Match`: a number, bare as S0 writes it or quoted as HTTP does.
fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let refusal = || Refusal::field("If-Match", "`If-Match` is the version as a number");
    bare.parse().map(Some).map_err(|_| refusal())
}
