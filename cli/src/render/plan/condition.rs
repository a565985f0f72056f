//! Condition trees as the rule language writes them.

use serde_json::Value;

use crate::lifting;

/// The lines of a condition; of a tree that the language cannot say, those of its JSON.
pub fn condition_lines(tree: &Value) -> Vec<String> {
    let text = lifting::condition(tree).or_else(|| serde_json::to_string_pretty(tree).ok());
    text.unwrap_or_else(|| tree.to_string()).lines().map(str::to_owned).collect()
}
