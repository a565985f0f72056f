//! The condition tree of contract 1.3.

use crate::limits::{MAX_NODES, MAX_READ_DEPTH};
use crate::{Scalar, TreeError, Walk};

/// A node of a condition tree (contract 1.3).
///
/// Any tree that fits into memory can be cloned, compared, measured and dropped: none of these recurses. Because it
/// has a `Drop` of its own, children are moved out with [`std::mem::take`] rather than by a pattern.
#[derive(Debug)]
pub enum Expression {
    /// A leaf.
    Condition(Condition),
    /// True where all children are.
    And(Vec<Expression>),
    /// True where at least one child is.
    Or(Vec<Expression>),
    /// True where the child is not.
    Not(Box<Expression>),
}

/// A comparison of one attribute.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// The platform's name of the attribute.
    pub field: String,
    /// How it is compared.
    pub operator: ConditionOperator,
    /// With what; only `exists` and `not_exists` do without.
    pub value: Option<Scalar>,
}

impl Condition {
    /// A condition with a value.
    pub fn new(field: impl Into<String>, operator: ConditionOperator, value: impl Into<Scalar>) -> Self {
        Self { field: field.into(), operator, value: Some(value.into()) }
    }

    /// A condition without one: `exists`, `not_exists`.
    pub fn bare(field: impl Into<String>, operator: ConditionOperator) -> Self {
        Self { field: field.into(), operator, value: None }
    }

    /// Whether the contract takes it.
    ///
    /// # Errors
    /// An empty field, a value that is missing and needed, a float that is not finite.
    pub fn validate(&self) -> Result<(), TreeError> {
        if self.field.is_empty() {
            return Err(TreeError::MissingField);
        }
        match self.value {
            None if self.operator.needs_value() => {
                Err(TreeError::MissingValue { field: self.field.clone(), operator: self.operator })
            }
            Some(Scalar::Float(value)) if !value.is_finite() => Err(TreeError::NotFinite),
            _ => Ok(()),
        }
    }
}

/// The operators of a condition (contract 1.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum ConditionOperator {
    /// `eq`: equal.
    Eq,
    /// `neq`: not equal, or missing.
    Neq,
    /// `gt`: greater.
    Gt,
    /// `lt`: less.
    Lt,
    /// `gte`: greater or equal.
    Gte,
    /// `lte`: less or equal.
    Lte,
    /// `exists`: present; with a value, member of a set or equal to a scalar.
    Exists,
    /// `not_exists`: not `exists`.
    NotExists,
    /// `contains`: substring of a string, member of a set.
    Contains,
    /// `regex`: an unanchored search.
    Regex,
}

impl ConditionOperator {
    /// All of them, in the contract's order.
    pub const ALL: [Self; 10] = [
        Self::Eq,
        Self::Neq,
        Self::Gt,
        Self::Lt,
        Self::Gte,
        Self::Lte,
        Self::Exists,
        Self::NotExists,
        Self::Contains,
        Self::Regex,
    ];

    /// As the wire has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Neq => "neq",
            Self::Gt => "gt",
            Self::Lt => "lt",
            Self::Gte => "gte",
            Self::Lte => "lte",
            Self::Exists => "exists",
            Self::NotExists => "not_exists",
            Self::Contains => "contains",
            Self::Regex => "regex",
        }
    }

    /// The operator of that name.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str() == text)
    }

    /// Whether a condition with it is incomplete without a value.
    pub fn needs_value(self) -> bool {
        !matches!(self, Self::Exists | Self::NotExists)
    }
}

/// The `type` of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NodeType {
    /// `condition`
    Condition,
    /// `and`
    And,
    /// `or`
    Or,
    /// `not`
    Not,
}

impl NodeType {
    /// As the wire has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::And => "and",
            Self::Or => "or",
            Self::Not => "not",
        }
    }

    /// The type of that name.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Condition, Self::And, Self::Or, Self::Not].into_iter().find(|node| node.as_str() == text)
    }
}

impl Expression {
    /// The node's type.
    pub fn node_type(&self) -> NodeType {
        match self {
            Self::Condition(_) => NodeType::Condition,
            Self::And(_) => NodeType::And,
            Self::Or(_) => NodeType::Or,
            Self::Not(_) => NodeType::Not,
        }
    }

    /// The node's children; a condition has none.
    pub fn children(&self) -> &[Self] {
        match self {
            Self::Condition(_) => &[],
            Self::And(children) | Self::Or(children) => children,
            Self::Not(child) => std::slice::from_ref(child),
        }
    }

    /// All nodes, parents before their children, with their levels (the root's is 1).
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(self)
    }

    /// The conditions, in the order in which they are written.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.walk().filter_map(|(node, _)| match node {
            Self::Condition(condition) => Some(condition),
            _ => None,
        })
    }

    /// The levels of the tree (contract 1.3): a lone condition is 1, every logical node adds 1.
    pub fn depth(&self) -> u32 {
        self.walk().map(|(_, level)| level).max().unwrap_or(1)
    }

    /// How many conditions it has.
    pub fn condition_count(&self) -> usize {
        self.conditions().count()
    }

    /// How many nodes it has, conditions and logic together.
    pub fn node_count(&self) -> usize {
        self.walk().count()
    }

    /// Whether the contract takes the tree, apart from its own limit on depth: that is
    /// [`limits::MAX_DEPTH`](crate::limits::MAX_DEPTH), which a project may set otherwise.
    ///
    /// # Errors
    /// The first fault, parents before their children.
    pub fn validate(&self) -> Result<(), TreeError> {
        for (count, (node, level)) in self.walk().enumerate() {
            if count >= MAX_NODES {
                return Err(TreeError::TooManyNodes);
            }
            if level > MAX_READ_DEPTH {
                return Err(TreeError::TooDeep { allowed: MAX_READ_DEPTH });
            }
            match node {
                Self::Condition(condition) => condition.validate()?,
                Self::And(children) | Self::Or(children) if children.is_empty() => {
                    return Err(TreeError::NoChildren { node: node.node_type() });
                }
                Self::And(_) | Self::Or(_) | Self::Not(_) => {}
            }
        }
        Ok(())
    }
}

impl From<Condition> for Expression {
    fn from(condition: Condition) -> Self {
        Self::Condition(condition)
    }
}
