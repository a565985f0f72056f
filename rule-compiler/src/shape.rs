//! How large and how deep a condition will be on the platform, known without building its tree.
//!
//! A shape is put together from the shapes of its parts, so a named condition is measured once however often it is
//! used, and an expansion that would not fit into memory is only a number.

use rule_lang::Tree;
use rule_lang::tree::{Expr, ExprKind, Logic, Nodes, Value, ValueKind};

/// What stands at the top of a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Top {
    /// A comparison.
    Leaf,
    /// `and`
    And,
    /// `or`
    Or,
    /// `not`
    Not,
}

/// The measures of a condition's tree after expansion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    /// What stands at the top.
    pub top: Top,
    /// Levels: a lone comparison is one.
    pub depth: u32,
    /// Nodes, comparisons and logic alike; saturating.
    pub nodes: u64,
}

impl Shape {
    /// A lone comparison.
    pub const LEAF: Self = Self { top: Top::Leaf, depth: 1, nodes: 1 };

    fn group(top: Top, leaves: u64) -> Self {
        Self { top, depth: 2, nodes: leaves.saturating_add(1) }
    }

    /// A group before any condition has joined it.
    pub(crate) fn empty(op: Logic) -> Self {
        let top = match op {
            Logic::And => Top::And,
            Logic::Or => Top::Or,
        };
        Self { top, depth: 1, nodes: 1 }
    }

    /// The group with one more condition in it.
    pub(crate) fn with(self, child: Self) -> Self {
        Self {
            top: self.top,
            depth: self.depth.max(child.depth_under(self.top).saturating_add(1)),
            nodes: self.nodes.saturating_add(child.nodes_under(self.top)),
        }
    }

    /// The negation of a condition.
    pub(crate) fn negated(self) -> Self {
        Self { top: Top::Not, depth: self.depth.saturating_add(1), nodes: self.nodes.saturating_add(1) }
    }

    /// What `in` a list or a range is sent as.
    pub(crate) fn membership(set: &Value, negated: bool) -> Self {
        match set.kind {
            ValueKind::List(items) if items.len() > 1 => {
                Self::group(if negated { Top::And } else { Top::Or }, items.len() as u64)
            }
            ValueKind::Range(_) if negated => Self::group(Top::And, 2).negated(),
            ValueKind::Range(_) => Self::group(Top::And, 2),
            _ => Self::LEAF,
        }
    }

    /// Levels that it adds under a node of this kind: the same kind is joined with it.
    fn depth_under(self, top: Top) -> u32 {
        if self.top == top && matches!(top, Top::And | Top::Or) { self.depth - 1 } else { self.depth }
    }

    fn nodes_under(self, top: Top) -> u64 {
        if self.top == top && matches!(top, Top::And | Top::Or) { self.nodes - 1 } else { self.nodes }
    }
}

/// Measures an expression. `named` gives the shape of a named condition; what it does not know is a leaf.
pub(crate) fn measure(
    tree: &Tree,
    nodes: &Nodes,
    expr: &Expr,
    named: &impl Fn(&str) -> Option<Shape>,
) -> Shape {
    match expr.kind {
        ExprKind::Logic { op, children } => {
            let children = nodes.exprs(children).iter();
            children.fold(Shape::empty(op), |shape, child| shape.with(measure(tree, nodes, child, named)))
        }
        ExprKind::Not { operand } => measure(tree, nodes, nodes.expr(operand), named).negated(),
        ExprKind::Group { inner } => measure(tree, nodes, nodes.expr(inner), named),
        ExprKind::Membership { negated, set, .. } => Shape::membership(nodes.value(set), negated),
        ExprKind::Name(name) => named(tree.name(name)).unwrap_or(Shape::LEAF),
        ExprKind::Compare { .. } | ExprKind::Presence { .. } => Shape::LEAF,
    }
}
