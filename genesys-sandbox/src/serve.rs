//! From a connection to answers: faults, authentication, routing, and the headers that every answer carries.

use std::fmt;
use std::future::{pending, poll_fn};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::body::{self, Endless, Unread};
use crate::clock::whole_seconds;
use crate::credentials::bearer;
use crate::faults::{Effect, ReplyBody, RetryAfter, When};
use crate::ids::Ids;
use crate::routes::{self, Lagging};
use crate::{Organization, Refusal, RequestNote};

/// What every connection serves.
#[derive(Clone)]
pub(crate) struct Server {
    organization: Organization,
    router: TowerToHyperService<Router>,
    correlations: Arc<Ids>,
}

/// A connection is to be closed without an answer.
#[derive(Debug)]
struct Severed {
    /// With a reset rather than in order.
    reset: bool,
}

impl fmt::Display for Severed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed on request")
    }
}

impl std::error::Error for Severed {}

/// What an effect leaves to do.
enum Next {
    Go,
    Answer(Response<Body>),
    Sever(Severed),
}

impl Server {
    pub(crate) fn new(organization: Organization) -> Self {
        let router = TowerToHyperService::new(routes::router(organization.clone()));
        Self { organization, router, correlations: Arc::new(Ids::new(None)) }
    }

    /// Accepts connections until `stop` is sent or dropped; then closes all of them.
    pub(crate) async fn run(self, listener: TcpListener, mut stop: oneshot::Receiver<()>) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                _ = &mut stop => break,
                Some(_) = connections.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => { connections.spawn(self.clone().connection(stream)); }
                    // Too many open files, or a client that is gone already: others may still come.
                    Err(_) => tokio::task::yield_now().await,
                },
            }
        }
        drop(listener);
        connections.shutdown().await;
    }

    async fn connection(self, stream: TcpStream) {
        // Without it small answers wait for acknowledgements; where it fails they merely do.
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |request| {
            let server = self.clone();
            Box::pin(async move { server.request(request).await })
        });
        let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let served = poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
        let mut stream = connection.into_parts().io.into_inner();
        let severed = served.as_ref().err().and_then(std::error::Error::source);
        match severed.and_then(|source| source.downcast_ref::<Severed>()) {
            Some(Severed { reset: true }) => {
                let _ = stream.set_zero_linger();
            }
            // The other side may have closed already.
            _ => {
                let _ = stream.shutdown().await;
            }
        }
    }

    async fn request(&self, request: Request<Incoming>) -> Result<Response<Body>, Severed> {
        let (parts, incoming) = request.into_parts();
        let token = bearer(&parts.headers).map(str::to_owned);
        let token = token.as_deref();
        let owner = self.organization.tokens().owner(token);
        let note = self.organization.note(
            parts.method.as_str(),
            parts.uri.path(),
            parts.uri.query().unwrap_or_default(),
            owner.as_deref(),
        );
        let read = body::read(incoming).await;
        let effects = self.organization.faults().strike(&note);

        let mut lag = 0;
        let mut answer = None;
        for effect in &effects {
            if let Effect::Lag { reads } = effect {
                lag = *reads;
            }
            match self.before(effect, &note, token).await {
                Next::Go => {}
                Next::Sever(severed) => return Err(severed),
                Next::Answer(early) => {
                    answer = Some(early);
                    break;
                }
            }
        }
        let answer = match answer {
            Some(answer) => answer,
            None => {
                let mut answer = match read {
                    Ok(body) => self.handle(Request::from_parts(parts, body), token, lag).await,
                    Err(unread) => unread.into(),
                };
                for effect in &effects {
                    match self.after(effect, &note, token).await {
                        Next::Go => {}
                        Next::Sever(severed) => return Err(severed),
                        Next::Answer(instead) => answer = instead,
                    }
                }
                answer
            }
        };
        let answer = self.finish(answer, token);
        self.organization.note_status(note.number, answer.status());
        Ok(answer)
    }

    async fn before(&self, effect: &Effect, note: &RequestNote, token: Option<&str>) -> Next {
        match effect {
            Effect::Refuse => Next::Sever(Severed { reset: true }),
            Effect::Delay(time) => {
                tokio::time::sleep(*time).await;
                Next::Go
            }
            Effect::TooManyRequests { retry_after } => Next::Answer(too_many(retry_after)),
            effect => self.at(When::Before, effect, note, token).await,
        }
    }

    async fn after(&self, effect: &Effect, note: &RequestNote, token: Option<&str>) -> Next {
        self.at(When::After, effect, note, token).await
    }

    /// The effects that come before or after, as they say.
    async fn at(&self, moment: When, effect: &Effect, note: &RequestNote, token: Option<&str>) -> Next {
        match effect {
            Effect::Hang(when) if *when == moment => pending().await,
            Effect::Drop(when) if *when == moment => return Next::Sever(Severed { reset: false }),
            Effect::Status { status, when } if *when == moment => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                return Next::Answer(axum::response::IntoResponse::into_response(Refusal::of_status(status)));
            }
            Effect::Reply { when, status, headers, body } if *when == moment => {
                return Next::Answer(reply(*status, headers, body));
            }
            Effect::RevokeToken(when) if *when == moment => {
                if let Some(token) = token {
                    self.organization.tokens().revoke(token);
                }
            }
            Effect::RevokeClient(when) if *when == moment => {
                if let Some(client) = self.organization.tokens().owner(token) {
                    self.organization.revoke_client(&client);
                }
            }
            Effect::Call { when, call } if *when == moment => call(note),
            _ => {}
        }
        Next::Go
    }

    /// The request without any fault.
    async fn handle(&self, mut request: Request<Bytes>, token: Option<&str>, lag: u32) -> Response<Body> {
        if request.uri().path().starts_with("/api/") {
            match self.organization.tokens().admit(token, self.organization.now()) {
                Ok(caller) => request.extensions_mut().insert(caller),
                Err(refusal) => return axum::response::IntoResponse::into_response(refusal),
            };
        }
        request.extensions_mut().insert(Lagging(lag));
        match self.router.call(request.map(Body::from)).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }

    /// Gives refusals their body, and every answer its headers.
    fn finish(&self, mut answer: Response<Body>, token: Option<&str>) -> Response<Body> {
        let correlation = self.correlations.uuid();
        if let Some(refusal) = answer.extensions_mut().remove::<Refusal>() {
            let mut refused = refusal.answer(&correlation, &answer);
            for (name, value) in answer.headers() {
                if !refused.headers().contains_key(name) && *name != axum::http::header::CONTENT_LENGTH {
                    refused.headers_mut().insert(name, value.clone());
                }
            }
            answer = refused;
        } else if answer.status().is_client_error() && !answer.headers().contains_key(CONTENT_TYPE) {
            // What the router refuses by itself: an unknown path, a method that a path does not take.
            answer = Refusal::of_status(answer.status()).answer(&correlation, &answer);
        }
        let headers = answer.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&correlation) {
            headers.insert(HeaderName::from_static("inin-correlation-id"), value);
        }
        if let Some(rate) = self.organization.tokens().rate(token, self.organization.now()) {
            let mut insert = |name, value: u64| {
                headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
            };
            insert("inin-ratelimit-count", u64::from(rate.count));
            insert("inin-ratelimit-allowed", u64::from(rate.allowed));
            insert("inin-ratelimit-reset", whole_seconds(rate.reset));
        }
        answer
    }
}

impl From<Unread> for Response<Body> {
    fn from(unread: Unread) -> Self {
        let refusal = match unread {
            Unread::TooLong => Refusal::of_status(StatusCode::PAYLOAD_TOO_LARGE),
            Unread::Broken => Refusal::bad("the body broke off"),
        };
        axum::response::IntoResponse::into_response(refusal)
    }
}

fn too_many(retry_after: &RetryAfter) -> Response<Body> {
    let refusal = Refusal::of_status(StatusCode::TOO_MANY_REQUESTS);
    let mut answer = axum::response::IntoResponse::into_response(refusal);
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
        ReplyBody::Endless(bytes) => Body::new(Endless(Bytes::from(bytes.clone()))),
    });
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}
