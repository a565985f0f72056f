//! The fields of an object, and how they differ, line by line.

use std::collections::{BTreeMap, BTreeSet};

use genesys_client::plan::FieldDifference;
use genesys_client::resource::{Fields, Kind};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::condition::condition_lines;
use super::words::quoted;
use crate::render::clean::clean;
use crate::terminal::{GREEN, RED, paint};

/// How many lines of a condition are shown around a change.
const CONTEXT: usize = 2;

/// What a field says, as people read it.
enum Shown {
    /// One value.
    One(String),
    /// Names in any order.
    Set(BTreeSet<String>),
    /// Lines in their order.
    List(Vec<String>),
}

/// What a field says, each part with what it is called in a rule file.
fn parts(field: &str, value: &Value) -> Vec<(String, Shown)> {
    let one = |label: &str, text: String| vec![(label.to_owned(), Shown::One(text))];
    match (field, value) {
        // A strategy is named by its media type.
        ("mediaType", _) | (_, Value::Null) => Vec::new(),
        ("queue" | "skill_group", reference) => one(field, name(reference)),
        ("strategy", Value::String(method)) => one("method", snake(method)),
        ("overflow", _) => {
            let rules = value.get("rules").and_then(Value::as_array).into_iter().flatten();
            let rules: Vec<String> = rules.map(overflow).collect();
            if rules.is_empty() { Vec::new() } else { vec![(field.to_owned(), Shown::List(rules))] }
        }
        ("skills", Value::Array(list)) => {
            vec![(field.to_owned(), Shown::Set(list.iter().map(name).collect()))]
        }
        ("skills", Value::Object(lists)) => lists
            .iter()
            .map(|(key, list)| {
                let label = match key.as_str() {
                    "required" => "require",
                    "preferred" => "prefer",
                    other => other,
                };
                let shown = match list {
                    Value::Array(list) => Shown::Set(list.iter().map(name).collect()),
                    other => Shown::One(clean(&other.to_string()).into_owned()),
                };
                (clean(label).into_owned(), shown)
            })
            .collect(),
        (_, Value::String(text)) => one(field, quoted(text)),
        (_, other) => one(field, clean(&other.to_string()).into_owned()),
    }
}

/// The name of an object that a field refers to; a name that it holds itself.
fn name(reference: &Value) -> String {
    let name = reference.as_str().or_else(|| reference.get("name").or_else(|| reference.get("id"))?.as_str());
    name.map_or_else(|| clean(&reference.to_string()).into_owned(), quoted)
}

/// `queue_depth > 15 -> route_to_next_queue`
fn overflow(rule: &Value) -> String {
    let word = |key: &str| rule.get(key).and_then(Value::as_str).map(snake);
    match (word("condition"), rule.get("threshold").and_then(Value::as_u64), word("action")) {
        (Some(condition), Some(threshold), Some(action)) => {
            let unit = if condition == "wait_time" { "s" } else { "" };
            format!("{condition} > {threshold}{unit} -> {action}")
        }
        _ => clean(&rule.to_string()).into_owned(),
    }
}

/// A word of the platform as a rule file writes it.
fn snake(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 4);
    for c in clean(word).chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The lines that show an object whole, without its name and queue.
pub(super) fn whole(kind: Kind, fields: &Fields) -> Vec<String> {
    let mut lines = Vec::new();
    for field in kind.driver().managed() {
        let value = fields.get(*field).unwrap_or(&Value::Null);
        match (*field, value) {
            ("name" | "queue", _) | ("enabled", Value::Bool(true)) | ("expression", Value::Null) => {}
            ("priority", value) if value.as_i64() == Some(0) => {}
            ("expression", expression) => {
                let condition = condition_lines(expression);
                let mut condition = condition.into_iter().map(|line| clean(&line).into_owned());
                lines.push(format!("when {}", condition.next().unwrap_or_default()));
                lines.extend(condition);
            }
            (field, value) => {
                for (label, shown) in parts(field, value) {
                    match shown {
                        Shown::One(text) => lines.push(format!("{label}: {text}")),
                        Shown::Set(names) => {
                            let names: Vec<String> = names.into_iter().collect();
                            lines.push(format!("{label}: {}", names.join(", ")));
                        }
                        Shown::List(list) => lines.extend(list.iter().map(|one| format!("{label}: {one}"))),
                    }
                }
            }
        }
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
            field_difference(one, color, &mut lines);
        }
    }
    lines
}

fn field_difference(one: &FieldDifference, color: bool, lines: &mut Vec<String>) {
    let mut before: BTreeMap<String, Shown> = parts(&one.field, &one.before).into_iter().collect();
    let mut after: BTreeMap<String, Shown> = parts(&one.field, &one.after).into_iter().collect();
    let labels: BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
    let gone = |text: &str| paint(color, RED, text);
    let new = |text: &str| paint(color, GREEN, text);
    for label in labels {
        match (before.remove(&label), after.remove(&label)) {
            (before @ (None | Some(Shown::One(_))), after @ (None | Some(Shown::One(_)))) => {
                let (before, after) = (one_or_none(before), one_or_none(after));
                if before != after {
                    lines.push(format!("{label}: {} -> {}", gone(&before), new(&after)));
                }
            }
            (before, after) => {
                let (before, after) = (items(before), items(after));
                for item in before.iter().filter(|item| !after.contains(item)) {
                    lines.push(gone(&format!("- {label}: {item}")));
                }
                for item in after.iter().filter(|item| !before.contains(item)) {
                    lines.push(new(&format!("+ {label}: {item}")));
                }
            }
        }
    }
}

fn one_or_none(shown: Option<Shown>) -> String {
    items(shown).pop().unwrap_or_else(|| "none".to_owned())
}

fn items(shown: Option<Shown>) -> Vec<String> {
    match shown {
        None => Vec::new(),
        Some(Shown::One(text)) => vec![text],
        Some(Shown::Set(names)) => names.into_iter().collect(),
        Some(Shown::List(list)) => list,
    }
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
