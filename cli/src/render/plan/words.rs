//! Names of objects as messages show them: nothing in them may steer a terminal or look like a line of its own.

use std::collections::BTreeMap;

use genesys_client::plan::Plan;
use genesys_client::resource::{Key, Kind};

use crate::render::clean::clean;

/// `"Name"`
pub fn quoted(name: &str) -> String {
    let name = clean(name);
    if name.contains(['\n', '\t', '"', '\\']) {
        let mut out = String::with_capacity(name.len() + 8);
        for c in name.chars() {
            match c {
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '"' => out.push_str("\\\""),
                // What `clean` has escaped stays so.
                other => out.push(other),
            }
        }
        return format!("\"{out}\"");
    }
    format!("\"{name}\"")
}

/// `"Name" in "Queue"`
pub fn key_of(key: &Key) -> String {
    match &key.queue {
        None => quoted(&key.name),
        Some(queue) => format!("{} in {}", quoted(&key.name), quoted(&queue.name)),
    }
}

/// The words for a number of objects of these kinds: `2 skills, 1 queue and 7 rules`.
pub fn objects(kinds: impl IntoIterator<Item = Kind>) -> String {
    let mut numbers: BTreeMap<Kind, usize> = BTreeMap::new();
    for kind in kinds {
        *numbers.entry(kind).or_default() += 1;
    }
    let mut parts: Vec<String> = numbers
        .into_iter()
        .map(|(kind, number)| format!("{number} {}", if number == 1 { kind.word() } else { kind.words() }))
        .collect();
    let last = parts.pop().unwrap_or_else(|| format!("0 {}", Kind::Rule.words()));
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
}

/// Why nothing is to be done.
pub fn nothing_to_do(plan: &Plan) -> String {
    let are = if plan.unchanged.len() == 1 { "is" } else { "are" };
    format!("Nothing to do: {} {are} live as declared", objects(plan.unchanged.iter().map(|one| one.kind)))
}
