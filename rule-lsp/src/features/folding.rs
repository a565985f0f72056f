//! What can be folded: blocks, lists and comments of several lines.

use rule_lang::tree::{
    Comment, Entry, EntryKind, Expr, ExprKind, Item, ItemKind, TypeKind, Value, ValueKind,
};
use rule_lang::{TextRange, Tree};

/// What a fold hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FoldKind {
    /// What stands between two brackets, which stay.
    Brackets,
    /// A comment, all but its first line.
    Comment,
}

/// Something of several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fold {
    /// What is hidden.
    pub(crate) range: TextRange,
    pub(crate) kind: FoldKind,
}

/// The folds of a file, in the order of its text.
pub(crate) fn folds(tree: &Tree) -> Vec<Fold> {
    let mut folds = Vec::new();
    for item in &tree.items {
        Walk { item, folds: &mut folds }.item();
    }
    folds.retain(|fold| has_line_end(tree, fold.range));
    comments(tree, &mut folds);
    folds.sort_unstable();
    folds
}

fn has_line_end(tree: &Tree, range: TextRange) -> bool {
    tree.text(range).contains('\n')
}

/// Block comments of several lines, and line comments that follow each other on lines of their own.
fn comments(tree: &Tree, folds: &mut Vec<Fold>) {
    let mut add = |range: TextRange| folds.push(Fold { range, kind: FoldKind::Comment });
    for comment in tree.comments.iter().filter(|comment| !comment.is_line) {
        let first_line = tree.text(comment.range).find('\n').and_then(|at| u32::try_from(at).ok());
        if let Some(first_line) = first_line {
            add(TextRange { start: comment.range.start + first_line, ..comment.range });
        }
    }
    let lines: Vec<&Comment> =
        tree.comments.iter().filter(|one| one.is_line && stands_alone(tree, one)).collect();
    let follows = |one: &&Comment, next: &&Comment| {
        let between = tree.text.get(one.range.end as usize..next.range.start as usize).unwrap_or("");
        between.trim().is_empty() && between.matches('\n').count() == 1
    };
    for run in lines.chunk_by(follows) {
        if let [first, .., last] = run {
            add(first.range.after().to(last.range));
        }
    }
}

fn stands_alone(tree: &Tree, comment: &Comment) -> bool {
    let head = tree.text.get(..comment.range.start as usize).unwrap_or("");
    head.rsplit('\n').next().is_none_or(|line| line.trim().is_empty())
}

/// A step through one declaration.
struct Walk<'a> {
    item: &'a Item,
    folds: &'a mut Vec<Fold>,
}

impl Walk<'_> {
    fn brackets(&mut self, range: TextRange) {
        // Without the brackets themselves, each of one byte.
        if range.len() >= 2 {
            let range = TextRange { start: range.start + 1, end: range.end - 1 };
            self.folds.push(Fold { range, kind: FoldKind::Brackets });
        }
    }

    fn item(&mut self) {
        let nodes = &self.item.nodes;
        match self.item.kind {
            ItemKind::Attribute { ty, .. } if matches!(ty.kind, TypeKind::Enum(_)) => {
                let start = ty.range.start + 4;
                self.brackets(TextRange { start: start.min(ty.range.end), ..ty.range });
            }
            ItemKind::Condition { expr, .. } => self.expr(nodes.expr(expr)),
            _ => {}
        }
        if let Some(body) = self.item.kind.body() {
            self.brackets(body.range);
            self.entries(nodes.entries(body.entries));
        }
    }

    fn entries(&mut self, entries: &[Entry]) {
        let nodes = &self.item.nodes;
        for entry in entries {
            match entry.kind {
                EntryKind::Property { value, .. } => self.value(nodes.value(value)),
                EntryKind::When { expr } => self.expr(nodes.expr(expr)),
                EntryKind::Given { body } | EntryKind::Case { body, .. } => {
                    self.brackets(body.range);
                    self.entries(nodes.entries(body.entries));
                }
                EntryKind::Expect { .. } => {}
            }
        }
    }

    fn value(&mut self, value: &Value) {
        if let ValueKind::List(_) = value.kind {
            self.brackets(value.range);
        }
    }

    /// Nesting is bounded by the parser's limit.
    fn expr(&mut self, expr: &Expr) {
        let nodes = &self.item.nodes;
        match expr.kind {
            ExprKind::Logic { children, .. } => {
                nodes.exprs(children).iter().for_each(|child| self.expr(child));
            }
            ExprKind::Not { operand } => self.expr(nodes.expr(operand)),
            ExprKind::Group { inner } => {
                self.brackets(expr.range);
                self.expr(nodes.expr(inner));
            }
            ExprKind::Compare { value, .. } => self.value(nodes.value(value)),
            ExprKind::Membership { set, .. } => self.value(nodes.value(set)),
            ExprKind::Presence { .. } | ExprKind::Name(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    fn found(text: &str) -> Vec<String> {
        let fixture = Fixture::of(&[text, "rule { broken"]);
        let source = fixture.sources.get(fixture.file).unwrap();
        let shown = |fold: Fold| {
            let line = |offset| source.line_column(offset).line;
            format!("{}-{} {:?}", line(fold.range.start), line(fold.range.end), fold.kind)
        };
        folds(fixture.program.tree(fixture.file).unwrap()).into_iter().map(shown).collect()
    }

    #[test]
    fn blocks_lists_and_groups_of_several_lines_fold() {
        let text = "rule \"r\" {\n  queue: \"q\"\n  when a in [\n    1,\n    2\n  ] and (b\n    or c)\n}\n\
            skill_group g { skills: [a] }\nattribute t: enum[\n  \"a\"\n]\ntest \"t\" { given {\n a: 1 }\n expect none }";
        let expected = [
            "1-8 Brackets",
            "3-6 Brackets",
            "6-7 Brackets",
            "10-12 Brackets",
            "13-15 Brackets",
            "13-14 Brackets",
        ];
        assert_eq!(found(text), expected);
        assert_eq!(found(&format!("{text}\nrule \"x\" {{ when\n and }}")), expected);
    }

    #[test]
    fn comments_of_several_lines_fold_and_runs_of_them() {
        assert_eq!(found("// a\n// b\n  // c\n\n// d\nskill s // e\n// f\n"), ["1-3 Comment"]);
        assert_eq!(found("/* a */\n/* b\n c */ // d\n"), ["2-3 Comment"]);
    }
}
