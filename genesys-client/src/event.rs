//! What happens on the wire, for whoever wants to tell people.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Something that happened on the wire. No event holds a secret, a header or a body.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum TransportEvent {
    /// An answer came.
    Answered {
        /// `GET`, …
        method: &'static str,
        /// Path and query.
        path: String,
        /// Its status.
        status: u16,
        /// How long it took.
        elapsed: Duration,
        /// The number under which the platform has noted the request.
        correlation_id: Option<String>,
    },
    /// No answer came.
    Unanswered {
        /// `GET`, …
        method: &'static str,
        /// Path and query.
        path: String,
        /// How long it took.
        elapsed: Duration,
        /// Why, in words.
        reason: String,
    },
    /// Nothing is sent for a while.
    Waiting {
        /// How long.
        duration: Duration,
        /// Why.
        reason: WaitReason,
    },
    /// A token is asked for.
    TokenRequested,
}

/// Why nothing is sent for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum WaitReason {
    /// The platform was asked too much (429), and everybody waits.
    RateLimited,
    /// As much was asked as is allowed, and everybody waits for the next window.
    AllowanceUsed,
    /// A request failed and is sent again.
    Again {
        /// The status of the answer, if one came.
        status: Option<u16>,
        /// Which attempt comes next, from 2.
        attempt: u32,
    },
}

/// As a line of text says it after "waiting 12 s: ".
impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RateLimited => f.write_str("the organization's rate limit"),
            Self::AllowanceUsed => f.write_str("as many requests were sent as the organization allows"),
            Self::Again { status: Some(status), attempt } => {
                write!(f, "status {status}, attempt {attempt} follows")
            }
            Self::Again { status: None, attempt } => write!(f, "no answer, attempt {attempt} follows"),
        }
    }
}

/// Whoever is told what happens on the wire.
pub type OnEvent = Arc<dyn Fn(&TransportEvent) + Send + Sync>;

/// Whom to tell, if anybody.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<OnEvent>);

impl Listener {
    pub(crate) fn new(tell: OnEvent) -> Self {
        Self(Some(tell))
    }

    /// Tells what happened. Nothing is made where nobody listens.
    pub(crate) fn tell(&self, event: impl FnOnce() -> TransportEvent) {
        if let Some(tell) = &self.0 {
            tell(&event());
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Listener(..)" } else { "Listener(nobody)" })
    }
}
