//! Blocks and their entries.

use super::printer::{Gap, Printer, Role};
use crate::tree::{Block, Entry, EntryKind, Keyword, Nodes};

impl Printer<'_> {
    /// `{ … }`, on one line if its author wrote it so and it fits, else with a line for each entry.
    pub(super) fn block(&mut self, nodes: &Nodes, block: Block) {
        if self.failed {
            return;
        }
        self.gap = Gap::Space;
        self.settle(Role::Plain);
        let entries = nodes.entries(block.entries);
        let is_empty = entries.is_empty() && self.byte(self.skip_blank(self.cursor + 1).0) == Some(b'}');
        let on_one_line = is_empty || self.starts_on_one_line();
        if self.flat {
            self.failed |= !on_one_line;
            self.flat_block(nodes, entries);
        } else if !(on_one_line && self.fits(|printer| printer.flat_block(nodes, entries))) {
            self.broken_block(nodes, entries);
        }
    }

    /// Whether a token follows the brace that comes next on the same line.
    fn starts_on_one_line(&self) -> bool {
        let (at, newlines) = self.skip_blank(self.cursor + 1);
        !newlines.any && !self.gap_has_newline(at)
    }

    fn flat_block(&mut self, nodes: &Nodes, entries: &[Entry]) {
        self.word("{");
        for (number, entry) in entries.iter().enumerate() {
            if self.failed {
                return;
            }
            self.gap = Gap::Space;
            self.entry(nodes, entry);
            if number + 1 < entries.len() {
                self.comma(!matches!(entry.kind, EntryKind::Given { .. } | EntryKind::Case { .. }));
            }
        }
        self.gap = if entries.is_empty() { Gap::None } else { Gap::Space };
        self.word("}");
    }

    fn broken_block(&mut self, nodes: &Nodes, entries: &[Entry]) {
        self.word("{");
        self.indent += 1;
        self.gap = Gap::First;
        for (number, entry) in entries.iter().enumerate() {
            self.entry(nodes, entry);
            self.comma(number + 1 < entries.len() && self.ends_with_keyword(entry));
            self.gap = Gap::Line;
        }
        self.end("}");
    }

    /// A declaration's keyword with a name after it would start a declaration, unless a comma keeps them apart:
    /// `when skill, priority: 5`.
    fn ends_with_keyword(&self, entry: &Entry) -> bool {
        let text = self.tree.text(entry.range);
        let start = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
        text.get(start..).is_some_and(|word| Keyword::from_text(word).is_some())
    }

    fn entry(&mut self, nodes: &Nodes, entry: &Entry) {
        match entry.kind {
            EntryKind::Property { name, value } => {
                self.token(name.0);
                self.sign(":", Role::Tight);
                self.gap = Gap::Space;
                self.value(nodes, value);
            }
            EntryKind::When { expr } => {
                self.word("when");
                self.gap = Gap::Space;
                self.condition(nodes, nodes.expr(expr));
            }
            EntryKind::Given { body } => {
                self.word("given");
                self.block(nodes, body);
            }
            EntryKind::Expect { queue, rule } => {
                self.word("expect");
                self.gap = Gap::Space;
                if let Some(queue) = queue {
                    self.word("queue");
                    self.gap = Gap::Space;
                    self.token(queue.0);
                    self.gap = Gap::Space;
                    self.word("->");
                    self.gap = Gap::Space;
                }
                match rule {
                    Some(rule) => self.token(rule.0),
                    None => self.word("none"),
                }
            }
            EntryKind::Case { label, body } => {
                self.word("case");
                self.gap = Gap::Space;
                self.token(label.0);
                self.block(nodes, body);
            }
        }
    }
}
