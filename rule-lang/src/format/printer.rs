//! Tokens, the gaps between them, lines, and attempts to stay on one.

use super::{MAX_COLUMNS, MAX_INDENT};
use crate::tree::Comment;
use crate::{TextRange, Tree};

/// What is to stand before the next token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// One space.
    Space,
    /// A new line, never a blank one before it.
    Break,
    /// A new line, with a blank one before it where the author left one or more.
    Line,
    /// The first line of a file or block: as `Break`, but after a comment as `Line`.
    First,
}

/// How a token takes to what stands before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// A comment before it belongs to it.
    Plain,
    /// As `Plain`, but no space comes between it and a comment: `:`.
    Tight,
    /// As `Tight`; it closes a bracket that may stand at the start of a line: `)`, `]`.
    Closer,
    /// The end of a block or broken list: a comment before it belongs to what precedes.
    End,
}

/// Everything that an attempt may have to undo.
struct Mark {
    length: usize,
    cursor: usize,
    next_comment: usize,
    column: usize,
    lines: usize,
    gap: Gap,
    indent: usize,
    limit: usize,
}

/// Writes a tree's text anew. It steps through the old text token by token, in the order of the tree's walk.
pub(super) struct Printer<'t> {
    pub(super) tree: &'t Tree,
    bytes: &'t [u8],
    pub(super) out: String,
    /// The byte after the last token or comment that was taken from the old text.
    pub(super) cursor: usize,
    /// How many comments have been written.
    pub(super) next_comment: usize,
    /// What is to stand before the next token.
    pub(super) gap: Gap,
    /// How many levels the current line is indented; lines that continue it stand one further.
    pub(super) indent: usize,
    /// How many columns of the last line are taken.
    pub(super) column: usize,
    /// How many columns the current attempt may take: [`MAX_COLUMNS`] less what must follow on the same line.
    pub(super) limit: usize,
    /// How many lines have been ended.
    pub(super) lines: usize,
    /// Where the first line since it was last `None` was ended.
    pub(super) first_break: Option<usize>,
    /// Whether a blank line was left since it was last `false`.
    pub(super) left_blank: bool,
    /// Everything is to stand on one line.
    pub(super) flat: bool,
    /// It cannot: what is written now is thrown away.
    pub(super) failed: bool,
}

