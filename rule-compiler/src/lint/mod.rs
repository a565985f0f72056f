//! The lints: what has a meaning, but likely not the one that was wanted. One file for each.

mod constant_condition;
mod double_negation;
mod duplicate_condition;
mod duplicate_list_item;
mod skill_not_in_group;
mod string_spells_boolean;
mod unused;

use std::hash::{Hash as _, Hasher};

use rule_lang::TextRange;
use rule_lang::tree::{Expr, ExprKind, Logic, Name, ValueKind};
use rustc_hash::FxHasher;

use crate::check::Context;

pub(crate) use duplicate_list_item::duplicate_items;
pub(crate) use skill_not_in_group::skills_not_in_groups;
pub(crate) use string_spells_boolean::{literal_spells_boolean, string_spells_boolean};
pub(crate) use unused::unused;

/// Looks at an expression and all in it.
pub(crate) fn expr<'a>(cx: &mut Context<'a>, expr: &'a Expr) {
    if !matches!(expr.kind, ExprKind::Name(_) | ExprKind::Presence { .. } | ExprKind::Compare { .. }) {
        visit(cx, expr, &mut Vec::with_capacity(24));
    }
}

/// Looks at an expression. The operands of all groups around it share a list: one allocation for all groups of an item.
fn visit<'a>(cx: &mut Context<'a>, expr: &'a Expr, all: &mut Vec<Operand<'a>>) {
    let nodes = &cx.item.nodes;
    match expr.kind {
        ExprKind::Group { inner } => visit(cx, nodes.expr(inner), all),
        ExprKind::Not { operand } => {
            double_negation::check(cx, expr);
            // Of `not not not a`, only the first two are reported: their fix leaves the third.
            let operand = nodes.expr(operand);
            match without_groups(cx, operand).kind {
                ExprKind::Not { operand } => visit(cx, nodes.expr(operand), all),
                _ => visit(cx, operand, all),
            }
        }
        ExprKind::Logic { op, .. } => {
            let first = all.len();
            joined(cx, expr, op, all);
            for at in first..all.len() {
                if let Some(operand) = all.get(at).copied() {
                    visit(cx, operand.expr, all);
                }
            }
            let operands = all.get(first..).unwrap_or_default();
            // Nearly always each operand is about a name of its own.
            let (may_share_subject, groups) = constant_condition::subjects(cx, operands);
            if may_share_subject || groups > 1 {
                duplicate_condition::check(cx, operands);
            }
            if may_share_subject {
                constant_condition::check(cx, op, operands);
            }
            all.truncate(first);
        }
        ExprKind::Membership { set, .. } => {
            if let ValueKind::List(items) = nodes.value(set).kind {
                duplicate_items(cx, nodes.values(items), false);
            }
        }
        ExprKind::Name(_) | ExprKind::Presence { .. } | ExprKind::Compare { .. } => {}
    }
}

/// A hash of what an expression says, so that equal ones are found without comparing all.
fn hash(cx: &Context<'_>, expr: &Expr) -> u64 {
    let mut hasher = FxHasher::default();
    write(cx, expr, &mut hasher);
    hasher.finish()
}

fn write(cx: &Context<'_>, expr: &Expr, hasher: &mut FxHasher) {
    let nodes = &cx.item.nodes;
    let name = |hasher: &mut FxHasher, name: Name| hasher.write(cx.text(name.0).as_bytes());
    match expr.kind {
        ExprKind::Group { inner } => write(cx, nodes.expr(inner), hasher),
        ExprKind::Not { operand } => {
            hasher.write_u8(1);
            write(cx, nodes.expr(operand), hasher);
        }
        ExprKind::Logic { op, .. } => {
            (2_u8, op).hash(hasher);
            let mut operands = Vec::new();
            joined(cx, expr, op, &mut operands);
            operands.len().hash(hasher);
            for operand in &operands {
                write(cx, operand.expr, hasher);
            }
        }
        ExprKind::Name(bare) => {
            hasher.write_u8(3);
            name(hasher, bare);
        }
        ExprKind::Presence { attribute, present } => {
            hasher.write_u8(4 + u8::from(present));
            name(hasher, attribute);
        }
        ExprKind::Compare { attribute, operator, value, .. } => {
            (6_u8, operator).hash(hasher);
            name(hasher, attribute);
            duplicate_list_item::key(cx, nodes.value(value), false).hash(hasher);
        }
        ExprKind::Membership { attribute, negated, set } => {
            hasher.write_u8(7 + u8::from(negated));
            name(hasher, attribute);
            duplicate_list_item::key(cx, nodes.value(set), false).hash(hasher);
        }
    }
}

/// An operand of a group.
#[derive(Clone, Copy)]
struct Operand<'a> {
    expr: &'a Expr,
    siblings: &'a [Expr],
    /// Its place among them.
    at: usize,
}

impl Operand<'_> {
    /// The operand with the word that joins it to its neighbour.
    fn removal(&self) -> TextRange {
        let before = self.at.checked_sub(1).and_then(|before| self.siblings.get(before));
        match (before, self.siblings.get(self.at + 1)) {
            (Some(before), _) => TextRange { start: before.range.end, ..self.expr.range },
            (None, Some(after)) => TextRange { end: after.range.start, ..self.expr.range },
            (None, None) => self.expr.range,
        }
    }
}

/// The operands of a group and of the groups of its kind inside it: what will be one group on the platform.
fn joined<'a>(cx: &Context<'a>, expr: &'a Expr, op: Logic, operands: &mut Vec<Operand<'a>>) {
    let ExprKind::Logic { children, .. } = without_groups(cx, expr).kind else { return };
    let siblings = cx.item.nodes.exprs(children);
    for (at, expr) in siblings.iter().enumerate() {
        let is_group = matches!(expr.kind, ExprKind::Group { .. } | ExprKind::Logic { .. });
        if is_group
            && matches!(without_groups(cx, expr).kind, ExprKind::Logic { op: inner, .. } if inner == op)
        {
            joined(cx, expr, op, operands);
        } else {
            operands.push(Operand { expr, siblings, at });
        }
    }
}

/// An expression without the parentheses around it.
fn without_groups<'a>(cx: &Context<'a>, mut expr: &'a Expr) -> &'a Expr {
    while let ExprKind::Group { inner } = expr.kind {
        expr = cx.item.nodes.expr(inner);
    }
    expr
}
