//! The page: one file with everything in it, made from three.

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::answer::answer;

const HTML: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The page, and what it may do.
pub(super) struct Page {
    bytes: Bytes,
    policy: HeaderValue,
}

impl Page {
    /// Puts the page together. Only this style and this script may run in it, and ask nobody but us.
    pub(super) fn new() -> Self {
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
            hash(STYLE),
            hash(SCRIPT)
        );
        let page = HTML.replace("/* style */", STYLE).replace("/* script */", SCRIPT);
        // Base64 is fit for a header.
        let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        Self { bytes: page.into(), policy }
    }

    pub(super) fn answer(&self) -> Response<Body> {
        let mut answer = answer(StatusCode::OK, "text/html; charset=utf-8", self.bytes.clone());
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        answer
    }
}
