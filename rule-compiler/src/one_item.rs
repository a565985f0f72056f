//! One declaration by itself: its shape and its tree, as editors ask for them whatever is wrong elsewhere.

use rule_lang::tree::{EntryKind, Expr, Item, ItemKind};
use rustc_hash::FxHashSet;

use crate::bundle::CompiledRule;
use crate::condition_graph::names;
use crate::program::Program;
use crate::rules::Rule;
use crate::shape::{Shape, measure};
use crate::symbols::ItemId;

/// The most nodes of a tree that is built here.
const MAX_NODES: u64 = genesys_model::limits::MAX_NODES as u64;

impl Program {
    /// What the condition of a rule, or a named condition, will be on the platform. Nothing of other declarations, and
    /// of what could not be read.
    pub fn shape_of(&self, id: ItemId) -> Option<Shape> {
        let (tree, item) = self.item(id)?;
        let symbols = self.symbols();
        Some(measure(tree, &item.nodes, condition(item)?, &|name| symbols.condition_shape(name)))
    }

    /// A rule as it is sent. Nothing where it could not be read or has more nodes than any may have, and where
    /// conditions that it is made of could not be read or go in a circle.
    pub fn compile_one(&self, id: ItemId) -> Option<CompiledRule> {
        let shape = self.shape_of(id)?;
        let (tree, item) = self.item(id)?;
        if shape.nodes > MAX_NODES || self.is_misread(id) || !self.is_known(id) {
            return None;
        }
        self.compile_rule(Rule::read(tree, item)?)
    }

    /// Whether every condition that a declaration is made of has a shape.
    fn is_known(&self, id: ItemId) -> bool {
        let mut pending = vec![id];
        let mut seen: FxHashSet<ItemId> = FxHashSet::default();
        let mut is_known = true;
        while let Some(id) = pending.pop() {
            let Some((tree, item)) = self.item(id) else { continue };
            let Some(expr) = condition(item) else { continue };
            names(&item.nodes, expr, &mut |name| {
                let name = tree.name(name);
                let Some(used) = self.symbols().condition(name) else { return };
                is_known &= self.symbols().condition_shape(name).is_some();
                if seen.insert(used) {
                    pending.push(used);
                }
            });
        }
        is_known
    }
}

/// The condition of a declaration.
fn condition(item: &Item) -> Option<&Expr> {
    match item.kind {
        ItemKind::Condition { expr, .. } => Some(item.nodes.expr(expr)),
        ItemKind::Rule { body, .. } => {
            item.nodes.entries(body.entries).iter().find_map(|entry| match entry.kind {
                EntryKind::When { expr } => Some(item.nodes.expr(expr)),
                _ => None,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rule_lang::{FileId, Source};

    use super::*;
    use crate::Settings;

    fn checked(text: &str) -> Program {
        let mut program = Program::new(Settings::default());
        program.set(&Source::new(FileId(0), "a.rule", text));
        program.check();
        program
    }

    const fn item(index: u32) -> ItemId {
        ItemId { file: FileId(0), index }
    }

    #[test]
    fn a_rule_is_compiled_and_measured_whatever_is_wrong_elsewhere() {
        let program = checked(
            "rule \"R\" { queue: \"Q\", when calm and priority > 1 }\ncondition calm = not skill exists\nrule \"B\" {",
        );
        let compiled = program.compile_one(item(0)).unwrap();
        let shape = program.shape_of(item(0)).unwrap();
        assert_eq!(shape.depth, compiled.body.expression.depth());
        assert_eq!(program.shape_of(item(1)).unwrap().depth, 2);
        assert!(program.compile_one(item(1)).is_none());
        assert!(program.compile_one(item(2)).is_none());
    }

    #[test]
    fn conditions_in_a_circle_have_no_tree() {
        let program = checked(
            "condition a = not b\ncondition b = not a\ncondition c = a or skill exists\nrule \"R\" { queue: \"Q\", when c }",
        );
        assert!(program.compile_one(item(3)).is_none());
    }
}
