//! Declarations, and the blank lines between them.

use super::printer::{Gap, Printer, Role};
use crate::TextRange;
use crate::tree::{Item, ItemKind, Keyword, Nodes, Type, TypeKind, ValueKind};

impl Printer<'_> {
    /// All declarations and comments of the file.
    pub(super) fn file(&mut self) {
        let tree = self.tree;
        let mut previous: Option<(Option<Keyword>, bool)> = None;
        for item in &tree.items {
            (self.first_break, self.left_blank) = (None, false);
            self.settle(Role::Plain);
            let (first_break, left_blank, lines) = (self.first_break, self.left_blank, self.lines);
            self.item(item);
            let is_long = self.lines != lines;
            let keyword = item.kind.keyword();
            // Short declarations of one kind stand as their author grouped them, everything else has room.
            if let (Some((previous_keyword, previous_is_long)), Some(at)) = (previous, first_break)
                && !left_blank
                && (is_long || previous_is_long || keyword != previous_keyword)
            {
                self.out.insert(at, '\n');
            }
            previous = Some((keyword, is_long));
            self.gap = Gap::Line;
        }
        self.settle_end();
    }

    fn item(&mut self, item: &Item) {
        let nodes = &item.nodes;
        if let Some(keyword) = item.kind.keyword()
            && !matches!(item.kind, ItemKind::Broken { .. })
        {
            self.word(keyword.as_str());
            self.gap = Gap::Space;
        }
        let body = match item.kind {
            ItemKind::Attribute { name, ty, body } => {
                self.token(name.0);
                self.sign(":", Role::Tight);
                self.gap = Gap::Space;
                self.type_of(nodes, &ty);
                body
            }
            ItemKind::Condition { name, expr } => {
                self.token(name.0);
                self.gap = Gap::Space;
                self.word("=");
                self.gap = Gap::Space;
                self.condition(nodes, nodes.expr(expr));
                None
            }
            ItemKind::Skill { name, body } | ItemKind::SkillGroup { name, body } => {
                self.token(name.0);
                body
            }
            ItemKind::Queue { name, body } => {
                self.token(name.0);
                body
            }
            ItemKind::Rule { name, body } | ItemKind::Test { name, body } => {
                self.token(name.0);
                Some(body)
            }
            ItemKind::Strategy { queue, media, body } => {
                self.word("for");
                self.gap = Gap::Space;
                self.token(queue.0);
                self.gap = Gap::Space;
                self.word("on");
                self.gap = Gap::Space;
                self.token(media.0);
                Some(body)
            }
            ItemKind::Broken { .. } => {
                self.as_it_was(item.range);
                None
            }
        };
        if let Some(body) = body {
            self.block(nodes, body);
        }
    }

    fn type_of(&mut self, nodes: &Nodes, ty: &Type) {
        match ty.kind {
            TypeKind::Bool | TypeKind::Float | TypeKind::String | TypeKind::Set | TypeKind::Int(None) => {
                self.token(ty.range);
            }
            TypeKind::Int(Some(range)) => {
                self.word("int");
                self.gap = Gap::Space;
                self.value(nodes, range);
            }
            TypeKind::Enum(values) => {
                self.word("enum");
                self.list(nodes, values);
            }
            TypeKind::Unknown(name) => {
                self.token(name.0);
                if let Some(detail) = ty.detail {
                    let is_list = matches!(nodes.value(detail).kind, ValueKind::List(_));
                    self.gap = if is_list { Gap::None } else { Gap::Space };
                    self.value(nodes, detail);
                }
            }
        }
    }

    /// The text up to the end of a range as its author wrote it, comments and lines included.
    fn as_it_was(&mut self, range: TextRange) {
        self.settle(Role::Plain);
        let tree = self.tree;
        let start = u32::try_from(self.cursor).unwrap_or(range.end).min(range.end);
        for (number, line) in tree.text(TextRange { start, ..range }).lines().enumerate() {
            if number > 0 {
                self.new_line(false, 0);
            }
            self.write(line.trim_end());
        }
        self.cursor = range.end as usize;
        while tree.comments.get(self.next_comment).is_some_and(|comment| comment.range.start < range.end) {
            self.next_comment += 1;
        }
    }
}
