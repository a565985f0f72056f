//! Tokens: given for client credentials, held for a time, revoked at will (contract 0, "Token"; 1.4).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use genesys_model::{TokenGrant, TokenRefusal};

use crate::credentials::Claimed;
use crate::ids::Ids;
use crate::rate::{RateNote, Window};
use crate::{ClientCredentials, RateLimit, Refusal};

/// How long an expired token is remembered, so that it is answered as expired rather than unknown.
const REMEMBERED: Duration = Duration::from_secs(60 * 60);

/// The clients and their tokens.
pub(crate) struct Tokens {
    inner: Mutex<Inner>,
    lifetime: Duration,
    rate: Option<RateLimit>,
}

struct Inner {
    clients: Vec<Client>,
    tokens: HashMap<String, Token>,
    ids: Ids,
}

struct Client {
    secret: String,
    revoked: bool,
    caller: Caller,
}

/// The client behind a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) id: Arc<str>,
    permissions: Arc<[String]>,
}

impl Caller {
    /// # Errors
    /// 403 where the client lacks the permission.
    pub(crate) fn needs(&self, permission: &str) -> Result<(), Refusal> {
        if self.permissions.iter().any(|held| held == permission) {
            return Ok(());
        }
        Err(Refusal::missing_permission(permission))
    }
}

struct Token {
    caller: Caller,
    /// None for a lifetime beyond all clocks.
    expires: Option<SystemTime>,
    revoked: bool,
    window: Window,
}

impl Token {
    /// For how long it has been expired; none where it still holds.
    fn expired_for(&self, now: SystemTime) -> Option<Duration> {
        now.duration_since(self.expires?).ok()
    }
}

impl Tokens {
    pub(crate) fn new(clients: &[ClientCredentials], lifetime: Duration, rate: Option<RateLimit>) -> Self {
        let clients = clients
            .iter()
            .map(|client| Client {
                secret: client.secret.clone(),
                revoked: false,
                caller: Caller {
                    id: client.id.as_str().into(),
                    permissions: client.permissions.clone().into(),
                },
            })
            .collect();
        let inner = Inner { clients, tokens: HashMap::new(), ids: Ids::new(None) };
        Self { inner: Mutex::new(inner), lifetime, rate }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new token.
    ///
    /// # Errors
    /// `invalid_client` for credentials that nobody has, `invalid_grant` for those that were revoked (S3 183).
    pub(crate) fn grant(&self, claimed: &Claimed, now: SystemTime) -> Result<TokenGrant, TokenRefusal> {
        let mut inner = self.lock();
        let Inner { clients, tokens, ids } = &mut *inner;
        let client = clients
            .iter()
            .find(|client| *client.caller.id == *claimed.id && client.secret == claimed.secret)
            .ok_or_else(|| token_refusal("invalid_client", "the client credentials are invalid"))?;
        if client.revoked {
            return Err(token_refusal("invalid_grant", "the client was revoked"));
        }
        tokens.retain(|_, token| token.expired_for(now).is_none_or(|gone| gone < REMEMBERED));
        let token = ids.token();
        tokens.insert(
            token.clone(),
            Token {
                caller: client.caller.clone(),
                expires: now.checked_add(self.lifetime),
                revoked: false,
                window: Window::new(now),
            },
        );
        Ok(TokenGrant {
            access_token: token,
            token_type: "bearer".to_owned(),
            expires_in: self.lifetime.as_secs(),
        })
    }

    /// Lets a request in and counts it.
    ///
    /// # Errors
    /// 401 without a token that holds, 429 where it was one request too many.
    pub(crate) fn admit(&self, token: Option<&str>, now: SystemTime) -> Result<Caller, Refusal> {
        let Some(token) = token else {
            return Err(Refusal::unauthorized("authentication.required", "no bearer token was given"));
        };
        let mut inner = self.lock();
        let token = inner
            .tokens
            .get_mut(token)
            .filter(|token| !token.revoked)
            .ok_or_else(|| Refusal::unauthorized("bad.credentials", "the token is invalid"))?;
        if token.expired_for(now).is_some() {
            return Err(Refusal::unauthorized("credentials.expired", "the token has expired"));
        }
        if let Some(limit) = self.rate {
            token.window.count(limit, now)?;
        }
        Ok(token.caller.clone())
    }

    /// Whose token it is, whether it holds or not.
    pub(crate) fn owner(&self, token: Option<&str>) -> Option<Arc<str>> {
        Some(Arc::clone(&self.lock().tokens.get(token?)?.caller.id))
    }

    /// What the headers say of a token, or of none.
    pub(crate) fn rate(&self, token: Option<&str>, now: SystemTime) -> Option<RateNote> {
        let limit = self.rate?;
        let window = token.and_then(|token| self.lock().tokens.get(token).map(|token| token.window));
        Some(window.unwrap_or_else(|| Window::new(now)).note(limit, now))
    }

    /// Revokes one token.
    pub(crate) fn revoke(&self, token: &str) {
        if let Some(token) = self.lock().tokens.get_mut(token) {
            token.revoked = true;
        }
    }

    /// Revokes every token.
    pub(crate) fn revoke_all(&self) {
        self.lock().tokens.values_mut().for_each(|token| token.revoked = true);
    }

    /// Revokes a client with its tokens, or lets it in again; its old tokens stay revoked.
    pub(crate) fn set_revoked(&self, id: &str, revoked: bool) {
        let mut inner = self.lock();
        inner.clients.iter_mut().filter(|client| *client.caller.id == *id).for_each(|client| {
            client.revoked = revoked;
        });
        if revoked {
            let tokens = inner.tokens.values_mut();
            tokens.filter(|token| *token.caller.id == *id).for_each(|token| token.revoked = true);
        }
    }
}

pub(crate) fn token_refusal(error: &str, description: &str) -> TokenRefusal {
    TokenRefusal {
        error: error.to_owned(),
        description: Some(description.to_owned()),
        error_description: Some(description.to_owned()),
    }
}
