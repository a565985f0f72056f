//! Delivers what waits in the outbox: what is due, a few at a time, for so long and no longer.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::SecretString;
use tokio::task::JoinSet;

use super::event::Event;
use super::outbox::{Outbox, Refused, Standing};
use crate::lines::FileError;
use crate::{Clock, Endpoint};

/// How long an answer may take (contract 1.3).
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// The header with the key (contract 1.3).
pub const KEY_HEADER: &str = "x-api-key";
/// The header with the delivery's id, the same however often it is delivered.
pub const DELIVERY_ID: &str = "x-delivery-id";

/// Who is told.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Where.
    pub endpoint: Endpoint,
    /// The key, where there is one.
    pub key: Option<SecretString>,
    /// Whether 200 and 202 alone are success.
    pub strict: bool,
}

/// How much is tried in one run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// No attempt begins later than this.
    pub total: Duration,
    /// How many are under way at once.
    pub in_flight: usize,
    /// After so many failures in a row nothing more is tried: the other side is down.
    pub failures: usize,
}

/// Half a minute, four at once, three failures.
impl Default for Budget {
    fn default() -> Self {
        Self { total: Duration::from_secs(30), in_flight: 4, failures: 3 }
    }
}

/// Which events are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// All that were not taken, those that were given up too.
    All,
}

/// What became of a run.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Delivered {
    /// How many events were taken.
    pub delivered: usize,
    /// How many were sent and not taken.
    pub refused: usize,
    /// How many wait for a later attempt, those that were refused among them.
    pub waiting: usize,
    /// How many were given up.
    pub failed: usize,
    /// Why the last was not taken.
    pub reason: Option<String>,
    /// Why files of the outbox could not be read or written.
    pub trouble: Vec<String>,
}

/// Sends what waits, each event once. Nothing here fails: what is not delivered waits.
pub async fn deliver(
    webhook: &Webhook,
    outbox: &Outbox,
    clock: &Arc<dyn Clock>,
    which: Which,
    budget: Budget,
) -> Delivered {
    let mut done = Delivered::default();
    let (mut standings, unread) = match outbox.standings() {
        Ok(found) => found,
        Err(error) => {
            done.trouble.push(error.to_string());
            return done;
        }
    };
    done.trouble.extend(unread.iter().map(ToString::to_string));
    let begun = clock.now();
    let mut queue = standings
        .iter()
        .enumerate()
        .flat_map(|(place, standing)| standing.pending.iter().map(move |one| (place, one)))
        .filter(|(_, one)| which == Which::All || one.is_due(begun))
        .map(|(place, one)| (place, one.event.clone()))
        .collect::<Vec<_>>()
        .into_iter();
    let (mut under_way, mut failures) = (JoinSet::new(), 0);
    loop {
        let is_time = clock.now().duration_since(begun).unwrap_or_default() < budget.total;
        while under_way.len() < budget.in_flight.max(1) && is_time && failures < budget.failures {
            let Some((place, event)) = queue.next() else { break };
            let (webhook, clock) = (webhook.clone(), Arc::clone(clock));
            under_way.spawn(async move {
                let result = send(&webhook, &event, clock.now(), clock.chance()).await;
                (place, event.id, result)
            });
        }
        let Some(joined) = under_way.join_next().await else { break };
        let Ok((place, id, result)) = joined else { continue };
        match &result {
            Ok(()) => (done.delivered, failures) = (done.delivered + 1, 0),
            Err(refused) => {
                (done.refused, failures) = (done.refused + 1, failures + 1);
                done.reason = Some(refused.reason.clone());
            }
        }
        if let Some(standing) = standings.get_mut(place)
            && let Err(error) = note(standing, id, result, clock.now())
        {
            // Without a note it is sent again, under its id: later, and not now.
            done.trouble.push(error.to_string());
            break;
        }
    }
    (done.waiting, done.failed) = standings
        .iter()
        .fold((0, 0), |(waiting, failed), one| (waiting + one.waiting(), failed + one.failed()));
    done
}

fn note(
    standing: &mut Standing,
    id: String,
    result: Result<(), Refused>,
    now: SystemTime,
) -> Result<(), FileError> {
    standing.note(&[(id, result)], now)
}

/// Sends an event once.
async fn send(webhook: &Webhook, event: &Event, now: SystemTime, chance: f64) -> Result<(), Refused> {
    let key = webhook.key.as_ref().map(|key| (KEY_HEADER, key));
    let posted = webhook.endpoint.post(&[(DELIVERY_ID, &event.id)], key, &event.body, now).await;
    match posted {
        Ok(posted) if posted.is_taken(webhook.strict) => Ok(()),
        Ok(posted) => {
            let reason = format!("`{}` answered with status {}", webhook.endpoint.host(), posted.status);
            Err(Refused { reason, asked: posted.retry_after, chance })
        }
        Err(reason) => Err(Refused { reason, asked: None, chance }),
    }
}
