//! What became of objects that were deleted and made again: they have other ids since.

use std::collections::BTreeMap;

use super::history::Deployment;
use super::record::Outcome;
use crate::resource::Kind;

/// For each change of a deployment the id that its object has today, as far as the journal knows.
///
/// The platform gives an object that is made again a new id. That happens where a deletion is taken back, by a failed
/// deployment or by a rollback.
pub fn ids_today(deployment: &Deployment, all: &[Deployment]) -> Vec<Option<String>> {
    let successors = successors(all);
    let kinds = deployment.begin.changes.iter().map(|change| change.kind);
    kinds
        .zip(deployment.ids())
        .map(|(kind, id)| {
            let mut id = id?;
            // Each has one successor at most, so a chain is no longer than the list.
            for _ in 0..=successors.len() {
                let Some(next) = successors.get(&(kind, id.clone())) else { break };
                id.clone_from(next);
            }
            Some(id)
        })
        .collect()
}

fn successors(all: &[Deployment]) -> BTreeMap<(Kind, String), String> {
    let mut successors = BTreeMap::new();
    for deployment in all {
        for (change, id) in deployment.begin.changes.iter().zip(deployment.ids()) {
            let Some(id) = id else { continue };
            let old = match (deployment.outcome, &change.before, &change.after) {
                (Some(Outcome::Undone), Some(before), None) => Some(before.id.clone()),
                (Some(Outcome::Deployed), None, Some(after)) => {
                    let taken_back = deployment.begin.rollback_of;
                    let taken_back = all.iter().find(|other| Some(other.begin.number) == taken_back);
                    let mut deleted = taken_back.into_iter().flat_map(|other| &other.begin.changes);
                    deleted.find_map(|other| match (&other.before, &other.after) {
                        (Some(before), None) if other.kind == change.kind && before.key == after.key => {
                            Some(before.id.clone())
                        }
                        _ => None,
                    })
                }
                _ => None,
            };
            if let Some(old) = old.filter(|old| *old != id) {
                successors.insert((change.kind, old), id);
            }
        }
    }
    successors
}
