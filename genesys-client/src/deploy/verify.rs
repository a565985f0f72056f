//! Reads back what was written and compares it with what it shall be.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Event;
use super::look::Compare;
use super::transaction::{Cause, Slot, Transaction};
use crate::plan::{Change, FieldDifference, differences, get, list};
use crate::resource::{Goal, Kind, Live};

/// What is wrong with one object.
enum Fault {
    /// It may be that the write does not show yet.
    Perhaps(Cause),
    /// Somebody else has been there.
    Certain(Cause),
}

/// An object that is not as it shall be.
pub(super) struct Found {
    /// Of which change.
    pub(super) change: usize,
    /// What is wrong.
    pub(super) cause: Cause,
    /// Where it is.
    pub(super) slot: Option<Slot>,
}

impl Transaction<'_> {
    /// Reads back what was written so far of these changes.
    pub(super) async fn verify(&self, changes: &BTreeSet<usize>) -> Result<(), Cause> {
        (self.control.watch)(&Event::Verify);
        let mut expected: BTreeMap<usize, Option<Goal>> = BTreeMap::new();
        let mut unknown = BTreeSet::new();
        for (index, progress) in self.progress.iter().enumerate() {
            let Some((step, _, way)) = self.step(index) else { continue };
            if !changes.contains(&step.change) {
                continue;
            }
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
            .map_or(Ok(()), |found| Err(found.cause))
    }

    /// Reads back these changes' objects: what is not as expected, and how.
    pub(super) async fn faults(
        &self,
        expected: &BTreeMap<usize, Option<Goal>>,
        compare: Compare,
    ) -> Result<Vec<Found>, Cause> {
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
            let id = match goal {
                Some(_) => slot.id.clone(),
                None => slot.id.clone().or_else(|| self.last_id(*index)),
            };
            let Some(id) = id else {
                // What is not there was never there; what shall be there must have an id.
                if goal.is_some()
                    && let Some(key) = change.key()
                {
                    let cause =
                        Cause::Unverified { kind: change.kind, key: key.clone(), differences: Vec::new() };
                    faults.push(Found { change: *index, cause, slot: None });
                }
                continue;
            };
            let listed = live.get(&(change.kind, id.clone()));
            let cause = match fault(change, goal.as_ref(), &slot, listed, compare) {
                None => None,
                Some(Fault::Certain(cause)) => Some((cause, listed.and_then(|live| live.version))),
                Some(Fault::Perhaps(_)) => {
                    self.until_it_shows(change, goal.as_ref(), &slot, &id, compare).await?
                }
            };
            if let Some((cause, version)) = cause {
                faults.push(Found { change: *index, cause, slot: Some(Slot::at(Some(id), version)) });
            }
        }
        Ok(faults)
    }

    /// The id that a change's object had last, which it has no more once it is gone.
    fn last_id(&self, change: usize) -> Option<String> {
        let noted = self.noted().filter(|(of, ..)| *of == change).filter_map(|(_, id, _)| id).last();
        let before = self.begin.changes.get(change).and_then(|change| change.before.as_ref());
        noted.map(str::to_owned).or_else(|| before.map(|live| live.id.clone()))
    }

    /// Asks for one object until it is as it shall be, or would be by now; what is wrong then.
    async fn until_it_shows(
        &self,
        change: &Change,
        goal: Option<&Goal>,
        slot: &Slot,
        id: &str,
        compare: Compare,
    ) -> Result<Option<(Cause, Option<u64>)>, Cause> {
        let Some(key) = change.key() else { return Ok(None) };
        let mut waited = Duration::ZERO;
        loop {
            let live = get(&self.target.client, change.kind, id, key).await?.live.pop();
            match fault(change, goal, slot, live.as_ref(), compare) {
                None => return Ok(None),
                Some(Fault::Perhaps(_)) if self.is_patient(waited) => {}
                Some(Fault::Certain(cause) | Fault::Perhaps(cause)) => {
                    return Ok(Some((cause, live.and_then(|live| live.version))));
                }
            }
            self.pause(&mut waited, "for a write to show").await;
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
        (None, Some(live)) if let Some(differences) = made_anew(change, live) => {
            Some(Fault::Certain(Cause::Conflict { kind, key: live.key.clone(), differences }))
        }
        (None, Some(_)) | (Some(_), None) => unverified(Vec::new()).map(Fault::Perhaps),
        (Some(goal), Some(live)) => {
            let mut differences = differences(kind, &goal.fields, &live.fields);
            if compare == Compare::Changed {
                let ours = change.differences();
                differences.retain(|one| ours.is_empty() || ours.iter().any(|ours| ours.field == one.field));
            }
            if live.version.is_some() && live.version < slot.version {
                // What was read is behind what was written.
                unverified(differences).map(Fault::Perhaps)
            } else if differences.is_empty() {
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

/// How a part that shall not be there differs from what this deployment was about, where somebody else has made it: its
/// id tells nothing.
fn made_anew(change: &Change, live: &Live) -> Option<Vec<FieldDifference>> {
    let driver = change.kind.driver();
    let is_reference = |field: &str| driver.references().iter().any(|(name, _)| *name == field);
    let before = change.before.as_ref().map(|live| &live.fields);
    let known = before.into_iter().chain(change.after.as_ref().map(|goal| &goal.fields));
    let all = known.map(|fields| {
        let mut differences = differences(change.kind, fields, &live.fields);
        differences.retain(|one| !is_reference(&one.field));
        differences
    });
    let all: Vec<Vec<FieldDifference>> = all.collect();
    let is_theirs = driver.capabilities().part && !all.iter().any(Vec::is_empty);
    all.into_iter().next().filter(|_| is_theirs)
}
