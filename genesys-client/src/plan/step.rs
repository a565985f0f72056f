//! The order in which a plan's changes are carried out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Change;
use crate::resource::{Fields, Key, Kind};

/// One write of a deployment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Which change of the plan it belongs to.
    pub change: usize,
    /// What it does.
    pub action: Action,
}

/// What one write does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Makes the object, without effect where the platform can do so.
    Create,
    /// Changes the object's fields.
    Update,
    /// Lets a new object have effect.
    Enable,
    /// Removes the object.
    Delete,
}

/// The changes cannot be put in an order: objects would swap their keys.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no order of changes frees the name {0} before it is taken")]
pub struct OrderError(pub String);

/// The writes of these changes, in order: kind after kind what is new without effect and what changes, then what lets
/// the new have effect, then deletions, kind before kind. What takes another's key comes after what frees it, be it a
/// deletion.
///
/// # Errors
/// Where objects would swap their keys, or take that of what others must let go of first: that needs two deployments.
pub fn steps(changes: &[Change]) -> Result<Vec<Step>, OrderError> {
    let mut steps = Vec::with_capacity(changes.len() * 2);
    let mut early = BTreeSet::new();
    for index in in_order(changes)? {
        let Some(change) = changes.get(index) else { continue };
        let action = match (&change.before, &change.after) {
            (None, _) => Action::Create,
            (Some(_), None) => Action::Delete,
            (Some(_), Some(_)) => Action::Update,
        };
        if action == Action::Delete {
            // Others may refer to it until they are changed or deleted themselves.
            if change.kind.referring().next().is_some() {
                return Err(OrderError(change.frees().map(ToString::to_string).unwrap_or_default()));
            }
            early.insert(index);
        }
        steps.push(Step { change: index, action });
    }
    let enabled = changes.iter().enumerate().filter(|(_, change)| {
        change.before.is_none()
            && change.after.as_ref().is_some_and(|goal| switched_off(change.kind, &goal.fields).is_some())
    });
    steps.extend(enabled.map(|(change, _)| Step { change, action: Action::Enable }));
    let mut deletions: Vec<(Kind, usize)> = changes
        .iter()
        .enumerate()
        .filter(|(index, change)| change.after.is_none() && !early.contains(index))
        .map(|(index, change)| (change.kind, index))
        .collect();
    deletions.sort_by_key(|(kind, _)| Reverse(*kind));
    steps.extend(deletions.into_iter().map(|(_, change)| Step { change, action: Action::Delete }));
    Ok(steps)
}

/// A new object's fields while it has no effect, where the platform can do so and they say otherwise.
pub(crate) fn switched_off(kind: Kind, fields: &Fields) -> Option<Fields> {
    let switch = kind.driver().capabilities().switch?;
    if fields.get(switch) == Some(&Value::Bool(false)) {
        return None;
    }
    let mut off = fields.clone();
    off.insert(switch.to_owned(), Value::Bool(false));
    Some(off)
}

/// The changes that leave something, kind after kind, of each the new ones first, each after the one that frees the key which it takes; of those
/// that leave nothing, only such.
fn in_order(changes: &[Change]) -> Result<Vec<usize>, OrderError> {
    let freed: BTreeMap<(Kind, &Key), usize> = changes
        .iter()
        .enumerate()
        .filter_map(|(index, change)| Some(((change.kind, change.frees()?), index)))
        .collect();
    let needs = |index: usize| {
        let change = changes.get(index)?;
        let takes = &change.after.as_ref()?.key;
        freed.get(&(change.kind, takes)).copied().filter(|other| *other != index)
    };
    let mut lasting: Vec<(Kind, bool, usize)> = changes
        .iter()
        .enumerate()
        .filter(|(_, change)| change.after.is_some())
        .map(|(index, change)| (change.kind, change.before.is_some(), index))
        .collect();
    lasting.sort_unstable();
    let mut order = Vec::with_capacity(changes.len());
    let mut placed = vec![false; changes.len()];
    for (_, _, first) in lasting {
        // Each needs at most one other, so what must come before is a chain.
        let mut chain = vec![first];
        let mut next = needs(first);
        while let Some(index) = next.filter(|index| placed.get(*index) == Some(&false)) {
            if chain.len() == changes.len() {
                let key = changes.get(index).and_then(Change::frees);
                return Err(OrderError(key.map(ToString::to_string).unwrap_or_default()));
            }
            chain.push(index);
            next = needs(index);
        }
        for index in chain.into_iter().rev() {
            if let Some(placed) = placed.get_mut(index).filter(|placed| !**placed) {
                *placed = true;
                order.push(index);
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::{Goal, Live, Reference};

    fn key(name: &str) -> Key {
        Key { queue: Some(Reference::to("q", "Q")), name: name.to_owned() }
    }

    fn fields(name: &str, enabled: bool) -> Fields {
        let json = json!({ "name": name, "queue": { "id": "q" }, "enabled": enabled });
        json.as_object().unwrap().clone()
    }

    fn change(before: Option<&str>, after: Option<&str>) -> Change {
        Change {
            kind: Kind::Rule,
            before: before.map(|name| Live {
                id: format!("id of {name}"),
                version: Some(1),
                key: key(name),
                fields: fields(name, true),
                rest: Fields::new(),
            }),
            after: after.map(|name| Goal { key: key(name), fields: fields(name, true), rest: Fields::new() }),
        }
    }

    fn order(changes: &[Change]) -> Vec<(usize, Action)> {
        steps(changes).unwrap().into_iter().map(|step| (step.change, step.action)).collect()
    }

    #[test]
    fn what_is_new_comes_first_and_has_effect_before_anything_is_deleted() {
        let changes = [change(Some("old"), None), change(Some("a"), Some("a")), change(None, Some("new"))];
        assert_eq!(
            order(&changes),
            [(2, Action::Create), (1, Action::Update), (2, Action::Enable), (0, Action::Delete)]
        );
    }

    #[test]
    fn a_name_is_taken_after_it_is_free() {
        let changes = [change(Some("a"), Some("b")), change(Some("b"), Some("c")), change(None, Some("a"))];
        assert_eq!(
            order(&changes),
            [(1, Action::Update), (0, Action::Update), (2, Action::Create), (2, Action::Enable)]
        );
    }

    #[test]
    fn what_is_deleted_makes_room_where_its_name_is_taken() {
        let changes = [change(Some("x"), None), change(Some("b"), None), change(Some("a"), Some("b"))];
        assert_eq!(order(&changes), [(1, Action::Delete), (2, Action::Update), (0, Action::Delete)]);
    }

    #[test]
    fn names_that_are_swapped_have_no_order() {
        let changes = [change(Some("a"), Some("b")), change(Some("b"), Some("a"))];
        assert!(steps(&changes).unwrap_err().to_string().contains("no order of changes"));
    }
}
