//! One request over the wire, and its answer as plain data.

use std::error::Error as StdError;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH};
use reqwest::{Url, redirect, retry};

use crate::{Address, ClientSettings, Error, ErrorKind};

/// A request as it is sent.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: reqwest::Method,
    pub(crate) url: Url,
    /// Marked as sensitive, so that it is not shown.
    pub(crate) authorization: HeaderValue,
    pub(crate) if_match: Option<u64>,
    /// The type and the bytes.
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Result<Vec<u8>, Unread>,
}

impl Answer {
    /// A header's text, where it is text.
    pub(crate) fn header(&self, name: impl AsRef<str>) -> Option<&str> {
        self.headers.get(name.as_ref())?.to_str().ok()
    }
}

/// Why a body was not read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Unread {
    /// It is longer than this many bytes.
    TooLong(usize),
    /// The connection broke.
    Broken(String),
    /// It did not end in time.
    Slow,
}

/// Why nothing came back.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Failure {
    /// Timeout, connection or TLS.
    pub(crate) kind: ErrorKind,
    /// Whether anything may have reached the other side.
    pub(crate) sent: bool,
    pub(crate) message: String,
}

/// Sends one request at a time, once. Clones share their connections.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    max_body: usize,
}

impl Transport {
    /// # Errors
    /// [`ErrorKind::Configuration`] where there are no certificates to trust, or the program's name is no header.
    pub(crate) fn new(address: &Address, settings: ClientSettings) -> Result<Self, Error> {
        install_tls();
        let mut builder = reqwest::Client::builder()
            .user_agent(settings.user_agent)
            .timeout(settings.request_timeout)
            .connect_timeout(settings.connect_timeout)
            // A token is sent to whom it is for, and nobody else; and every repetition is decided in `retry`.
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false);
        if address.is_loopback() {
            builder = builder.no_proxy();
        }
        if address.base_url().scheme() == "http" {
            // Machines without any certificates reach their own sandbox too.
            builder = builder.tls_certs_only([]);
        } else {
            builder = builder.https_only(true);
        }
        let http = builder.build().map_err(|error| {
            let message = format!("the HTTP client cannot be set up: {}", root_cause(&error));
            Error::without_effect(ErrorKind::Configuration, "reach the organization".to_owned(), message)
        })?;
        Ok(Self { http, max_body: settings.max_body })
    }

    /// Sends it once and reads the answer, whatever its status.
    pub(crate) async fn exchange(&self, call: Call) -> Result<Answer, Failure> {
        let host = crate::organization::authority(&call.url);
        let mut request = self
            .http
            .request(call.method, call.url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(AUTHORIZATION, call.authorization);
        if let Some(version) = call.if_match {
            request = request.header(IF_MATCH, version);
        }
        if let Some((kind, bytes)) = call.body {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static(kind)).body(bytes);
        }
        let response = request.send().await.map_err(|error| failure(&error, &host))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: self.body(response).await })
    }

    /// Reads piece by piece, so that no more than the limit is ever held.
    async fn body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, Unread> {
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if chunk.len() > self.max_body - bytes.len() => {
                    return Err(Unread::TooLong(self.max_body));
                }
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => return Ok(bytes),
                Err(error) if error.is_timeout() => return Err(Unread::Slow),
                Err(error) => return Err(Unread::Broken(root_cause(&error))),
            }
        }
    }
}

/// Gives TLS its cryptography, once.
pub(crate) fn install_tls() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another one that was installed in between will do as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

/// What an error of the client means, for this host.
pub(crate) fn failure(error: &reqwest::Error, host: &str) -> Failure {
    let sent = !error.is_connect() && !error.is_builder();
    let cause = root_cause(error);
    if let Some(reason) = tls_cause(error) {
        return Failure { kind: ErrorKind::Tls, sent, message: format!("`{host}`: {reason}") };
    }
    let (kind, message) = match (error.is_timeout(), sent) {
        (true, true) => (ErrorKind::Timeout, format!("`{host}` did not answer")),
        (true, false) => (ErrorKind::Timeout, format!("`{host}` does not accept a connection")),
        (false, true) => (ErrorKind::Connection, format!("the connection to `{host}` broke: {cause}")),
        (false, false) => (ErrorKind::Connection, format!("no connection to `{host}`: {cause}")),
    };
    Failure { kind, sent, message }
}

type Cause<'a> = &'a (dyn StdError + 'static);

fn causes<'a>(error: Cause<'a>) -> impl Iterator<Item = Cause<'a>> {
    std::iter::successors(Some(error), |error: &Cause<'a>| (*error).source())
}

/// The innermost error, which says most; without the URL that the outer ones hold.
fn root_cause(error: Cause<'_>) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    // The operating system adds its number: people need the words alone.
    let text = text.split(" (os error").next().unwrap_or_default();
    crate::text::clean(text, &[]).to_lowercase()
}

/// What TLS says, where it failed. Its errors come wrapped in those of input and output, which do not count what they
/// wrap among their causes.
fn tls_cause(error: Cause<'_>) -> Option<String> {
    causes(error).find_map(|cause| {
        let mut unwrapped = std::iter::successors(Some(cause), |cause| {
            let inner = cause.downcast_ref::<std::io::Error>()?.get_ref()?;
            Some(inner as Cause<'_>)
        });
        let text = unwrapped.find_map(|cause| cause.downcast_ref::<rustls::Error>())?.to_string();
        Some(crate::text::clean(&text, &[]))
    })
}

/// A header that carries a secret.
pub(crate) fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The header with the number under which the platform has noted a request.
pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("inin-correlation-id");
