//! Sends requests to one organization: with a token, at the allowed pace, again where that is right.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::Url;
use serde_json::{Map, Value};

use crate::event::{Listener, OnEvent, TransportEvent, WaitReason};
use crate::pace::Pace;
use crate::page::Pages;
use crate::retry::{Decision, Failed, Policy};
use crate::token::{Token, TokenSource};
use crate::transport::{Call, Transport};
use crate::{Address, Clock, Credentials, Error, ErrorKind, Method, Request, response, retry};

/// How patient a client is, and how much it takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientSettings {
    /// How long a request may take, answer included.
    pub request_timeout: Duration,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// The longest body of an answer, in bytes; a list has one a page.
    pub max_body: usize,
    /// How often a request is sent at most (contract 0, "Retries").
    pub attempts: u32,
    /// The longest wait that the platform may ask for (contract 0, "Retries").
    pub max_wait: Duration,
    /// What the program calls itself.
    pub user_agent: String,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_body: 16 * 1024 * 1024,
            attempts: 5,
            max_wait: Duration::from_secs(180),
            user_agent: concat!("rulec/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// An organization's API. Clones share token, pace and connections.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
    listener: Listener,
}

#[derive(Debug)]
struct Shared {
    address: Address,
    clock: Arc<dyn Clock>,
    policy: Policy,
    transport: Transport,
    tokens: TokenSource,
    pace: Pace,
}

impl Client {
    /// A client of the organization at this address. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] where TLS cannot be set up on this machine, or the program's name is no header.
    pub fn new(
        address: Address,
        credentials: Credentials,
        clock: Arc<dyn Clock>,
        settings: ClientSettings,
    ) -> Result<Self, Error> {
        let policy = Policy { attempts: settings.attempts, max_wait: settings.max_wait };
        let transport = Transport::new(&address, settings)?;
        let tokens =
            TokenSource::new(address.clone(), credentials, transport.clone(), Arc::clone(&clock), policy);
        let pace = Pace::new(policy.max_wait);
        let shared = Shared { address, clock, policy, transport, tokens, pace };
        Ok(Self { shared: Arc::new(shared), listener: Listener::default() })
    }

    /// The same client, which tells what happens on the wire. Nothing that it tells holds a secret.
    #[must_use]
    pub fn on_event(mut self, tell: OnEvent) -> Self {
        self.listener = Listener::new(tell);
        self
    }

    /// Where the organization is.
    pub fn address(&self) -> &Address {
        &self.shared.address
    }

    /// Sends a request and reads the answer's body, where it has one: any JSON.
    ///
    /// # Errors
    /// Everything but a 2xx with the body that the contract says. Reads are sent again as the contract says; writes only
    /// where they cannot have been carried out (429, no connection), otherwise `effect` is unknown.
    pub async fn send(&self, request: &Request) -> Result<Value, Error> {
        let url = self.url(request)?;
        self.perform(request, &url).await.map(|(body, _)| body)
    }

    /// The same, with how long the answer asks to wait, where it does: of what goes on, when to look again.
    pub(crate) async fn send_and_hear(&self, request: &Request) -> Result<(Value, Option<Duration>), Error> {
        let url = self.url(request)?;
        self.perform(request, &url).await
    }

    /// Reads all pages of a list, in order.
    ///
    /// # Errors
    /// As [`send`](Self::send), and where pages lead elsewhere, in a circle, or never end.
    pub async fn list(&self, first: &Request) -> Result<Vec<Map<String, Value>>, Error> {
        let mut url = self.url(first)?;
        let mut pages = Pages::new(url.clone());
        loop {
            let (page, _) = self.perform(first, &url).await?;
            match pages.take(page) {
                Ok(Some(next)) => url = next,
                Ok(None) => return Ok(pages.finish()),
                Err(message) => {
                    return Err(Error {
                        request: Some(response::name(first)),
                        status: Some(200),
                        ..Error::without_effect(ErrorKind::Answer, first.purpose.clone(), message)
                    });
                }
            }
        }
    }

    /// Whether the token is taken (contract 0, "Health check").
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn health(&self) -> Result<(), Error> {
        self.send(&Request::new(Method::Head, "/api/v2/tokens/me", "check the token")).await.map(|_| ())
    }

