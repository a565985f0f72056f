//! Faults on request: which requests they strike, and what happens then.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::RequestNote;

/// Something that goes wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which requests it strikes.
    pub on: Match,
    /// How often; [`u32::MAX`] for always.
    pub times: u32,
    /// What happens then.
    pub then: Effect,
}

/// Which requests a fault strikes. The default is every one.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Match {
    /// `GET`, or several: `POST|PATCH|DELETE`. None for every method.
    pub method: Option<String>,
    /// The path as it is sent, where `*` stands for anything, slashes too: `/api/v2/routing/rules/*`. None for every
    /// path.
    pub path: Option<String>,
    /// How many requests that match pass first.
    pub skip: u32,
}

impl Match {
    /// Requests of this method on this path, where `*` stands for anything.
    pub fn on(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self { method: Some(method.into()), path: Some(path.into()), skip: 0 }
    }

    /// Requests that write, but for those of tokens.
    pub fn writes() -> Self {
        Self::on("POST|PATCH|PUT|DELETE", "/api/*")
    }

    /// After so many of them have passed.
    #[must_use]
    pub fn skip(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    fn takes(&self, note: &RequestNote) -> bool {
        let named =
            |methods: &String| methods.split('|').any(|method| method.eq_ignore_ascii_case(&note.method));
        self.method.as_ref().is_none_or(named)
            && self.path.as_ref().is_none_or(|pattern| fits(pattern, &note.path))
    }
}

/// Whether a path is the pattern, where `*` stands for anything.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// Before or after the request has had its effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Nothing has happened.
    Before,
    /// It has happened.
    After,
}

/// What happens to a request.
#[derive(Clone)]
#[non_exhaustive]
pub enum Effect {
    /// The connection is reset; the request has no effect.
    Refuse,
    /// The request waits so long before it is handled.
    Delay(Duration),
    /// The request is never answered, until one side closes the connection.
    Hang(When),
    /// The connection is closed without an answer.
    Drop(When),
    /// 429; the request has no effect.
    TooManyRequests {
        /// What the header says.
        retry_after: RetryAfter,
    },
    /// A refusal with this status and an `ErrorBody`.
    Status {
        /// The status.
        status: u16,
        /// Whether the request has its effect all the same.
        when: When,
    },
    /// This answer, whatever the request.
    Reply {
        /// Whether the request has its effect all the same.
        when: When,
        /// The status.
        status: u16,
        /// Headers, but for those of the body's length.
        headers: Vec<(String, String)>,
        /// The body.
        body: ReplyBody,
    },
    /// The token of the request is revoked.
    RevokeToken(When),
    /// The client of the request is revoked with all its tokens, and is given no new ones.
    RevokeClient(When),
    /// A write happens and is answered; the next reads of its object, items or lists, show what was before.
    Lag {
        /// How many. A list counts as one read of every object on all its pages.
        reads: u32,
    },
    /// The analytics job that the request starts takes another course than that of the settings.
    Job(JobCourse),
    /// Something in this process, such as another client's edit or the end of a child process. It runs while the
    /// request waits and keeps its thread busy, so on a runtime of one thread it must not wait for the sandbox. Nothing
    /// comes between the call and the effect: a client that a call before it kills has still sent its request, unless
    /// [`Effect::Drop`] follows.
    Call {
        /// When.
        when: When,
        /// What.
        call: Arc<dyn Fn(&RequestNote) + Send + Sync>,
    },
    /// These, in order; the first that ends the request is the last.
    All(Vec<Effect>),
}

impl Effect {
    /// Calls `call` at that moment.
    pub fn call(when: When, call: impl Fn(&RequestNote) + Send + Sync + 'static) -> Self {
        Self::Call { when, call: Arc::new(call) }
    }

    /// Answers with this body before anything happens.
    pub fn reply(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::Reply {
            when: When::Before,
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: ReplyBody::Bytes(body.into()),
        }
    }

