//! The tokens of a declaration that could not be read, and what stands around the one at which pest gave up.

use std::ops::Range;

use super::super::scan::{Chunk, offset, skip_trivia};
use crate::{FileId, Span};

/// The tokens of a chunk.
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    file: FileId,
    list: Vec<Range<usize>>,
    /// The first one that pest could not take whole.
    pub(super) bad: usize,
    /// For each token before it, the token that opened the block around it.
    openers: Vec<Option<usize>>,
}

impl<'t> Tokens<'t> {
    /// Reads a chunk, of which pest took everything before `at`.
    pub(super) fn new(text: &'t str, file: FileId, chunk: &Chunk, at: usize) -> Self {
        let end = chunk.end as usize;
        let mut list = Vec::new();
        let mut openers = Vec::new();
        let mut open = Vec::new();
        let mut next = skip_trivia(text.as_bytes(), chunk.start as usize);
        while next < end {
            let token = next..next + token(text, next, end).len().max(1);
            let written = text.get(token.clone()).unwrap_or("");
            openers.push(open.last().copied());
            if matches!(written, "}" | ")" | "]") {
                open.pop();
            }
            if matches!(written, "{" | "(" | "[") {
                open.push(list.len());
            }
            next = skip_trivia(text.as_bytes(), token.end);
            list.push(token);
        }
        let bad = list.partition_point(|token: &Range<usize>| token.end <= at);
        Self { text, file, list, bad, openers }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// A token's text; nothing where there is none.
    pub(super) fn get(&self, index: usize) -> &'t str {
        self.list.get(index).and_then(|token| self.text.get(token.clone())).unwrap_or("")
    }

    /// The token so many before the one that pest could not take.
    pub(super) fn back(&self, count: usize) -> &'t str {
        self.bad.checked_sub(count).map_or("", |index| self.get(index))
    }

    /// Where a token stands; the end of the last one where there is none.
    pub(super) fn span(&self, index: usize) -> Span {
        match self.list.get(index) {
            Some(token) => Span::new(self.file, offset(token.start), offset(token.end)),
            None => self.list.last().map_or(Span::new(self.file, 0, 0), |last| {
                Span::new(self.file, offset(last.end), offset(last.end))
            }),
        }
    }

    /// The empty place right after a token.
    pub(super) fn after(&self, index: usize) -> Span {
        self.span(index).after()
    }

    /// Whether nothing stands between a token and the one before it.
    pub(super) fn sticks(&self, index: usize) -> bool {
        index > 0 && self.span(index - 1).end == self.span(index).start
    }

    /// Whether a token is on a later line than the one before it.
    pub(super) fn starts_line(&self, index: usize) -> bool {
        let Some(before) = index.checked_sub(1) else { return true };
        let gap = self.span(before).end as usize..self.span(index).start as usize;
        self.text.get(gap).is_some_and(|gap| gap.contains('\n'))
    }

    /// The token that opened the bracket around a token.
    pub(super) fn opener(&self, index: usize) -> Option<usize> {
        self.openers.get(index).copied().flatten()
    }

    /// What the block around a token belongs to: `rule`, `given`, `case` and so on.
    pub(super) fn owner(&self, index: usize) -> &'t str {
        let Some(open) = self.opener(index).filter(|open| self.get(*open) == "{") else { return "" };
        match (open.checked_sub(1).map(|at| self.get(at)), open.checked_sub(2).map(|at| self.get(at))) {
            (Some("given"), _) | (Some(":" | "="), Some("given")) => "given",
            (_, Some("case")) => "case",
            _ => self.get(0),
        }
    }

    /// The last `when` of the block around a token, unless a property stands between the two.
    pub(super) fn condition_before(&self, index: usize) -> Option<usize> {
        if self.get(0) == "condition" {
            return Some(0);
        }
        let around = self.opener(index);
        for at in (around? + 1..index).rev() {
            if self.opener(at) == around {
                match self.get(at) {
                    "when" if !matches!(self.get(at + 1), ":" | "=") => return Some(at),
                    ":" => return None,
                    _ => {}
                }
            }
        }
        None
    }
}

/// The token at a place: a word, a string, a regular expression, a number, a sign.
pub(super) fn token(text: &str, at: usize, end: usize) -> &str {
    let rest = text.get(at..end).unwrap_or("");
    let length = match rest.chars().next() {
        None => 0,
        Some(first) if first.is_alphanumeric() || first == '_' => {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        }
        Some(quote @ ('"' | '/')) => enclosed(rest, quote).unwrap_or(1),
        Some(first) => {
            const SIGNS: [&str; 12] =
                ["...", "===", "!==", "->", "==", "!=", ">=", "<=", "=>", "..", "--", "::"];
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            sign.map_or(first.len_utf8(), |sign| sign.len())
        }
    };
    rest.get(..length).unwrap_or("")
}

/// The length of what is enclosed in two of a sign, on one line.
fn enclosed(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Whether a token is a name or a keyword.
pub(super) fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Whether a token is a whole number.
pub(super) fn is_integer(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}
