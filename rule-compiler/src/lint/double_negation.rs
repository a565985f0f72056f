//! W0203: `not not a`.

use rule_lang::tree::{Expr, ExprKind};
use rule_lang::{Applicability, Edit, TextRange, codes};

use super::without_groups;
use crate::check::Context;

pub(super) fn check(cx: &mut Context<'_>, expr: &Expr) {
    let nodes = &cx.item.nodes;
    let ExprKind::Not { operand } = expr.kind else { return };
    let inner = without_groups(cx, nodes.expr(operand));
    let ExprKind::Not { operand } = inner.kind else { return };
    let operand = nodes.expr(operand);
    let head = TextRange { end: operand.range.start, ..expr.range };
    let tail = TextRange { start: operand.range.end, ..expr.range };
    let safe = !cx.has_comment(head) && !cx.has_comment(tail);
    let first = TextRange { end: expr.range.start + 3, ..expr.range };
    let second = TextRange { end: inner.range.start + 3, ..inner.range };
    let mut edits = vec![Edit { span: cx.span(head), text: cx.gap(head).to_owned() }];
    if !tail.is_empty() {
        edits.push(Edit { span: cx.span(tail), text: cx.gap(tail).to_owned() });
    }
    cx.report(
        cx.diagnostic(&codes::DOUBLE_NEGATION, second, "this negates what is negated already")
            .at("the second `not`")
            .label(first, "the first `not`")
            .help("two negations cancel each other; remove both")
            .fix_all(
                if safe { Applicability::Safe } else { Applicability::Unsafe },
                "remove both `not`s",
                edits,
            ),
    );
}
