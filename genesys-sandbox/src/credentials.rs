//! The clients' credentials as requests carry them: in the form body or as HTTP Basic (contract 0, "Token").

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An id and a secret that somebody claims.
pub(crate) struct Claimed {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// What `Authorization: Basic` says.
pub(crate) fn basic(headers: &HeaderMap) -> Option<Claimed> {
    let text = after_scheme(headers, "basic")?;
    let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Claimed { id: id.to_owned(), secret: secret.to_owned() })
}

/// What `Authorization: Bearer` says.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    after_scheme(headers, "bearer")
}

fn after_scheme<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (found, rest) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
