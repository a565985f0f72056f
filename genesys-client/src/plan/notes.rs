//! What the author may want to know of names: what looks renamed, and `was` lines that have no effect.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::desired::Desired;
use super::{Note, Plan};
use crate::fingerprint;
use crate::resource::{Fields, Key, Kind, Live};

/// Notes it of one kind. `left` is what nothing declares; `candidates` are those of it that may have had another name.
pub(super) fn notes(
    kind: Kind,
    wanted: &[Desired],
    found: &[Option<usize>],
    left: &[&Live],
    candidates: &[&Live],
    plan: &mut Plan,
) {
    let left_keys: BTreeSet<&Key> = left.iter().map(|live| &live.key).collect();
    let mut by_content: BTreeMap<String, Vec<&Key>> = BTreeMap::new();
    for live in candidates {
        if let Some(content) = content(kind, &live.fields) {
            by_content.entry(content).or_default().push(&live.key);
        }
    }
    for (one, at) in wanted.iter().zip(found) {
        let new = || one.goal.key.clone();
        match (at, &one.was) {
            (Some(_), Some(was)) if *was != one.goal.key && left_keys.contains(was) => {
                plan.notes.push(Note::BothExist { kind, new: new(), old: was.clone() });
            }
            (None, was) => {
                if let Some(was) = was {
                    plan.notes.push(Note::WasMissing { kind, new: new(), old: was.clone() });
                }
                let alike = content(kind, &one.goal.fields).and_then(|content| by_content.get(&content));
                // Of several, none is the likely one.
                if let Some([old]) = alike.map(Vec::as_slice)
                    && !queues_look_renamed(&plan.notes, &one.goal.key, old)
                {
                    plan.notes.push(Note::LooksRenamed { kind, new: new(), old: (*old).clone() });
                }
            }
            _ => {}
        }
    }
}

/// What an object is apart from its name, where that tells it from others: of a rule its condition.
fn content(kind: Kind, fields: &Fields) -> Option<String> {
    let mut normal = kind.driver().normal(fields);
    let content = match kind {
        // It has no name that could change.
        Kind::Strategy => return None,
        Kind::Rule => normal.remove("expression")?,
        Kind::Skill | Kind::SkillGroup | Kind::Queue => {
            normal.remove("name");
            normal.retain(|_, value| !value.is_null());
            if normal.is_empty() {
                return None;
            }
            Value::Object(normal)
        }
    };
    (!content.is_null()).then(|| fingerprint::of(&content))
}

/// Whether a rule only seems to move because its queue seems to have another name.
fn queues_look_renamed(notes: &[Note], new: &Key, old: &Key) -> bool {
    let (Some(new), Some(old)) = (&new.queue, &old.queue) else { return false };
    notes.iter().any(|note| {
        matches!(note, Note::LooksRenamed { kind: Kind::Queue, new: to, old: from }
            if to.name == new.name && from.name == old.name)
    })
}
