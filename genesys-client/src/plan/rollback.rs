//! The plan that undoes a finished deployment.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, FORMAT, FieldDifference, Observed, Plan, differences};
use crate::resource::{Goal, Key, Kind, Live};

/// Why a deployment cannot be undone: somebody changed the same since.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RollbackError {
    /// Fields that the deployment set have other values now.
    #[error("the {} {key} has been changed since", kind.word())]
    Changed {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: Key,
        /// What was deployed, and what is there now.
        differences: Vec<FieldDifference>,
    },
    /// What the deployment changed is gone.
    #[error("the {} {key} is gone", kind.word())]
    Gone {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: Key,
    },
    /// What the deployment deleted is there again, and different.
    #[error("the {} {key} has been made anew", kind.word())]
    Anew {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: Key,
        /// What it was, and what it is now.
        differences: Vec<FieldDifference>,
    },
}

/// The plan that takes back these changes, of which each has had the id beside it since. What they refer to goes by
/// today's ids.
///
/// Only the fields that the deployment changed are set back. What is as it was before already is left alone.
///
/// # Errors
/// Everything that somebody else has changed since.
pub fn rollback(
    changes: &[Change],
    ids: &[Option<String>],
    observed: &Observed,
    organization: &str,
    bundle: &str,
) -> Result<Plan, Vec<RollbackError>> {
    let mut by_id: BTreeMap<(Kind, &str), &Live> = BTreeMap::new();
    let mut by_key: BTreeMap<(Kind, &Key), &Live> = BTreeMap::new();
    for (kind, live) in observed.all() {
        by_id.insert((kind, &live.id), live);
        by_key.insert((kind, &live.key), live);
    }
    let mut plan = Plan {
        format: FORMAT,
        organization: organization.to_owned(),
        bundle: bundle.to_owned(),
        changes: Vec::new(),
        unchanged: Vec::new(),
        undeclared: Vec::new(),
        notes: Vec::new(),
    };
    let mut errors = Vec::new();
    for (change, id) in changes.iter().zip(ids) {
        let kind = change.kind;
        let by_id = id.as_deref().and_then(|id| by_id.get(&(kind, id))).copied();
        let inverse = match (&change.before, &change.after) {
            (None, Some(after)) => undo_create(kind, after, by_id),
            (Some(before), None) => undo_delete(kind, before, by_key.get(&(kind, &before.key)).copied()),
            (Some(_), Some(after)) => undo_update(change, after, by_id),
            (None, None) => Ok(None),
        };
        match inverse {
            Ok(inverse) => plan.changes.extend(inverse),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    // What is made again has another id then: it is named, not pointed to.
    let gone: BTreeSet<(Kind, &str)> = changes
        .iter()
        .filter_map(|change| Some((change.kind, change.before.as_ref()?.id.as_str())))
        .filter(|(kind, id)| !by_id.contains_key(&(*kind, *id)))
        .collect();
    for change in &mut plan.changes {
        if let Some(after) = &mut change.after {
            after.refer(change.kind, &mut |kind, reference| {
                if gone.contains(&(kind, reference.id())) {
                    reference.id = None;
                }
            });
        }
    }
    Ok(plan)
}

fn undo_create(kind: Kind, after: &Goal, live: Option<&Live>) -> Result<Option<Change>, RollbackError> {
    let Some(live) = live else { return Ok(None) };
    let differences = differences(kind, &after.fields, &live.fields);
    if differences.is_empty() {
        Ok(Some(Change { kind, before: Some(live.clone()), after: None }))
    } else {
        Err(RollbackError::Changed { kind, key: live.key.clone(), differences })
    }
}

fn undo_delete(kind: Kind, before: &Live, live: Option<&Live>) -> Result<Option<Change>, RollbackError> {
    let Some(live) = live else {
        return Ok(Some(Change { kind, before: None, after: Some(before.goal()) }));
    };
    let differences = differences(kind, &before.fields, &live.fields);
    if differences.is_empty() {
        Ok(None)
    } else {
        Err(RollbackError::Anew { kind, key: live.key.clone(), differences })
    }
}

fn undo_update(change: &Change, after: &Goal, live: Option<&Live>) -> Result<Option<Change>, RollbackError> {
    let kind = change.kind;
    let Some(live) = live else { return Err(RollbackError::Gone { kind, key: after.key.clone() }) };
    let changed = change.differences();
    let is_ours = |field: &str| changed.iter().any(|one| one.field == field);
    let mut fields = live.fields.clone();
    for one in &changed {
        fields.insert(one.field.clone(), one.before.clone());
    }
    // What differs both from what was deployed and from what it was before is somebody else's.
    let back = differences(kind, &live.fields, &fields);
    let foreign: Vec<FieldDifference> = differences(kind, &after.fields, &live.fields)
        .into_iter()
        .filter(|one| is_ours(&one.field) && back.iter().any(|back| back.field == one.field))
        .collect();
    if !foreign.is_empty() {
        return Err(RollbackError::Changed { kind, key: live.key.clone(), differences: foreign });
    }
    if back.is_empty() {
        return Ok(None);
    }
    let Some(key) = kind.driver().key(&fields) else { return Ok(None) };
    Ok(Some(Change {
        kind,
        before: Some(live.clone()),
        after: Some(Goal { key, fields, rest: live.rest.clone() }),
    }))
}
