//! Names of objects as messages show them: nothing in them may steer a terminal or look like a line of its own.

use genesys_client::plan::Plan;
use genesys_client::resource::{Key, Kind};

use crate::render::clean::clean;
use crate::terminal::count;

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
    format!("{} in {}", quoted(&key.name), quoted(&key.queue.name))
}

/// The words for a number of objects of all kinds of a plan: `7 rules`.
pub fn objects(number: usize) -> String {
    count(number, Kind::Rule.word())
}

/// Why nothing is to be done.
pub fn nothing_to_do(plan: &Plan) -> String {
    let are = if plan.unchanged.len() == 1 { "is" } else { "are" };
    format!("Nothing to do: {} {are} live as declared", objects(plan.unchanged.len()))
}
