//! An address outside the organization that something is posted to: a webhook, a workforce management system.

use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Url, redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::transport::{self, install_tls};
use crate::{organization, retry_after};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// An address that is posted to. What is shown of it is the host alone: people put secrets into paths and queries.
#[derive(Clone)]
pub struct Endpoint {
    url: Url,
    http: reqwest::Client,
}

/// What an endpoint answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posted {
    /// The status.
    pub status: u16,
    /// How long it asks to wait before the next attempt.
    pub retry_after: Option<Duration>,
}

impl Posted {
    /// Whether it took what was posted: any 2xx, or where it is asked strictly 200 and 202 alone (contract 1.6).
    pub fn is_taken(self, strict: bool) -> bool {
        if strict { matches!(self.status, 200 | 202) } else { (200..300).contains(&self.status) }
    }
}

impl Endpoint {
    /// An address, `https` or on this machine, with the time that an answer may take.
    ///
    /// # Errors
    /// What is wrong with it, in words that do not repeat it.
    pub fn new(text: &str, timeout: Duration) -> Result<Self, String> {
        let url = parse(text)?;
        let is_loopback = organization::is_loopback(&url);
        install_tls();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("rulec/", env!("CARGO_PKG_VERSION")))
            .timeout(timeout)
            .connect_timeout(CONNECT.min(timeout))
            // A key is sent to whom it is for, and nobody else.
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false);
        if is_loopback {
            builder = builder.no_proxy();
        }
        builder = if url.scheme() == "http" { builder.tls_certs_only([]) } else { builder.https_only(true) };
        let http = builder.build().map_err(|_| "the HTTP client cannot be set up".to_owned())?;
        Ok(Self { url, http })
    }

    /// Whether a text is an address that can be posted to.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn check(text: &str) -> Result<(), String> {
        parse(text).map(|_| ())
    }

    /// The host, with the port where it is not the usual one.
    pub fn host(&self) -> String {
        organization::authority(&self.url)
    }

    /// Posts JSON once. Of the answer nothing but its status counts.
    ///
    /// # Errors
    /// Why no answer came, or why the secret is no header; neither repeats a secret.
    pub async fn post(
        &self,
        headers: &[(&'static str, &str)],
        secret: Option<(&'static str, &SecretString)>,
        body: &Value,
        now: SystemTime,
    ) -> Result<Posted, String> {
        let json = HeaderValue::from_static("application/json");
        let mut request = self.http.post(self.url.clone()).header(CONTENT_TYPE, json).body(body.to_string());
        for (name, value) in headers {
            request = request.header(HeaderName::from_static(name), *value);
        }
        if let Some((name, secret)) = secret {
            let value = transport::sensitive(secret.expose_secret())
                .ok_or_else(|| "what is sent to prove who posts is no text of a header".to_owned())?;
            request = request.header(HeaderName::from_static(name), value);
        }
        let response =
            request.send().await.map_err(|error| transport::failure(&error, &self.host()).message)?;
        let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Ok(Posted {
            status: response.status().as_u16(),
            retry_after: asked.and_then(|value| retry_after::parse(value, now)),
        })
    }
}

/// Reads an address.
fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|error| format!("it is no address: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or a password; secrets come from variables".to_owned());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if organization::is_loopback(&url) => Ok(url),
        "http" => Err("without TLS (`http://`) only this machine is reached".to_owned()),
        _ => Err("it begins with neither `https://` nor `http://`".to_owned()),
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_safe_or_refused_without_being_repeated() {
        let new = |text: &str| Endpoint::new(text, Duration::from_secs(1));
        for (text, says) in [
            ("hunter2", "no address"),
            ("http://example.com/hunter2", "without TLS"),
            ("ftp://127.0.0.1/hunter2", "neither"),
            ("https://user:hunter2@example.com", "a password"),
        ] {
            let error = new(text).unwrap_err();
            assert!(error.contains(says) && !error.contains("hunter2"), "{error}");
        }
        assert_eq!(format!("{:?}", new("http://127.0.0.1:1/hunter2").unwrap()), "Endpoint(127.0.0.1:1)");
        assert_eq!(new("https://example.com/hunter2?key=3").unwrap().host(), "example.com");
    }

    #[test]
    fn strictly_200_and_202_alone_are_success() {
        let taken = |status, strict| Posted { status, retry_after: None }.is_taken(strict);
        let all = [199, 200, 201, 202, 204, 299, 300, 500];
        assert_eq!(
            all.map(|status| taken(status, false)),
            [false, true, true, true, true, true, false, false]
        );
        assert_eq!(
            all.map(|status| taken(status, true)),
            [false, true, false, true, false, false, false, false]
        );
    }
}
