//! W0202: a condition that stands beside itself.

use rule_lang::tree::{Expr, ExprKind};
use rule_lang::{Applicability, codes};
use rustc_hash::FxHashMap;

use super::duplicate_list_item::key;
use super::{Operand, hash, joined, without_groups};
use crate::check::Context;

/// Up to so many operands, each is compared with each.
const FEW: usize = 12;

/// Warns about operands that say what an earlier one says.
pub(super) fn check(cx: &mut Context<'_>, operands: &[Operand<'_>]) {
    if operands.len() <= FEW {
        check_few(cx, operands);
        return;
    }
    let mut seen: FxHashMap<u64, usize> = FxHashMap::default();
    for (at, operand) in operands.iter().enumerate() {
        let earlier = *seen.entry(hash(cx, operand.expr)).or_insert(at);
        // Equal hashes do not prove equal conditions, and the fix removes one.
        if earlier != at
            && let Some(first) = operands.get(earlier)
            && same(cx, first.expr, operand.expr)
        {
            report(cx, first, operand);
        }
    }
}

/// Of few operands, what each begins and ends with nearly always tells them apart.
fn check_few(cx: &mut Context<'_>, operands: &[Operand<'_>]) {
    let mut seen = [("", ""); FEW];
    for (at, operand) in operands.iter().enumerate() {
        let Some((earlier, [place, ..])) = seen.split_at_mut_checked(at) else { return };
        *place = ends(cx, operand.expr);
        let alike = earlier.iter().zip(operands).filter(|(other, _)| *other == place);
        let first = alike.map(|(_, first)| first).find(|first| same(cx, first.expr, operand.expr));
        if let Some(first) = first {
            report(cx, first, operand);
        }
    }
}

/// The names in the first and the last comparison of a condition: equal conditions have equal ones.
fn ends<'a>(cx: &Context<'a>, expr: &Expr) -> (&'a str, &'a str) {
    (end(cx, expr, <[Expr]>::first), end(cx, expr, <[Expr]>::last))
}

fn end<'a>(cx: &Context<'a>, expr: &Expr, of: fn(&[Expr]) -> Option<&Expr>) -> &'a str {
    let nodes = &cx.item.nodes;
    match expr.kind {
        ExprKind::Group { inner } => end(cx, nodes.expr(inner), of),
        ExprKind::Not { operand } => end(cx, nodes.expr(operand), of),
        ExprKind::Logic { children, .. } => of(nodes.exprs(children)).map_or("", |child| end(cx, child, of)),
        ExprKind::Name(name)
        | ExprKind::Presence { attribute: name, .. }
        | ExprKind::Compare { attribute: name, .. }
        | ExprKind::Membership { attribute: name, .. } => cx.text(name.0),
    }
}

fn report(cx: &mut Context<'_>, first: &Operand<'_>, again: &Operand<'_>) {
    let diagnostic = cx
        .diagnostic(&codes::DUPLICATE_CONDITION, again.expr.range, "this condition stands here twice")
        .at("again here")
        .label(first.expr.range, "first here")
        .help("remove one of them");
    let removal = again.removal();
    // Of a program that could not be read, it is not certain what joins what.
    let safe = !cx.has_comment(removal) && !cx.quiet;
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    let diagnostic = diagnostic.fix(applicability, "remove the second one", removal, cx.gap(removal));
    cx.report(diagnostic);
}

/// Whether two conditions say the same.
fn same(cx: &Context<'_>, one: &Expr, other: &Expr) -> bool {
    let nodes = &cx.item.nodes;
    let (one, other) = (without_groups(cx, one), without_groups(cx, other));
    match (one.kind, other.kind) {
        (ExprKind::Name(one), ExprKind::Name(other)) => cx.text(one.0) == cx.text(other.0),
        (
            ExprKind::Presence { attribute: one, present },
            ExprKind::Presence { attribute: other, present: also_present },
        ) => present == also_present && cx.text(one.0) == cx.text(other.0),
        (
            ExprKind::Compare { attribute: one, operator, value, .. },
            ExprKind::Compare { attribute: other, operator: other_operator, value: other_value, .. },
        ) => {
            operator == other_operator
                && cx.text(one.0) == cx.text(other.0)
                && key(cx, nodes.value(value), false) == key(cx, nodes.value(other_value), false)
        }
        (
            ExprKind::Membership { attribute: one, negated, set },
            ExprKind::Membership { attribute: other, negated: other_negated, set: other_set },
        ) => {
            negated == other_negated
                && cx.text(one.0) == cx.text(other.0)
                && key(cx, nodes.value(set), false) == key(cx, nodes.value(other_set), false)
        }
        (ExprKind::Not { operand: one }, ExprKind::Not { operand: other }) => {
            same(cx, nodes.expr(one), nodes.expr(other))
        }
        (ExprKind::Logic { op, .. }, ExprKind::Logic { op: other_op, .. }) => {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            joined(cx, one, op, &mut left);
            joined(cx, other, op, &mut right);
            op == other_op
                && left.len() == right.len()
                && left.iter().zip(&right).all(|(one, other)| same(cx, one.expr, other.expr))
        }
        _ => false,
    }
}
