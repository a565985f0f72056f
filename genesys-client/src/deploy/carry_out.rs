//! One write: announced in the journal, sent, and settled whatever becomes of the answer.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Map, Value};

use super::Event;
use super::look::{Compare, Look, Seen};
use super::record::Record;
use super::transaction::{Cause, Slot, Transaction};
use super::way::Way;
use crate::plan::{FieldDifference, differences, read, read_part};
use crate::resource::{Goal, Kind, Live, Reference};
use crate::{Effect, Error, ErrorKind};

/// How often a write is sent at most, where its answer was lost.
const ATTEMPTS: u32 = 5;

/// How often a write is sent again at most, where others changed something else of the same object meanwhile. None of
/// those was carried out.
const CLASHES: u32 = 20;

/// A step that the journal says is about to be sent.
struct Announced {
    index: usize,
    change: usize,
    write: Write,
    slot: Slot,
}

/// A write under way.
pub(super) struct Write {
    pub(super) kind: Kind,
    pub(super) way: Way,
    /// Whether it takes something back.
    pub(super) undo: bool,
    /// Whether it may have been carried out.
    maybe_sent: bool,
    /// Whether a new object of ours goes that somebody else has changed; else theirs stays.
    sweeps: bool,
    /// What somebody else had changed of a new object of ours that is taken back: it goes too.
    swept: Option<Vec<FieldDifference>>,
    /// What the platform made of what was written, where that is something else.
    altered: Option<Vec<FieldDifference>>,
}

impl Write {
    pub(super) fn new(kind: Kind, way: Way, undo: bool, maybe_sent: bool) -> Self {
        Self { kind, way, undo, maybe_sent, sweeps: true, swept: None, altered: None }
    }

    /// What counts when its object is looked at: once a deployment is taken back, others may have changed the rest.
    pub(super) fn compare(&self) -> Compare {
        if self.undo { Compare::Changed } else { Compare::Everything }
    }

    /// Whether a write can be sent without a look: it is carried out once at most, and overwrites nothing unseen.
    fn is_guarded(&self, slot: &Slot) -> bool {
        let capabilities = self.kind.driver().capabilities();
        match self.way {
            // Within a queue the platform itself refuses a second object of a name; elsewhere another division may
            // have one that the plan did not see.
            Way::Make(ref goal) if !capabilities.part => goal.key.queue.is_some() && !self.maybe_sent,
            Way::Make(_) => slot.version.is_some(),
            Way::Change(..) | Way::Remove(_) => {
                capabilities.versions && slot.id.is_some() && slot.version.is_some()
            }
        }
    }

    /// Notes that something of somebody else's goes with our own object.
    pub(super) fn sweep(&mut self) {
        self.swept.get_or_insert_default();
    }

    fn unverified(&self, differences: Vec<FieldDifference>) -> Cause {
        let key = self.way.to().map_or_else(|| self.way.key().clone(), |to| to.key.clone());
        Cause::Unverified { kind: self.kind, key, differences }
    }
}

