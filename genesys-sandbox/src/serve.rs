//! From a connection to answers: faults, authentication, routing, and the headers that every answer carries.

use std::error::Error;
use std::future::poll_fn;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::body::{self, Unread};
use crate::clock::whole_seconds;
use crate::credentials::bearer;
use crate::ids::Ids;
use crate::routes::{self, Lagging};
use crate::strike::{Severed, Strike};
use crate::{Organization, Refusal, admin};

/// What every connection serves.
#[derive(Clone)]
pub(crate) struct Server {
    organization: Organization,
    router: TowerToHyperService<Router>,
    correlations: Arc<Ids>,
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
        let severed = served.as_ref().err().and_then(Error::source);
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
        if parts.uri.path().starts_with("/admin/") {
            return Ok(self.admin(parts, incoming).await);
        }
        if let Err(refusal) = admin::is_local(&parts.headers) {
            return Ok(self.finish(refusal.into_response(), None));
        }
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
        let strike = Strike::new(&self.organization, &note, token);
        let answer = if let Some(instead) = strike.before().await? {
            instead
        } else {
            let answer = match read {
                Ok(body) => self.handle(Request::from_parts(parts, body), token, &strike).await,
                Err(unread) => refused(unread),
            };
            strike.after().await?.unwrap_or(answer)
        };
        let answer = self.finish(answer, token);
        self.organization.note_status(note.number, answer.status());
        Ok(answer)
    }

    /// Admin routes are no requests to the organization: not noted, and no fault strikes them.
    async fn admin(&self, parts: Parts, incoming: Incoming) -> Response<Body> {
        let answer = match (
            admin::admit(&parts.headers, self.organization.settings().admin_key.as_deref()),
            body::read(incoming).await,
        ) {
            (Err(refusal), _) => refusal.into_response(),
            (_, Err(unread)) => refused(unread),
            (Ok(()), Ok(body)) => self.route(Request::from_parts(parts, body)).await,
        };
        self.finish(answer, None)
    }

    /// The request without any fault.
    async fn handle(
        &self,
        mut request: Request<Bytes>,
        token: Option<&str>,
        strike: &Strike<'_>,
    ) -> Response<Body> {
        if request.uri().path().starts_with("/api/") {
            match self.organization.tokens().admit(token, self.organization.now()) {
                Ok(caller) => request.extensions_mut().insert(caller),
                Err(refusal) => return refusal.into_response(),
            };
        }
        request.extensions_mut().insert(Lagging(strike.lag()));
        request.extensions_mut().insert(strike.job());
        self.route(request).await
    }

    async fn route(&self, request: Request<Bytes>) -> Response<Body> {
        let mut answer = match self.router.call(request.map(Body::from)).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        // What the router refuses by itself: an unknown path, a method that a path does not take.
        let own =
            answer.extensions().get::<Refusal>().is_none() && !answer.headers().contains_key(CONTENT_TYPE);
        if own && answer.status().is_client_error() {
            let refusal = Refusal::of_status(answer.status());
            answer.extensions_mut().insert(refusal);
        }
        answer
    }

    /// Gives refusals their body, and every answer its headers.
    fn finish(&self, mut answer: Response<Body>, token: Option<&str>) -> Response<Body> {
        let correlation = self.correlations.uuid();
        if let Some(refusal) = answer.extensions_mut().remove::<Refusal>() {
            let mut refused = refusal.answer(&correlation);
            for name in [ALLOW, RETRY_AFTER] {
                if let Some(value) = answer.headers().get(&name) {
                    refused.headers_mut().insert(name, value.clone());
                }
            }
            answer = refused;
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

fn refused(unread: Unread) -> Response<Body> {
    let refusal = match unread {
        Unread::TooLong => Refusal::of_status(StatusCode::PAYLOAD_TOO_LARGE),
        Unread::Broken => Refusal::bad("the body broke off"),
    };
    refusal.into_response()
}
