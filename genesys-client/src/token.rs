//! The token: asked for once however many need it, and anew before it ends (contract 0, "Token").

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use genesys_model::TokenGrant;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::event::{Listener, TransportEvent, WaitReason};
use crate::response::Refusal;
use crate::retry::{Decision, Failed, Policy};
use crate::transport::{Answer, Call, Transport, sensitive};
use crate::{Address, Clock, Credentials, Effect, Error, ErrorKind, response, retry};

/// The path of the token endpoint.
const PATH: &str = "/oauth/token";

/// No token is believed to hold longer than a month; the platform gives at most two days.
const LONGEST: u64 = 30 * 86_400;

/// A token, as requests need it.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// Which one it is, counted from 1.
    pub(crate) number: u64,
    /// `Bearer …`, marked as sensitive.
    pub(crate) header: HeaderValue,
    /// The bare token, to be recognized where it comes back.
    pub(crate) text: SecretString,
}

/// Where tokens come from.
#[derive(Debug)]
pub(crate) struct TokenSource {
    address: Address,
    credentials: Credentials,
    /// The credentials as they are sent.
    basic: SecretString,
    transport: Transport,
    clock: Arc<dyn Clock>,
    policy: Policy,
    /// Held while a token is asked for: whoever comes then waits for the same one.
    state: Mutex<State>,
    /// How often a token was asked for to the end.
    asked: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    number: u64,
    held: Option<(Token, SystemTime)>,
    /// Why the last one that was asked for did not come.
    failure: Option<Error>,
}

impl TokenSource {
    pub(crate) fn new(
        address: Address,
        credentials: Credentials,
        transport: Transport,
        clock: Arc<dyn Clock>,
        policy: Policy,
    ) -> Self {
        let (state, asked) = (Mutex::default(), AtomicU64::new(0));
        let basic = credentials.basic();
        Self { address, credentials, basic, transport, clock, policy, state, asked }
    }

