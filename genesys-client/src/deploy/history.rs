//! What the journal tells: the deployments, the one that is open, and what this project deployed.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Begin, Contested, Outcome, Record};
use super::successors::Successors;
use crate::resource::{Goal, Key, Kind};

/// A deployment, as far as its records go.
#[derive(Clone, PartialEq, Debug)]
pub struct Deployment {
    /// How it began.
    pub begin: Begin,
    /// For each step, how far it got.
    pub steps: Vec<Progress>,
    /// Since when it is taken back, and why.
    pub undo: Option<String>,
    /// Why it stopped, where it is open and said so.
    pub halt: Option<String>,
    /// What somebody else had changed when it was taken back.
    pub contested: Vec<Contested>,
    /// How it ended; none where it is open.
    pub outcome: Option<Outcome>,
}

/// The ids of what a deployment made, by kind and name.
pub(super) type Made = BTreeMap<(Kind, String), String>;

/// How far one step got.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a record that is there or not")]
pub struct Progress {
    /// Whether its write may have been sent.
    pub sent: bool,
    /// Whether it was carried out.
    pub done: bool,
    /// Whether taking it back may have been sent.
    pub undo_sent: bool,
    /// Whether it was taken back.
    pub undone: bool,
    /// The object's id since the last of these, where it has one.
    pub id: Option<String>,
    /// Its version since.
    pub version: Option<u64>,
}

/// All deployments of a journal, oldest first.
pub fn deployments(records: &[Record]) -> Vec<Deployment> {
    let mut all: Vec<Deployment> = Vec::new();
    for record in records {
        if let Record::Begin(begin) = record {
            all.push(Deployment {
                begin: begin.clone(),
                steps: vec![Progress::default(); begin.steps.len()],
                undo: None,
                halt: None,
                contested: Vec::new(),
                outcome: None,
            });
        } else if let Some(deployment) = all.last_mut() {
            deployment.take(record);
        }
    }
    all
}

impl Deployment {
    fn take(&mut self, record: &Record) {
        match record {
            Record::Begin(_) => {}
            Record::Intent { .. } | Record::Done { .. } | Record::Refused { .. } => {
                note(&mut self.steps, record);
            }
            Record::Undo { cause } => self.undo = Some(cause.clone()),
            Record::Contested(contested) => self.contested.push(contested.clone()),
            Record::Halt { cause } => self.halt = Some(cause.clone()),
            Record::End { outcome } => self.outcome = Some(*outcome),
        }
    }

    /// Whether it neither finished nor was undone.
    pub fn is_open(&self) -> bool {
        self.outcome.is_none()
    }

    /// The ids of the objects that it made, by their names.
    pub(super) fn made(&self) -> Made {
        let made = self.begin.changes.iter().zip(self.ids()).filter(|(change, _)| change.before.is_none());
        made.filter_map(|(change, id)| Some(((change.kind, change.after.as_ref()?.key.name.clone()), id?)))
            .collect()
    }

    /// For each change the id that its object had when the deployment ended.
    pub fn ids(&self) -> Vec<Option<String>> {
        let mut ids: Vec<Option<String>> = self
            .begin
            .changes
            .iter()
            .map(|change| change.before.as_ref().map(|live| live.id.clone()))
            .collect();
        for (step, progress) in self.begin.steps.iter().zip(&self.steps) {
            if (progress.done || progress.undone)
                && let Some(slot) = ids.get_mut(step.change)
                && progress.id.is_some()
            {
                slot.clone_from(&progress.id);
            }
        }
        ids
    }
}

/// What a record says of the step that it is about.
pub(super) fn note(steps: &mut [Progress], record: &Record) {
    let (Record::Intent { step, undo } | Record::Refused { step, undo } | Record::Done { step, undo, .. }) =
        record
    else {
        return;
    };
    let Some(progress) = steps.get_mut(*step) else { return };
    if let Record::Done { id, version, .. } = record {
        if *undo {
            progress.undone = true;
        } else {
            // Also where taking it back turned out to have had no effect.
            (progress.done, progress.undo_sent, progress.undone) = (true, false, false);
        }
        progress.id.clone_from(id);
        progress.version = *version;
    } else {
        let sent = matches!(record, Record::Intent { .. });
        *if *undo { &mut progress.undo_sent } else { &mut progress.sent } = sent;
    }
}

/// What this project deployed and is still responsible for: by kind and id, how it was left.
///
/// A rollback gives back what was somebody else's before the deployment that it takes back.
pub fn owned(deployments: &[Deployment]) -> BTreeMap<(Kind, String), Goal> {
    let successors = Successors::of(deployments);
    let mut owned: BTreeMap<(Kind, String), Goal> = BTreeMap::new();
    // By key the id that has it: what somebody else deleted and was deployed again has another id since.
    let mut latest: BTreeMap<(Kind, Key), String> = BTreeMap::new();
    // For each deployment the objects that were somebody else's when it began.
    let mut foreign: BTreeMap<u64, BTreeSet<(Kind, Key)>> = BTreeMap::new();
    for deployment in deployments {
        let begin = &deployment.begin;
        let changes = successors.changes(deployment);
        let before = changes.iter().filter_map(|change| Some((change.kind, change.before.as_ref()?)));
        let others = before.filter(|(kind, live)| !owned.contains_key(&(*kind, live.id.clone())));
        foreign.insert(begin.number, others.map(|(kind, live)| (kind, live.key.clone())).collect());
        let given_back = begin.rollback_of.and_then(|number| foreign.get(&number));
        let undone = deployment.outcome != Some(Outcome::Deployed);
        for (change, id) in changes.iter().zip(deployment.ids()) {
            let old = change.before.as_ref().map(|live| (change.kind, live.id.clone()));
            let new = id.map(|id| (change.kind, id));
            if undone {
                // Undoing a deletion gives the object a new id; what it is stays.
                if let (Some(old), Some(new), None) = (&old, &new, &change.after)
                    && old != new
                    && let Some(goal) = owned.remove(old)
                {
                    owned.insert(new.clone(), goal);
                }
                continue;
            }
            if let Some(old) = &old {
                owned.remove(old);
            }
            if let (Some(new), Some(after)) = (new, &change.after)
                && !given_back.is_some_and(|foreign| foreign.contains(&(change.kind, after.key.clone())))
            {
                let older = latest.insert((change.kind, after.key.clone()), new.1.clone());
                if let Some(older) = older.map(|older| (change.kind, older)).filter(|older| *older != new)
                    && owned.get(&older).is_some_and(|goal| goal.key == after.key)
                {
                    owned.remove(&older);
                }
                owned.insert(new, after.clone());
            }
        }
    }
    owned
}

/// The ids of what this project deployed.
pub fn owned_ids(deployments: &[Deployment]) -> BTreeSet<(Kind, String)> {
    owned(deployments).into_keys().collect()
}
