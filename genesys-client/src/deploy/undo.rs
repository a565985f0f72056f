//! Takes a deployment back, last write first.

use std::collections::{BTreeMap, BTreeSet};

use super::Event;
use super::carry_out::Write;
use super::look::{Compare, Look, Seen};
use super::record::{Contested, Outcome, Record};
use super::transaction::{Cause, DeployError, Report, Slot, Transaction};
use super::verify::Found;
use super::way::Way;
use crate::plan::{FieldDifference, differences};
use crate::resource::{Goal, Key, Kind, Live};
use crate::{Error, ErrorKind};

/// What becomes of a new object that is to go, and that others refer to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InUse {
    /// It may be one of ours that does: that is settled first.
    Fails,
    /// It is somebody else's: it stays, with what they made of it.
    Stays,
}

/// Whether an object cannot be deleted because others refer to it.
fn is_in_use(error: &Error) -> bool {
    error.status == Some(409) && error.kind == ErrorKind::Refused
}

impl Transaction<'_> {
    /// Takes back every step that may have been sent.
    pub(super) async fn undo(mut self, cause: Cause) -> Result<Report, DeployError> {
        // Without a connection nothing can be taken back; left open, it can still be finished.
        if self.target.client.health().await.is_err() {
            return Err(self.halt(cause));
        }
        (self.control.watch)(&Event::Undo { cause: &cause.to_string() });
        match self.backwards(&cause).await {
            Ok(()) => Err(DeployError::Undone {
                number: self.begin.number,
                remade: self.remade(),
                contested: self.contested,
                cause,
            }),
            Err(stop) => Err(self.halt(stop)),
        }
    }

    async fn backwards(&mut self, cause: &Cause) -> Result<(), Cause> {
        self.journal.write(Record::Undo { cause: cause.to_string() })?;
        let mut taken = self.take_back(InUse::Fails).await;
        if taken.as_ref().is_err_and(Cause::stops_everything) {
            return taken;
        }
        // What could not be taken back may have failed for what the organization said that it did, and did not.
        let again = match (self.unrestored().await, &taken) {
            // What failed first says more.
            (Err(_), Err(_)) => return taken,
            (again, _) => again?,
        };
        if !again.is_empty() {
            taken = self.take_back(InUse::Fails).await;
        }
        if matches!(&taken, Err(Cause::Failed(error)) if is_in_use(error)) {
            // Nothing of ours uses it any more.
            taken = self.take_back(InUse::Stays).await;
        }
        taken?;
        if !again.is_empty()
            && let Some((_, cause)) = self.unrestored().await?.pop_first()
        {
            return Err(cause);
        }
        self.refresh_after_undoing().await;
        self.journal.write(Record::End { outcome: Outcome::Undone })?;
        Ok(())
    }

    /// Takes back what was sent and is not taken back, the last first. What fails keeps nothing else from being taken
    /// back but what refers to it.
    async fn take_back(&mut self, in_use: InUse) -> Result<(), Cause> {
        let mut failed = None;
        // An object's steps are taken back in order, or not at all.
        let mut stuck = BTreeSet::new();
        let mut shown = BTreeSet::new();
        let settled: BTreeSet<usize> = self.contested.iter().map(|contested| contested.step).collect();
        for index in (0..self.begin.steps.len()).rev() {
            let progress = self.progress.get(index).cloned().unwrap_or_default();
            let change = self.begin.steps.get(index).map(|step| step.change);
            if !progress.sent || progress.undone || stuck.contains(&change) {
                continue;
            }
            if settled.contains(&index) {
                self.refer_to_theirs(index).await?;
                continue;
            }
            if self.names_what_is_gone(index) {
                // What it refers to is stuck itself, and has said why.
                stuck.insert(change);
                continue;
            }
            self.until_references_show(index, &mut shown).await?;
            let result = if progress.done || self.was_carried_out(index).await? {
                self.carry_out(index, true).await
            } else {
                self.note_undone(index)
            };
            match result {
                Ok(()) => {}
                Err(Cause::Conflict { kind, key, differences }) => {
                    self.contest(index, kind, key, true, differences)?;
                    self.refer_to_theirs(index).await?;
                }
                // Somebody else took the name meanwhile. After a failure it may be that of what failed.
                Err(Cause::Failed(error)) if error.kind == ErrorKind::DuplicateName && failed.is_none() => {
                    if let Some((_, kind, way)) = self.step(index) {
                        self.contest(index, kind, way.key().clone(), true, Vec::new())?;
                        self.refer_to_theirs(index).await?;
                    }
                }
                // Somebody else uses what the deployment had made.
                Err(Cause::Failed(error)) if in_use == InUse::Stays && is_in_use(&error) => {
                    if let Some((_, kind, way)) = self.step(index) {
                        self.contest(index, kind, way.key().clone(), true, Vec::new())?;
                    }
                }
                Err(cause) if cause.stops_everything() => return Err(cause),
                Err(cause) => {
                    stuck.insert(change);
                    failed = failed.or(Some(cause));
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Whether a step whose answer was never noted was carried out; finds its object if so.
    async fn was_carried_out(&mut self, index: usize) -> Result<bool, Cause> {
        let Some((step, kind, way)) = self.step(index) else { return Ok(false) };
        let slot = self.slot(step.change);
        match self.look(&Write::new(kind, way.clone(), false, true), &slot, Look::UntilLeft).await? {
            Seen::From(_) => Ok(false),
            Seen::To(now) => {
                if let Some(slot) = self.slots.get_mut(step.change) {
                    *slot = now;
                }
                Ok(true)
            }
            Seen::Other(live) => self.was_carried_out_in_part(index, step.change, kind, &way, live),
        }
    }

    /// Somebody else was there too: where it still shows what the step wrote, that is to be taken back.
    fn was_carried_out_in_part(
        &mut self,
        index: usize,
        change: usize,
        kind: Kind,
        way: &Way,
        live: Option<Live>,
    ) -> Result<bool, Cause> {
        let changed = way.changed(kind);
        if let (Way::Change(_, to), Some(live)) = (way, &live) {
            let other = differences(kind, &to.fields, &live.fields);
            if !other.iter().any(|one| changed.contains_key(&one.field)) {
                if let Some(slot) = self.slots.get_mut(change) {
                    *slot = Slot::of(live);
                }
                return Ok(true);
            }
        }
        let differences = match (way.from(), live) {
            (Some(from), Some(live)) => differences(kind, &from.fields, &live.fields),
            _ => Vec::new(),
        };
        // What only others changed was never ours to take back.
        if changed.is_empty() || differences.iter().any(|one| changed.contains_key(&one.field)) {
            self.contest(index, kind, way.key().clone(), true, differences)?;
        }
        Ok(false)
    }

    /// Nothing is to be taken back of this step.
    fn note_undone(&mut self, index: usize) -> Result<(), Cause> {
        let slot = self.step(index).map(|(step, ..)| self.slot(step.change)).unwrap_or_default();
        Ok(self.note(Record::Done { step: index, undo: true, id: slot.id, version: slot.version })?)
    }

    /// Notes that somebody else has changed what is taken back.
    pub(super) fn contest(
        &mut self,
        step: usize,
        kind: Kind,
        key: Key,
        stays: bool,
        differences: Vec<FieldDifference>,
    ) -> Result<(), Cause> {
        let contested = Contested { step, kind, key, stays, differences };
        (self.control.watch)(&Event::Contested(&contested));
        self.note(Record::Contested(contested.clone()))?;
        self.contested.push(contested);
        Ok(())
    }

    /// Reads back everything that was taken back, but for what somebody else has changed: the steps that are still
    /// there, and how.
    async fn unrestored(&mut self) -> Result<BTreeMap<usize, Cause>, Cause> {
        // What could not be taken back has said why.
        let left = self.begin.steps.iter().zip(&self.progress);
        let left = left.filter(|(_, progress)| progress.sent && !progress.undone);
        let left: BTreeSet<usize> = left.map(|(step, _)| step.change).collect();
        // Of each change the first step: what it was before that.
        let mut expected: BTreeMap<usize, Option<Goal>> = BTreeMap::new();
        let mut steps = BTreeMap::new();
        for (index, progress) in self.progress.iter().enumerate().rev() {
            let Some((step, _, way)) = self.step(index) else { continue };
            if progress.sent && !left.contains(&step.change) && !self.is_contested(step.change) {
                expected.insert(step.change, way.from().cloned());
                steps.insert(step.change, index);
            }
        }
        let mut unrestored = BTreeMap::new();
        for Found { change, cause, slot } in self.faults(&expected, Compare::Changed).await? {
            let step = steps.get(&change).copied().unwrap_or_default();
            let is_missing = expected.get(&change).is_some_and(Option::is_some) && slot.is_some();
            match cause {
                // Somebody else was there after us: what is there now is theirs.
                Cause::Conflict { kind, key, differences } => {
                    self.contest(step, kind, key, true, differences)?;
                }
                Cause::Unverified { kind, key, differences } if is_missing && differences.is_empty() => {
                    self.contest(step, kind, key, true, differences)?;
                }
                cause => {
                    let slot = slot.unwrap_or_default();
                    self.note(Record::Done {
                        step,
                        undo: false,
                        id: slot.id.clone(),
                        version: slot.version,
                    })?;
                    if let Some(current) = self.slots.get_mut(change) {
                        *current = slot;
                    }
                    unrestored.insert(step, cause);
                }
            }
        }
        Ok(unrestored)
    }

    /// The objects that have another id since they were deleted and made again.
    fn remade(&self) -> Vec<(Kind, Key, String, String)> {
        self.begin
            .changes
            .iter()
            .zip(&self.slots)
            .enumerate()
            .filter(|(index, _)| !self.is_contested(*index))
            .filter_map(|(_, (change, slot))| {
                let (before, now) = (change.before.as_ref()?, slot.id.as_ref()?);
                (before.id != *now).then(|| (change.kind, before.key.clone(), before.id.clone(), now.clone()))
            })
            .collect()
    }
}