impl<'t> Printer<'t> {
    pub(super) fn new(tree: &'t Tree) -> Self {
        let text: &str = &tree.text;
        Self {
            tree,
            bytes: text.as_bytes(),
            out: String::with_capacity(text.len() + text.len() / 8),
            cursor: if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 },
            next_comment: 0,
            gap: Gap::First,
            indent: 0,
            column: 0,
            limit: MAX_COLUMNS,
            lines: 0,
            first_break: None,
            left_blank: false,
            flat: false,
            failed: false,
        }
    }

    /// The finished text.
    pub(super) fn finish(mut self) -> String {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    /// A token that the tree knows: it is written as the author wrote it.
    pub(super) fn token(&mut self, range: TextRange) {
        self.settle(Role::Plain);
        let tree = self.tree;
        self.write(tree.text(range));
        self.cursor = range.end as usize;
    }

    /// A keyword or sign that comes next in the text.
    pub(super) fn word(&mut self, text: &str) {
        self.sign(text, Role::Plain);
    }

    /// See [`Self::word`].
    pub(super) fn sign(&mut self, text: &str, role: Role) {
        self.settle(role);
        self.write(text);
        self.cursor += text.len();
    }

    /// Writes all that comes before the next token: the gap, and comments. Doing so twice does nothing more.
    pub(super) fn settle(&mut self, role: Role) {
        if self.failed {
            return;
        }
        let (at, newlines) = self.skip_blank(self.cursor);
        if self.comment_at(self.next_comment, at).is_some() {
            self.settle_comments(role, at, newlines);
            return;
        }
        self.cursor = at;
        match self.gap {
            Gap::None => {}
            Gap::Space => self.space(),
            Gap::Break | Gap::First => self.new_line(false, self.indent),
            Gap::Line => self.new_line(newlines.run >= 2, self.indent),
        }
        self.gap = Gap::None;
    }

    /// The comma after an item of a list or an entry of a block, which the author may have left out. Comments that
    /// stand before it on the same line stay there.
    pub(super) fn comma(&mut self, print: bool) {
        if self.failed {
            return;
        }
        let mut at = self.cursor;
        let mut index = self.next_comment;
        loop {
            while matches!(self.byte(at), Some(b' ' | b'\t' | b'\r')) {
                at += 1;
            }
            let Some(comment) = self.comment_at(index, at).filter(|comment| !comment.is_line) else { break };
            at = comment.range.end as usize;
            index += 1;
        }
        if self.byte(at) == Some(b',') {
            let tree = self.tree;
            for comment in tree.comments.get(self.next_comment..index).unwrap_or(&[]) {
                self.space();
                self.write_comment(comment);
            }
            self.next_comment = index;
            self.cursor = at + 1;
        }
        if print {
            self.write(",");
        }
    }

    /// Writes on one line what `print` writes; where that cannot be, writes nothing and says so.
    pub(super) fn fits(&mut self, print: impl FnOnce(&mut Self)) -> bool {
        let mark = Mark {
            length: self.out.len(),
            cursor: self.cursor,
            next_comment: self.next_comment,
            column: self.column,
            lines: self.lines,
            gap: self.gap,
            indent: self.indent,
            limit: self.limit,
        };
        (self.flat, self.failed) = (true, false);
        print(self);
        self.flat = false;
        if !self.failed {
            return true;
        }
        self.failed = false;
        self.out.truncate(mark.length);
        self.cursor = mark.cursor;
        self.next_comment = mark.next_comment;
        self.column = mark.column;
        self.lines = mark.lines;
        self.gap = mark.gap;
        self.indent = mark.indent;
        self.limit = mark.limit;
        false
    }

    /// Adds to the last line.
    pub(super) fn write(&mut self, text: &str) {
        if self.failed {
            return;
        }
        self.out.push_str(text);
        self.column += width(text);
        self.failed = self.flat && self.column > self.limit;
    }

    pub(super) fn space(&mut self) {
        self.out.push(' ');
        self.column += 1;
    }

    /// Ends the line, if there is one.
    pub(super) fn new_line(&mut self, blank: bool, indent: usize) {
        if self.out.is_empty() {
            return;
        }
        self.first_break.get_or_insert(self.out.len());
        self.out.push_str(if blank { "\n\n" } else { "\n" });
        self.left_blank |= blank;
        self.lines += 1;
        self.column = 0;
        self.pad(indent.min(MAX_INDENT) * 2);
    }

    /// Adds spaces to the last line.
    pub(super) fn pad(&mut self, mut columns: usize) {
        const SPACES: &str = "                                ";
        self.column += columns;
        while columns > 0 {
            let some = columns.min(SPACES.len());
            self.out.push_str(SPACES.get(..some).unwrap_or(SPACES));
            columns -= some;
        }
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// The comment with this number, if it starts here.
    pub(super) fn comment_at(&self, index: usize, at: usize) -> Option<&'t Comment> {
        self.tree.comments.get(index).filter(|comment| comment.range.start as usize == at)
    }

    /// The first byte that is no white space, and the line ends before it. A comma is white space here: those that
    /// count have been taken by [`Self::comma`].
    pub(super) fn skip_blank(&self, mut at: usize) -> (usize, Newlines) {
        let mut newlines = Newlines::default();
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b' ' | b'\t' | b'\r' => {}
                b'\n' => {
                    newlines.run += 1;
                    newlines.any = true;
                }
                b',' => newlines.run = 0,
                _ => break,
            }
            at += 1;
        }
        (at, newlines)
    }
}

/// The line ends between two tokens or comments.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Newlines {
    /// Whether there are any.
    pub(super) any: bool,
    /// How many, after the comma if there is one: two leave a blank line.
    pub(super) run: usize,
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}
