//! Refusals, as the contract words them (contract 0, "Errors").

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use genesys_model::{ErrorBody, ErrorDetail, ErrorLimit};

use crate::clock::whole_seconds;

/// How many objects a refusal names at most.
const MAX_DETAILS: usize = 20;

/// Why something is not done.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{} {}: {}", status.as_u16(), body.code, body.message)]
pub struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) body: Box<ErrorBody>,
    pub(crate) retry_after: Option<u64>,
}

impl Refusal {
    /// The status of the answer: 400, 404, 409, …
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The platform's code: `duplicate.name`, `version.conflict`, …
    pub fn code(&self) -> &str {
        &self.body.code
    }

    /// What is wrong, for people.
    pub fn message(&self) -> &str {
        &self.body.message
    }

    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let body = ErrorBody {
            message: message.into(),
            code: code.to_owned(),
            status: status.as_u16(),
            ..ErrorBody::default()
        };
        Self { status, body: Box::new(body), retry_after: None }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad.request", message)
    }

    /// 400 about one field.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        let mut refusal = Self::new(StatusCode::BAD_REQUEST, "invalid.value", message);
        refusal.body.details.push(ErrorDetail {
            error_code: Some("invalid.value".to_owned()),
            field_name: Some(field.to_owned()),
            ..ErrorDetail::default()
        });
        refusal
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        let message = format!("there is no {what} with the id `{id}`");
        Self::new(StatusCode::NOT_FOUND, "not.found", message).about(id, None)
    }

    /// 422 about one field of a strategy.
    pub(crate) fn schema(field: &str, message: impl Into<String>) -> Self {
        let mut refusal = Self::field(field, message);
        refusal.status = StatusCode::UNPROCESSABLE_ENTITY;
        refusal.body.status = refusal.status.as_u16();
        "unprocessable.entity".clone_into(&mut refusal.body.code);
        refusal
    }

    /// 409 where the object has another version than the request is for.
    pub(crate) fn version_conflict(what: &str, has: u64, wanted: u64) -> Self {
        let message = format!("the {what} has version {has}, and the request is for {wanted}");
        Self::new(StatusCode::CONFLICT, "version.conflict", message)
    }

    /// 409 where other objects, by their ids and names, need this one.
    pub(crate) fn in_use<'a>(message: String, by: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut refusal = Self::new(StatusCode::CONFLICT, "entity.in.use", message);
        refusal.body.details = by
            .into_iter()
            .take(MAX_DETAILS)
            .map(|(id, name)| ErrorDetail {
                error_code: Some("entity.in.use".to_owned()),
                entity_id: Some(id.to_owned()),
                entity_name: Some(name.to_owned()),
                ..ErrorDetail::default()
            })
            .collect();
        refusal
    }

    pub(crate) fn unauthorized(code: &str, message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    pub(crate) fn missing_permission(permission: &str) -> Self {
        let message = format!("the client lacks the permission `{permission}`");
        let mut refusal = Self::new(StatusCode::FORBIDDEN, "missing.permissions", message);
        refusal.body.message_params.insert("permissions".to_owned(), permission.to_owned());
        refusal
    }

    pub(crate) fn too_many_requests(allowed: u32, window: Duration, wait: Duration) -> Self {
        let seconds = whole_seconds(wait).max(1);
        let message = format!(
            "Rate limit exceeded the maximum {allowed} requests within {} seconds",
            whole_seconds(window)
        );
        let mut refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "too.many.requests", message);
        refusal.body.limit = Some(ErrorLimit {
            key: "client.credentials.token.rate.per.minute".to_owned(),
            namespace: "platform.api".to_owned(),
            value: i64::from(allowed),
        });
        refusal.retry_after = Some(seconds);
        refusal
    }

    /// A refusal of this status that says nothing more than the status does.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::BAD_REQUEST => "bad.request",
            StatusCode::UNAUTHORIZED => "bad.credentials",
            StatusCode::FORBIDDEN => "not.authorized",
            StatusCode::NOT_FOUND => "not.found",
            StatusCode::METHOD_NOT_ALLOWED => "method.not.allowed",
            StatusCode::CONFLICT => "conflict",
            StatusCode::PRECONDITION_FAILED => "version.conflict",
            StatusCode::PAYLOAD_TOO_LARGE => "request.entity.too.large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported.media.type",
            StatusCode::UNPROCESSABLE_ENTITY => "unprocessable.entity",
            StatusCode::TOO_MANY_REQUESTS => "too.many.requests",
            StatusCode::INTERNAL_SERVER_ERROR => "internal.server.error",
            StatusCode::BAD_GATEWAY => "bad.gateway",
            StatusCode::SERVICE_UNAVAILABLE => "service.unavailable",
            StatusCode::GATEWAY_TIMEOUT => "request.timeout",
            _ => "error",
        };
        let message = status.canonical_reason().unwrap_or("unknown status").to_ascii_lowercase();
        Self::new(status, code, message)
    }

    /// Names the object.
    pub(crate) fn about(mut self, id: &str, name: Option<&str>) -> Self {
        self.body.entity_id = Some(id.to_owned());
        self.body.entity_name = name.map(str::to_owned);
        self
    }

    /// The answer.
    pub(crate) fn answer(mut self, correlation: &str) -> Response<Body> {
        correlation.clone_into(&mut self.body.context_id);
        let body = serde_json::to_vec(&self.body).unwrap_or_default();
        let mut answer = Response::new(Body::from(body));
        *answer.status_mut() = self.status;
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

/// Carries the refusal to where the correlation id is known; see `Refusal::answer`.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}
