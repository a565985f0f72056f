//! What pest saw, in a flat list of its own: a sixth of the room of pest's, nothing to count references to, and
//! offsets into the file rather than into the slice that pest was given.

use pest::Token as Edge;

use super::Rule;
use crate::TextRange;

/// A pair: one rule of the grammar, matched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    start: u32,
    end: u32,
    /// How many of the tokens behind it are parts of it.
    parts: u32,
    rule: Rule,
}

/// An offset into a slice, or into what was gathered from it. Files are at most 32 MiB.
#[expect(clippy::cast_possible_truncation, reason = "no file is that long, and this is done for every edge")]
fn small(value: usize) -> u32 {
    value as u32
}

/// Appends all pairs of a slice that starts at `base`, each before its parts.
pub(super) fn gather(pairs: pest::iterators::Pairs<'_, Rule>, base: u32, into: &mut Vec<Token>) {
    // The innermost pair whose end has not come; until it comes, its field for it holds the pair around it.
    let mut open = u32::MAX;
    for edge in pairs.tokens() {
        match edge {
            Edge::Start { rule: seen, pos } => {
                into.push(Token { start: base + small(pos.pos()), end: open, parts: 0, rule: seen });
                open = small(into.len() - 1);
            }
            Edge::End { pos, .. } => {
                let parts = small(into.len() - 1) - open;
                if let Some(token) = into.get_mut(open as usize) {
                    open = token.end;
                    token.end = base + small(pos.pos());
                    token.parts = parts;
                }
            }
        }
    }
}

/// Pairs side by side.
#[derive(Debug)]
pub(super) struct Pairs<'p> {
    tokens: &'p [Token],
    text: &'p str,
}

/// One pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'p> {
    token: &'p Token,
    parts: &'p [Token],
    text: &'p str,
}

impl<'p> Pairs<'p> {
    /// What was gathered from a text.
    pub(super) fn new(tokens: &'p [Token], text: &'p str) -> Self {
        Self { tokens, text }
    }
}

impl<'p> Iterator for Pairs<'p> {
    type Item = Pair<'p>;

    fn next(&mut self) -> Option<Pair<'p>> {
        let (token, rest) = self.tokens.split_first()?;
        let (parts, rest) = rest.split_at_checked(token.parts as usize)?;
        self.tokens = rest;
        Some(Pair { token, parts, text: self.text })
    }
}

impl<'p> Pair<'p> {
    /// What the grammar calls it.
    pub(super) fn as_rule(self) -> Rule {
        self.token.rule
    }

    /// Its text.
    pub(super) fn as_str(self) -> &'p str {
        self.text.get(self.range().bytes()).unwrap_or("")
    }

    /// Where it stands in the file. A pair whose rule ends in something optional reaches to the next token: of those
    /// only the start is used.
    pub(super) fn range(self) -> TextRange {
        TextRange { start: self.token.start, end: self.token.end }
    }

    /// Its parts.
    pub(super) fn into_inner(self) -> Pairs<'p> {
        Pairs { tokens: self.parts, text: self.text }
    }
}
