//! Makes a plan.

use std::collections::{BTreeMap, BTreeSet};

use genesys_model::Bundle;

use super::desired::{Desired, desired};
use super::matching::matching;
use super::{Change, FORMAT, Goal, Note, Observed, Plan, Unchanged, Undeclared, differences};
use crate::fingerprint;
use crate::resource::{Key, Kind, Live, QueueError};

/// What is deleted that the project does not declare.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Prune {
    /// Nothing.
    #[default]
    No,
    /// What this project deployed.
    Owned,
    /// Everything that the language can say.
    Unowned,
}

/// What a plan is made with, besides bundle and organization.
pub struct Options<'a> {
    /// What the organization is called.
    pub organization: String,
    /// What is deleted.
    pub prune: Prune,
    /// The ids of the objects that this project deployed.
    pub owned: &'a BTreeSet<(Kind, String)>,
    /// Why the project's language cannot say an object, where it cannot; asked only of what the plan would touch.
    pub foreign: &'a dyn Fn(&Live) -> Option<String>,
}

/// Why there is no plan.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A rule's queue is not there, or there are several.
    #[error("{0}")]
    Queue(QueueError),
    /// A tree that cannot be written.
    #[error("the rule `{rule}` cannot be written as JSON: {reason}")]
    Expression {
        /// The rule's name.
        rule: String,
        /// Why.
        reason: String,
    },
    /// The organization holds several objects of one key.
    #[error("the organization holds {} {}s {key}: {}", ids.len(), kind.word(), ids.join(", "))]
    Several {
        /// Their kind.
        kind: Kind,
        /// Their key.
        key: Key,
        /// Their ids.
        ids: Vec<String>,
    },
    /// The live object says what the language cannot say, and this project did not deploy it: it is never changed.
    #[error("the live {} {key} says what a rule file cannot say, so it is not changed: {reason}", kind.word())]
    Foreign {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: Key,
        /// What cannot be said.
        reason: String,
    },
    /// Two declared objects have one key in this organization.
    #[error("two declared {}s are {key} in this organization", kind.word())]
    DeclaredTwice {
        /// Their kind.
        kind: Kind,
        /// Their key.
        key: Key,
    },
}

/// The plan that makes the organization what the bundle says.
///
/// # Errors
/// Every reason why there is none.
pub fn build(bundle: &Bundle, observed: &Observed, options: &Options<'_>) -> Result<Plan, Vec<PlanError>> {
    let mut wanted: BTreeMap<Kind, Vec<Desired>> = BTreeMap::new();
    for one in desired(bundle, &observed.queues)? {
        wanted.entry(one.kind).or_default().push(one);
    }
    let mut plan = Plan {
        format: FORMAT,
        organization: options.organization.clone(),
        bundle: fingerprint::of(bundle),
        changes: Vec::new(),
        unchanged: Vec::new(),
        undeclared: Vec::new(),
        notes: Vec::new(),
    };
    let mut errors = Vec::new();
    for kind in Kind::ALL {
        let wanted = wanted.remove(&kind).unwrap_or_default();
        of_kind(kind, &wanted, observed.of(kind), options, &mut plan, &mut errors);
    }
    if errors.is_empty() { Ok(plan) } else { Err(errors) }
}

