//! How much of a request is read, and for how long. Requests come from outside.

use std::time::Duration;

/// The longest body, in bytes.
pub(super) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// How much of a body that is too long is read and thrown away, so that its sender gets to the answer, in bytes.
pub(super) const MAX_DRAINED_BYTES: usize = 16 * MAX_BODY_BYTES;

/// The longest answer to an evaluation, in bytes.
pub(super) const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// The most interactions that are evaluated by one request.
pub(super) const MAX_INTERACTIONS: usize = 1_000;

/// The most skills that one request requires.
pub(super) const MAX_SKILLS: usize = 1_000;

/// The most connections at the same time. Each may hold a body.
pub(super) const MAX_CONNECTIONS: usize = 128;

/// The longest head of a request, in bytes.
pub(super) const MAX_HEAD_BYTES: usize = 16 * 1024;

/// The most headers of a request.
pub(super) const MAX_HEADERS: usize = 64;

/// For how long a head may take to arrive, the pause before it included.
pub(super) const HEAD_TIME: Duration = Duration::from_secs(10);

/// For how long a body may take to arrive.
pub(super) const BODY_TIME: Duration = Duration::from_secs(10);

/// For how long a connection may take to be read by the other side, beyond what its request is worked on.
pub(super) const ANSWER_TIME: Duration = Duration::from_secs(30);

/// For how long requests under way are waited for at the end.
pub(super) const DRAIN_TIME: Duration = Duration::from_secs(5);

/// After how many seconds somebody who was refused may try again.
pub(super) const RETRY_AFTER: u32 = 1;
