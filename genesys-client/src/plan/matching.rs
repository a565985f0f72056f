//! Which live object a declared one is: the one of its key, or the one that it was.

use std::collections::{BTreeMap, BTreeSet};

use super::desired::Desired;
use crate::resource::{Key, Live};

/// What the project itself says of which live object a declared one is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pin {
    /// Nothing: its name tells.
    Free,
    /// This one.
    At(usize),
    /// None of those that are there.
    New,
}

/// For each declared object of one kind the index of the live one that it is, where there is one.
///
/// A declared object whose own key is not live takes what its `was` names. A live object that is so taken is no longer
/// there under its old key, so that chains (`c` was `b`, `b` was `a`) go through in one plan. Where both the key and
/// the `was` are live, the rename has happened before, and the key counts. Each live object is taken at most once.
pub(super) fn matching(desired: &[Desired], pins: &[Pin], live: &[Live]) -> Vec<Option<usize>> {
    let by_key: BTreeMap<&Key, usize> =
        live.iter().enumerate().map(|(index, live)| (&live.key, index)).collect();
    let free =
        || desired.iter().enumerate().zip(pins).filter(|(_, pin)| **pin == Pin::Free).map(|(one, _)| one);
    let declared: BTreeMap<&Key, usize> = free().map(|(index, desired)| (&desired.goal.key, index)).collect();
    let mut found: Vec<Option<usize>> =
        pins.iter().map(|pin| if let Pin::At(at) = pin { Some(*at) } else { None }).collect();
    let mut taken: BTreeSet<usize> = found.iter().flatten().copied().collect();
    // Those that look for what they were; taking one may send its namesake on the same search.
    let mut looking: Vec<usize> =
        free().filter(|(_, one)| !by_key.contains_key(&one.goal.key)).map(|(index, _)| index).collect();
    looking.reverse();
    while let Some(index) = looking.pop() {
        let Some(was) = desired.get(index).and_then(|one| one.was.as_ref()) else { continue };
        let Some(&at) = by_key.get(was) else { continue };
        if !taken.insert(at) {
            continue;
        }
        if let Some(slot) = found.get_mut(index) {
            *slot = Some(at);
        }
        if let Some(&namesake) = declared.get(was) {
            looking.push(namesake);
        }
    }
    for ((one, pin), slot) in desired.iter().zip(pins).zip(&mut found) {
        if slot.is_none()
            && *pin == Pin::Free
            && let Some(&at) = by_key.get(&one.goal.key)
            && taken.insert(at)
        {
            *slot = Some(at);
        }
    }
    found
}