    /// A token that holds, other than the one of the number `rejected`.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`] where the credentials are not taken; otherwise as any request.
    pub(crate) async fn get(&self, rejected: Option<u64>, listener: &Listener) -> Result<Token, Error> {
        let asked = self.asked.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some((token, until)) = &state.held
            && Some(token.number) != rejected
            && self.clock.now() < *until
        {
            return Ok(token.clone());
        }
        // Whoever waited while another asked in vain does not ask again: many tasks, one refusal.
        if self.asked.load(Ordering::Acquire) != asked
            && let Some(failure) = &state.failure
        {
            return Err(failure.clone());
        }
        state.held = None;
        let result = self.ask(state.number + 1, listener).await;
        self.asked.fetch_add(1, Ordering::AcqRel);
        match result {
            Ok((token, until)) => {
                state.number = token.number;
                state.failure = None;
                state.held = Some((token.clone(), until));
                Ok(token)
            }
            Err(error) => {
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// What must never be shown, whoever repeats it.
    pub(crate) fn secrets<'a>(&'a self, token: &'a Token) -> [&'a str; 3] {
        [&token.text, self.credentials.secret(), &self.basic].map(ExposeSecret::expose_secret)
    }

    /// Asks for a token until one comes or there is no hope. Asking twice changes nothing.
    async fn ask(&self, number: u64, listener: &Listener) -> Result<(Token, SystemTime), Error> {
        let mut attempt = 1;
        loop {
            listener.tell(|| TransportEvent::TokenRequested);
            let begun = self.clock.now();
            let result = self.transport.exchange(self.call()?).await;
            let now = self.clock.now();
            let elapsed = now.duration_since(begun).unwrap_or_default();
            let (method, path) = ("POST", PATH.to_owned());
            let (failed, error) = match result {
                Ok(answer) => {
                    let correlation_id = self.show(&answer, response::correlation_id);
                    let status = answer.status;
                    listener.tell(|| TransportEvent::Answered {
                        method,
                        path,
                        status,
                        elapsed,
                        correlation_id,
                    });
                    match self.read(&answer, number, begun) {
                        Ok(granted) => return Ok(granted),
                        Err(error) => {
                            (throttled(&error).unwrap_or_else(|| response::failed(&answer, now)), error)
                        }
                    }
                }
                Err(failure) => {
                    let reason = failure.message.clone();
                    listener.tell(|| TransportEvent::Unanswered { method, path, elapsed, reason });
                    let failed = if failure.sent { Failed::Lost } else { Failed::NotConnected };
                    (
                        failed,
                        self.error(
                            failure.kind,
                            None,
                            Refusal { message: failure.message, ..Refusal::default() },
                        ),
                    )
                }
            };
            match retry::decide(attempt, failed, true, self.policy, self.clock.chance()) {
                Decision::GiveUp => return Err(error),
                Decision::TooLong(wait) => return Err(response::too_long(error, wait)),
                Decision::Wait(duration) => {
                    attempt += 1;
                    let reason = match failed {
                        Failed::Answered(429, _) => WaitReason::RateLimited,
                        _ => WaitReason::Again { status: error.status, attempt },
                    };
                    listener.tell(|| TransportEvent::Waiting { duration, reason });
                    self.clock.sleep(duration).await;
                }
            }
        }
    }

    fn call(&self) -> Result<Call, Error> {
        let authorization = sensitive(&format!("Basic {}", self.basic.expose_secret())).ok_or_else(|| {
            let message = "the credentials cannot be sent as a header".to_owned();
            Error::without_effect(ErrorKind::Configuration, "get a token".to_owned(), message)
        })?;
        Ok(Call {
            method: reqwest::Method::POST,
            url: self.address.token().clone(),
            authorization,
            if_match: None,
            body: Some(("application/x-www-form-urlencoded", b"grant_type=client_credentials".to_vec())),
        })
    }

    /// Reads the token and until when it is used: a part of its life is left, so that it does not end on the way.
    fn read(&self, answer: &Answer, number: u64, begun: SystemTime) -> Result<(Token, SystemTime), Error> {
        if answer.status != 200 {
            return Err(self.refused(answer));
        }
        let odd = |message: &str| {
            self.error(
                ErrorKind::Answer,
                Some(answer),
                Refusal { message: message.to_owned(), ..Refusal::default() },
            )
        };
        let Ok(bytes) = &answer.body else {
            return Err(odd("the answer with the token broke off or is too long"));
        };
        let grant: TokenGrant =
            serde_json::from_slice(bytes).map_err(|_| odd("what came instead of a token is no token"))?;
        let header = sensitive(&format!("Bearer {}", grant.access_token))
            .filter(|_| !grant.access_token.is_empty() && grant.expires_in > 0)
            .ok_or_else(|| odd("what came as a token is none"))?;
        let life = Duration::from_secs(grant.expires_in.min(LONGEST));
        let grace = (life / 10).min(Duration::from_secs(300));
        let until = begun.checked_add(life.saturating_sub(grace)).unwrap_or(begun);
        Ok((Token { number, header, text: grant.access_token.into() }, until))
    }

    fn refused(&self, answer: &Answer) -> Error {
        let refusal = self.show(answer, response::refusal);
        let kind = match (answer.status, refusal.code.as_deref()) {
            // The login's own limit comes as 400 (public API, "Tokens").
            (400, Some("invalid_request")) if refusal.message.to_lowercase().contains("rate limit") => {
                ErrorKind::RateLimited { wait: Duration::ZERO }
            }
            (400 | 401 | 403, _) => ErrorKind::Authentication,
            (404, _) => ErrorKind::NotFound,
            (429, _) => ErrorKind::RateLimited { wait: Duration::ZERO },
            (400..=499, _) => ErrorKind::Refused,
            (500..=599, _) => ErrorKind::Unavailable,
            _ => ErrorKind::Answer,
        };
        self.error(kind, Some(answer), refusal)
    }

    fn error(&self, kind: ErrorKind, answer: Option<&Answer>, refusal: Refusal) -> Error {
        let header = answer.and_then(|answer| self.show(answer, response::correlation_id));
        Error {
            kind,
            attempted: "get a token".to_owned(),
            request: Some(format!("POST {PATH}")),
            status: answer.map(|answer| answer.status),
            code: refusal.code,
            message: refusal.message,
            correlation_id: refusal.correlation_id.or(header),
            effect: Effect::None,
        }
    }

    /// Reads something of an answer that may repeat the credentials.
    fn show<T>(&self, answer: &Answer, read: impl FnOnce(&Answer, &[&str]) -> T) -> T {
        read(answer, &[self.credentials.secret().expose_secret(), self.basic.expose_secret()])
    }
}

/// A refusal that is a rate limit whatever its status.
fn throttled(error: &Error) -> Option<Failed> {
    match error.kind {
        ErrorKind::RateLimited { .. } if error.status == Some(400) => Some(Failed::Answered(429, None)),
        _ => None,
    }
}
