//! Where comments go. A comment that shared a line with what precedes it still does; one that had a line for itself
//! still has; one that stood right before a token still does.

use super::printer::{Gap, Newlines, Printer, Role};
use crate::tree::Comment;

impl<'t> Printer<'t> {
    /// Writes the comments before the next token, the first of which starts at `at`, and the gap among them.
    pub(super) fn settle_comments(&mut self, role: Role, at: usize, newlines: Newlines) {
        match self.gap {
            Gap::None | Gap::Space => self.comments_inside(role, newlines),
            Gap::Break | Gap::Line | Gap::First => self.comments_between(role, at, newlines),
        }
        self.gap = Gap::None;
    }

    /// Inside of what stands on one line unless a comment breaks it.
    fn comments_inside(&mut self, role: Role, mut before: Newlines) {
        // Whether a line has to end before what comes next.
        let mut must_break = false;
        while let Some((comment, after)) = self.take_comment() {
            let own_line = before.any && (comment.is_line || after.any);
            if self.flat && (comment.is_line || own_line) {
                self.failed = true;
                return;
            }
            if must_break || own_line {
                self.new_line(false, self.indent + 1);
            } else if comment.is_line || self.gap == Gap::Space || !self.out.ends_with(['(', '[']) {
                self.space();
            }
            self.write_comment(comment);
            must_break = comment.is_line || own_line;
            before = after;
            // A line comment ends with its line, which the text may not do.
            before.any |= comment.is_line;
        }
        if must_break {
            let indent = if role == Role::Closer { self.indent } else { self.indent + 1 };
            self.new_line(false, indent);
        } else if self.gap == Gap::Space || !matches!(role, Role::Tight | Role::Closer) {
            self.space();
        }
    }

    /// Between two lines.
    fn comments_between(&mut self, role: Role, at: usize, mut before: Newlines) {
        let on_one_line = !before.any && !self.gap_has_newline(at);
        // A comment with nothing but comments beside it belongs to the end, else to what follows on its line.
        let is_trailing = !on_one_line || role == Role::End;
        let mut gap = self.gap;
        // The last comment is the first of its line.
        let mut leading = false;
        before.any |= self.out.is_empty();
        while let Some((comment, after)) = self.take_comment() {
            if before.any || !(is_trailing || leading) {
                self.new_line(gap == Gap::Line && before.run >= 2, self.indent);
                leading = true;
            } else {
                self.space();
            }
            self.write_comment(comment);
            before = after;
            if comment.is_line || after.any {
                before.any = true;
                if leading && gap == Gap::First {
                    gap = Gap::Line;
                }
                leading = false;
            }
        }
        match role {
            // What ends a block stands one level further out; its writer knows.
            Role::End => {}
            _ if leading => self.space(),
            _ => self.new_line(gap == Gap::Line && before.run >= 2, self.indent),
        }
    }

    /// The next comment, if it comes before the next token, and the line ends after it.
    fn take_comment(&mut self) -> Option<(&'t Comment, Newlines)> {
        self.cursor = self.skip_blank(self.cursor).0;
        let comment = self.comment_at(self.next_comment, self.cursor)?;
        self.cursor = comment.range.end as usize;
        self.next_comment += 1;
        Some((comment, self.skip_blank(self.cursor).1))
    }

    /// Whether a line ends between the comment at `at` and the next token.
    pub(super) fn gap_has_newline(&self, mut at: usize) -> bool {
        let mut index = self.next_comment;
        while let Some(comment) = self.comment_at(index, at) {
            let (next, newlines) = self.skip_blank(comment.range.end as usize);
            if comment.is_line || newlines.any {
                return true;
            }
            (at, index) = (next, index + 1);
        }
        false
    }

    /// Writes the comments before the end of a block, of a broken list or of the file. What ends it is for the caller
    /// to write, on a new line.
    pub(super) fn settle_end(&mut self) {
        let (at, newlines) = self.skip_blank(self.cursor);
        if self.comment_at(self.next_comment, at).is_some() {
            self.comments_between(Role::End, at, newlines);
        }
        self.cursor = self.skip_blank(self.cursor).0;
        self.gap = Gap::None;
    }

    /// A comment as it was, but for white space at the ends of its lines and, where each of its lines starts with a
    /// star, before it.
    pub(super) fn write_comment(&mut self, comment: &Comment) {
        const BLANK: [char; 3] = [' ', '\t', '\r'];
        let tree = self.tree;
        let text = tree.text(comment.range);
        if comment.is_line || !text.contains('\n') {
            self.write(text);
            return;
        }
        if self.flat {
            self.failed = true;
            return;
        }
        let start = self.column;
        let has_stars = text.lines().skip(1).all(|line| line.trim_start_matches(BLANK).starts_with('*'));
        for (number, line) in text.split('\n').enumerate() {
            let line = line.trim_end_matches(BLANK);
            if number > 0 {
                self.out.push('\n');
                self.lines += 1;
                self.column = 0;
            }
            if number > 0 && has_stars {
                self.pad(start + 1);
                self.write(line.trim_start_matches(BLANK));
            } else {
                self.write(line);
            }
        }
    }
}
