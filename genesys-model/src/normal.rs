//! The normal form of a tree: what a plan, a drift and a pull compare, since the platform's copy of a tree and the
//! compiler's may be written differently and mean the same.

use std::mem;

use crate::{Condition, ConditionOperator, Expression, NodeType, Scalar};

impl Expression {
    /// The normal form: an `and` inside an `and` and an `or` inside an `or` are joined with it; an `and` or `or` of one
    /// child is the child; a string that spells a boolean in any case is the boolean, as the platform casts it
    /// (contract 1.3); a float that is an integer of 64 bits is the integer.
    ///
    /// Nothing else changes: children keep their order, and `not` of `not` stays. But for the cast, which the platform
    /// does anyway, the form decides as the tree does. `contains` and `regex` compare with strings only, so the platform
    /// refuses a boolean there and nothing is cast. What the compiler emits is in normal form but for such strings and
    /// floats. Goes through any tree that fits into memory without recursion.
    #[must_use]
    pub fn normal(self) -> Self {
        let mut steps = vec![Step::Open(self)];
        let mut built: Vec<Self> = Vec::new();
        while let Some(step) = steps.pop() {
            match step {
                Step::Open(mut node) => {
                    let children = match &mut node {
                        Self::Condition(condition) => {
                            normalize(condition);
                            built.push(node);
                            continue;
                        }
                        Self::And(children) | Self::Or(children) => mem::take(children),
                        Self::Not(child) => vec![mem::replace(&mut **child, Self::And(Vec::new()))],
                    };
                    steps.push(Step::Close(node.node_type(), built.len()));
                    steps.extend(children.into_iter().rev().map(Step::Open));
                }
                Step::Close(node, mark) => {
                    let children = built.split_off(mark.min(built.len()));
                    built.extend(close(node, children));
                }
            }
        }
        built.pop().unwrap_or(Self::And(Vec::new()))
    }

    /// Whether the tree is its own [`normal`](Self::normal) form.
    pub fn is_normal(&self) -> bool {
        self.walk().all(|(node, _)| match node {
            Self::Condition(condition) => {
                condition.value.as_ref().is_none_or(|value| cast(condition.operator, value).is_none())
            }
            Self::Not(_) => true,
            Self::And(children) | Self::Or(children) => {
                children.len() != 1 && children.iter().all(|child| child.node_type() != node.node_type())
            }
        })
    }
}

enum Step {
    /// Go into this node.
    Open(Expression),
    /// Put together a node of this type from what was built since.
    Close(NodeType, usize),
}

/// A node of children that are in normal form.
fn close(node: NodeType, mut children: Vec<Expression>) -> Option<Expression> {
    if node == NodeType::Not {
        return children.pop().map(|child| Expression::Not(Box::new(child)));
    }
    if children.iter().any(|child| child.node_type() == node) {
        let mut joined = Vec::with_capacity(children.len());
        for mut child in children {
            let same = child.node_type() == node;
            match &mut child {
                Expression::And(inner) | Expression::Or(inner) if same => joined.append(inner),
                _ => joined.push(child),
            }
        }
        children = joined;
    }
    if children.len() == 1 {
        return children.pop();
    }
    Some(if node == NodeType::Or { Expression::Or(children) } else { Expression::And(children) })
}

fn normalize(condition: &mut Condition) {
    if let Some(value) = &mut condition.value
        && let Some(other) = cast(condition.operator, value)
    {
        *value = other;
    }
}

/// The value in normal form, where it is another one.
fn cast(operator: ConditionOperator, value: &Scalar) -> Option<Scalar> {
    match value {
        Scalar::String(_) if matches!(operator, ConditionOperator::Contains | ConditionOperator::Regex) => {
            None
        }
        Scalar::String(text) if text.eq_ignore_ascii_case("true") => Some(Scalar::Bool(true)),
        Scalar::String(text) if text.eq_ignore_ascii_case("false") => Some(Scalar::Bool(false)),
        Scalar::Float(number) => integer(*number).map(Scalar::Int),
        Scalar::String(_) | Scalar::Int(_) | Scalar::Bool(_) => None,
    }
}

/// The integer that a float is.
fn integer(float: f64) -> Option<i64> {
    /// 2^63: the first float past every `i64`.
    const PAST_INTEGERS: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and in the range of an `i64`")]
    (float.fract() == 0.0 && (-PAST_INTEGERS..PAST_INTEGERS).contains(&float)).then_some(float as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eq(value: impl Into<Scalar>) -> Expression {
        Condition::new("a", ConditionOperator::Eq, value).into()
    }

    #[test]
    fn groups_of_one_kind_are_joined_and_groups_of_one_child_are_the_child() {
        let inner = Expression::And(vec![eq(1), Expression::Or(vec![Expression::And(vec![eq(2), eq(3)])])]);
        let tree = Expression::Or(vec![Expression::And(vec![inner, Expression::Or(vec![eq(4), eq(5)])])]);
        assert!(!tree.is_normal());
        let normal = Expression::And(vec![eq(1), eq(2), eq(3), Expression::Or(vec![eq(4), eq(5)])]);
        assert!(normal.is_normal());
        assert_eq!(tree.normal(), normal);
    }

    #[test]
    fn a_double_negation_and_the_order_of_children_stay() {
        let not = |child| Expression::Not(Box::new(child));
        let tree = Expression::Or(vec![not(not(eq(2))), eq(1), eq(1)]);
        assert_eq!(tree.clone().normal(), tree);
    }

    #[test]
    fn a_spelt_boolean_is_the_boolean_where_the_platform_casts_it() {
        assert_eq!(eq("True").normal(), eq(true));
        assert_eq!(eq("FALSE").normal(), eq(false));
        assert_eq!(eq("true ").normal(), eq("true "));
        for operator in [ConditionOperator::Contains, ConditionOperator::Regex] {
            let tree = Expression::from(Condition::new("a", operator, "true"));
            assert_eq!(tree.clone().normal(), tree);
        }
    }

    #[test]
    fn a_float_that_is_an_integer_is_the_integer() {
        assert_eq!(eq(5.0).normal(), eq(5));
        assert_eq!(eq(-0.0).normal(), eq(0));
        assert_eq!(eq(-9_223_372_036_854_775_808.0).normal(), eq(i64::MIN));
        for float in [9_223_372_036_854_775_808.0, 0.5, 1e300, 5e-324] {
            assert_eq!(eq(float).normal(), eq(float));
        }
    }

    #[test]
    fn no_tree_is_too_deep_and_an_empty_group_stays() {
        let mut tree = eq(1);
        for level in 0..200_000 {
            tree = match level % 3 {
                0 => Expression::And(vec![tree]),
                1 => Expression::Not(Box::new(tree)),
                _ => Expression::Or(vec![tree, eq(2)]),
            };
        }
        let normal = tree.normal();
        assert!(normal.is_normal());
        assert_eq!(normal.clone().normal(), normal);
        assert_eq!(Expression::And(Vec::new()).normal(), Expression::And(Vec::new()));
    }
}
