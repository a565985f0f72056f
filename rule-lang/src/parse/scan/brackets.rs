//! Brackets: whether they match, and how deep they nest.

use super::{MAX_NESTING, Scanner, partner, skip_trivia, word_end};
use crate::{Applicability, Diagnostic, codes};

impl Scanner<'_> {
    /// Whether the bracket or `not` that ends at `end` is one too many.
    pub(super) fn check_nesting(&mut self, end: usize) {
        if self.nesting <= MAX_NESTING || self.lost {
            return;
        }
        self.lost = true;
        let diagnostic = Diagnostic::new(
            &codes::NESTING_TOO_DEEP,
            self.span(end.saturating_sub(1), end),
            format!("more than {MAX_NESTING} brackets and `not`s stand inside each other here"),
        )
        .at("one too many")
        .help("name a part of it with `condition NAME = …` and use the name");
        self.mistake(diagnostic);
    }

    pub(super) fn close(&mut self, closer: u8, start: usize) {
        if self.lost {
            return;
        }
        self.end_nots();
        match self.brackets.pop() {
            Some(open) if partner(open.opener) == closer => {
                self.nots = open.nots;
                self.nesting -= 1;
            }
            // What is open is closed later, most likely.
            Some(open)
                if open.opener == b'{'
                    && !self.brackets.iter().any(|outer| partner(outer.opener) == closer) =>
            {
                self.brackets.push(open);
                self.closes_nothing(closer, start);
            }
            Some(open) => {
                let (opener, expected) = (char::from(open.opener), char::from(partner(open.opener)));
                let diagnostic = Diagnostic::new(
                    &codes::UNBALANCED_BRACKET,
                    self.span(start, start + 1),
                    format!("`{}` does not close `{opener}`", char::from(closer)),
                )
                .at(format!("`{expected}` expected"))
                .label(self.span(open.at as usize, open.at as usize + 1), "opened here")
                .help(format!("close it with `{expected}` first"));
                self.mistake(diagnostic);
                self.lost = true;
            }
            None => {
                if closer != b'}' || !self.header_without_brace() {
                    self.closes_nothing(closer, start);
                }
                self.lost = true;
            }
        }
    }

    pub(super) fn closes_nothing(&mut self, closer: u8, start: usize) {
        // Of several in a row, the first says it all.
        if self.scan.chunks.last().is_some_and(|chunk| !chunk.mistakes.is_empty()) {
            return;
        }
        let closer = char::from(closer);
        let span = self.span(start, start + 1);
        let diagnostic =
            Diagnostic::new(&codes::UNBALANCED_BRACKET, span, format!("this `{closer}` closes nothing"))
                .at("nothing is open here")
                .help("remove it, or open what it is to close")
                .fix(Applicability::Unsafe, "remove it", span, "");
        self.mistake(diagnostic);
    }

    /// `rule "x"`, its properties and a `}`: what is missing is the `{` after the name.
    pub(super) fn header_without_brace(&mut self) -> bool {
        let Some(chunk) = self.scan.chunks.last() else { return false };
        let start = chunk.start as usize;
        let keyword_end = word_end(self.bytes, start);
        let keyword = self.text.get(start..keyword_end).unwrap_or("");
        let name = skip_trivia(self.bytes, keyword_end);
        if !matches!(keyword, "rule" | "test" | "queue") || self.bytes.get(name) != Some(&b'"') {
            return false;
        }
        let rest = self.bytes.get(name + 1..).unwrap_or(&[]);
        let Some(length) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n')) else {
            return false;
        };
        let end = name + 1 + length + 1;
        let next = skip_trivia(self.bytes, end);
        let follows = self.bytes.get(next).is_some_and(u8::is_ascii_lowercase);
        if rest.get(length) != Some(&b'"') || !follows {
            return false;
        }
        let span = self.span(end, end);
        let name = self.text.get(name..end).unwrap_or("");
        let diagnostic = Diagnostic::new(
            &codes::UNBALANCED_BRACKET,
            span,
            format!("expected `{{` after `{keyword} {name}`"),
        )
        .at("`{` expected")
        .fix(Applicability::Safe, "insert `{`", span, " {");
        self.mistake(diagnostic);
        true
    }
}
