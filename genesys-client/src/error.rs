//! Why a request did not do what it was for.

use std::time::Duration;

/// A request that did not do what it was for. `Display` is one line for people: what was attempted, what happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What was attempted, in words that follow "could not": `create the rule "X"`.
    pub attempted: String,
    /// Method and path of the request, where one was sent.
    pub request: Option<String>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// The platform's code for it: `version.conflict`, …
    pub code: Option<String>,
    /// What the platform, or whoever stands before it, says of it. Untrusted: one line, cut, without control characters.
    pub message: String,
    /// The number under which the platform has noted the request.
    pub correlation_id: Option<String>,
    /// Whether the request may have been carried out nevertheless.
    pub effect: Effect,
}

/// Whether a failed request may have been carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// The platform refused it, or it never left.
    None,
    /// Nobody knows: the answer was lost or is a 5xx.
    Unknown,
}

/// What went wrong, as far as it decides what is done next.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No token, or the token is no longer taken and a new one neither: nothing can be done until a person acts.
    Authentication,
    /// 403: the client lacks a permission.
    Permission,
    /// 404.
    NotFound,
    /// 409 `version.conflict`, 412: changed by somebody else.
    VersionConflict,
    /// 409 `duplicate.name`: exists already.
    DuplicateName,
    /// 400, 422 and the other refusals: the platform does not take this.
    Refused,
    /// 429, for longer than is waited.
    RateLimited {
        /// For how long the platform asks to wait.
        wait: Duration,
    },
    /// 5xx, after the attempts that were allowed.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Connection,
    /// No connection, for the certificate is not trusted or the two sides share no way to speak TLS.
    Tls,
    /// An answer that is not what the contract says: HTML, an empty body, a page that leads elsewhere, …
    Answer,
    /// An answer longer than is read.
    TooLarge,
    /// Settings that cannot work: an address without TLS, a secret that is no header, …
    Configuration,
}

impl Error {
    /// An error that has changed nothing in the organization, and of which only this is known.
    pub(crate) fn without_effect(kind: ErrorKind, attempted: String, message: String) -> Self {
        Self {
            kind,
            attempted,
            request: None,
            status: None,
            code: None,
            message,
            correlation_id: None,
            effect: Effect::None,
        }
    }

    /// The same, met on the way to something else, of which nothing was sent.
    pub(crate) fn during(mut self, purpose: &str) -> Self {
        purpose.clone_into(&mut self.attempted);
        self
    }
}
