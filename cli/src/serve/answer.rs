//! Answers: JSON, the page, and what went wrong; each with the headers that keep browsers from doing more with it.

use std::io::{self, Write};

use axum::body::Body;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

use super::limits;
use crate::failure::Failure;

/// What every answer but the page may do in a browser: nothing.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// An answer of this type.
pub(super) fn answer(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_SECURITY_POLICY, NOTHING);
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// An answer in JSON.
pub(super) fn json(body: impl Into<Body>) -> Response<Body> {
    answer(StatusCode::OK, "application/json", body)
}

/// A value as JSON, within the limit on answers.
///
/// # Errors
///
/// Where it is longer.
pub(super) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    let mut bounded = Bounded(Vec::new());
    match serde_json::to_writer(&mut bounded, value) {
        Ok(()) => Ok(bounded.0),
        Err(error) if error.is_io() => Err(Problem::new(
            413,
            format!("the answer would be longer than {} MiB", limits::MAX_ANSWER_BYTES / 1024 / 1024),
        )
        .help("ask for fewer interactions, or for `\"rules\": \"matching\"`")),
        Err(error) => Err(Problem::new(500, format!("the answer cannot be written: {error}"))),
    }
}

struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > limits::MAX_ANSWER_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why a request is not answered as it wants. As JSON it is what the contract's service says: `detail`, and our `help`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Problem {
    #[serde(skip)]
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip)]
    header: Option<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem with its status.
    pub(super) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), help: None, header: None }
    }

    /// What to do next.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }

    /// More is asked for at once than is worked on.
    pub(super) fn busy() -> Self {
        Self::new(503, "as many requests are worked on as may be at the same time")
            .help("try again in a moment")
            .header(RETRY_AFTER, HeaderValue::from(limits::RETRY_AFTER))
    }

    /// The token is missing or wrong.
    pub(super) fn unauthorized() -> Self {
        Self::new(401, "this needs the token of the service")
            .help("send it as `Authorization: Bearer TOKEN`")
            .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// The path takes other methods.
    pub(super) fn method(allowed: &'static str) -> Self {
        Self::new(405, format!("this path takes {allowed}")).header(ALLOW, HeaderValue::from_static(allowed))
    }

    /// The simulation did not come to its end: the status of what was asked upstream, else 500 (contract 1.2).
    pub(super) fn simulation(failure: &Failure) -> Self {
        let status = failure.status.filter(|status| (400..=599).contains(status)).unwrap_or(500);
        let mut problem = Self::new(status, format!("Simulation failed: {}", failure.message));
        problem.help.clone_from(&failure.help);
        problem
    }

    /// As an answer.
    pub(super) fn answer(self) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut answer = answer(status, "application/json", body);
        if let Some((name, value)) = self.header {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}
