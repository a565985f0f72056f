//! Comparisons: whether the attribute's type has the operator, and whether the value is of the type.

use rule_lang::tree::{Expr, ExprKind, Name, Operator, Value, ValueKind};
use rule_lang::{Applicability, Diagnostic, Edit, TextRange, codes};

use super::names::{self, Subject, With, with_article};
use super::operators::{Comparison, Right, instead, operators_of, right};
use super::{Context, regexes, values};
use crate::shape::Shape;
use crate::types::TypeName;

/// Checks the names and types of an expression, and measures it on the way: the same as
/// [`measure`](crate::shape::measure) gives. Its depth is limited by the parser.
pub(super) fn expr(cx: &mut Context<'_>, expr: &Expr) -> Shape {
    let nodes = &cx.item.nodes;
    match expr.kind {
        ExprKind::Logic { op, children } => {
            let children = nodes.exprs(children).iter();
            children.fold(Shape::empty(op), |shape, child| shape.with(self::expr(cx, child)))
        }
        ExprKind::Not { operand } => self::expr(cx, nodes.expr(operand)).negated(),
        ExprKind::Group { inner } => self::expr(cx, nodes.expr(inner)),
        ExprKind::Name(name) => names::bare(cx, name),
        ExprKind::Presence { attribute, .. } => {
            names::attribute(cx, attribute, None, With::Nothing);
            Shape::LEAF
        }
        ExprKind::Compare { attribute, operator, value } => {
            let value = nodes.value(value);
            let with = match operator {
                Operator::Has | Operator::Lacks => With::Member,
                _ => With::Value(value),
            };
            match names::attribute(cx, attribute, Some((operator, value, expr.range)), with) {
                Some(subject) => compare(cx, &subject, attribute, operator, value),
                None => values::note(cx, value),
            }
            Shape::LEAF
        }
        ExprKind::Membership { attribute, negated, set } => {
            let set = nodes.value(set);
            match names::attribute(cx, attribute, None, With::Value(set)) {
                Some(subject) => membership(cx, &subject, attribute, negated, set, expr.range),
                None => values::note(cx, set),
            }
            Shape::membership(set, negated)
        }
    }
}

fn compare(cx: &mut Context<'_>, subject: &Subject<'_>, attribute: Name, operator: Operator, value: &Value) {
    let ty = subject.ty.name();
    match right(Comparison::Operator(operator), ty) {
        Some(Right::Value) => values::check(cx, subject, value),
        Some(Right::Part) if ty == TypeName::Set => values::member(cx, subject, value),
        Some(Right::Part) => values::part(cx, subject, value, operator),
        Some(Right::Pattern) => regexes::check(cx, subject, value),
        None => {
            values::note(cx, value);
            let operator_range = cx.tree.between(attribute.0, value.range);
            // The parser has reported another word there, and has put this one in its place.
            if matches!(operator, Operator::Matches | Operator::Contains)
                && cx.text(operator_range) != operator.as_str()
            {
                return;
            }
            let diagnostic = not_for_type(cx, subject, operator.as_str(), operator_range);
            let diagnostic = match instead(operator, ty) {
                Some(other) => diagnostic.fix(
                    Applicability::Unsafe,
                    format!("replace `{}` with `{}`", operator.as_str(), other.as_str()),
                    operator_range,
                    cx.spaced(operator_range, other.as_str()),
                ),
                None => diagnostic,
            };
            cx.report(diagnostic);
        }
    }
}

fn not_for_type(cx: &Context<'_>, subject: &Subject<'_>, operator: &str, range: TextRange) -> Diagnostic {
    let diagnostic = cx
        .diagnostic(
            &codes::OPERATOR_NOT_FOR_TYPE,
            range,
            format!("`{operator}` does not apply to `{}`, which is {}", subject.name, subject.described()),
        )
        .at(format!("not an operator of {}", with_article(subject.ty)));
    let has: Vec<String> = operators_of(subject.ty.name()).map(|one| format!("`{one}`")).collect();
    subject.explain(diagnostic).help(format!(
        "the operators of `{}` are {}",
        subject.ty.name().as_str(),
        has.join(", ")
    ))
}

fn membership(
    cx: &mut Context<'_>,
    subject: &Subject<'_>,
    attribute: Name,
    negated: bool,
    set: &Value,
    whole: TextRange,
) {
    let ty = subject.ty.name();
    let is_range = matches!(set.kind, ValueKind::Range(_));
    let comparison = if is_range { Comparison::InRange } else { Comparison::InList };
    if matches!(set.kind, ValueKind::Malformed) {
        return;
    }
    if right(comparison, ty).is_none() {
        values::note(cx, set);
        let place = if is_range { set.range } else { in_span(cx, attribute, set, whole) };
        let word = if negated { "not in" } else { "in" };
        let mut diagnostic = if is_range {
            not_for_type(cx, subject, "in", place).at("a range is of numbers")
        } else {
            not_for_type(cx, subject, word, place)
        };
        if ty == TypeName::Set
            && let ValueKind::List(items) = set.kind
            && !items.is_empty()
        {
            let (word, joined) = if negated { ("lacks", " and ") } else { ("has", " or ") };
            let items = cx.item.nodes.values(items);
            let parts: Vec<String> =
                items.iter().map(|item| format!("{} {word} {}", subject.name, cx.text(item.range))).collect();
            let written = match parts.as_slice() {
                [one] => one.clone(),
                many => format!("({})", many.join(joined)),
            };
            diagnostic = diagnostic.help(format!("write `{written}`")).fix_all(
                Applicability::Unsafe,
                "ask for each member",
                vec![Edit { span: cx.span(whole), text: written }],
            );
        }
        cx.report(diagnostic);
        return;
    }
    match set.kind {
        ValueKind::List(items) => {
            let items = cx.item.nodes.values(items);
            if items.is_empty() {
                cx.report(
                    cx.diagnostic(&codes::EMPTY_LIST, set.range, "this list has no items")
                        .at("empty")
                        .help("nothing is in an empty list; write the values, or remove the comparison"),
                );
            }
            for item in items {
                values::check(cx, subject, item);
            }
        }
        ValueKind::Range(bounds) => values::range(cx, subject, set.range, cx.item.nodes.values(bounds)),
        _ => {
            let text = cx.text(set.range);
            let diagnostic = cx
                .diagnostic(
                    &codes::TYPE_MISMATCH,
                    set.range,
                    format!(
                        "`in` takes a list or a range, but {} is {}",
                        values::quoted(text),
                        values::described(set)
                    ),
                )
                .at("a list belongs here")
                .help(format!("write `[{text}]`"));
            cx.report(diagnostic.fix(
                Applicability::Safe,
                "put it into a list",
                set.range,
                format!("[{text}]"),
            ));
        }
    }
}

/// Where `in` or `not in` stands.
fn in_span(cx: &Context<'_>, attribute: Name, set: &Value, whole: TextRange) -> TextRange {
    let words = cx.tree.between(attribute.0, set.range);
    if words.is_empty() { whole } else { words }
}
