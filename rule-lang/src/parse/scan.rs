//! One cheap pass over the text before pest sees any of it: where items start, where comments are, whether brackets
//! match and nest within the limit, whether strings and comments end.
//!
//! What pest cannot survive (deep nesting) or explain (a bracket that is never closed) is found here.

mod brackets;
mod bytes;
mod literals;

use super::item_start::Word;
use crate::literal::is_bidirectional;
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
                    self.skip_spaces();
                    continue;
                }
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                    self.skip_spaces();
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
            // What follows a token is most often one space.
            if self.peek(0) == Some(b' ') {
                self.at += 1;
            }
        }
    }

    fn skip_spaces(&mut self) {
        while self.peek(0) == Some(b' ') {
            self.at += 1;
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

    fn word(&mut self, start: usize) {
        if self.first_on_line && self.starts_item(start) {
            self.begin_chunk(start);
        }
        self.begin_token(start);
        if self.at - start == 3
            && self.bytes.get(start..self.at).is_some_and(|word| word.eq_ignore_ascii_case(b"not"))
        {
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
pub(super) fn word_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or(&[]);
    at + rest.iter().position(|byte| bytes::class(*byte) & bytes::WORD == 0).unwrap_or(rest.len())
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
