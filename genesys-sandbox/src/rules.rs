//! The rules over HTTP (contract 0, "Rule list" and "Rule item"; 1.3).

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::Refusal;
use crate::call::{Answer, Call};
use crate::permissions::{RULE_READ, RULE_WRITE};
use crate::routes::json_answer;
use crate::state::Filter;

pub(crate) const PATH: &str = "/api/v2/routing/rules";

pub(crate) async fn list(call: Call) -> Answer {
    call.needs(RULE_READ)?;
    let query = call.list()?;
    let filter =
        Filter { queue: query.get("queueId").map(str::to_owned), name: query.get("name").map(str::to_owned) };
    let (rules, total) = call.organization.read(|kept| kept.state.list(&filter, query.skip(), query.take()));
    Ok(query.answer(PATH, rules.iter().map(|rule| &**rule).collect(), total))
}

pub(crate) async fn create(call: Call, body: Bytes) -> Answer {
    call.needs(RULE_WRITE)?;
    let rule = call.organization.create(&call.writer(), &call.json(&body)?)?;
    Ok(json_answer(201, &*rule))
}

pub(crate) async fn read(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(RULE_READ)?;
    let rule = call.organization.read(|kept| kept.state.read(&id));
    Ok(json_answer(200, &*rule.ok_or_else(|| Refusal::not_found("rule", &id))?))
}

pub(crate) async fn update(call: Call, Path(id): Path<String>, body: Bytes) -> Answer {
    call.needs(RULE_WRITE)?;
    let version = call.if_match()?;
    let rule = call.organization.update(&call.writer(), &id, version, &call.json(&body)?)?;
    Ok(json_answer(200, &*rule))
}

pub(crate) async fn delete(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(RULE_WRITE)?;
    call.organization.delete(&call.writer(), &id, call.if_match()?)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
