//! The platform's measures of a tree (contract 1.3), written from its text and not from the compiler's code.

use serde_json::Value;

/// The depth: a leaf is one, a logical node one more than its deepest child, a logical node without children one.
pub fn depth(node: &Value) -> usize {
    1 + children(node).map(depth).max().unwrap_or(0)
}

/// How many conditions there are.
pub fn conditions(node: &Value) -> usize {
    usize::from(node["type"] == "condition") + children(node).map(conditions).sum::<usize>()
}

/// How many nodes there are.
pub fn nodes(node: &Value) -> usize {
    1 + children(node).map(nodes).sum::<usize>()
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node["children"].as_array().into_iter().flatten()
}
