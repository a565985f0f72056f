//! Condition trees as the rule language writes them.

use serde_json::Value;

/// The lines of a condition; of a tree that the language cannot say, those of its JSON.
pub fn condition_lines(tree: &Value) -> Vec<String> {
    let json = serde_json::to_string_pretty(tree).unwrap_or_else(|_| tree.to_string());
    json.lines().map(str::to_owned).collect()
}
