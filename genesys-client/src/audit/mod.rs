//! Who deployed what, from which bundle, with which result; how long it took; and what the organization's own log says.

mod chain;
mod evaluation;
mod key;
mod kind;
mod log;
mod metrics;
mod record;
mod recorder;
mod remote;
mod summary;
mod ulid;

pub use chain::{Finding, Verification};
pub use evaluation::{EvaluationRecord, Timings, WebhookSync, evaluation_id};
pub use key::{AuditKey, KeyError};
pub use log::{AuditLog, MAX_AUDIT_BYTES, Sealed, Unfit};
pub use metrics::{MAX_METRICS_BYTES, Measured, Metrics, Tally};
pub use record::{AuditRecord, AuditVerb, AuditedOutcome, Changes, What};
pub use recorder::{Count, Recorder, Sample};
pub use remote::{REMOTE_EVENTS, RemoteQuery, remote};
pub use summary::{Figures, Part, Summary, summary};
