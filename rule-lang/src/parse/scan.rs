//! One cheap pass over the text before pest sees any of it: where items start, where comments are, whether brackets
//! match and nest within the limit, whether strings and comments end.
//!
//! What pest cannot survive (deep nesting) or explain (a bracket that is never closed) is found here.

use super::item_start::Word;
use crate::literal::{check_string, is_bidirectional};
use crate::tree::Comment;
use crate::{Applicability, Diagnostic, FileId, Span, codes};

/// The most brackets and `not`s that may stand inside each other.
pub(crate) const MAX_NESTING: usize = 128;

/// The longest declaration, in bytes: what pest makes of one is many times as large.
const MAX_ITEM_BYTES: usize = 1024 * 1024;

/// What the scan found.
#[derive(Default, Debug)]
pub(super) struct Scan {
    /// Slices of whole items, in order. Text between two is white space and comments only.
    pub(super) chunks: Vec<Chunk>,
    /// All comments, in order.
    pub(super) comments: Vec<Comment>,
    /// Mistakes that keep nothing from being read.
    pub(super) findings: Vec<Diagnostic>,
}

/// A slice that holds an item, or what is to be one.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The first byte of its first token.
    pub(super) start: u32,
    /// The byte after its last token.
    pub(super) end: u32,
    /// Mistakes that keep pest from reading it. Empty almost always, so it costs no allocation.
    pub(super) mistakes: Vec<Diagnostic>,
}

struct Bracket {
    opener: u8,
    at: u32,
    /// How many `not`s stand before it, back to the bracket around it.
    nots: usize,
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    file: FileId,
    at: usize,
    line_start: usize,
    /// Nothing but white space and comments since the line's start.
    first_on_line: bool,
    brackets: Vec<Bracket>,
    nesting: usize,
    nots: usize,
    /// The rest of this item cannot be read, so its brackets are counted no more.
    lost: bool,
    /// The last token's first byte and end.
    last: (usize, usize),
    /// How many mistakes and findings there are; beyond the limit they are not kept.
    noted: usize,
    scan: Scan,
}

/// The most mistakes that a scan keeps: more than a file may have, so that the file still counts as broken.
const MAX_NOTED: usize = 20_000;

