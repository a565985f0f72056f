//! Carrying out the faults that strike a request.

use std::error::Error;
use std::fmt;
use std::future::pending;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;

use crate::body::{Broken, Endless};
use crate::faults::{Effect, JobCourse, ReplyBody, RetryAfter, When};
use crate::{Organization, RateLimit, Refusal, RequestNote};

/// The faults that strike one request.
pub(crate) struct Strike<'a> {
    organization: &'a Organization,
    note: &'a RequestNote,
    token: Option<&'a str>,
    effects: Vec<Effect>,
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub(crate) struct Severed {
    /// With a reset rather than in order.
    pub(crate) reset: bool,
}

impl fmt::Display for Severed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed on request")
    }
}

impl Error for Severed {}

impl<'a> Strike<'a> {
    pub(crate) fn new(organization: &'a Organization, note: &'a RequestNote, token: Option<&'a str>) -> Self {
        Self { organization, note, token, effects: organization.faults().strike(note) }
    }

    /// For how many reads the write of this request stays hidden.
    pub(crate) fn lag(&self) -> u32 {
        let lags =
            self.effects.iter().map(|effect| if let Effect::Lag { reads } = effect { *reads } else { 0 });
        lags.max().unwrap_or(0)
    }

    /// What becomes of the job that this request starts.
    pub(crate) fn job(&self) -> JobCourse {
        let courses = self.effects.iter().find_map(|effect| match effect {
            Effect::Job(course) => Some(course.clone()),
            _ => None,
        });
        courses.unwrap_or_default()
    }

    /// What happens before the request: an answer that comes instead of it, or the end of the connection.
    pub(crate) async fn before(&self) -> Result<Option<Response<Body>>, Severed> {
        for effect in &self.effects {
            match effect {
                Effect::Refuse => return Err(Severed { reset: true }),
                Effect::Delay(time) => tokio::time::sleep(*time).await,
                Effect::TooManyRequests { retry_after } => return Ok(Some(too_many(retry_after))),
                effect => {
                    if let Some(answer) = self.at(When::Before, effect).await? {
                        return Ok(Some(answer));
                    }
                }
            }
        }
        Ok(None)
    }

    /// What happens after it: another answer than its own, or the end of the connection.
    pub(crate) async fn after(&self) -> Result<Option<Response<Body>>, Severed> {
        for effect in &self.effects {
            if let Some(answer) = self.at(When::After, effect).await? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    async fn at(&self, moment: When, effect: &Effect) -> Result<Option<Response<Body>>, Severed> {
        let tokens = self.organization.tokens();
        match effect {
            // Dropped with the connection, which ends when either side closes it.
            Effect::Hang(when) if *when == moment => pending().await,
            Effect::Drop(when) if *when == moment => return Err(Severed { reset: false }),
            Effect::Status { status, when } if *when == moment => {
                return Ok(Some(Refusal::of_status(status_of(*status)).into_response()));
            }
            Effect::Reply { when, status, headers, body } if *when == moment => {
                return Ok(Some(reply(*status, headers, body)));
            }
            Effect::RevokeToken(when) if *when == moment => {
                if let Some(token) = self.token {
                    tokens.revoke(token);
                }
            }
            Effect::RevokeClient(when) if *when == moment => {
                if let Some(client) = tokens.owner(self.token) {
                    tokens.set_revoked(&client, true);
                }
            }
            Effect::Call { when, call } if *when == moment => call(self.note),
            _ => {}
        }
        Ok(None)
    }
}

/// The status, or 500 where HTTP has no such final status.
fn status_of(status: u16) -> StatusCode {
    let status = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
    status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn too_many(retry_after: &RetryAfter) -> Response<Body> {
    let RateLimit { allowed, window } = RateLimit::default();
    let mut refusal = Refusal::too_many_requests(allowed, window, window);
    refusal.retry_after = None;
    let mut answer = refusal.into_response();
    let value = match retry_after {
        RetryAfter::Seconds(seconds) => Some(HeaderValue::from(*seconds)),
        RetryAfter::Date(moment) => HeaderValue::from_str(&httpdate::fmt_http_date(*moment)).ok(),
        RetryAfter::Raw(text) => HeaderValue::from_str(text).ok(),
        RetryAfter::None => None,
    };
    if let Some(value) = value {
        answer.headers_mut().insert(RETRY_AFTER, value);
    }
    answer
}

fn reply(status: u16, headers: &[(String, String)], body: &ReplyBody) -> Response<Body> {
    let mut answer = Response::new(match body {
        ReplyBody::Bytes(bytes) => Body::from(bytes.clone()),
        ReplyBody::Broken(bytes) => Body::new(Broken::new(Bytes::from(bytes.clone()))),
        // An empty piece over and over would keep its thread for good.
        ReplyBody::Endless(bytes) if bytes.is_empty() => Body::empty(),
        ReplyBody::Endless(bytes) => Body::new(Endless(Bytes::from(bytes.clone()))),
    });
    *answer.status_mut() = status_of(status);
    for (name, value) in headers {
        let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) else {
            continue;
        };
        // The server counts for itself, and fails where others count otherwise.
        if ![CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}
