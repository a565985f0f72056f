//! The platform's limits on a rule's tree: its depth and its number of nodes.

use rule_lang::tree::{Expr, ExprKind, Item, ItemKind};
use rule_lang::{Span, TextRange, Tree, codes};

use super::Context;
use crate::settings::DEFAULT_MAX_DEPTH;
use crate::shape::{Shape, Top, measure};

/// The most nodes that a tree may have.
const MAX_NODES: u64 = genesys_model::limits::MAX_NODES as u64;
/// The most places that an error about depth shows.
const MAX_LABELS: usize = 32;

/// Checks the condition of a rule, which has been measured.
pub(super) fn check(cx: &mut Context<'_>, expr: &Expr, shape: Shape) {
    let allowed = cx.settings.max_depth;
    if shape.depth > allowed {
        let (primary, labels) = deepest_path(cx, expr);
        let mut diagnostic = cx
            .diagnostic(
                &codes::TOO_DEEP,
                primary,
                format!("this condition is {} levels deep, and at most {allowed} are allowed", shape.depth),
            )
            .at("its deepest part is here")
            .help(format!(
                "{}; every `and`, `or` and `not` adds a level; join or split the groups",
                whose(allowed)
            ));
        for (span, text) in labels {
            diagnostic = diagnostic.label(span, text);
        }
        cx.report(diagnostic);
    }
    if shape.nodes > MAX_NODES {
        cx.report(
            cx.diagnostic(
                &codes::TOO_MANY_NODES,
                expr.range,
                format!("this condition has {} nodes, and at most {MAX_NODES} are allowed", shape.nodes),
            )
            .at("counted after named conditions and lists are expanded")
            .help("use a large named condition fewer times, or shorten the lists"),
        );
    }
}

/// Who allows no more levels than that.
fn whose(allowed: u32) -> String {
    if allowed == DEFAULT_MAX_DEPTH {
        return "the limit is the platform's".to_owned();
    }
    format!(
        "the limit is `depth` in the project's `rulec.toml`, and {DEFAULT_MAX_DEPTH} is the platform's own"
    )
}

fn shape(cx: &Context<'_>, tree: &Tree, item: &Item, expr: &Expr) -> Shape {
    measure(tree, &item.nodes, expr, &|name| cx.symbols.condition_shape(name))
}

/// Walks down the deepest path: the deepest place in the rule's own text, and the levels on the way, those inside
/// named conditions included.
fn deepest_path(cx: &Context<'_>, expr: &Expr) -> (TextRange, Vec<(Span, String)>) {
    let (mut tree, mut item, mut expr) = (cx.tree, cx.item, expr);
    let mut labels: Vec<(Span, String)> = Vec::new();
    let mut primary = None;
    let mut level = 0;
    let mut outer = Top::Leaf;
    while labels.len() < MAX_LABELS {
        match expr.kind {
            ExprKind::Group { inner } => expr = item.nodes.expr(inner),
            ExprKind::Not { operand } => {
                level += 1;
                outer = Top::Not;
                let not = TextRange { end: expr.range.start + 3, ..expr.range };
                labels.push((tree.span(not), format!("level {level}: `not`")));
                expr = item.nodes.expr(operand);
            }
            ExprKind::Logic { op, children } => {
                let top = if op == rule_lang::tree::Logic::And { Top::And } else { Top::Or };
                let children = item.nodes.exprs(children);
                if outer != top {
                    level += 1;
                    labels.push((
                        tree.span(between(tree, children, expr.range)),
                        format!("level {level}: `{}`", op.as_str()),
                    ));
                }
                outer = top;
                let under = |child: &Expr| {
                    let shape = shape(cx, tree, item, child);
                    if shape.top == top { shape.depth - 1 } else { shape.depth }
                };
                // The first of equally deep ones.
                let Some(deepest) = children.iter().rev().max_by_key(|child| under(child)) else { break };
                expr = deepest;
            }
            ExprKind::Name(name) => {
                let text = tree.name(name);
                let named = cx.symbols.condition(text).and_then(|id| cx.program.item(id));
                let Some((other_tree, other)) = named else { break };
                let ItemKind::Condition { name: declared, expr: inner } = other.kind else { break };
                // A circle has no depth, and is reported as what it is.
                if cx.symbols.condition_shape(text).is_none() {
                    break;
                }
                if primary.is_none() {
                    primary = Some(name.0);
                } else {
                    labels.push((tree.span(name.0), format!("`{text}` is used here")));
                }
                labels.push((other_tree.span(declared.0), format!("`{text}` goes on here")));
                (tree, item, expr) = (other_tree, other, other.nodes.expr(inner));
            }
            ExprKind::Compare { .. } | ExprKind::Presence { .. } | ExprKind::Membership { .. } => break,
        }
    }
    (primary.unwrap_or(expr.range), labels)
}

/// The word between the first two operands.
fn between(tree: &Tree, children: &[Expr], whole: TextRange) -> TextRange {
    let [first, second, ..] = children else { return whole };
    let word = tree.between(first.range, second.range);
    if matches!(tree.text(word), "and" | "or") { word } else { first.range.before() }
}
