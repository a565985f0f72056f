//! What is not deleted though that was asked for: what stays refers to it, and the platform would refuse, or delete
//! somebody else's strategies with their queue.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Observed, Plan, Undeclared};
use crate::resource::{Fields, Key, Kind};

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
            Some((index, needed.get(&(change.kind, live.id.as_str()))?.clone()))
        })
        .collect()
}

/// What everything that stays refers to, as it will be, and what refers to it.
fn needed<'a>(changes: &'a [Change], observed: &'a Observed) -> BTreeMap<(Kind, &'a str), (Kind, Key)> {
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
        for (to, id) in ids(kind, fields) {
            needed.entry((to, id)).or_insert_with(|| (kind, key.clone()));
        }
    }
    needed
}

/// The ids of what an object refers to.
fn ids(kind: Kind, fields: &Fields) -> impl Iterator<Item = (Kind, &str)> {
    kind.driver().references().iter().flat_map(move |(field, to)| {
        let value = fields.get(*field);
        let list = value.and_then(serde_json::Value::as_array);
        let values = list.map_or_else(|| value.into_iter().collect(), |list| list.iter().collect::<Vec<_>>());
        values.into_iter().filter_map(move |value| Some((*to, value.get("id")?.as_str()?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Reference;

    #[test]
    fn a_reference_to_what_is_yet_to_be_made_keeps_nothing() {
        let fields = [("queue".to_owned(), Reference { id: None, name: "Q".to_owned() }.value())];
        assert_eq!(ids(Kind::Rule, &fields.into_iter().collect()).count(), 0);
    }
}
