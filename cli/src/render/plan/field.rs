//! The fields of an object, and how they differ, line by line.

use genesys_client::plan::FieldDifference;
use genesys_client::resource::Fields;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::condition::condition_lines;
use super::words::quoted;
use crate::render::clean::clean;
use crate::terminal::{GREEN, RED, paint};

/// How many lines of a condition are shown around a change.
const CONTEXT: usize = 2;

/// A value on one line.
fn value(field: &str, value: &Value) -> String {
    match (field, value) {
        (_, Value::Null) => "none".to_owned(),
        ("queue", queue) => {
            let name = queue.get("name").or_else(|| queue.get("id")).and_then(Value::as_str);
            name.map_or_else(|| clean(&queue.to_string()).into_owned(), quoted)
        }
        (_, Value::String(text)) => quoted(text),
        (_, other) => clean(&other.to_string()).into_owned(),
    }
}

/// The lines that show an object whole, without its name and queue.
pub(super) fn whole(fields: &Fields) -> Vec<String> {
    let get = |name: &str| fields.get(name).filter(|value| !value.is_null());
    let mut lines = Vec::new();
    if let Some(description) = get("description") {
        lines.push(format!("description: {}", value("description", description)));
    }
    if let Some(priority) = get("priority").filter(|priority| priority.as_i64() != Some(0)) {
        lines.push(format!("priority: {priority}"));
    }
    if get("enabled") == Some(&Value::Bool(false)) {
        lines.push("enabled: false".to_owned());
    }
    if let Some(expression) = get("expression") {
        let condition = condition_lines(expression);
        let mut condition = condition.into_iter().map(|line| clean(&line).into_owned());
        lines.push(format!("when {}", condition.next().unwrap_or_default()));
        lines.extend(condition);
    }
    lines
}

/// The lines that show how one object's fields differ: what stands before, then what stands after.
pub fn difference_lines(differences: &[FieldDifference], color: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for one in differences {
        if one.field == "expression" && !one.before.is_null() && !one.after.is_null() {
            lines.push("when".to_owned());
            condition_difference(&one.before, &one.after, color, &mut lines);
        } else {
            let (before, after) = (value(&one.field, &one.before), value(&one.field, &one.after));
            lines.push(format!(
                "{}: {} -> {}",
                one.field,
                paint(color, RED, &before),
                paint(color, GREEN, &after)
            ));
        }
    }
    lines
}

fn condition_difference(before: &Value, after: &Value, color: bool, lines: &mut Vec<String>) {
    let text = |tree: &Value| condition_lines(tree).join("\n") + "\n";
    let (before, after) = (text(before), text(after));
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            lines.push("  …".to_owned());
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ("-", RED),
                ChangeTag::Insert => ("+", GREEN),
                ChangeTag::Equal => (" ", "0"),
            };
            let text = format!("{sign} {}", clean(change.value().trim_end_matches('\n')));
            let plain = change.tag() == ChangeTag::Equal;
            lines.push(format!("  {}", if plain { text } else { paint(color, style, &text) }));
        }
    }
}
