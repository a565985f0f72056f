//! Going through a tree without recursion: trees are built by programs too, and none may exhaust a stack.

use std::mem;

use crate::Expression;

/// The nodes of a tree with their levels, parents before their children: [`Expression::walk`].
#[derive(Debug)]
pub struct Walk<'a> {
    pending: Vec<(&'a Expression, u32)>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(root: &'a Expression) -> Self {
        Self { pending: vec![(root, 1)] }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = (&'a Expression, u32);

    fn next(&mut self) -> Option<Self::Item> {
        let (node, level) = self.pending.pop()?;
        let below = level.saturating_add(1);
        self.pending.extend(node.children().iter().rev().map(|child| (child, below)));
        Some((node, level))
    }
}

impl Clone for Expression {
    fn clone(&self) -> Self {
        if let Self::Condition(condition) = self {
            return Self::Condition(condition.clone());
        }
        let nodes: Vec<&Self> = self.walk().map(|(node, _)| node).collect();
        // Backwards, children come before their parent, and the first child last: on top of the stack.
        let mut built: Vec<Self> = Vec::new();
        for node in nodes.into_iter().rev() {
            let mut take = |count: usize| -> Vec<Self> {
                let mut children = built.split_off(built.len().saturating_sub(count));
                children.reverse();
                children
            };
            let copy = match node {
                Self::Condition(condition) => Self::Condition(condition.clone()),
                Self::And(children) => Self::And(take(children.len())),
                Self::Or(children) => Self::Or(take(children.len())),
                Self::Not(_) => match built.pop() {
                    Some(child) => Self::Not(Box::new(child)),
                    None => continue,
                },
            };
            built.push(copy);
        }
        built.pop().unwrap_or(Self::And(Vec::new()))
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        // Types and numbers of children in this order determine the shape, so equal walks are equal trees.
        self.walk().zip(other.walk()).all(|((left, _), (right, _))| match (left, right) {
            (Self::Condition(left), Self::Condition(right)) => left == right,
            _ => left.node_type() == right.node_type() && left.children().len() == right.children().len(),
        })
    }
}

impl Drop for Expression {
    fn drop(&mut self) {
        let mut pending = Vec::new();
        take_logic(self, &mut pending);
        while let Some(mut node) = pending.pop() {
            take_logic(&mut node, &mut pending);
        }
    }
}

/// Moves the children that have children of their own to `pending`, so that dropping `node` goes one level deep. A node
/// above conditions only costs no allocation.
fn take_logic(node: &mut Expression, pending: &mut Vec<Expression>) {
    let children: &mut [Expression] = match node {
        Expression::Condition(_) => return,
        Expression::And(children) | Expression::Or(children) => children,
        Expression::Not(child) => std::slice::from_mut(child),
    };
    for child in children {
        if !child.children().is_empty() {
            pending.push(mem::replace(child, Expression::And(Vec::new())));
        }
    }
}