impl Transaction<'_> {
    /// Carries out a step, or takes it back.
    pub(super) async fn carry_out(&mut self, index: usize, undo: bool) -> Result<(), Cause> {
        let Some(mut announced) = self.announce(index, undo)? else { return Ok(()) };
        let settled = self.settle(&mut announced.write, announced.slot.clone()).await;
        self.conclude(announced, settled)
    }

    /// Carries out steps of which none needs another, side by side. Where one fails, the others are still settled.
    pub(super) async fn carry_out_all(&mut self, batch: &[usize]) -> Result<(), Cause> {
        let mut announced = Vec::with_capacity(batch.len());
        for &index in batch {
            announced.extend(self.announce(index, false)?);
        }
        let this = &*self;
        let writes = announced.into_iter().map(|mut one| async move {
            let settled = this.settle(&mut one.write, one.slot.clone()).await;
            (one, settled)
        });
        let settled = join_all(writes).await;
        let mut result = Ok(());
        for (one, settled) in settled {
            let concluded = self.conclude(one, settled);
            // A dead token or journal counts more than what else failed: nothing can be undone then.
            if let Err(cause) = concluded
                && (result.is_ok() || cause.stops_everything())
            {
                result = Err(cause);
            }
        }
        result
    }

    /// Writes into the journal that a step is about to be sent.
    fn announce(&mut self, index: usize, undo: bool) -> Result<Option<Announced>, Cause> {
        let Some((step, kind, way)) = self.step(index) else { return Ok(None) };
        let way = if undo { way.back() } else { way };
        (self.control.watch)(&Event::Write {
            number: index + 1,
            writes: self.begin.steps.len(),
            action: step.action,
            undo,
            kind,
            key: way.key(),
        });
        let progress = self.progress.get(index).cloned().unwrap_or_default();
        // Of a step that was announced before a crash nobody knows whether it was sent.
        let maybe_sent = if undo { progress.undo_sent } else { progress.sent };
        if !maybe_sent {
            self.note(Record::Intent { step: index, undo })?;
        }
        let mut write = Write::new(kind, way, undo, maybe_sent);
        // A part is written as a whole: what somebody else wrote is all theirs. It ends with a queue that is ours.
        if kind.driver().capabilities().part {
            write.sweeps = write.way.key().queue.as_ref().is_some_and(|queue| self.has_made(queue));
        }
        Ok(Some(Announced { index, change: step.change, write, slot: self.slot(step.change) }))
    }

    /// Whether this deployment has made the queue.
    fn has_made(&self, queue: &Reference) -> bool {
        let mut made =
            self.begin.changes.iter().zip(&self.slots).filter(|(change, _)| change.before.is_none());
        made.any(|(change, slot)| change.kind == Kind::Queue && slot.id == queue.id && slot.id.is_some())
    }

    /// Writes into the journal what became of a step.
    fn conclude(&mut self, announced: Announced, settled: Result<Slot, Cause>) -> Result<(), Cause> {
        let Announced { index, change, mut write, .. } = announced;
        let undo = write.undo;
        match settled {
            Ok(slot) => {
                self.note(Record::Done { step: index, undo, id: slot.id.clone(), version: slot.version })?;
                if let Some(current) = self.slots.get_mut(change) {
                    *current = slot;
                }
                if let Some(differences) = write.swept.take() {
                    self.contest(index, write.kind, write.way.key().clone(), false, differences)?;
                }
                // It is noted as done nevertheless: taking it back needs its id and version.
                write.altered.take().map_or(Ok(()), |differences| Err(write.unverified(differences)))
            }
            Err(cause) => {
                if !write.maybe_sent {
                    self.note(Record::Refused { step: index, undo })?;
                }
                Err(cause)
            }
        }
    }

    /// Sends a write until it is known to have been carried out, or nothing more can be done.
    async fn settle(&self, write: &mut Write, mut slot: Slot) -> Result<Slot, Cause> {
        let (mut attempt, mut clashes) = (0, 0);
        loop {
            attempt += 1;
            if !write.is_guarded(&slot) {
                match self.look(write, &slot, Look::Once).await? {
                    Seen::To(now) if write.maybe_sent || write.undo => return Ok(now),
                    // Without an earlier attempt of ours, somebody else did the same.
                    Seen::To(_) => return Err(conflict(write, None)),
                    Seen::From(now) => slot = newer(slot, now),
                    Seen::Other(live) => slot = contested(write, live)?,
                }
            }
            self.spare_parts(write, &slot).await?;
            let error = match self.target.client.send(&write.way.request(write.kind, &slot)).await {
                Ok(answer) => {
                    write.maybe_sent = true;
                    return self.answered(write, slot, answer).await;
                }
                Err(error) => error,
            };
            let may_retry = attempt < ATTEMPTS;
            if error.effect == Effect::Unknown {
                write.maybe_sent = true;
                if error.kind == ErrorKind::Authentication {
                    return Err(error.into());
                }
                if may_retry && is_passing(&error) {
                    let wait = backoff(attempt, self.target.clock.chance());
                    self.wait(wait, "before it is tried again").await;
                    continue;
                }
                // Nothing more is sent, so it must be known what was.
                return match self.look(write, &slot, Look::UntilLeft).await? {
                    Seen::To(slot) => Ok(slot),
                    Seen::From(_) => {
                        write.maybe_sent = false;
                        Err(error.into())
                    }
                    Seen::Other(live) => Err(conflict(write, live.as_ref())),
                };
            }
            match (error.kind.clone(), &write.way) {
                (ErrorKind::NotFound, Way::Remove(_)) if write.maybe_sent || write.undo => {
                    return Ok(Slot::default());
                }
                (ErrorKind::NotFound, Way::Remove(_) | Way::Change(..)) => return Err(conflict(write, None)),
                (ErrorKind::VersionConflict, _) | (ErrorKind::DuplicateName, Way::Make(_)) => {}
                _ => return Err(error.into()),
            }
            if error.kind == ErrorKind::VersionConflict {
                clashes += 1;
                attempt -= 1;
            }
            let may_retry = may_retry && clashes < CLASHES;
            // The organization says that the object is not where it was: a read that still shows it there is behind.
            match self.look(write, &slot, Look::UntilLeft).await? {
                // Without an earlier attempt of ours, somebody else did the same.
                Seen::To(now) if write.maybe_sent || write.undo => return Ok(now),
                Seen::To(_) => return Err(conflict(write, None)),
                Seen::From(now) if may_retry && now.version != slot.version => slot = now,
                Seen::From(_) => return Err(error.into()),
                Seen::Other(_) if !may_retry => return Err(error.into()),
                Seen::Other(live) => slot = contested(write, live)?,
            }
        }
    }

    /// What a write's answer says of the object. An answer that does not show what was written is no proof of it.
    async fn answered(&self, write: &mut Write, slot: Slot, answer: Value) -> Result<Slot, Cause> {
        let kind = write.kind;
        let is_nothing = answer.is_null();
        let object = if let Value::Object(object) = answer { Some(object) } else { None };
        if kind.driver().capabilities().part {
            return self.answered_with_list(write, slot, object).await;
        }
        let way = &write.way;
        let Some(to) = way.to() else {
            // A deletion is answered without a body; whoever says something may have deleted nothing.
            return if is_nothing { Ok(Slot::default()) } else { self.without_proof(write, slot).await };
        };
        let live = object.and_then(|object| read(kind, object, "").ok());
        let Some(live) = live else { return self.without_proof(write, slot).await };
        let altered = altered(kind, way, to, &live);
        write.altered = altered;
        Ok(Slot::of(&live))
    }

    /// A change of a list is answered with the whole list.
    async fn answered_with_list(
        &self,
        write: &mut Write,
        slot: Slot,
        list: Option<Map<String, Value>>,
    ) -> Result<Slot, Cause> {
        let (kind, way) = (write.kind, &write.way);
        let found = list.and_then(|list| read_part(kind, list, way.key(), "").ok());
        let Some(mut found) = found else { return self.without_proof(write, slot).await };
        match (way.to(), found.live.pop()) {
            (None, None) => Ok(Slot::default()),
            (Some(to), Some(live)) => {
                let altered = altered(kind, way, to, &live);
                write.altered = altered;
                Ok(Slot::of(&live))
            }
            (None, Some(_)) | (Some(_), None) => self.without_proof(write, slot).await,
        }
    }

    /// What became of a write whose answer says nothing of it.
    async fn without_proof(&self, write: &Write, slot: Slot) -> Result<Slot, Cause> {
        match self.look(write, &slot, Look::UntilLeft).await? {
            Seen::To(slot) => Ok(slot),
            Seen::From(_) => Err(write.unverified(Vec::new())),
            Seen::Other(live) => Err(conflict(write, live.as_ref())),
        }
    }
}

