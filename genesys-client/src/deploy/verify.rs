//! Reads back what was written and compares it with what it shall be.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Event;
use super::look::Compare;
use super::record::Record;
use super::transaction::{Cause, Slot, Transaction};
use crate::plan::{Change, Goal, differences, get, list};
use crate::resource::{Kind, Live};

/// What is wrong with one object.
enum Fault {
    /// It may be that the write does not show yet.
    Perhaps(Cause),
    /// Somebody else has been there.
    Certain(Cause),
}

impl Transaction<'_> {
    /// Reads back everything that was written so far.
    pub(super) async fn verify(&self) -> Result<(), Cause> {
        (self.control.watch)(&Event::Verify);
        let mut expected: BTreeMap<usize, Option<Goal>> = BTreeMap::new();
        let mut unknown = BTreeSet::new();
        for (index, progress) in self.progress.iter().enumerate() {
            let Some((step, _, way)) = self.step(index) else { continue };
            if progress.done {
                expected.insert(step.change, way.to().cloned());
            } else if progress.sent {
                // A crash left it open; it is settled when its turn comes.
                unknown.insert(step.change);
            }
        }
        expected.retain(|change, _| !unknown.contains(change));
        self.faults(&expected, Compare::Everything)
            .await?
            .into_iter()
            .next()
            .map_or(Ok(()), |(_, cause)| Err(cause))
    }

    /// Reads back these changes' objects: what is not as expected, and how.
    pub(super) async fn faults(
        &self,
        expected: &BTreeMap<usize, Option<Goal>>,
        compare: Compare,
    ) -> Result<Vec<(usize, Cause)>, Cause> {
        let mut faults = Vec::new();
        let mut live: BTreeMap<(Kind, String), Live> = BTreeMap::new();
        for kind in Kind::ALL {
            let is_touched =
                |index: &usize| self.begin.changes.get(*index).is_some_and(|change| change.kind == kind);
            if expected.keys().any(is_touched) {
                let listed = list(&self.target.client, kind).await?;
                live.extend(listed.into_iter().map(|live| ((kind, live.id.clone()), live)));
            }
        }
        for (index, goal) in expected {
            let Some(change) = self.begin.changes.get(*index) else { continue };
            let slot = self.slot(*index);
            let id = slot.id.clone().or_else(|| change.before.as_ref().map(|live| live.id.clone()));
            let Some(id) = id.or_else(|| self.made(*index)) else { continue };
            let listed = live.get(&(change.kind, id.clone()));
            match fault(change, goal.as_ref(), &slot, listed, compare) {
                None => {}
                Some(Fault::Certain(cause)) => faults.push((*index, cause)),
                Some(Fault::Perhaps(_)) => {
                    let cause = self.until_it_shows(change, goal.as_ref(), &slot, &id, compare).await?;
                    faults.extend(cause.map(|cause| (*index, cause)));
                }
            }
        }
        Ok(faults)
    }

    /// The id under which a change's new object was noted, which it has no more once it is taken back.
    fn made(&self, change: usize) -> Option<String> {
        let records = self.journal.records().iter().rev();
        records.take_while(|record| !matches!(record, Record::Begin(_))).find_map(|record| match record {
            Record::Done { step, id: Some(id), .. }
                if self.begin.steps.get(*step).is_some_and(|step| step.change == change) =>
            {
                Some(id.clone())
            }
            _ => None,
        })
    }

    /// Asks for one object until it is as it shall be, or would be by now; what is wrong then.
    async fn until_it_shows(
        &self,
        change: &Change,
        goal: Option<&Goal>,
        slot: &Slot,
        id: &str,
        compare: Compare,
    ) -> Result<Option<Cause>, Cause> {
        let patience = self.target.patience;
        let Some(key) = change.key() else { return Ok(None) };
        let mut waited = Duration::ZERO;
        loop {
            let live = get(&self.target.client, change.kind, id, key).await?;
            match fault(change, goal, slot, live.as_ref(), compare) {
                None => return Ok(None),
                Some(Fault::Certain(cause)) => return Ok(Some(cause)),
                Some(Fault::Perhaps(cause)) if waited >= patience.window => return Ok(Some(cause)),
                Some(Fault::Perhaps(_)) => {}
            }
            self.wait(patience.interval, "for a write to show").await;
            waited += patience.interval.max(Duration::from_millis(1));
        }
    }
}

/// What is wrong with an object.
fn fault(
    change: &Change,
    goal: Option<&Goal>,
    slot: &Slot,
    live: Option<&Live>,
    compare: Compare,
) -> Option<Fault> {
    let kind = change.kind;
    let unverified =
        |differences| change.key().map(|key| Cause::Unverified { kind, key: key.clone(), differences });
    match (goal, live) {
        (None, None) => None,
        (None, Some(_)) | (Some(_), None) => unverified(Vec::new()).map(Fault::Perhaps),
        (Some(goal), Some(live)) => {
            let mut differences = differences(kind, &goal.fields, &live.fields);
            if compare == Compare::Changed {
                let ours = change.differences();
                differences.retain(|one| ours.is_empty() || ours.iter().any(|ours| ours.field == one.field));
            }
            if differences.is_empty() {
                None
            } else if live.version > slot.version {
                let key = live.key.clone();
                Some(Fault::Certain(Cause::Conflict { kind, key, differences }))
            } else {
                unverified(differences).map(Fault::Perhaps)
            }
        }
    }
}
