//! Which steps go together: those of one kind and action are a tier, of which a bounded number is in flight at a time.

use std::collections::BTreeSet;
use std::ops::Range;

use super::transaction::Transaction;
use crate::plan::{Action, Change};
use crate::resource::{Key, Kind};

/// How many writes are in flight at most (contract 1.4: parallel inside a tier only).
pub(super) const IN_FLIGHT: usize = 8;

impl Transaction<'_> {
    /// The tier that begins with this step.
    pub(super) fn tier(&self, first: usize) -> Range<usize> {
        let class = self.class(first);
        let same = (first..self.begin.steps.len()).take_while(|index| self.class(*index) == class).count();
        first..first + same.max(1)
    }

    fn class(&self, index: usize) -> Option<(Kind, Class)> {
        let step = self.begin.steps.get(index)?;
        let change = self.begin.changes.get(step.change)?;
        let class = match step.action {
            Action::Create | Action::Update => Class::Write,
            // It makes room for another.
            Action::Delete if index < self.late => Class::Write,
            Action::Enable => Class::Enable,
            Action::Delete => Class::Delete,
        };
        Some((change.kind, class))
    }

    /// The steps of a tier that are not done, in groups that are sent together: nothing in a group needs anything else
    /// of it.
    pub(super) fn batches(&self, tier: Range<usize>) -> Vec<Vec<usize>> {
        let mut batches: Vec<Vec<usize>> = Vec::new();
        let mut batch = Batch::default();
        for index in tier {
            if self.progress.get(index).is_none_or(|progress| progress.done) {
                continue;
            }
            let Some(change) =
                self.begin.steps.get(index).and_then(|step| self.begin.changes.get(step.change))
            else {
                continue;
            };
            match batches.last_mut() {
                Some(last) if last.len() < IN_FLIGHT && batch.takes(change) => last.push(index),
                _ => {
                    batch = Batch::default();
                    batches.push(vec![index]);
                }
            }
            batch.add(change);
        }
        batches
    }

    /// The changes that a tier is about.
    pub(super) fn changes_of(&self, tier: Range<usize>) -> BTreeSet<usize> {
        self.begin.steps.get(tier).unwrap_or_default().iter().map(|step| step.change).collect()
    }
}

/// What a step does to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    /// It makes or changes something, or makes room.
    Write,
    /// It lets something have effect.
    Enable,
    /// It removes something.
    Delete,
}

/// What stands in the way of a further step in a batch.
#[derive(Default)]
struct Batch<'a> {
    freed: BTreeSet<&'a Key>,
    lists: BTreeSet<&'a str>,
}

impl<'a> Batch<'a> {
    /// A key is free only when what had it is done; the parts of a list share its version.
    fn takes(&self, change: &'a Change) -> bool {
        let is_free = change.after.as_ref().is_none_or(|goal| !self.freed.contains(&goal.key));
        is_free && list(change).is_none_or(|list| !self.lists.contains(list))
    }

    fn add(&mut self, change: &'a Change) {
        self.freed.extend(change.frees());
        self.lists.extend(list(change));
    }
}

/// The list that an object is a part of: its queue.
fn list(change: &Change) -> Option<&str> {
    let queue = change.key()?.queue.as_ref()?;
    let is_part = change.kind.driver().capabilities().part;
    is_part.then(|| queue.id.as_deref().unwrap_or(&queue.name))
}
