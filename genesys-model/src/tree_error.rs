//! Why a tree is none of the contract's.

use crate::limits::MAX_NODES;
use crate::{ConditionOperator, NodeType};

/// Why a tree is refused, be it read or written (contract 1.3, with the remedies of D26 to D29).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TreeError {
    /// A node without `type`.
    #[error("a node has no `type`")]
    MissingType,
    /// A `type` that the contract does not know.
    #[error("unknown node type `{0}`; the types are `condition`, `and`, `or` and `not`")]
    UnknownType(String),
    /// An `operator` that the contract does not know.
    #[error(
        "unknown operator `{0}`; the operators are `eq`, `neq`, `gt`, `lt`, `gte`, `lte`, `exists`, \
         `not_exists`, `contains` and `regex`"
    )]
    UnknownOperator(String),
    /// A key that no node has.
    #[error("unknown key `{0}` in a node")]
    UnknownKey(String),
    /// A key that stands twice in one node.
    #[error("the key `{0}` stands twice in one node")]
    DuplicateKey(&'static str),
    /// A condition without `field`, or with an empty one.
    #[error("a condition has no `field`")]
    MissingField,
    /// A condition without `operator`.
    #[error("the condition on `{field}` has no `operator`")]
    MissingOperator {
        /// The condition's field.
        field: String,
    },
    /// A condition without `value` whose operator needs one.
    #[error("the condition on `{field}` has no `value`, which `{}` needs", operator.as_str())]
    MissingValue {
        /// The condition's field.
        field: String,
        /// Its operator.
        operator: ConditionOperator,
    },
    /// A condition with `children`.
    #[error("a condition has `children`")]
    ChildrenOfCondition,
    /// A logical node with `field`, `operator` or `value`.
    #[error("a node of type `{}` has the key `{key}`, which belongs to conditions", node.as_str())]
    ConditionKey {
        /// The node's type.
        node: NodeType,
        /// The key.
        key: &'static str,
    },
    /// An `and` or `or` without children.
    #[error("a node of type `{}` has no children", node.as_str())]
    NoChildren {
        /// The node's type.
        node: NodeType,
    },
    /// A `not` with any number of children but one.
    #[error("a node of type `not` has {found} children, and takes exactly one")]
    NotOneChild {
        /// How many there are.
        found: usize,
    },
    /// A tree deeper than is read or written.
    #[error("the tree is more than {allowed} levels deep")]
    TooDeep {
        /// How many levels there may be.
        allowed: u32,
    },
    /// A tree of more than [`MAX_NODES`] nodes.
    #[error("the tree has more than {} nodes", MAX_NODES)]
    TooManyNodes,
    /// An integer past 64 bits with sign.
    #[error("the number {found} is too large for an integer; integers end at 9223372036854775807")]
    IntegerRange {
        /// The number.
        found: u64,
    },
    /// A float that is infinite or no number.
    #[error("a value is not a finite number")]
    NotFinite,
}
