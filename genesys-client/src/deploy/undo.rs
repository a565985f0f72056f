//! Takes a deployment back, last write first.

use std::collections::BTreeMap;

use super::Event;
use super::look::{Compare, Look, Seen};
use super::record::{Contested, Outcome, Record};
use super::transaction::{Cause, DeployError, Report, Transaction};
use crate::plan::{FieldDifference, Goal};
use crate::resource::{Key, Kind};

impl Transaction<'_> {
    /// Takes back every step that may have been sent.
    pub(super) async fn undo(mut self, cause: Cause) -> Result<Report, DeployError> {
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
        for index in (0..self.begin.steps.len()).rev() {
            let progress = self.progress.get(index).cloned().unwrap_or_default();
            if !progress.sent || progress.undone {
                continue;
            }
            if !progress.done && !self.was_carried_out(index).await? {
                self.note_undone(index)?;
                continue;
            }
            match self.carry_out(index, true).await {
                Ok(()) => {}
                Err(Cause::Conflict { kind, key, differences }) => {
                    self.contest(index, kind, key, true, differences)?;
                }
                Err(other) => return Err(other),
            }
        }
        self.verify_restored().await?;
        self.journal.write(Record::End { outcome: Outcome::Undone })?;
        Ok(())
    }

    /// Whether a step whose answer was never noted was carried out; finds its object if so.
    async fn was_carried_out(&mut self, index: usize) -> Result<bool, Cause> {
        let Some((step, kind, way)) = self.step(index) else { return Ok(false) };
        let slot = self.slot(step.change);
        match self.look(kind, &slot, &way, Look::UntilLeft, Compare::Changed).await? {
            Seen::From(_) => Ok(false),
            Seen::To(now) => {
                // A deleted object keeps no id: what is made again gets another.
                if let Some(slot) = self.slots.get_mut(step.change) {
                    *slot = now;
                }
                Ok(true)
            }
            Seen::Other(live) => {
                let key = way.key().clone();
                let differences = match (way.from(), live) {
                    (Some(from), Some(live)) => crate::plan::differences(kind, &from.fields, &live.fields),
                    _ => Vec::new(),
                };
                self.contest(index, kind, key, true, differences)?;
                Ok(false)
            }
        }
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

    /// Reads back everything that was taken back, but for what somebody else has changed.
    async fn verify_restored(&mut self) -> Result<(), Cause> {
        let contested: Vec<usize> = self
            .contested
            .iter()
            .filter(|contested| contested.stays)
            .filter_map(|contested| self.begin.steps.get(contested.step))
            .map(|step| step.change)
            .collect();
        // Of each change the first step: what it was before that.
        let mut expected: BTreeMap<usize, Option<Goal>> = BTreeMap::new();
        let mut steps = BTreeMap::new();
        for (index, progress) in self.progress.iter().enumerate().rev() {
            let Some((step, _, way)) = self.step(index) else { continue };
            if progress.sent && !contested.contains(&step.change) {
                expected.insert(step.change, way.from().cloned());
                steps.insert(step.change, index);
            }
        }
        for (change, cause) in self.faults(&expected, Compare::Changed).await? {
            let step = steps.get(&change).copied().unwrap_or_default();
            let is_missing = expected.get(&change).is_some_and(Option::is_some);
            match cause {
                // Somebody else was there after us: what is there now is theirs.
                Cause::Conflict { kind, key, differences } => {
                    self.contest(step, kind, key, true, differences)?;
                }
                Cause::Unverified { kind, key, differences } if is_missing && differences.is_empty() => {
                    self.contest(step, kind, key, true, differences)?;
                }
                other => return Err(other),
            }
        }
        Ok(())
    }

    /// The objects that have another id since they were deleted and made again.
    fn remade(&self) -> Vec<(Kind, Key, String, String)> {
        self.begin
            .changes
            .iter()
            .zip(&self.slots)
            .filter_map(|(change, slot)| {
                let (before, now) = (change.before.as_ref()?, slot.id.as_ref()?);
                (before.id != *now).then(|| (change.kind, before.key.clone(), before.id.clone(), now.clone()))
            })
            .collect()
    }
}
