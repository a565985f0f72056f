//! Whether the organization is still what a plan was made for, and where it is not.

use std::collections::BTreeMap;

use genesys_client::plan::{Change, FieldDifference, Plan, differences};
use genesys_client::resource::{Key, Kind};

use crate::render::plan::words::key_of;
use crate::render::plan::{Action, difference_lines};

/// Where a plan that was made before differs from one that is made now, a paragraph each; nothing where it still holds.
///
/// A version that moved without a change of what the project manages is no difference, nor is what neither plan touches.
pub(crate) fn moved(before: &Plan, now: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    let (old, new) = (by_object(before), by_object(now));
    let live: BTreeMap<(Kind, &Key), &str> =
        now.unchanged.iter().map(|one| ((one.kind, &one.key), one.fingerprint.as_str())).collect();
    for (object, planned) in &old {
        let name = format!("the {} {}", object.0.word(), key_of(object.1));
        let word = Action::of(planned).word();
        match new.get(object) {
            None if live.contains_key(object) => {
                lines.push(format!("{name}: to {word} when planned, is so already now"));
            }
            None => lines.push(format!("{name}: to {word} when planned, not now")),
            Some(now) => compare(&name, planned, now, &mut lines),
        }
    }
    for (object, now) in &new {
        if !old.contains_key(object) {
            let name = format!("the {} {}", object.0.word(), key_of(object.1));
            lines.push(format!("{name}: not in the plan, to {} now", Action::of(now).word()));
            lines.extend(
                difference_lines(&now.differences(), false).into_iter().map(|line| format!("  {line}")),
            );
        }
    }
    for one in &before.unchanged {
        let object = (one.kind, &one.key);
        if !new.contains_key(&object) && live.get(&object) != Some(&one.fingerprint.as_str()) {
            lines.push(format!(
                "the {} {}: unchanged when planned, not now",
                one.kind.word(),
                key_of(&one.key)
            ));
        }
    }
    lines
}

fn by_object(plan: &Plan) -> BTreeMap<(Kind, &Key), &Change> {
    plan.changes.iter().filter_map(|change| Some(((change.kind, change.key()?), change))).collect()
}

fn compare(name: &str, planned: &Change, now: &Change, lines: &mut Vec<String>) {
    let (old, new) = (Action::of(planned), Action::of(now));
    if old != new {
        lines.push(format!("{name}: to {} when planned, to {} now", old.word(), new.word()));
        return;
    }
    if let (Some(before), Some(live)) = (&planned.before, &now.before) {
        let moved = differences(planned.kind, &before.fields, &live.fields);
        if !moved.is_empty() {
            lines.push(with_differences(format!("{name}: changed since the plan was made"), &moved));
        } else if before.id != live.id {
            lines.push(format!("{name}: made anew since the plan was made"));
        }
    }
    if let (Some(planned_goal), Some(goal)) = (&planned.after, &now.after) {
        let other = differences(planned.kind, &planned_goal.fields, &goal.fields);
        if !other.is_empty() {
            lines.push(with_differences(format!("{name}: to become something else than planned"), &other));
        }
    }
}

/// A line, and below it how fields differ.
pub(crate) fn with_differences(head: String, differences: &[FieldDifference]) -> String {
    difference_lines(differences, false).into_iter().fold(head, |text, line| text + "\n  " + &line)
}
