//! From a request to its answer.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{Method, Request, Response};
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::answer::{Problem, json, to_json};
use super::program::Program;
use super::{Service, evaluate, guard, limits, simulate};

/// What a request that is worked on holds: no more of them are than may be.
pub(super) type Slot = Arc<OwnedSemaphorePermit>;

/// The description of these routes for programs.
const OPENAPI: &str = include_str!("openapi.json");

/// The paths, each with its methods, and whether it is open to those without a token: none of these tells of rules.
const PATHS: [(&str, &str, bool); 6] = [
    ("/", "GET, HEAD", true),
    ("/health", "GET, HEAD", true),
    ("/openapi.json", "GET, HEAD", true),
    ("/program", "GET, HEAD", false),
    ("/evaluate", "POST", false),
    ("/simulate-routing", "POST", false),
];

/// Answers a request.
pub(super) async fn respond(service: &Service, request: Request<Incoming>) -> Response<Body> {
    let (parts, incoming) = request.into_parts();
    match handle(service, &parts, incoming).await {
        Ok(answer) | Err(answer) => answer,
    }
}

async fn handle(
    service: &Service,
    parts: &Parts,
    incoming: Incoming,
) -> Result<Response<Body>, Response<Body>> {
    let path = parts.uri.path();
    let found = PATHS.iter().find(|(known, ..)| *known == path);
    let is_open = found.is_some_and(|(_, _, is_open)| *is_open);
    guard::admit(parts, is_open, service.is_local, service.token.as_ref()).map_err(Problem::answer)?;
    let Some((_, methods, _)) = found else {
        return Err(Problem::new(404, "there is nothing at this path")
            .help("`GET /openapi.json` lists the paths")
            .answer());
    };
    if !methods.split(", ").any(|method| method == parts.method.as_str()) {
        return Err(Problem::method(methods).answer());
    }
    let answer =
        if parts.method == Method::POST { post(service, parts, incoming).await } else { get(service, path) };
    answer.map_err(Problem::answer)
}

/// What costs next to nothing, and is answered however much there is to do.
fn get(service: &Service, path: &str) -> Result<Response<Body>, Problem> {
    match path {
        "/" => Ok(service.page.answer()),
        "/health" => {
            let loaded = service.loaded();
            to_json(&json!({
                "status": "ok",
                "rulec": env!("CARGO_PKG_VERSION"),
                "rules_version": loaded.version,
                "read_at": loaded.read_at,
                "outdated": service.outdated(),
            }))
            .map(json)
        }
        "/openapi.json" => Ok(json(OPENAPI.replace("RULEC_VERSION", env!("CARGO_PKG_VERSION")))),
        _ => to_json(&Program::of(service, &service.loaded())).map(json),
    }
}

/// What is worked on: within the limits on size, time and number.
async fn post(service: &Service, parts: &Parts, incoming: Incoming) -> Result<Response<Body>, Problem> {
    guard::is_json(&parts.headers)?;
    let too_slow =
        |_| Problem::new(408, format!("the body took longer than {} s", limits::BODY_TIME.as_secs()));
    let body = tokio::time::timeout(limits::BODY_TIME, body(incoming)).await.map_err(too_slow)??;
    // Only now: whoever sends slowly keeps nobody waiting.
    let slot = Arc::clone(&service.slots).try_acquire_owned().map_err(|_| Problem::busy())?;
    let slot = Arc::new(slot);
    let late = |_| Problem::new(504, format!("it took longer than {} s", service.timeout.as_secs()));
    let work = async {
        match parts.uri.path() {
            "/evaluate" => evaluate::evaluate(service, body, slot).await,
            _ => simulate::simulate(service, body, slot).await,
        }
    };
    tokio::time::timeout(service.timeout, work).await.map_err(late)?
}

/// Reads a whole body within the limit.
async fn body(mut incoming: Incoming) -> Result<Bytes, Problem> {
    use hyper::body::Body as _;
    let mut read: Vec<u8> = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut incoming).poll_frame(cx)).await
    {
        let frame = frame.map_err(|_| Problem::new(400, "the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limits::MAX_BODY_BYTES {
            read.extend_from_slice(&data);
        } else if length > limits::MAX_DRAINED_BYTES {
            break;
        }
    }
    if length <= limits::MAX_BODY_BYTES {
        return Ok(Bytes::from(read));
    }
    Err(Problem::new(413, format!("the body is longer than {} MiB", limits::MAX_BODY_BYTES / 1024 / 1024)))
}

/// Reads what a body asks for.
///
/// # Errors
///
/// 400 for what is no JSON, 422 for JSON that asks for nothing we know.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let status = if error.is_data() { 422 } else { 400 };
        Problem::new(status, format!("the request cannot be read: {error}"))
            .help("`GET /openapi.json` says what is asked for, and how")
    })
}
