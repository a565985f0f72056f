//! What is not deleted though that was asked for: what stays refers to it, and the platform would refuse, or delete
//! somebody else's strategies with their queue.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Observed, Plan, Undeclared};
use crate::resource::{Key, Kind, references};

/// Takes back the deletions of what something that stays refers to. What is kept may keep more, so it goes on until
/// nothing more is.
pub(super) fn keep_what_is_needed(plan: &mut Plan, observed: &Observed, owned: &BTreeSet<(Kind, String)>) {
    loop {
        let mut held = held_back(&plan.changes, observed);
        if held.is_empty() {
            return;
        }
        for (index, change) in std::mem::take(&mut plan.changes).into_iter().enumerate() {
            match (held.remove(&index), change.before) {
                (Some(needed_by), Some(live)) => plan.undeclared.push(Undeclared {
                    kind: change.kind,
                    owned: owned.contains(&(change.kind, live.id.clone())),
                    key: live.key,
                    id: live.id,
                    foreign: None,
                    needed_by: Some(needed_by),
                }),
                (_, before) => plan.changes.push(Change { before, ..change }),
            }
        }
    }
}

/// The deletions of what something that stays refers to, and what that is.
fn held_back(changes: &[Change], observed: &Observed) -> BTreeMap<usize, (Kind, Key)> {
    let needed = needed(changes, observed);
    let deleted = changes.iter().enumerate().filter(|(_, change)| change.after.is_none());
    deleted
        .filter_map(|(index, change)| {
            let live = change.before.as_ref()?;
            Some((index, needed.get(&(change.kind, live.id.clone()))?.clone()))
        })
        .collect()
}

/// What everything that stays refers to, as it will be, and what refers to it.
fn needed(changes: &[Change], observed: &Observed) -> BTreeMap<(Kind, String), (Kind, Key)> {
    let touched: BTreeSet<(Kind, &str)> = changes
        .iter()
        .filter_map(|change| Some((change.kind, change.before.as_ref()?.id.as_str())))
        .collect();
    let goals = changes.iter().filter_map(|change| {
        let goal = change.after.as_ref()?;
        Some((change.kind, &goal.key, &goal.fields))
    });
    let untouched = observed
        .all()
        .filter(|(kind, live)| !touched.contains(&(*kind, live.id.as_str())))
        .map(|(kind, live)| (kind, &live.key, &live.fields));
    let mut needed = BTreeMap::new();
    for (kind, key, fields) in goals.chain(untouched) {
        for (to, reference) in references(kind, fields) {
            // What is yet to be made keeps nothing.
            if let Some(id) = reference.id {
                needed.entry((to, id)).or_insert_with(|| (kind, key.clone()));
            }
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::{Fields, Goal, Reference};

    #[test]
    fn a_reference_to_what_is_yet_to_be_made_keeps_nothing() {
        let rule = |queue: Reference| {
            let fields: Fields =
                [("queue".to_owned(), queue.value()), ("name".to_owned(), json!("r"))].into_iter().collect();
            let key = Key { queue: Some(queue), name: "r".to_owned() };
            Change { kind: Kind::Rule, before: None, after: Some(Goal { key, fields, rest: Fields::new() }) }
        };
        let new = rule(Reference { id: None, name: "Q".to_owned() });
        assert!(needed(&[new], &Observed::default()).is_empty());
        let old = rule(Reference::to("q-1", "Q"));
        assert!(needed(&[old], &Observed::default()).contains_key(&(Kind::Queue, "q-1".to_owned())));
    }
}
