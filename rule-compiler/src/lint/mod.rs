//! The lints: what has a meaning, but likely not the one that was wanted. One file for each.

mod constant_condition;
mod double_negation;
mod duplicate_condition;
mod duplicate_list_item;
mod string_spells_boolean;
mod unused;

use std::hash::{Hash as _, Hasher as _};

use rule_lang::Span;
use rule_lang::tree::{Expr, ExprKind, Logic};
use rustc_hash::FxHasher;

use crate::check::Context;

pub(crate) use duplicate_list_item::duplicate_items;
pub(crate) use string_spells_boolean::string_spells_boolean;
pub(crate) use unused::unused;

/// Looks at an expression and all in it.
pub(crate) fn expr<'a>(cx: &mut Context<'a>, expr: &'a Expr) {
    visit(cx, expr, &mut Scratch::default());
}

/// The operands of the groups that are being looked at, and their hashes: one allocation for all groups of an item.
#[derive(Default)]
struct Scratch<'a> {
    operands: Vec<Operand<'a>>,
    hashes: Vec<u64>,
}

/// Looks at an expression; gives a hash of what it says, so that equal ones are found without comparing all.
fn visit<'a>(cx: &mut Context<'a>, expr: &'a Expr, scratch: &mut Scratch<'a>) -> u64 {
    let nodes = &cx.item.nodes;
    let mut hasher = FxHasher::default();
    match expr.kind {
        ExprKind::Group { inner } => return visit(cx, nodes.expr(inner), scratch),
        ExprKind::Not { operand } => {
            double_negation::check(cx, expr);
            // Of `not not not a`, only the first two are reported: their fix leaves the third.
            let operand = nodes.expr(operand);
            let inner = match without_groups(cx, operand).kind {
                ExprKind::Not { operand } => {
                    let inner = visit(cx, nodes.expr(operand), scratch);
                    (1_u8, inner).hash(&mut hasher);
                    hasher.finish()
                }
                _ => visit(cx, operand, scratch),
            };
            hasher = FxHasher::default();
            (1_u8, inner).hash(&mut hasher);
        }
        ExprKind::Logic { op, .. } => {
            let (first, first_hash) = (scratch.operands.len(), scratch.hashes.len());
            joined(cx, expr, op, &mut scratch.operands);
            (2_u8, op).hash(&mut hasher);
            for at in first..scratch.operands.len() {
                if let Some(operand) = scratch.operands.get(at).copied() {
                    let hash = visit(cx, operand.expr, scratch);
                    hash.hash(&mut hasher);
                    scratch.hashes.push(hash);
                }
            }
            let operands = scratch.operands.get(first..).unwrap_or_default();
            duplicate_condition::check(cx, operands, scratch.hashes.get(first_hash..).unwrap_or_default());
            constant_condition::check(cx, op, operands);
            scratch.operands.truncate(first);
            scratch.hashes.truncate(first_hash);
        }
        ExprKind::Name(name) => (3_u8, cx.text(name.0)).hash(&mut hasher),
        ExprKind::Presence { attribute, present } => (4_u8, cx.text(attribute.0), present).hash(&mut hasher),
        ExprKind::Compare { attribute, operator, value, .. } => {
            (5_u8, cx.text(attribute.0), operator).hash(&mut hasher);
            duplicate_list_item::key(cx, nodes.value(value), false).hash(&mut hasher);
        }
        ExprKind::Membership { attribute, negated, set } => {
            (6_u8, cx.text(attribute.0), negated).hash(&mut hasher);
            let set = nodes.value(set);
            if let rule_lang::tree::ValueKind::List(items) = set.kind {
                duplicate_items(cx, nodes.values(items), false);
            }
            duplicate_list_item::key(cx, set, false).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// An operand of a group.
#[derive(Clone, Copy)]
struct Operand<'a> {
    expr: &'a Expr,
    /// The operand with the word that joins it to its neighbour.
    removal: Span,
}

/// The operands of a group and of the groups of its kind inside it: what will be one group on the platform.
fn joined<'a>(cx: &Context<'a>, expr: &'a Expr, op: Logic, operands: &mut Vec<Operand<'a>>) {
    let ExprKind::Logic { children, .. } = without_groups(cx, expr).kind else { return };
    let children = cx.item.nodes.exprs(children);
    for (at, child) in children.iter().enumerate() {
        if matches!(without_groups(cx, child).kind, ExprKind::Logic { op: inner, .. } if inner == op) {
            joined(cx, child, op, operands);
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| children.get(before));
        let removal = match (before, children.get(at + 1)) {
            (Some(before), _) => Span { start: before.span.end, ..child.span },
            (None, Some(after)) => Span { end: after.span.start, ..child.span },
            (None, None) => child.span,
        };
        operands.push(Operand { expr: child, removal });
    }
}

/// An expression without the parentheses around it.
fn without_groups<'a>(cx: &Context<'a>, mut expr: &'a Expr) -> &'a Expr {
    while let ExprKind::Group { inner } = expr.kind {
        expr = cx.item.nodes.expr(inner);
    }
    expr
}