/// What the platform made of what was written, where that is something else.
fn altered(kind: Kind, way: &Way, to: &Goal, live: &Live) -> Option<Vec<FieldDifference>> {
    let written = way.changed(kind);
    let is_written = |field: &str| way.from().is_none() || written.contains_key(field);
    let mut wrong = differences(kind, &to.fields, &live.fields);
    wrong.retain(|one| is_written(&one.field));
    (!wrong.is_empty()).then_some(wrong)
}

/// Somebody else was there. Where our own new object is taken back, theirs goes with it; else theirs stays.
fn contested(write: &mut Write, live: Option<Live>) -> Result<Slot, Cause> {
    match (&write.way, live) {
        (Way::Remove(ours), Some(live)) if write.undo && write.sweeps => {
            write.swept = Some(differences(write.kind, &ours.fields, &live.fields));
            Ok(Slot::of(&live))
        }
        (_, live) => Err(conflict(write, live.as_ref())),
    }
}

fn conflict(write: &Write, live: Option<&Live>) -> Cause {
    let expected = write.way.from().or(write.way.to());
    let differences = match (expected, live) {
        (Some(expected), Some(live)) => differences(write.kind, &expected.fields, &live.fields),
        _ => Vec::new(),
    };
    Cause::Conflict { kind: write.kind, key: write.way.key().clone(), differences }
}

/// Whether another attempt may fare better: 502, 503, 504, no answer (contract 0, "Retries").
fn is_passing(error: &Error) -> bool {
    match error.kind {
        ErrorKind::Timeout | ErrorKind::Connection | ErrorKind::Answer | ErrorKind::TooLarge => true,
        ErrorKind::Unavailable => error.status != Some(500),
        _ => false,
    }
}

/// Exponential from a second, with full jitter.
fn backoff(attempt: u32, chance: f64) -> Duration {
    Duration::from_secs(1 << attempt.clamp(1, 6).saturating_sub(1)).mul_f64(chance.clamp(0.0, 1.0))
}

/// What a look showed last, where it showed an object.
fn newer(slot: Slot, now: Slot) -> Slot {
    if now.id.is_some() || now.version.is_some() { now } else { slot }
}
