//! What an object that is taken back refers to must be there before: made again itself, under another id.

use std::collections::BTreeSet;
use std::time::Duration;

use super::transaction::{Cause, Slot, Transaction};
use super::way::Way;
use crate::plan::{Action, find, get};
use crate::resource::{Key, Kind, Reference, references};

impl Transaction<'_> {
    /// Whether what a step's object referred to before is deleted and not made again.
    pub(super) fn names_what_is_gone(&self, step: usize) -> bool {
        self.referred(step).iter().any(|(change, ..)| {
            let steps = self.begin.steps.iter().zip(&self.progress);
            let mut deletions =
                steps.filter(|(step, _)| step.change == *change && step.action == Action::Delete);
            deletions.any(|(_, progress)| progress.sent && !progress.undone) && !self.is_contested(*change)
        })
    }

    /// Waits until what a step's object referred to before, and was made again, is to be seen: until then the platform
    /// knows no such object.
    pub(super) async fn until_references_show(
        &self,
        step: usize,
        shown: &mut BTreeSet<usize>,
    ) -> Result<(), Cause> {
        for (change, kind, old) in self.referred(step) {
            let Some(now) = self.slot(change).id.filter(|now| *now != old) else { continue };
            if !shown.insert(change) {
                continue;
            }
            let key = self.begin.changes.get(change).and_then(|change| change.key().cloned());
            let key = key.unwrap_or_else(|| Key::alone(""));
            let mut waited = Duration::ZERO;
            while get(&self.target.client, kind, &now, &key).await?.live.is_empty() && self.is_patient(waited)
            {
                self.pause(&mut waited, "for a write to show").await;
            }
        }
        Ok(())
    }

    /// Somebody else has made an object of the name of one that was deleted: what referred to that refers to theirs.
    pub(super) async fn refer_to_theirs(&mut self, step: usize) -> Result<(), Cause> {
        let Some((step, kind, Way::Remove(before))) = self.step(step) else { return Ok(()) };
        if kind.referring().next().is_none() {
            return Ok(());
        }
        let mut found = find(&self.target.client, kind, &before.key).await?;
        if let (Some(live), true) = (found.live.pop(), found.live.is_empty())
            && let Some(slot) = self.slots.get_mut(step.change)
        {
            *slot = Slot::of(&live);
        }
        Ok(())
    }

    /// Whether somebody else has what a change was about, and keeps it.
    pub(super) fn is_contested(&self, change: usize) -> bool {
        let steps = self.contested.iter().filter(|contested| contested.stays);
        steps.filter_map(|contested| self.begin.steps.get(contested.step)).any(|step| step.change == change)
    }

    /// The changes of what a step's object referred to before: their kinds, and the ids that they had.
    fn referred(&self, step: usize) -> Vec<(usize, Kind, String)> {
        let change = self.begin.steps.get(step).and_then(|step| self.begin.changes.get(step.change));
        let Some((kind, before)) = change.and_then(|change| Some((change.kind, change.before.as_ref()?)))
        else {
            return Vec::new();
        };
        let of = |(kind, to): (Kind, Reference)| Some((self.change_of(kind, to.id())?, kind, to.id?));
        references(kind, &before.fields).into_iter().filter_map(of).collect()
    }
}
