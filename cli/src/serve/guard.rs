//! Who may ask: on this machine whoever is not a stranger's page, beyond it whoever has the token.

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Uri};
use sha2::{Digest, Sha256};

use super::answer::Problem;

/// The shortest token, in bytes: a shorter one is guessed.
const MIN_TOKEN_BYTES: usize = 16;

/// The token that requests must bring. Only its hash is kept.
pub(crate) struct Token([u8; 32]);

impl Token {
    /// This token; nothing where it is too short, or could not be sent in a header.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let fits = text.len() >= MIN_TOKEN_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(Sha256::digest(text).into()))
    }

    /// Whether a request brings it. What differs does not show in the time that this takes: hashes are compared, whole.
    fn is_brought(&self, headers: &HeaderMap) -> bool {
        let mut brought = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (brought.next(), brought.next()) else { return false };
        let Some((scheme, token)) = value.to_str().ok().and_then(|value| value.split_once(' ')) else {
            return false;
        };
        let hash: [u8; 32] = Sha256::digest(token.trim()).into();
        let differing = hash.iter().zip(&self.0).fold(0, |all, (left, right)| all | (left ^ right));
        scheme.eq_ignore_ascii_case("bearer") && std::hint::black_box(differing) == 0
    }
}

/// Refuses whoever must not ask for this path. `is_local`: the service listens on this machine alone.
///
/// # Errors
///
/// Why it is refused.
pub(super) fn admit(
    parts: &Parts,
    is_open: bool,
    is_local: bool,
    token: Option<&Token>,
) -> Result<(), Problem> {
    let host = host(parts)?;
    // A stranger's name that was made to mean this machine: its page would be read as one of ours.
    if is_local && !is_this_machine(&host) {
        return Err(Problem::new(421, "this service answers to `localhost`, `127.0.0.1` and `[::1]` only"));
    }
    let is_foreign = |origin: &str| match origin.parse::<Uri>() {
        Ok(uri) => uri.authority() != Some(&host),
        Err(_) => true,
    };
    let mut origins = parts.headers.get_all(ORIGIN).iter();
    if origins.any(|origin| origin.to_str().map_or(true, is_foreign)) {
        return Err(Problem::new(403, "pages of other sites may not ask"));
    }
    let site = parts.headers.get(HeaderName::from_static("sec-fetch-site"));
    // Following a link to the page is no asking.
    if parts.uri.path() != "/" && site.is_some_and(|site| site == "cross-site" || site == "same-site") {
        return Err(Problem::new(403, "pages of other sites may not ask"));
    }
    match token {
        Some(token) if !is_open && !token.is_brought(&parts.headers) => Err(Problem::unauthorized()),
        _ => Ok(()),
    }
}

/// Whether a body is said to be JSON. Browsers send nothing of that type to another site without asking first.
///
/// # Errors
///
/// Where it is not.
pub(super) fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = value.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(415, "the body must be JSON").help("send it with `Content-Type: application/json`"))
}

/// The one host that a request is for.
fn host(parts: &Parts) -> Result<Authority, Problem> {
    let wrong = || Problem::new(400, "the request names no host, or several");
    let mut named = parts.headers.get_all(HOST).iter();
    let (Some(host), None) = (named.next(), named.next()) else { return Err(wrong()) };
    let host: Authority = host.to_str().ok().and_then(|host| host.parse().ok()).ok_or_else(wrong)?;
    match parts.uri.authority() {
        Some(other) if *other != host => Err(wrong()),
        _ if host.as_str().contains('@') => Err(wrong()),
        _ => Ok(host),
    }
}

fn is_this_machine(host: &Authority) -> bool {
    let name = host.host().trim_end_matches('.');
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn admitted(headers: &[(&str, &str)], token: Option<&Token>) -> Result<(), u16> {
        let request = headers
            .iter()
            .fold(Request::post("/evaluate"), |request, (name, value)| request.header(*name, *value));
        let (parts, ()) = request.body(()).unwrap().into_parts();
        admit(&parts, false, true, token).map_err(|problem| problem.answer().status().as_u16())
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["localhost:8000", "127.0.0.1:1", "[::1]:8000", "LOCALHOST", "localhost."] {
            assert_eq!(admitted(&[("host", host)], None), Ok(()), "{host}");
        }
        for host in
            ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "127.0.0.2", "0.0.0.0"]
        {
            assert_eq!(admitted(&[("host", host)], None), Err(421), "{host}");
        }
        for hosts in [
            &[][..],
            &[("host", "localhost"), ("host", "localhost")],
            &[("host", "a@localhost")],
            &[("host", "a b")],
        ] {
            assert_eq!(admitted(hosts, None), Err(400), "{hosts:?}");
        }
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        let own = ("host", "localhost:8000");
        assert_eq!(admitted(&[own, ("origin", "http://localhost:8000")], None), Ok(()));
        for origin in ["http://evil.example", "http://localhost:9000", "null"] {
            assert_eq!(admitted(&[own, ("origin", origin)], None), Err(403), "{origin}");
        }
        assert_eq!(admitted(&[own, ("sec-fetch-site", "cross-site")], None), Err(403));
        assert_eq!(admitted(&[own, ("sec-fetch-site", "same-origin")], None), Ok(()));
    }

    #[test]
    fn the_token_is_brought_once_and_whole() {
        let token = Token::new("0123456789abcdef").unwrap();
        let own = ("host", "localhost");
        let right = ("authorization", "Bearer 0123456789abcdef");
        assert_eq!(admitted(&[own, right], Some(&token)), Ok(()));
        assert_eq!(admitted(&[own, right, right], Some(&token)), Err(401));
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdef0",
            "Basic 0123456789abcdef",
            "0123456789abcdef",
        ] {
            assert_eq!(admitted(&[own, ("authorization", value)], Some(&token)), Err(401), "{value:?}");
        }
        assert!(Token::new("short").is_none() && Token::new("0123456789 abcdef").is_none());
    }
}
