//! What became of objects that were deleted and made again: they have other ids since.

use std::collections::BTreeMap;

use super::history::{Deployment, Made};
use super::record::Outcome;
use crate::plan::Change;
use crate::resource::{Goal, Kind, Reference};

/// For each change of a deployment the id that its object has today, as far as the journal knows.
///
/// The platform gives an object that is made again a new id. That happens where a deletion is taken back, by a failed
/// deployment or by a rollback.
pub fn ids_today(deployment: &Deployment, all: &[Deployment]) -> Vec<Option<String>> {
    let successors = Successors::of(all);
    let kinds = deployment.begin.changes.iter().map(|change| change.kind);
    kinds.zip(deployment.ids()).map(|(kind, id)| Some(successors.today(kind, id?))).collect()
}

/// The changes of a deployment, with today's ids in what they refer to.
pub fn changes_today(deployment: &Deployment, all: &[Deployment]) -> Vec<Change> {
    Successors::of(all).changes(deployment)
}

/// Which id an object got that had another.
#[derive(Default)]
pub(super) struct Successors(BTreeMap<(Kind, String), String>);

impl Successors {
    /// What these deployments tell, oldest first.
    pub(super) fn of(all: &[Deployment]) -> Self {
        let mut successors = Self::default();
        for deployment in all {
            // Of each kind after those that it refers to: queues are found again before their rules.
            let mut changes: Vec<(&Change, Option<String>)> =
                deployment.begin.changes.iter().zip(deployment.ids()).collect();
            changes.sort_by_key(|(change, _)| change.kind);
            for (change, id) in changes {
                let Some(id) = id else { continue };
                let old = match (deployment.outcome, &change.before, &change.after) {
                    (Some(Outcome::Undone), Some(before), None) => Some(before.id.clone()),
                    (Some(Outcome::Deployed), None, Some(after)) => {
                        successors.taken_back(deployment, all, change.kind, after)
                    }
                    _ => None,
                };
                if let Some(old) = old.filter(|old| *old != id) {
                    successors.0.insert((change.kind, old), id);
                }
            }
        }
        successors
    }

    /// The id that an object had before a rollback made it again.
    fn taken_back(
        &self,
        rollback: &Deployment,
        all: &[Deployment],
        kind: Kind,
        goal: &Goal,
    ) -> Option<String> {
        let number = rollback.begin.rollback_of?;
        let taken_back = all.iter().find(|other| other.begin.number == number)?;
        let (made_now, made_then) = (rollback.made(), taken_back.made());
        let key = self.goal(kind, goal, &made_now).key;
        let deleted =
            taken_back.begin.changes.iter().filter(|other| other.kind == kind && other.after.is_none());
        let mut before = deleted.filter_map(|other| other.before.as_ref());
        let found = before.find(|before| self.goal(kind, &before.goal(), &made_then).key == key);
        found.map(|before| before.id.clone())
    }

    /// The id that an object has today.
    pub(super) fn today(&self, kind: Kind, id: String) -> String {
        let mut id = id;
        // Each has one successor at most, so a chain is no longer than the list.
        for _ in 0..=self.0.len() {
            let Some(next) = self.0.get(&(kind, id.clone())) else { break };
            id.clone_from(next);
        }
        id
    }

    /// What a deployment was about, with today's ids in what it refers to.
    pub(super) fn goal(&self, kind: Kind, goal: &Goal, made: &Made) -> Goal {
        let mut goal = goal.clone();
        goal.refer(kind, &mut |kind, to: &mut Reference| {
            let id = to.id.take().or_else(|| made.get(&(kind, to.name.clone())).cloned());
            to.id = id.map(|id| self.today(kind, id));
        });
        goal
    }

    /// The changes of a deployment, with today's ids in what they refer to.
    pub(super) fn changes(&self, deployment: &Deployment) -> Vec<Change> {
        let made = deployment.made();
        let mut changes = deployment.begin.changes.clone();
        for change in &mut changes {
            if let Some(after) = &mut change.after {
                *after = self.goal(change.kind, after, &made);
            }
            if let Some(before) = &mut change.before {
                let goal = self.goal(change.kind, &before.goal(), &made);
                (before.key, before.fields) = (goal.key, goal.fields);
            }
        }
        changes
    }
}
