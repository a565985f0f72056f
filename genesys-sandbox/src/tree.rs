//! Whether an expression tree is the contract's (contract 1.3, with the remedies of D26 to D33).
//!
//! Written on bare JSON, apart from the client's own reading of trees.

use std::fmt::Write;

use genesys_model::limits::{MAX_NODES, MAX_REGEX_BYTES};
use serde_json::{Map, Value};

use crate::Refusal;

const OPERATORS: [&str; 10] =
    ["eq", "neq", "gt", "lt", "gte", "lte", "exists", "not_exists", "contains", "regex"];

/// Reads a tree into the form that is stored: without nulls, without the empty `children` of conditions, and with
/// `"true"` and `"false"`, in any case, as booleans.
///
/// # Errors
/// 400 with the place, where it is none of the contract's.
pub(crate) fn read_tree(tree: &Value, max_depth: u32) -> Result<Value, Refusal> {
    let mut reading = Reading { max_depth, nodes: 0, place: "expression".to_owned() };
    reading.node(tree, 1).map_err(|message| {
        let message = format!("{}: {message}", reading.place);
        Refusal::field("expression", message)
    })
}

struct Reading {
    max_depth: u32,
    nodes: usize,
    /// Where the reading is: `expression.children[2]`. Left as it is by an error, so that this can be said.
    place: String,
}

impl Reading {
    /// Recurses no deeper than `max_depth`.
    fn node(&mut self, node: &Value, level: u32) -> Result<Value, String> {
        let node = node.as_object().ok_or("a node is an object")?;
        if let Some(key) = node
            .keys()
            .find(|key| !["type", "field", "operator", "value", "children"].contains(&key.as_str()))
        {
            return Err(format!("unknown key `{key}`"));
        }
        // The type first: a depth that counts an unknown node would be wrong (D29).
        let kind = match node.get("type") {
            Some(Value::String(kind)) if ["condition", "and", "or", "not"].contains(&kind.as_str()) => kind,
            Some(Value::String(kind)) => return Err(format!("unknown type `{kind}`")),
            Some(Value::Null) | None => return Err("the node has no `type`".to_owned()),
            Some(_) => return Err("`type` is a string".to_owned()),
        };
        if level > self.max_depth {
            return Err(format!("the tree is more than {} levels deep", self.max_depth));
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(format!("the tree has more than {MAX_NODES} nodes"));
        }
        if kind == "condition" { condition(node) } else { self.logic(node, kind, level) }
    }

    fn logic(&mut self, node: &Map<String, Value>, kind: &str, level: u32) -> Result<Value, String> {
        if let Some(key) = ["field", "operator", "value"].into_iter().find(|key| given(node, key).is_some()) {
            return Err(format!("`{kind}` takes no `{key}`"));
        }
        let children = match given(node, "children") {
            Some(Value::Array(children)) => children.as_slice(),
            Some(_) => return Err("`children` is a list".to_owned()),
            None => &[],
        };
        match (kind, children.len()) {
            ("not", 1) => {}
            ("not", found) => return Err(format!("`not` takes exactly one child and has {found}")),
            (_, 0) => return Err(format!("`{kind}` takes at least one child and has none")),
            _ => {}
        }
        let mut read = Vec::with_capacity(children.len());
        for (index, child) in children.iter().enumerate() {
            let length = self.place.len();
            // Writing to a string does not fail.
            let _ = write!(self.place, ".children[{index}]");
            read.push(self.node(child, level + 1)?);
            self.place.truncate(length);
        }
        let mut stored = Map::new();
        stored.insert("type".to_owned(), kind.into());
        stored.insert("children".to_owned(), read.into());
        Ok(stored.into())
    }
}

fn condition(node: &Map<String, Value>) -> Result<Value, String> {
    match given(node, "children") {
        None => {}
        Some(Value::Array(children)) if children.is_empty() => {}
        Some(_) => return Err("a condition takes no `children`".to_owned()),
    }
    let field = match given(node, "field") {
        Some(Value::String(field)) if !field.trim().is_empty() => field,
        Some(Value::String(_)) => return Err("`field` is empty".to_owned()),
        Some(_) => return Err("`field` is a string".to_owned()),
        None => return Err("the condition has no `field`".to_owned()),
    };
    let operator = match given(node, "operator") {
        Some(Value::String(operator)) if OPERATORS.contains(&operator.as_str()) => operator.as_str(),
        Some(Value::String(operator)) => return Err(format!("unknown operator `{operator}`")),
        Some(_) => return Err("`operator` is a string".to_owned()),
        None => return Err("the condition has no `operator`".to_owned()),
    };
    let value = match given(node, "value") {
        None if ["exists", "not_exists"].contains(&operator) => None,
        None => return Err(format!("`{operator}` needs a `value`")),
        Some(value) => Some(scalar(value)?),
    };
    if let Some(value) = &value {
        suits(operator, value)?;
    }
    let mut stored = Map::new();
    stored.insert("type".to_owned(), "condition".into());
    stored.insert("field".to_owned(), field.as_str().into());
    stored.insert("operator".to_owned(), operator.into());
    if let Some(value) = value {
        stored.insert("value".to_owned(), value);
    }
    Ok(stored.into())
}

/// A value as it is stored.
fn scalar(value: &Value) -> Result<Value, String> {
    match value {
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true.into()),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false.into()),
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            Err(format!("{number} is past the integers of 64 bits"))
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(value.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err("`value` is a string, a number or a boolean".to_owned())
        }
    }
}

/// Whether the operator can compare with the value (D32, D33). Judged on what is stored: `contains "true"` would
/// have to compare with a boolean.
fn suits(operator: &str, value: &Value) -> Result<(), String> {
    match (operator, value) {
        ("gt" | "lt" | "gte" | "lte", Value::Number(_)) | ("contains", Value::String(_)) => Ok(()),
        ("gt" | "lt" | "gte" | "lte", _) => Err(format!("`{operator}` compares numbers")),
        ("regex", Value::String(pattern)) => {
            match regex::RegexBuilder::new(pattern).size_limit(MAX_REGEX_BYTES).build() {
                Ok(_) => Ok(()),
                Err(error) => Err(format!("the regular expression does not compile: {error}")),
            }
        }
        ("contains" | "regex", _) => Err(format!("`{operator}` compares strings")),
        _ => Ok(()),
    }
}

/// A key's value, null being none (D26).
fn given<'a>(node: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    node.get(key).filter(|value| !value.is_null())
}
