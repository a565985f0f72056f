//! An object's way through one step.

use crate::Request;
use crate::plan::{Action, Change, Step, differences, switched_off};
use crate::resource::{Fields, Goal, Key, Kind, Live, Reference};

use super::transaction::Slot;

/// An object's way through one step, or back.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Way {
    /// From nothing.
    Make(Goal),
    /// From one state to another.
    Change(Goal, Goal),
    /// To nothing.
    Remove(Goal),
}

impl Way {
    /// The way of a step forwards; none where step and change do not fit, as only a forged journal has them.
    pub(super) fn of(step: Step, change: &Change) -> Option<Self> {
        let before = change.before.as_ref().map(Live::goal);
        let after = change.after.clone();
        let off = || {
            let mut goal = change.after.clone()?;
            if let Some(fields) = switched_off(change.kind, &goal.fields) {
                goal.fields = fields;
            }
            Some(goal)
        };
        Some(match step.action {
            Action::Create => Self::Make(off()?),
            Action::Update => Self::Change(before?, after?),
            Action::Enable => Self::Change(off()?, after?),
            Action::Delete => Self::Remove(before?),
        })
    }

    /// With other references.
    pub(super) fn refer(mut self, kind: Kind, to: &mut dyn FnMut(Kind, &mut Reference)) -> Self {
        match &mut self {
            Self::Make(goal) | Self::Remove(goal) => goal.refer(kind, to),
            Self::Change(from, goal) => {
                from.refer(kind, to);
                goal.refer(kind, to);
            }
        }
        self
    }

    /// The way back.
    pub(super) fn back(self) -> Self {
        match self {
            Self::Make(to) => Self::Remove(to),
            Self::Change(from, to) => Self::Change(to, from),
            Self::Remove(from) => Self::Make(from),
        }
    }

    /// Where it starts.
    pub(super) fn from(&self) -> Option<&Goal> {
        match self {
            Self::Make(_) => None,
            Self::Change(from, _) | Self::Remove(from) => Some(from),
        }
    }

    /// Where it ends.
    pub(super) fn to(&self) -> Option<&Goal> {
        match self {
            Self::Make(to) | Self::Change(_, to) => Some(to),
            Self::Remove(_) => None,
        }
    }

    /// What the object is called on it.
    pub(super) fn key(&self) -> &Key {
        match self {
            Self::Make(goal) | Self::Remove(goal) | Self::Change(goal, _) => &goal.key,
        }
    }

    /// The fields that differ between its ends, with their values at the end.
    pub(super) fn changed(&self, kind: Kind) -> Fields {
        match self {
            Self::Change(from, to) => differences(kind, &from.fields, &to.fields)
                .into_iter()
                .map(|one| (one.field, one.after))
                .collect(),
            Self::Make(_) | Self::Remove(_) => Fields::new(),
        }
    }

    /// The request that takes it.
    pub(super) fn request(&self, kind: Kind, slot: &Slot) -> Request {
        let driver = kind.driver();
        let id = slot.id.as_deref().unwrap_or_default();
        match self {
            Self::Make(to) => driver.create(to, slot.version),
            Self::Change(from, to) => {
                let changed = self.changed(kind);
                let mut goal = to.clone();
                // Where the whole object is replaced, what is not changed here stays as it was read last.
                if let Some(last) = &slot.last {
                    goal.fields.clone_from(&last.fields);
                    goal.fields.extend(changed.clone());
                    goal.rest.clone_from(&last.rest);
                }
                driver.update(id, slot.version, &from.key, &changed, &goal)
            }
            Self::Remove(from) => driver.delete(id, slot.version, &from.key),
        }
    }
}