    /// The single effects, in order.
    pub(crate) fn flat(self) -> Vec<Self> {
        match self {
            Self::All(effects) => effects.into_iter().flat_map(Self::flat).collect(),
            effect => vec![effect],
        }
    }
}

impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refuse => f.write_str("Refuse"),
            Self::Delay(time) => f.debug_tuple("Delay").field(time).finish(),
            Self::Hang(when) => f.debug_tuple("Hang").field(when).finish(),
            Self::Drop(when) => f.debug_tuple("Drop").field(when).finish(),
            Self::TooManyRequests { retry_after } => {
                f.debug_tuple("TooManyRequests").field(retry_after).finish()
            }
            Self::Status { status, when } => f.debug_tuple("Status").field(status).field(when).finish(),
            Self::Reply { when, status, .. } => f.debug_tuple("Reply").field(status).field(when).finish(),
            Self::RevokeToken(when) => f.debug_tuple("RevokeToken").field(when).finish(),
            Self::RevokeClient(when) => f.debug_tuple("RevokeClient").field(when).finish(),
            Self::Lag { reads } => f.debug_tuple("Lag").field(reads).finish(),
            Self::Job(course) => f.debug_tuple("Job").field(course).finish(),
            Self::Call { when, .. } => f.debug_tuple("Call").field(when).finish(),
            Self::All(effects) => f.debug_tuple("All").field(effects).finish(),
        }
    }
}

/// What becomes of an analytics job (contract 1.5).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct JobCourse {
    /// How often it is seen running first; none for [`Settings::job_polls`](crate::Settings::job_polls).
    pub polls: Option<u32>,
    /// Why it fails then; none where it completes.
    pub failure: Option<String>,
}

/// What `Retry-After` says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// A moment, as an HTTP date.
    Date(SystemTime),
    /// Whatever this is. What no header can hold is left out.
    Raw(String),
    /// There is no such header.
    None,
}

/// The body of a reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReplyBody {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes, and then the connection breaks off.
    Broken(Vec<u8>),
    /// These bytes over and over, without an end. At least one.
    Endless(Vec<u8>),
}

/// The faults of an organization.
#[derive(Debug, Default)]
pub struct Faults {
    faults: Mutex<Vec<Fault>>,
}

impl Faults {
    /// One more. Every fault sees every request that it matches; of those that are due, the first added strikes.
    pub fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// Nothing goes wrong any more.
    pub fn clear(&self) {
        // The calls of faults may end with their last use of this organization, and must not do so under its lock.
        let gone = std::mem::take(&mut *self.lock());
        drop(gone);
    }

    /// The faults that have not struck as often as they should.
    pub fn pending(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// What happens to this request.
    pub(crate) fn strike(&self, note: &RequestNote) -> Vec<Effect> {
        let mut faults = self.lock();
        let mut due = None;
        for (index, fault) in faults.iter_mut().enumerate() {
            if fault.times == 0 || !fault.on.takes(note) {
                continue;
            }
            if fault.on.skip > 0 {
                fault.on.skip -= 1;
            } else if due.is_none() {
                due = Some(index);
            }
        }
        let Some(fault) = due.and_then(|index| faults.get_mut(index)) else { return Vec::new() };
        if fault.times != u32::MAX {
            fault.times -= 1;
        }
        let then = fault.then.clone();
        faults.retain(|fault| fault.times > 0);
        drop(faults);
        then.flat()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_is_anything() {
        for (pattern, path, expected) in [
            ("/a/b", "/a/b", true),
            ("/a", "/a/b", false),
            ("/a/*", "/a/b", true),
            ("/a/*", "/a/", true),
            ("/a/*", "/a", false),
            ("/a*", "/a/b/c", true),
            ("*/c", "/a/b/c", true),
            ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a/b/d", false),
            ("*b*", "/a/b/c", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }
}