    /// The organization's id; none where it does not tell.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn organization_id(&self) -> Result<Option<String>, Error> {
        match self.send(&Request::get("/api/v2/organizations/me", "read which organization this is")).await {
            Ok(organization) => Ok(organization.get("id").and_then(Value::as_str).map(str::to_owned)),
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Permission) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The URL of a request.
    fn url(&self, request: &Request) -> Result<Url, Error> {
        let mut url = self.shared.address.base_url().clone();
        url.set_path(&request.path);
        if url.path() != request.path {
            // A URL takes `..` for a way up, encoded too: it would be another object's path.
            let message = format!("`{}` is no path", crate::text::clean(&request.path, &[]));
            return Err(Error::without_effect(ErrorKind::Refused, request.purpose.clone(), message));
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query.iter().map(|(name, value)| (name, value)));
        }
        Ok(url)
    }

    /// Sends a request until it is answered or must not be sent again: the body, and how long the answer asks to wait.
    async fn perform(&self, request: &Request, url: &Url) -> Result<(Value, Option<Duration>), Error> {
        let shared = &*self.shared;
        let clock = &*shared.clock;
        let mut attempt = 1;
        let mut rejected = None;
        loop {
            // First the token, so that all who need one hear of the same refusal; and again after the wait for a slot,
            // which it may not outlast.
            self.token(request, rejected).await?;
            let slot = shared.pace.enter(clock, &self.listener).await;
            let token = self.token(request, rejected).await?;
            let begun = clock.now();
            let result = shared.transport.exchange(call(request, url, &token)).await;
            let now = clock.now();
            let elapsed = now.duration_since(begun).unwrap_or_default();
            let (failed, error) = match result {
                Ok(answer) => {
                    slot.answered(response::allowance(&answer), answer.status == 429, now);
                    let secrets = shared.tokens.secrets(&token);
                    self.listener.tell(|| TransportEvent::Answered {
                        method: request.method.as_str(),
                        path: path(url),
                        status: answer.status,
                        elapsed,
                        correlation_id: response::correlation_id(&answer, &secrets),
                    });
                    if answer.status == 401 && rejected.is_none() {
                        rejected = Some(token.number);
                        continue;
                    }
                    match response::read(request, &answer, &secrets) {
                        Ok(value) => return Ok((value, response::asked(&answer, now))),
                        Err(error) => (response::failed(&answer, now), error),
                    }
                }
                Err(failure) => {
                    drop(slot);
                    self.listener.tell(|| TransportEvent::Unanswered {
                        method: request.method.as_str(),
                        path: path(url),
                        elapsed,
                        reason: failure.message.clone(),
                    });
                    let failed = if failure.sent { Failed::Lost } else { Failed::NotConnected };
                    (failed, response::unanswered(request, failure))
                }
            };
            match retry::decide(attempt, failed, request.is_harmless, shared.policy, clock.chance()) {
                Decision::GiveUp => return Err(error),
                Decision::TooLong(wait) => return Err(response::too_long(error, wait)),
                Decision::Wait(duration) => {
                    attempt += 1;
                    self.wait(duration, &error, attempt, now).await;
                }
            }
        }
    }

    async fn token(&self, request: &Request, rejected: Option<u64>) -> Result<Token, Error> {
        let token = self.shared.tokens.get(rejected, &self.listener).await;
        token.map_err(|error| error.during(&request.purpose))
    }

    /// Waits before the next attempt: alone, or with everybody where the platform is asked too much.
    async fn wait(&self, duration: Duration, error: &Error, attempt: u32, now: SystemTime) {
        if matches!(error.kind, ErrorKind::RateLimited { .. }) {
            // Whoever enters waits, this request with them.
            if let Some(until) = now.checked_add(duration) {
                self.shared.pace.pause(until);
            }
        } else {
            let reason = WaitReason::Again { status: error.status, attempt };
            self.listener.tell(|| TransportEvent::Waiting { duration, reason });
            self.shared.clock.sleep(duration).await;
        }
    }
}

fn call(request: &Request, url: &Url, token: &Token) -> Call {
    Call {
        method: match request.method {
            Method::Head => reqwest::Method::HEAD,
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        },
        url: url.clone(),
        authorization: token.header.clone(),
        if_match: request.if_match,
        body: request.body.as_ref().map(|body| ("application/json", body.to_string().into_bytes())),
    }
}

/// Path and query, as events name a request.
fn path(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}
