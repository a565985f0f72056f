//! Strings, regular expressions and comments: where they end, and what hides in them.

use super::bytes::{CONTROL, ENDS_STRING, REORDERS, class, until};
use super::{MAX_NOTED, Scanner, offset, skip_trivia};
use crate::literal::{check_string, is_bidirectional};
use crate::tree::Comment;
use crate::{Applicability, Diagnostic, TextRange, codes};

impl Scanner<'_> {
    pub(super) fn line_comment(&mut self) {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let mut end = start + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.at = end;
        if self.last_token() == "matches" {
            self.empty_regex(start);
        }
        while end > start && matches!(self.bytes.get(end - 1), Some(b'\r' | b' ' | b'\t')) {
            end -= 1;
        }
        self.scan.comments.push(Comment { range: TextRange::new(offset(start), offset(end)), is_line: true });
        self.bidirectional_characters(start, end, false);
    }

    /// `matches //`: a comment, which was to be a regular expression unless one follows.
    pub(super) fn empty_regex(&mut self, start: usize) {
        if self.bytes.get(skip_trivia(self.bytes, start)) == Some(&b'/') {
            return;
        }
        let diagnostic = Diagnostic::new(
            &codes::BAD_REGEX_LITERAL,
            self.span(start, start + 2),
            "a regular expression is not empty",
        )
        .at("`//` starts a comment")
        .help("to find any value at all, write `name exists`");
        self.mistake(diagnostic);
        self.lost = true;
    }

    pub(super) fn block_comment(&mut self) {
        let start = self.at;
        let rest = self.text.get(start + 2..).unwrap_or("");
        if let Some(length) = rest.find("*/") {
            self.at = start + 2 + length + 2;
            self.scan
                .comments
                .push(Comment { range: TextRange::new(offset(start), offset(self.at)), is_line: false });
            self.bidirectional_characters(start, self.at, false);
            // Lines inside count: what follows on the last one is not first on its line for splitting, yet is not
            // inside anything either; leaving `first_on_line` as it was keeps `/* … */ rule "x"` an item.
            return;
        }
        self.at = self.bytes.len();
        self.begin_token(start);
        let diagnostic = Diagnostic::new(
            &codes::UNCLOSED_COMMENT,
            self.span(start, start + 2),
            "this comment is never closed",
        )
        .at("opened here")
        .help("write `*/` where it ends; comments do not nest");
        self.mistake(diagnostic);
        // Everything to the end of the file is the comment: what is open was left open by it.
        self.lost = true;
        self.last = (start, self.bytes.len());
    }

    pub(super) fn string(&mut self, start: usize) {
        let mut seen = 0;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            self.at += until(rest, ENDS_STRING | CONTROL | REORDERS);
            match self.peek(0) {
                Some(b'"') => {
                    self.at += 1;
                    break self.check_string(start, seen);
                }
                Some(b'\\') if self.peek(1).is_some_and(|next| next != b'\n') => {
                    // What an escape hides is looked at by whoever reads the escape.
                    seen |= CONTROL | REORDERS;
                    self.at += 2;
                }
                None | Some(b'\n') => break self.unclosed_string(start),
                Some(byte) => {
                    seen |= class(byte);
                    self.at += 1;
                }
            }
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
    }

    pub(super) fn unclosed_string(&mut self, start: usize) {
        let text = self.text.get(start..self.at).unwrap_or("");
        let end = start + text.trim_end().len().max(1);
        self.at = end;
        let diagnostic =
            Diagnostic::new(&codes::BAD_STRING, self.span(start, end), "this string is never closed")
                .at("a string ends on the line on which it starts")
                .help("write `\"` where it ends, and `\\\"` for a quote inside it");
        self.mistake(diagnostic);
        // What the rest of the line would have closed is unknown.
        self.lost = true;
    }

    /// Looks at a whole string, which has bytes of the classes `seen` in it.
    fn check_string(&mut self, start: usize, seen: u8) {
        if seen & CONTROL != 0 {
            let literal = self.text.get(start..self.at).unwrap_or("");
            if let Err(bad) = check_string(literal) {
                let span = self.span(start + bad.at.start, start + bad.at.end);
                self.mistake(Diagnostic::new(&codes::BAD_STRING, span, bad.message).help(bad.help));
            }
        }
        if seen & REORDERS != 0 {
            self.bidirectional_characters(start, self.at, true);
        }
    }

    /// Steps over a regular expression, so that quotes and brackets in it are not taken for tokens. A slash that
    /// starts none is left to pest.
    pub(super) fn regex(&mut self, start: usize) {
        let mut at = start + 1;
        loop {
            match self.bytes.get(at) {
                Some(b'/') => {
                    self.at = at + 1;
                    return self.slash_in_class(start);
                }
                Some(b'\\') if self.bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
                Some(byte) if *byte != b'\n' => at += 1,
                _ => break,
            }
        }
        self.at = at.min(self.bytes.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        let end = start + text.trim_end().len().max(1);
        let diagnostic = Diagnostic::new(
            &codes::BAD_REGEX_LITERAL,
            self.span(start, end),
            "this regular expression is never closed",
        )
        .at("it ends on the line on which it starts")
        .help("write `/` where it ends, and `\\/` for a slash inside it");
        self.mistake(diagnostic);
        self.lost = true;
    }

    /// `/a[/]b/`: the slash was to be one of the characters in the brackets.
    pub(super) fn slash_in_class(&mut self, start: usize) {
        let slash = self.at - 1;
        let inner = self.text.get(start + 1..slash).unwrap_or("");
        let Some(open) = inner.rfind('[') else { return };
        if inner.get(open..).is_some_and(|class| class.contains(']'))
            || inner.get(..open).is_some_and(|b| b.ends_with('\\'))
        {
            return;
        }
        let rest = self.text.get(self.at..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("");
        let Some(close) = line.find(']') else { return };
        let span = self.span(slash, slash + 1);
        let mut diagnostic = Diagnostic::new(
            &codes::BAD_REGEX_LITERAL,
            span,
            "this `/` ends the regular expression inside of `[…]`",
        )
        .at("write `\\/`")
        .help("a slash is written `\\/`, also between `[` and `]`");
        if line.get(close..).is_some_and(|tail| tail.contains('/')) {
            diagnostic = diagnostic.fix(Applicability::Safe, "write `\\/`", span, "\\/");
        }
        self.mistake(diagnostic);
        self.at += line.len();
        self.lost = true;
    }

    /// Finds the invisible characters in a string or comment.
    pub(super) fn bidirectional_characters(&mut self, start: usize, end: usize, in_string: bool) {
        let text = self.text.get(start..end).unwrap_or("");
        // All of them start with one of these bytes in UTF-8, and few texts have either.
        if !text.bytes().any(|byte| byte == 0xE2 || byte == 0xD8) {
            return;
        }
        for (at, character) in text.char_indices().filter(|(_, character)| is_bidirectional(*character)) {
            self.noted += 1;
            if self.noted > MAX_NOTED {
                return;
            }
            let finding = self.bidirectional_character(start + at, character, in_string);
            self.scan.findings.push(finding);
        }
    }

    /// An invisible character that reorders text can make a rule read as another one.
    pub(super) fn bidirectional_character(&self, at: usize, character: char, in_string: bool) -> Diagnostic {
        let span = self.span(at, at + character.len_utf8());
        let name = format!("U+{:04X}", u32::from(character));
        let finding = Diagnostic::new(
            &codes::BIDIRECTIONAL_CHARACTER,
            span,
            format!("an invisible character ({name}) reorders the text around it"),
        )
        .at("here, though it cannot be seen");
        if in_string {
            let escape = format!("\\u{:04x}", u32::from(character));
            let help = format!("write `{escape}` if the string is to hold it, else remove it");
            finding.help(help).fix(Applicability::Safe, format!("write `{escape}`"), span, escape)
        } else {
            finding.help("remove it").fix(Applicability::Safe, format!("remove {name}"), span, "")
        }
    }
}
