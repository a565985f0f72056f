//! Tells others of verified deployments: one event a rule, through an outbox on disk, at least once (contract 1.3).

mod delivery;
mod event;
mod outbox;

pub use delivery::{Budget, DELIVERY_ID, Delivered, KEY_HEADER, TIMEOUT, Webhook, Which, deliver};
pub use event::{About, Event, estimated_match_rate, events};
pub use outbox::{Batch, MAX_ATTEMPTS, MAX_BATCH_BYTES, Outbox, Pending, Standing, Tray};
