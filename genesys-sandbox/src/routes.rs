//! What is served where, and how JSON comes in and goes out.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::routing::{get, post};
use genesys_model::TokenRefusal;
use serde::Serialize;
use serde_json::{Value, json};

use crate::credentials::{self, Claimed};
use crate::tokens::{Caller, token_refusal};
use crate::{
    Organization, Refusal, admin, agents, divisions, governance, jobs, queues, realtime, rules, skill_groups,
    skills, strategies,
};

/// For how many reads a write stays hidden; goes with every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lagging(pub(crate) u32);

/// Everything that is served. Who may use what is asked before.
pub(crate) fn router(organization: Organization) -> Router {
    Router::new()
        .route("/oauth/token", post(token))
        .route("/api/v2/tokens/me", get(token_me))
        .route("/api/v2/organizations/me", get(organization_me))
        .route(divisions::PATH, get(divisions::list))
        .route(skills::PATH, get(skills::list).post(skills::create))
        .route(
            &format!("{}/{{id}}", skills::PATH),
            get(skills::read).put(skills::replace).delete(skills::delete),
        )
        .route(skill_groups::PATH, get(skill_groups::list).post(skill_groups::create))
        .route(
            &format!("{}/{{id}}", skill_groups::PATH),
            get(skill_groups::read).put(skill_groups::replace).delete(skill_groups::delete),
        )
        .route(queues::PATH, get(queues::list).post(queues::create))
        .route(
            &format!("{}/{{id}}", queues::PATH),
            get(queues::read).put(queues::replace).delete(queues::delete),
        )
        .route(&format!("{}/{{id}}/refresh", queues::PATH), post(queues::refresh))
        .route(
            &format!("{}/{{id}}/strategies", queues::PATH),
            get(strategies::of_queue).patch(strategies::patch),
        )
        .route(strategies::PATH, get(strategies::list))
        .route(&format!("{}/{{id}}/members", queues::PATH), get(agents::members))
        .route(
            &format!("{}/{{id}}/routingprofile", agents::PATH),
            get(agents::profile).put(agents::replace_profile),
        )
        .route(&format!("{}/{{id}}/availability", agents::PATH), get(agents::availability))
        .route(governance::ENTITLEMENTS, post(governance::entitlements))
        .route(governance::AUDIT_LOGS, post(governance::audit_logs))
        .route(realtime::PATH, post(realtime::query))
        .route(jobs::QUERY, post(jobs::submit))
        .route(&format!("{}/{{id}}", jobs::PATH), get(jobs::status))
        .route(&format!("{}/{{id}}/results", jobs::PATH), get(jobs::results))
        .route(rules::PATH, get(rules::list).post(rules::create))
        .route(
            &format!("{}/{{id}}", rules::PATH),
            get(rules::read).patch(rules::update).delete(rules::delete),
        )
        .merge(admin::router())
        .with_state(organization)
}

/// Client credentials for a token. Scopes are for other kinds of grants and ignored.
async fn token(State(organization): State<Organization>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let answer =
        claim(&headers, &body).and_then(|claimed| organization.tokens().grant(&claimed, organization.now()));
    let mut answer = match answer {
        Ok(grant) => json_answer(200, &grant),
        Err(refusal) => json_answer(400, &refusal),
    };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn claim(headers: &HeaderMap, body: &[u8]) -> Result<Claimed, TokenRefusal> {
    if !has_type(headers, "application/x-www-form-urlencoded") {
        return Err(token_refusal("invalid_request", "the body is no form"));
    }
    let form: Vec<_> = form_urlencoded::parse(body).into_owned().collect();
    let value = |name: &str| form.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
    match value("grant_type").as_deref() {
        Some("client_credentials") => {}
        Some(other) => {
            let description = format!("the grant type `{other}` is not offered, `client_credentials` is");
            return Err(token_refusal("unsupported_grant_type", &description));
        }
        None => return Err(token_refusal("invalid_request", "there is no grant_type")),
    }
    let in_form = || Some(Claimed { id: value("client_id")?, secret: value("client_secret")? });
    credentials::basic(headers)
        .or_else(in_form)
        .ok_or_else(|| token_refusal("invalid_client", "there are no client credentials"))
}

/// The health check (contract 0, "Health check").
async fn token_me(
    State(organization): State<Organization>,
    Extension(caller): Extension<Caller>,
) -> Response<Body> {
    let settings = organization.settings();
    json_answer(
        200,
        &json!({
            "organization": {"id": settings.organization_id, "name": settings.organization_name},
            "OAuthClient": {"id": &*caller.id, "organization": {"id": settings.organization_id}},
        }),
    )
}

async fn organization_me(State(organization): State<Organization>) -> Response<Body> {
    let settings = organization.settings();
    json_answer(200, &json!({"id": settings.organization_id, "name": settings.organization_name}))
}

/// An answer in JSON. The status must be one of HTTP's.
pub(crate) fn json_answer(status: u16, body: &impl Serialize) -> Response<Body> {
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// The JSON of a request.
///
/// # Errors
/// 415 where it says that it is something else, 400 where it is.
pub(crate) fn read_json(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    if !has_type(headers, "application/json") {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported.media.type",
            "the body is sent as `application/json`",
        ));
    }
    serde_json::from_slice(body).map_err(|error| {
        let message = error.to_string();
        if message.starts_with("recursion limit exceeded") {
            return Refusal::bad("the body is nested more than 127 levels deep");
        }
        Refusal::bad(format!("the body is no JSON: {message}"))
    })
}

fn has_type(headers: &HeaderMap, expected: &str) -> bool {
    let found = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    found.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(expected)
}
