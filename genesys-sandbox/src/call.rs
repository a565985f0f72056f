//! A request to one of the endpoints: who asks, and for what.

use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, Uri};
use serde_json::Value;

use crate::organization::Writer;
use crate::paging::ListQuery;
use crate::routes::{Lagging, read_json};
use crate::tokens::Caller;
use crate::{JobCourse, Organization, Refusal};

/// How an endpoint answers.
pub(crate) type Answer = Result<Response<axum::body::Body>, Refusal>;

/// Everything that endpoints ask of a request but its path and its body.
pub(crate) struct Call {
    pub(crate) organization: Organization,
    pub(crate) uri: Uri,
    caller: Caller,
    lag: u32,
    job: JobCourse,
    headers: HeaderMap,
}

impl FromRequestParts<Organization> for Call {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, organization: &Organization) -> Result<Self, Refusal> {
        let caller = parts.extensions.get::<Caller>().cloned();
        let caller = caller
            .ok_or_else(|| Refusal::unauthorized("authentication.required", "no bearer token was given"))?;
        let lag = parts.extensions.get::<Lagging>().map_or(0, |lagging| lagging.0);
        let job = parts.extensions.get::<JobCourse>().cloned().unwrap_or_default();
        Ok(Self {
            organization: organization.clone(),
            uri: parts.uri.clone(),
            caller,
            lag,
            job,
            headers: parts.headers.clone(),
        })
    }
}

impl Call {
    /// # Errors
    /// 403 where the client lacks the permission.
    pub(crate) fn needs(&self, permission: &str) -> Result<(), Refusal> {
        self.caller.needs(permission)
    }

    /// Who writes.
    pub(crate) fn writer(&self) -> Writer<'_> {
        self.organization.writer(&self.caller.id, self.lag)
    }

    /// What becomes of the job that it starts.
    pub(crate) fn job(&self) -> &JobCourse {
        &self.job
    }

    /// # Errors
    /// 415 and 400 where the body is no JSON.
    pub(crate) fn json(&self, body: &[u8]) -> Result<Value, Refusal> {
        read_json(&self.headers, body)
    }

    /// # Errors
    /// 400 where the parameters are none of a list.
    pub(crate) fn list(&self) -> Result<ListQuery, Refusal> {
        ListQuery::read(&self.uri)
    }

    /// The version in `If-Match`: a number, bare as S0 writes it or quoted as HTTP does.
    ///
    /// # Errors
    /// 400 where it is none.
    pub(crate) fn if_match(&self) -> Result<Option<u64>, Refusal> {
        let Some(value) = self.headers.get(IF_MATCH) else { return Ok(None) };
        let text = value.to_str().unwrap_or_default().trim();
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let refusal = || Refusal::field("If-Match", "`If-Match` is the version as a number");
        bare.parse().map(Some).map_err(|_| refusal())
    }
}