fn of_kind(
    kind: Kind,
    wanted: &[Desired],
    live: &[Live],
    options: &Options<'_>,
    plan: &mut Plan,
    errors: &mut Vec<PlanError>,
) {
    errors.extend(twice(kind, wanted));
    errors.extend(several(kind, wanted, live));
    let owned = |live: &Live| options.owned.contains(&(kind, live.id.clone()));
    let found = matching(wanted, live);
    let mut kept = BTreeSet::new();
    for (one, at) in wanted.iter().zip(&found) {
        let Some(current) = at.and_then(|at| live.get(at)) else {
            let after = Goal { key: one.key.clone(), fields: one.fields.clone() };
            plan.changes.push(Change { kind, before: None, after: Some(after) });
            continue;
        };
        kept.insert(current.id.as_str());
        if differences(kind, &current.fields, &one.fields).is_empty() {
            plan.unchanged.push(Unchanged {
                kind,
                key: current.key.clone(),
                id: current.id.clone(),
                fingerprint: fingerprint::of(&kind.driver().normal(&current.fields)),
            });
            continue;
        }
        if !owned(current)
            && let Some(reason) = (options.foreign)(current)
        {
            errors.push(PlanError::Foreign { kind, key: current.key.clone(), reason });
            continue;
        }
        let after = Goal { key: one.key.clone(), fields: one.fields.clone() };
        plan.changes.push(Change { kind, before: Some(current.clone()), after: Some(after) });
    }
    let left: Vec<&Live> = live.iter().filter(|live| !kept.contains(live.id.as_str())).collect();
    notes(kind, wanted, &found, &left, plan);
    let can_delete = kind.driver().capabilities().delete;
    for current in left {
        let is_owned = owned(current);
        let is_unwanted = can_delete
            && match options.prune {
                Prune::No => false,
                Prune::Owned => is_owned,
                Prune::Unowned => true,
            };
        let foreign = if is_unwanted && !is_owned { (options.foreign)(current) } else { None };
        if is_unwanted && foreign.is_none() {
            plan.changes.push(Change { kind, before: Some(current.clone()), after: None });
        } else {
            let (key, id) = (current.key.clone(), current.id.clone());
            plan.undeclared.push(Undeclared { kind, key, id, owned: is_owned, foreign });
        }
    }
}

/// Declared objects that share a key here, though their queues are written differently.
fn twice(kind: Kind, wanted: &[Desired]) -> Vec<PlanError> {
    let mut seen = BTreeSet::new();
    wanted
        .iter()
        .filter(|one| !seen.insert(&one.key))
        .map(|one| PlanError::DeclaredTwice { kind, key: one.key.clone() })
        .collect()
}

/// Declared keys that several live objects have.
fn several(kind: Kind, wanted: &[Desired], live: &[Live]) -> Vec<PlanError> {
    let mut ids: BTreeMap<&Key, Vec<String>> = BTreeMap::new();
    for live in live {
        ids.entry(&live.key).or_default().push(live.id.clone());
    }
    let asked: BTreeSet<&Key> =
        wanted.iter().flat_map(|one| std::iter::once(&one.key).chain(one.was.as_ref())).collect();
    ids.into_iter()
        .filter(|(key, ids)| ids.len() > 1 && asked.contains(key))
        .map(|(key, ids)| PlanError::Several { kind, key: key.clone(), ids })
        .collect()
}

fn notes(kind: Kind, wanted: &[Desired], found: &[Option<usize>], left: &[&Live], plan: &mut Plan) {
    let driver = kind.driver();
    let tree = |fields| driver.normal(fields).remove("expression").filter(|tree| !tree.is_null());
    let mut by_tree: BTreeMap<String, Vec<&Key>> = BTreeMap::new();
    let mut left_keys = BTreeSet::new();
    for live in left {
        left_keys.insert(&live.key);
        if let Some(tree) = tree(&live.fields) {
            by_tree.entry(fingerprint::of(&tree)).or_default().push(&live.key);
        }
    }
    for (one, at) in wanted.iter().zip(found) {
        let new = || one.key.clone();
        match (at, &one.was) {
            (Some(_), Some(was)) if *was != one.key && left_keys.contains(was) => {
                plan.notes.push(Note::BothExist { kind, new: new(), old: was.clone() });
            }
            (None, was) => {
                if let Some(was) = was {
                    plan.notes.push(Note::WasMissing { kind, new: new(), old: was.clone() });
                }
                let alike = tree(&one.fields).and_then(|tree| by_tree.get(&fingerprint::of(&tree)));
                // Of several, none is the likely one.
                if let Some([old]) = alike.map(Vec::as_slice) {
                    plan.notes.push(Note::LooksRenamed { kind, new: new(), old: (*old).clone() });
                }
            }
            _ => {}
        }
    }
}
