//! Writing a tree: absent keys are absent, and the keys stand in the contract's order.

use serde::ser::{Error, Serialize, SerializeStruct, Serializer};

use crate::limits::MAX_READ_DEPTH;
use crate::{Condition, Expression, TreeError};

impl Serialize for Expression {
    /// Fails on what would not be read again: see [`Expression::validate`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Node { expression: self, level: 1 }.serialize(serializer)
    }
}

struct Node<'a> {
    expression: &'a Expression,
    level: u32,
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.level > MAX_READ_DEPTH {
            return Err(S::Error::custom(TreeError::TooDeep { allowed: MAX_READ_DEPTH }));
        }
        if let Expression::Condition(condition) = self.expression {
            return write_condition(condition, serializer);
        }
        let node = self.expression.node_type();
        let children = self.expression.children();
        if children.is_empty() {
            return Err(S::Error::custom(TreeError::NoChildren { node }));
        }
        let mut out = serializer.serialize_struct("Expression", 2)?;
        out.serialize_field("type", node.as_str())?;
        out.serialize_field("children", &Children { children, level: self.level + 1 })?;
        out.end()
    }
}

struct Children<'a> {
    children: &'a [Expression],
    level: u32,
}

impl Serialize for Children<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.children.iter().map(|expression| Node { expression, level: self.level }))
    }
}

fn write_condition<S: Serializer>(condition: &Condition, serializer: S) -> Result<S::Ok, S::Error> {
    condition.validate().map_err(S::Error::custom)?;
    let keys = if condition.value.is_some() { 4 } else { 3 };
    let mut out = serializer.serialize_struct("Expression", keys)?;
    out.serialize_field("type", "condition")?;
    out.serialize_field("field", &condition.field)?;
    out.serialize_field("operator", condition.operator.as_str())?;
    if let Some(value) = &condition.value {
        out.serialize_field("value", value)?;
    }
    out.end()
}
