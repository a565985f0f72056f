//! What tests and people on this machine do to the organization over HTTP: faults, the state, the trail.

use std::net::IpAddr;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::json;

use crate::fault_json::FaultJson;
use crate::routes::{json_answer, read_json};
use crate::{Organization, Refusal};

/// The admin routes, before [`admit`].
pub(crate) fn router() -> Router<Organization> {
    Router::new()
        .route("/admin/faults", post(add_fault).get(faults).delete(clear_faults))
        .route("/admin/state", get(state))
        .route("/admin/requests", get(requests).delete(forget_requests))
        .route("/admin/audit", get(audit))
        .route("/admin/tokens", axum::routing::delete(revoke_tokens))
}

/// Whether a request comes from a program on this machine, and from no page of a browser, be it under a name that
/// somebody lets resolve to this machine. The sandbox's credentials may be known to everybody.
///
/// # Errors
/// 403 where it does not.
pub(crate) fn is_local(headers: &HeaderMap) -> Result<(), Refusal> {
    let refused = |message: &str| Err(Refusal::new(StatusCode::FORBIDDEN, "not.authorized", message));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !is_loopback(host) {
        return refused("the sandbox answers to `localhost`, `127.0.0.1` and `[::1]`");
    }
    if headers.get(ORIGIN).is_some_and(|origin| *origin != *format!("http://{host}")) {
        return refused("the sandbox is not for pages of other origins");
    }
    Ok(())
}

/// Whether a request may use the admin routes: it is local, and knows the key where there is one.
///
/// # Errors
/// 403 where it may not.
pub(crate) fn admit(headers: &HeaderMap, key: Option<&str>) -> Result<(), Refusal> {
    is_local(headers)?;
    let refused = |message: &str| Err(Refusal::new(StatusCode::FORBIDDEN, "not.authorized", message));
    if key.is_some_and(|key| headers.get("x-admin-key").is_none_or(|given| *given != *key)) {
        return refused("the header `X-Admin-Key` is missing or wrong");
    }
    Ok(())
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

async fn add_fault(
    State(organization): State<Organization>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = read_json(&headers, &body)?;
    let fault: FaultJson =
        serde_json::from_value(body).map_err(|error| Refusal::bad(format!("this is no fault: {error}")))?;
    organization.faults().add(fault.into());
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn faults(State(organization): State<Organization>) -> Response<Body> {
    let faults = organization.faults().pending();
    let faults: Vec<_> = faults
        .iter()
        .map(|fault| {
            let on = json!({"method": fault.on.method, "path": fault.on.path, "skip": fault.on.skip});
            json!({"on": on, "times": fault.times, "then": format!("{:?}", fault.then)})
        })
        .collect();
    json_answer(200, &json!({ "faults": faults }))
}

async fn clear_faults(State(organization): State<Organization>) -> StatusCode {
    organization.faults().clear();
    StatusCode::NO_CONTENT
}

async fn state(State(organization): State<Organization>) -> Response<Body> {
    let queues = organization.routing_queues();
    let strategies: serde_json::Map<String, serde_json::Value> =
        queues.iter().map(|queue| (queue.id.clone(), json!(organization.strategies(&queue.id)))).collect();
    let state = json!({
        "skills": organization.skills(),
        "skillGroups": organization.skill_groups(),
        "queues": queues,
        "strategies": strategies,
        "rules": organization.rules(),
    });
    json_answer(200, &state)
}

async fn requests(State(organization): State<Organization>) -> Response<Body> {
    json_answer(200, &json!({"requests": organization.requests()}))
}

async fn forget_requests(State(organization): State<Organization>) -> StatusCode {
    organization.forget_requests();
    StatusCode::NO_CONTENT
}

async fn audit(State(organization): State<Organization>) -> Response<Body> {
    json_answer(200, &json!({"entries": organization.audit()}))
}

async fn revoke_tokens(State(organization): State<Organization>) -> StatusCode {
    organization.revoke_tokens();
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:1", "127.1.2.3", "[::1]:8080", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["", "example.org", "localhost.example.org:80", "10.0.0.1", "127.0.0.1.example.org", ":80"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
