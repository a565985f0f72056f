//! One cheap pass over the text before pest sees any of it: where items start, where comments are, whether brackets
//! match and nest within the limit, whether strings and comments end.
//!
//! What pest cannot survive (deep nesting) or explain (a bracket that is never closed) is found here.

mod brackets;
mod bytes;
mod conflicts;
mod literals;

use super::item_start::Word;
use crate::literal::is_bidirectional;
use crate::tree::Comment;
use crate::{Applicability, Diagnostic, FileId, Span, codes};

/// The most brackets and `not`s that may stand inside each other.
pub(crate) const MAX_NESTING: usize = 128;

const NOT: &[u8] = b"not";

/// How far apart two `not`s side by side are at the least.
const SHORTEST_NOT: usize = NOT.len() + 1;

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
    /// The first byte and the end of the last token, or of the last words and operators side by side.
    last: (usize, usize),
    /// Where the last conflict of a merge that was reported ends.
    conflict_end: usize,
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
        conflict_end: 0,
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
                _ if bytes::class(byte) & bytes::SPECIAL == 0 => {
                    self.plain(start);
                    continue;
                }
                _ => {
                    self.begin_token(start);
                    self.symbol(byte);
                }
            }
            self.first_on_line = false;
            self.last = (start, self.at);
            self.skip_spaces();
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

    /// Words, numbers and operators side by side. Most of a text is that, and of it only the first word of a line and
    /// the `not`s tell the scan anything: nothing else is looked at token by token.
    fn plain(&mut self, start: usize) {
        if self.first_on_line {
            let may_mark = matches!(self.bytes.get(start), Some(b'<' | b'|' | b'=' | b'>'));
            if may_mark && start == self.line_start && self.conflict(start) {
                return;
            }
            self.at = word_end(self.bytes, start);
            let is_word = self.bytes.get(start).is_some_and(|byte| !byte.is_ascii_digit()) && self.at > start;
            if is_word && self.starts_item(start, self.at) {
                self.begin_chunk(start);
            }
            self.begin_token(start);
        }
        self.at += bytes::until(self.bytes.get(self.at..).unwrap_or(&[]), bytes::SPECIAL);
        let end = self.before_spaces(start, self.at);
        // A `not` inside of a run ends with it: it counts only where there may be more than the limit allows.
        let most = (end - start).div_ceil(SHORTEST_NOT);
        if self.nesting + most > MAX_NESTING {
            self.nots(start, end);
        } else {
            self.last_nots(start, end);
        }
        self.last = (start, end);
        self.first_on_line = false;
    }

    /// Where the white space begins that ends at `end`.
    fn before_spaces(&self, start: usize, mut end: usize) -> usize {
        while end > start && self.bytes.get(end - 1).copied().is_some_and(is_space) {
            end -= 1;
        }
        end
    }

    /// Counts the `not`s at the end of a run of words and operators, which ends those before it if it has anything
    /// else.
    fn last_nots(&mut self, start: usize, mut end: usize) {
        let mut nots = 0;
        while end > start {
            let at = end.saturating_sub(NOT.len()).max(start);
            let is_not = self.bytes.get(at..end).is_some_and(|word| word.eq_ignore_ascii_case(NOT));
            if !is_not || !self.is_word(start, at, end) {
                self.end_nots();
                break;
            }
            nots += 1;
            end = self.before_spaces(start, at);
        }
        self.nots += nots;
        self.nesting += nots;
    }

    /// Counts all `not`s in a run of words and operators, and those that stand side by side in it.
    fn nots(&mut self, start: usize, end: usize) {
        let run = self.bytes.get(start..end).unwrap_or(&[]);
        let mut rest = start;
        for (at, word) in (start..).zip(run.windows(NOT.len())) {
            if word.eq_ignore_ascii_case(NOT) && self.is_word(start, at, at + NOT.len()) {
                self.end_nots_unless_blank(rest, at);
                rest = at + NOT.len();
                self.not(rest);
            }
        }
        self.end_nots_unless_blank(rest, end);
    }

    /// Whether `from..to`, in a run of words and operators from `start` on, is a whole word.
    fn is_word(&self, start: usize, from: usize, to: usize) -> bool {
        let goes_on = |byte: Option<&u8>| byte.is_some_and(|byte| bytes::class(*byte) & bytes::WORD != 0);
        let begins = from == start || !goes_on(self.bytes.get(from - 1));
        begins && !goes_on(self.bytes.get(to))
    }

    /// The last token; of words and operators side by side, the last of them.
    fn last_token(&self) -> &str {
        let last = self.text.get(self.last.0..self.last.1).unwrap_or("");
        let is_plain = last.bytes().next().is_some_and(|byte| bytes::class(byte) & bytes::SPECIAL == 0);
        if !is_plain {
            return last;
        }
        let word = last.bytes().rev().take_while(|byte| bytes::class(*byte) & bytes::WORD != 0).count();
        last.get(last.len() - word.max(1)..).unwrap_or("")
    }

    /// Counts a `not` that ends at `end`.
    fn not(&mut self, end: usize) {
        self.nots += 1;
        self.nesting += 1;
        self.check_nesting(end);
    }

    fn end_nots(&mut self) {
        self.nesting -= self.nots;
        self.nots = 0;
    }

    /// A token that is no `not` ends those before it.
    fn end_nots_unless_blank(&mut self, from: usize, to: usize) {
        if !self.bytes.get(from..to).is_some_and(|bytes| bytes.iter().all(|byte| is_space(*byte))) {
            self.end_nots();
        }
    }

    fn starts_item(&self, start: usize, end: usize) -> bool {
        let before = self.last_token();
        let starts_line = start == self.line_start;
        let outside = self.brackets.is_empty() || self.lost;
        Word { text: self.text, at: (start, end), before, starts_line, outside }.starts_item()
    }

    fn symbol(&mut self, byte: u8) {
        let start = self.at;
        self.at += 1;
        match byte {
            b'!' if !matches!(self.peek(0), Some(b'=' | b'~')) => return self.not(self.at),
            b'"' => self.string(start),
            b'/' => self.regex(start),
            b'(' | b'[' | b'{' => {
                // Beyond the limit they are counted no more, only skipped: the item is lost anyway.
                if !self.lost {
                    self.brackets.push(Bracket { opener: byte, at: offset(start), nots: self.nots });
                    self.nots = 0;
                    self.nesting += 1;
                    self.check_nesting(self.at);
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
            _ => {}
        }
        self.end_nots();
    }
}

/// The byte after the white space and comments at `at`.
pub(crate) fn skip_trivia(bytes: &[u8], mut at: usize) -> usize {
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

/// White space within a line.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

fn partner(opener: u8) -> u8 {
    match opener {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

/// Files are at most 32 MiB; what is longer cannot be addressed and is cut by the caller.
pub(crate) fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
