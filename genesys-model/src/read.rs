//! Reading a tree: strict about its meaning, tolerant of `null` for an absent key (contract 1.3, D26).

use std::fmt;

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::limits::{MAX_NODES, MAX_READ_DEPTH};
use crate::{Condition, ConditionOperator, Expression, NodeType, Scalar, TreeError};

impl<'de> Deserialize<'de> for Expression {
    /// At most [`MAX_READ_DEPTH`] levels and [`MAX_NODES`] nodes; every error names its [`TreeError`] in words.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Node { level: 1, nodes_left: &mut { MAX_NODES } }.deserialize(deserializer)
    }
}

/// Reads one node at a level.
struct Node<'a> {
    level: u32,
    nodes_left: &'a mut usize,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Expression;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Expression, D::Error> {
        if self.level > MAX_READ_DEPTH {
            return Err(de::Error::custom(TreeError::TooDeep { allowed: MAX_READ_DEPTH }));
        }
        *self.nodes_left =
            self.nodes_left.checked_sub(1).ok_or_else(|| de::Error::custom(TreeError::TooManyNodes))?;
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Expression;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node of a condition tree")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expression, A::Error> {
        let mut node = Parts::default();
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Type => put(&mut node.ty, "type", map.next_value()?)?,
                Key::Field => put(&mut node.field, "field", map.next_value()?)?,
                Key::Operator => put(&mut node.operator, "operator", map.next_value()?)?,
                Key::Value => put(&mut node.value, "value", map.next_value()?)?,
                Key::Children => {
                    let below = Children { level: self.level + 1, nodes_left: self.nodes_left };
                    put(&mut node.children, "children", map.next_value_seed(below)?)?;
                }
                Key::Unknown(key) => {
                    map.next_value::<IgnoredAny>()?;
                    return Err(de::Error::custom(TreeError::UnknownKey(key)));
                }
            }
        }
        node.finish().map_err(de::Error::custom)
    }
}

/// Sets what has not been set; the outer `Option` says whether the key stood there, the inner one whether it was null.
#[expect(clippy::option_option, reason = "absent and null are told apart to notice a key that stands twice")]
fn put<T, E: de::Error>(slot: &mut Option<Option<T>>, key: &'static str, value: Option<T>) -> Result<(), E> {
    if slot.is_some() {
        return Err(E::custom(TreeError::DuplicateKey(key)));
    }
    *slot = Some(value);
    Ok(())
}

enum Key {
    Type,
    Field,
    Operator,
    Value,
    Children,
    Unknown(String),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key of a node")
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Key, E> {
                Ok(match key {
                    "type" => Key::Type,
                    "field" => Key::Field,
                    "operator" => Key::Operator,
                    "value" => Key::Value,
                    "children" => Key::Children,
                    other => Key::Unknown(other.to_owned()),
                })
            }
        }
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

/// The children of a node, or null.
struct Children<'a> {
    level: u32,
    nodes_left: &'a mut usize,
}

impl<'de> DeserializeSeed<'de> for Children<'_> {
    type Value = Option<Vec<Expression>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Children<'_> {
    type Value = Option<Vec<Expression>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of nodes")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut children = Vec::new();
        while let Some(child) =
            seq.next_element_seed(Node { level: self.level, nodes_left: &mut *self.nodes_left })?
        {
            children.push(child);
        }
        Ok(Some(children))
    }
}

#[derive(Default)]
#[expect(clippy::option_option, reason = "absent and null are told apart to notice a key that stands twice")]
struct Parts {
    ty: Option<Option<String>>,
    field: Option<Option<String>>,
    operator: Option<Option<String>>,
    value: Option<Option<Scalar>>,
    children: Option<Option<Vec<Expression>>>,
}

impl Parts {
    fn finish(self) -> Result<Expression, TreeError> {
        let ty = self.ty.flatten().ok_or(TreeError::MissingType)?;
        let Some(node) = NodeType::from_text(&ty) else { return Err(TreeError::UnknownType(ty)) };
        let (field, operator, value) = (self.field.flatten(), self.operator.flatten(), self.value.flatten());
        let children = self.children.flatten();
        if node == NodeType::Condition {
            // An empty list says the same as none, and the contract's own model writes it.
            if children.is_some_and(|children| !children.is_empty()) {
                return Err(TreeError::ChildrenOfCondition);
            }
            return condition(field, operator, value);
        }
        let key = [("field", field.is_some()), ("operator", operator.is_some()), ("value", value.is_some())];
        if let Some((key, _)) = key.into_iter().find(|(_, present)| *present) {
            return Err(TreeError::ConditionKey { node, key });
        }
        let mut children = children.unwrap_or_default();
        match node {
            NodeType::Not => match (children.pop(), children.len()) {
                (Some(child), 0) => Ok(Expression::Not(Box::new(child))),
                (Some(_), others) => Err(TreeError::NotOneChild { found: others + 1 }),
                (None, _) => Err(TreeError::NotOneChild { found: 0 }),
            },
            _ if children.is_empty() => Err(TreeError::NoChildren { node }),
            NodeType::Or => Ok(Expression::Or(children)),
            NodeType::And | NodeType::Condition => Ok(Expression::And(children)),
        }
    }
}

fn condition(
    field: Option<String>,
    operator: Option<String>,
    value: Option<Scalar>,
) -> Result<Expression, TreeError> {
    let field = field.ok_or(TreeError::MissingField)?;
    let Some(operator) = operator else { return Err(TreeError::MissingOperator { field }) };
    let Some(operator) = ConditionOperator::from_text(&operator) else {
        return Err(TreeError::UnknownOperator(operator));
    };
    let condition = Condition { field, operator, value };
    condition.validate()?;
    Ok(Expression::Condition(condition))
}
