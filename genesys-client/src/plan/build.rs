//! Makes a plan.

use std::collections::{BTreeMap, BTreeSet};

use genesys_model::Bundle;

use super::desired::{Desired, Meaning};
use super::matching::{Pin, matching};
use super::notes::notes;
use super::{Change, FORMAT, Observed, Plan, Unchanged, Undeclared, differences, prune};
use crate::fingerprint;
use crate::resource::{Goal, Key, Kind, Live, NameError, Reference};
use crate::text::clean;

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
    pub foreign: &'a dyn Fn(Kind, &Live) -> Option<String>,
}

/// Why there is no plan.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// What a name means is not there, or there are several.
    #[error("{0}")]
    Name(#[from] NameError),
    /// A tree that cannot be written.
    #[error("the rule `{rule}` cannot be written as JSON: {reason}")]
    Expression {
        /// The rule's name.
        rule: String,
        /// Why.
        reason: String,
    },
    /// The organization holds several objects of one key.
    #[error("the organization holds {} {} {key}: {}", ids.len(), kind.words(), ids.join(", "))]
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
    #[error("two declared {} are {key} in this organization", kind.words())]
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
    let mut meaning = Meaning::new(bundle, observed);
    for kind in Kind::ALL {
        let (wanted, unclear) = meaning.desired(kind);
        for error in unclear {
            // Several kinds may name the same that is not there.
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
        let found = of_kind(kind, &wanted, observed, &meaning, options, &mut plan, &mut errors);
        for (one, at) in wanted.iter().zip(found) {
            let id = at.and_then(|at| observed.of(kind).get(at)).map(|live| live.id.clone());
            meaning.put(kind, &one.goal.key.name, id);
        }
        if !errors.is_empty() {
            meaning.put_the_rest(kind);
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if options.prune != Prune::No {
        prune::keep_what_is_needed(&mut plan, observed, options.owned);
    }
    Ok(plan)
}

/// Plans the objects of one kind; says of each declared one which live one it is, if any.
fn of_kind(
    kind: Kind,
    wanted: &[Desired],
    observed: &Observed,
    meaning: &Meaning<'_>,
    options: &Options<'_>,
    plan: &mut Plan,
    errors: &mut Vec<PlanError>,
) -> Vec<Option<usize>> {
    let live = observed.of(kind);
    let pins: Vec<Pin> = wanted
        .iter()
        .map(|one| {
            pin(kind, one, observed).unwrap_or_else(|error| {
                errors.push(error.into());
                Pin::New
            })
        })
        .collect();
    errors.extend(twice(kind, wanted));
    errors.extend(several(kind, wanted, &pins, live));
    errors.extend(claimed_twice(kind, &pins, live));
    let owned = |live: &Live| options.owned.contains(&(kind, live.id.clone()));
    let found = matching(wanted, &pins, live);
    let mut kept = BTreeSet::new();
    for (one, at) in wanted.iter().zip(&found) {
        let Some(current) = at.and_then(|at| live.get(at)) else {
            match created(one, observed) {
                Ok(after) => plan.changes.push(Change { kind, before: None, after: Some(after) }),
                Err(error) => errors.push(error.into()),
            }
            continue;
        };
        kept.insert(current.id.as_str());
        if differences(kind, &current.fields, &one.goal.fields).is_empty() {
            plan.unchanged.push(Unchanged {
                kind,
                key: current.key.clone(),
                id: current.id.clone(),
                fingerprint: fingerprint::of(&kind.driver().normal(&current.fields)),
            });
            continue;
        }
        if !owned(current)
            && let Some(reason) = (options.foreign)(kind, current)
        {
            errors.push(PlanError::Foreign { kind, key: current.key.clone(), reason });
            continue;
        }
        let after = Goal { rest: current.rest.clone(), ..one.goal.clone() };
        plan.changes.push(Change { kind, before: Some(current.clone()), after: Some(after) });
    }
    let is_left = |live: &&Live| !kept.contains(live.id.as_str()) && !meaning.is_external(kind, live);
    let left: Vec<&Live> = live.iter().filter(is_left).collect();
    let renamed = |live: &Live| kind == Kind::Rule || owned(live);
    let candidates: Vec<&Live> = left.iter().copied().filter(|live| renamed(live)).collect();
    notes(kind, wanted, &found, &left, &candidates, plan);
    // Without any declaration of its kind, nothing says that the project knows what it is not listing.
    let can_delete = kind.driver().capabilities().delete;
    for current in left {
        let is_owned = owned(current);
        let is_unwanted = can_delete
            && match options.prune {
                Prune::No => false,
                Prune::Owned => is_owned,
                Prune::Unowned => is_owned || !wanted.is_empty(),
            };
        let foreign = if is_unwanted && !is_owned { (options.foreign)(kind, current) } else { None };
        if is_unwanted && foreign.is_none() {
            plan.changes.push(Change { kind, before: Some(current.clone()), after: None });
        } else {
            let (key, id) = (current.key.clone(), current.id.clone());
            plan.undeclared.push(Undeclared { kind, key, id, owned: is_owned, foreign, needed_by: None });
        }
    }
    found
}

/// Which live object the project itself says that a declared one is.
fn pin(kind: Kind, one: &Desired, observed: &Observed) -> Result<Pin, NameError> {
    let live = observed.of(kind);
    if let Some(id) = &one.id {
        let at = live.iter().position(|live| live.id == *id);
        return at.map(Pin::At).ok_or_else(|| NameError::UnknownId { kind, id: id.clone() });
    }
    let Some(division) = &one.division else { return Ok(Pin::Free) };
    let names = std::iter::once(&one.goal.key).chain(one.was.as_ref());
    for key in names {
        match observed.in_division(kind, &key.name, division) {
            Ok(meant) => {
                let at = live.iter().position(|live| live.id == meant.id());
                return Ok(at.map_or(Pin::New, Pin::At));
            }
            Err(NameError::NotInDivision { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Pin::New)
}

/// A new object, in the division that it is for.
fn created(one: &Desired, observed: &Observed) -> Result<Goal, NameError> {
    let mut goal = one.goal.clone();
    if let Some(name) = &one.division {
        let id = observed.division(name).ok_or_else(|| NameError::UnknownDivision { name: name.clone() })?;
        goal.rest.insert("division".to_owned(), Reference::to(id, name).value());
    }
    Ok(goal)
}

/// Declared objects that share a key here, though their queues are written differently.
fn twice(kind: Kind, wanted: &[Desired]) -> Vec<PlanError> {
    let mut seen = BTreeSet::new();
    wanted
        .iter()
        .filter(|one| !seen.insert(&one.goal.key))
        .map(|one| PlanError::DeclaredTwice { kind, key: one.goal.key.clone() })
        .collect()
}

/// Live objects that several declared ones say they are.
fn claimed_twice(kind: Kind, pins: &[Pin], live: &[Live]) -> Vec<PlanError> {
    let mut seen = BTreeSet::new();
    pins.iter()
        .filter_map(|pin| if let Pin::At(at) = pin { Some(*at) } else { None })
        .filter(|at| !seen.insert(*at))
        .filter_map(|at| Some(PlanError::DeclaredTwice { kind, key: live.get(at)?.key.clone() }))
        .collect()
}

/// Declared keys that several live objects have, where the project does not say which of them is meant.
fn several(kind: Kind, wanted: &[Desired], pins: &[Pin], live: &[Live]) -> Vec<PlanError> {
    let mut ids: BTreeMap<&Key, Vec<String>> = BTreeMap::new();
    for live in live {
        let division = live.rest.get("division").and_then(Reference::read);
        let division = division.map(|division| format!(" ({})", division.name)).unwrap_or_default();
        ids.entry(&live.key).or_default().push(clean(&format!("{}{division}", live.id), &[]));
    }
    let asked: BTreeSet<&Key> = wanted
        .iter()
        .zip(pins)
        .filter(|(_, pin)| **pin == Pin::Free)
        .flat_map(|(one, _)| std::iter::once(&one.goal.key).chain(one.was.as_ref()))
        .collect();
    ids.into_iter()
        .filter(|(key, ids)| ids.len() > 1 && asked.contains(key))
        .map(|(key, ids)| PlanError::Several { kind, key: key.clone(), ids })
        .collect()
}
