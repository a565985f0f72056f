//! W0203: `not not a`.

use rule_lang::tree::{Expr, ExprKind};
use rule_lang::{Applicability, Diagnostic, Edit, Span, codes};

use super::without_groups;
use crate::check::Context;

pub(super) fn check(cx: &mut Context<'_>, expr: &Expr) {
    let nodes = &cx.item.nodes;
    let ExprKind::Not { operand } = expr.kind else { return };
    let inner = without_groups(cx, nodes.expr(operand));
    let ExprKind::Not { operand } = inner.kind else { return };
    let operand = nodes.expr(operand);
    let head = Span { end: operand.span.start, ..expr.span };
    let tail = Span { start: operand.span.end, ..expr.span };
    let safe = !cx.has_comment(head) && !cx.has_comment(tail);
    let first = Span { end: expr.span.start + 3, ..expr.span };
    let second = Span { end: inner.span.start + 3, ..inner.span };
    let mut edits = vec![Edit { span: head, text: cx.gap(head).to_owned() }];
    if !tail.is_empty() {
        edits.push(Edit { span: tail, text: cx.gap(tail).to_owned() });
    }
    cx.report(
        Diagnostic::new(&codes::DOUBLE_NEGATION, second, "this negates what is negated already")
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
