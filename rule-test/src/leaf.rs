//! The comparisons as they are written: each once, however many rules it is expanded in.

use genesys_model::Expression;
use rule_compiler::Program;
use rule_compiler::lower::Place;
use rule_compiler::target::ExpressionTarget;
use rule_lang::Span;
use rule_lang::tree::{ExprKind, ItemKind, Name};

/// A comparison in a rule or a named condition.
pub(crate) struct Leaf<'p> {
    pub(crate) span: Span,
    pub(crate) text: &'p str,
    /// The attribute as rules call it.
    pub(crate) attribute: &'p str,
    /// The attribute as the platform calls it.
    pub(crate) field: String,
    pub(crate) expression: Expression,
}

/// The comparisons of all enabled rules and of all named conditions, in the order of the files and of the text.
pub(crate) fn collect(program: &Program) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    for rule in program.rules().into_iter().filter(|rule| rule.enabled) {
        add(program, rule.when, &mut leaves);
    }
    for tree in program.trees() {
        for item in &tree.items {
            if let ItemKind::Condition { expr, .. } = item.kind {
                add(program, Place { tree, item, expr: item.nodes.expr(expr) }, &mut leaves);
            }
        }
    }
    leaves.sort_by_key(|leaf| leaf.span);
    leaves
}

fn add<'p>(program: &'p Program, root: Place<'p>, leaves: &mut Vec<Leaf<'p>>) {
    let symbols = program.symbols();
    let mut pending = vec![root.expr];
    while let Some(expr) = pending.pop() {
        let nodes = &root.item.nodes;
        let attribute: Name = match expr.kind {
            ExprKind::Logic { children, .. } => {
                pending.extend(nodes.exprs(children).iter().rev());
                continue;
            }
            ExprKind::Not { operand: inner } | ExprKind::Group { inner } => {
                pending.push(nodes.expr(inner));
                continue;
            }
            // A named condition's comparisons are collected where they stand.
            ExprKind::Name(name) if symbols.condition(root.tree.name(name)).is_some() => continue,
            ExprKind::Name(attribute)
            | ExprKind::Compare { attribute, .. }
            | ExprKind::Presence { attribute, .. }
            | ExprKind::Membership { attribute, .. } => attribute,
        };
        let mut target = ExpressionTarget::default();
        program.lower(Place { expr, ..root }, &mut target);
        let Some((expression, _)) = target.finish() else { continue };
        let attribute = root.tree.name(attribute);
        leaves.push(Leaf {
            span: root.tree.span(expr.range),
            text: root.tree.text(expr.range),
            attribute,
            field: symbols.attribute(attribute).map_or(attribute, |attribute| attribute.field).to_owned(),
            expression,
        });
    }
}