/// Scans a whole file.
pub(super) fn scan(text: &str, file: FileId) -> Scan {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        file,
        at: start,
        line_start: start,
        first_on_line: true,
        brackets: Vec::new(),
        nesting: 0,
        nots: 0,
        lost: false,
        last: (start, start),
        noted: 0,
        scan: Scan::default(),
    };
    scanner.run();
    scanner.finish_chunk();
    scanner.scan
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line_start = self.at;
                    self.first_on_line = true;
                    continue;
                }
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                    continue;
                }
                b'/' if self.peek(1) == Some(b'/') => {
                    self.line_comment();
                    continue;
                }
                b'/' if self.peek(1) == Some(b'*') => {
                    self.block_comment();
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                    self.at = word_end(self.bytes, start);
                    self.word(start);
                }
                _ => {
                    self.begin_token(start);
                    self.symbol(byte);
                }
            }
            self.first_on_line = false;
            self.last = (start, self.at);
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    /// Opens the first chunk where the file starts with something else than an item.
    fn begin_token(&mut self, start: usize) {
        if self.scan.chunks.is_empty() {
            self.begin_chunk(start);
        }
    }

    fn begin_chunk(&mut self, start: usize) {
        self.finish_chunk();
        self.scan.chunks.push(Chunk { start: offset(start), end: offset(start), mistakes: Vec::new() });
    }

    fn finish_chunk(&mut self) {
        // The innermost is the one whose partner is missing, the others close it by accident or are lost with it.
        if let Some(open) = self.brackets.last()
            && !self.lost
        {
            let (opener, closer) = (char::from(open.opener), char::from(partner(open.opener)));
            let at = open.at as usize;
            let diagnostic = Diagnostic::new(
                &codes::UNBALANCED_BRACKET,
                self.span(at, at + 1),
                format!("this `{opener}` is never closed"),
            )
            .at("opened here")
            .label(self.span(self.last.1, self.last.1), format!("`{closer}` expected at the latest here"))
            .help(format!("write `{closer}` where it ends"));
            self.mistake(diagnostic);
        }
        self.brackets.clear();
        (self.nesting, self.nots, self.lost) = (0, 0, false);
        let end = self.last.1;
        let Some(chunk) = self.scan.chunks.last_mut() else { return };
        let start = chunk.start as usize;
        chunk.end = offset(end.max(start));
        if chunk.mistakes.is_empty() && end.saturating_sub(start) > MAX_ITEM_BYTES {
            let first = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            let span = self.span(start, word_end(self.bytes, start).max(start + first));
            self.mistake(
                Diagnostic::new(
                    &codes::DECLARATION_TOO_LARGE,
                    span,
                    format!("this declaration is longer than {} MiB", MAX_ITEM_BYTES / 1024 / 1024),
                )
                .at("starts here")
                .help("split it, or see whether a bracket or a line end is missing"),
            );
        }
    }

    fn mistake(&mut self, diagnostic: Diagnostic) {
        self.noted += 1;
        if self.noted <= MAX_NOTED
            && let Some(chunk) = self.scan.chunks.last_mut()
        {
            chunk.mistakes.push(diagnostic);
        }
    }

    /// Finds the invisible characters in a string or comment.
    fn bidirectional_characters(&mut self, start: usize, end: usize, in_string: bool) {
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
    fn bidirectional_character(&self, at: usize, character: char, in_string: bool) -> Diagnostic {
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

    fn line_comment(&mut self) {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let mut end = start + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.at = end;
        if self.text.get(self.last.0..self.last.1) == Some("matches") {
            self.empty_regex(start);
        }
        while end > start && matches!(self.bytes.get(end - 1), Some(b'\r' | b' ' | b'\t')) {
            end -= 1;
        }
        self.scan.comments.push(Comment { span: self.span(start, end), is_line: true });
        self.bidirectional_characters(start, end, false);
    }

    /// `matches //`: a comment, which was to be a regular expression unless one follows.
    fn empty_regex(&mut self, start: usize) {
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

    fn block_comment(&mut self) {
        let start = self.at;
        let rest = self.text.get(start + 2..).unwrap_or("");
        if let Some(length) = rest.find("*/") {
            self.at = start + 2 + length + 2;
            self.scan.comments.push(Comment { span: self.span(start, self.at), is_line: false });
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

    fn word(&mut self, start: usize) {
        let word = self.text.get(start..self.at).unwrap_or("");
        if self.first_on_line && self.starts_item(start) {
            self.begin_chunk(start);
        }
        self.begin_token(start);
        if word.eq_ignore_ascii_case("not") {
            self.not();
        } else {
            self.end_nots();
        }
    }

    fn not(&mut self) {
        self.nots += 1;
        self.nesting += 1;
        self.check_nesting();
    }

    fn end_nots(&mut self) {
        self.nesting -= self.nots;
        self.nots = 0;
    }

    fn check_nesting(&mut self) {
        if self.nesting <= MAX_NESTING || self.lost {
            return;
        }
        self.lost = true;
        let diagnostic = Diagnostic::new(
            &codes::NESTING_TOO_DEEP,
            self.span(self.at.saturating_sub(1), self.at),
            format!("more than {MAX_NESTING} brackets and `not`s stand inside each other here"),
        )
        .at("one too many")
        .help("name a part of it with `condition NAME = …` and use the name");
        self.mistake(diagnostic);
    }

    fn starts_item(&self, start: usize) -> bool {
        let before = self.text.get(self.last.0..self.last.1).unwrap_or("");
        let starts_line = start == self.line_start;
        let outside = self.brackets.is_empty() || self.lost;
        Word { text: self.text, at: (start, self.at), before, starts_line, outside }.starts_item()
    }

    fn symbol(&mut self, byte: u8) {
        let start = self.at;
        self.at += 1;
        match byte {
            b'!' if !matches!(self.peek(0), Some(b'=' | b'~')) => return self.not(),
            b'"' => self.string(start),
            b'/' => self.regex(start),
            b'(' | b'[' | b'{' => {
                // Beyond the limit they are counted no more, only skipped: the item is lost anyway.
                if !self.lost {
                    self.brackets.push(Bracket { opener: byte, at: offset(start), nots: self.nots });
                    self.nots = 0;
                    self.nesting += 1;
                    self.check_nesting();
                }
                return;
            }
            b')' | b']' | b'}' => self.close(byte, start),
            0..=8 | 11..=31 | 127 => {
                let diagnostic = Diagnostic::new(
                    &codes::SYNTAX_ERROR,
                    self.span(start, start + 1),
                    format!("the control character U+{byte:04X} stands here"),
                )
                .at("it cannot be seen")
                .help("remove it");
                self.mistake(diagnostic.fix(
                    Applicability::Safe,
                    "remove it",
                    self.span(start, start + 1),
                    "",
                ));
            }
            0x80.. => {
                while !self.text.is_char_boundary(self.at) {
                    self.at += 1;
                }
                let character = self.text.get(start..).and_then(|rest| rest.chars().next());
                if let Some(character) = character.filter(|character| is_bidirectional(*character)) {
                    let mistake = self.bidirectional_character(start, character, false);
                    self.mistake(mistake);
                }
            }
            b'0'..=b'9' => {
                while self.peek(0).is_some_and(|next| next.is_ascii_alphanumeric() || next == b'_') {
                    self.at += 1;
                }
            }
            _ => {}
        }
        self.end_nots();
    }

    fn close(&mut self, closer: u8, start: usize) {
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

    fn closes_nothing(&mut self, closer: u8, start: usize) {
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
    fn header_without_brace(&mut self) -> bool {
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

    fn string(&mut self, start: usize) {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            let Some(length) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n')) else {
                self.at = self.bytes.len();
                break self.unclosed_string(start);
            };
            self.at += length;
            match rest.get(length) {
                Some(b'"') => {
                    self.at += 1;
                    break self.check_string(start);
                }
                Some(b'\\') if rest.get(length + 1).is_some_and(|next| *next != b'\n') => self.at += 2,
                Some(b'\\') => self.at += 1,
                _ => break self.unclosed_string(start),
            }
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
    }

    fn unclosed_string(&mut self, start: usize) {
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

    fn check_string(&mut self, start: usize) {
        let literal = self.text.get(start..self.at).unwrap_or("");
        if let Err(bad) = check_string(literal) {
            let span = self.span(start + bad.at.start, start + bad.at.end);
            self.mistake(Diagnostic::new(&codes::BAD_STRING, span, bad.message).help(bad.help));
        }
        self.bidirectional_characters(start, self.at, true);
    }

    /// Steps over a regular expression, so that quotes and brackets in it are not taken for tokens. A slash that
    /// starts none is left to pest.
    fn regex(&mut self, start: usize) {
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
    fn slash_in_class(&mut self, start: usize) {
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
}

/// The byte after the white space and comments at `at`.
pub(super) fn skip_trivia(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            Some(b'/') if bytes.get(at + 1) == Some(&b'/') => {
                at += bytes.get(at..).unwrap_or(&[]).iter().take_while(|byte| **byte != b'\n').count();
            }
            Some(b'/') if bytes.get(at + 1) == Some(&b'*') => {
                let rest = bytes.get(at + 2..).unwrap_or(&[]);
                match rest.windows(2).position(|pair| pair == b"*/") {
                    Some(length) => at += 2 + length + 2,
                    None => return bytes.len(),
                }
            }
            _ => return at,
        }
    }
}

/// The byte after the word that starts at `at`.
pub(super) fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    at + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

fn partner(opener: u8) -> u8 {
    match opener {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

/// Files are at most 32 MiB; what is longer cannot be addressed and is cut by the caller.
pub(super) fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
