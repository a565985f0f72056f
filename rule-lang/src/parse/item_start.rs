//! Where a declaration starts, told from its first two words alone.

use super::scan::{skip_trivia, word_end};
use crate::tree::{Keyword, is_reserved};

/// Words that authors bring from other languages as operators. Like reserved words they never follow a keyword that
/// starts an item.
const FOREIGN: [&str; 8] = ["is", "equals", "like", "startswith", "endswith", "includes", "between", "isnt"];

/// Words that a name or a string follows inside of declarations.
const IN_BLOCKS: [&str; 5] = ["when", "expect", "case", "for", "on"];

/// Whether a word may be a name after a declaration's keyword.
fn may_name(word: &str) -> bool {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let lower = word.to_ascii_lowercase();
        return !is_reserved(&lower) && !FOREIGN.contains(&lower.as_str());
    }
    !is_reserved(word) && !FOREIGN.contains(&word)
}

/// Whether a `:` or a single `=` follows.
fn is_defined(bytes: &[u8], at: usize) -> bool {
    let at = skip_trivia(bytes, at);
    match bytes.get(at) {
        Some(b':') => true,
        Some(b'=') => !matches!(bytes.get(at + 1), Some(b'=' | b'~' | b'>')),
        _ => false,
    }
}

/// A word and where it stands.
pub(super) struct Word<'t> {
    /// The whole file.
    pub(super) text: &'t str,
    /// The word's first byte and end.
    pub(super) at: (usize, usize),
    /// The token before it.
    pub(super) before: &'t str,
    /// Whether it is at the very start of its line.
    pub(super) starts_line: bool,
    /// Whether no bracket is open around it, as far as can be told.
    pub(super) outside: bool,
}

impl Word<'_> {
    /// Whether a word that is the first on its line starts a declaration. It does where a declaration's keyword is
    /// followed by a name or a string, however many brackets are open; and, so that a misspelt keyword costs its own
    /// declaration only, where any word at the very start of a line outside of brackets is.
    pub(super) fn starts_item(&self) -> bool {
        let word = self.text.get(self.at.0..self.at.1).unwrap_or("");
        let keyword = Keyword::from_text(word);
        let may_start = self.starts_line && self.outside && may_name(word) && !IN_BLOCKS.contains(&word);
        if keyword.is_none() && !may_start || !self.is_followed(keyword.is_some()) {
            return false;
        }
        if keyword.is_some() {
            // `was:` and `expect` may have their `queue "Q"` on the next line, and a rule's `queue` may lack its colon.
            let inside = !self.outside && !self.starts_line;
            return keyword != Some(Keyword::Queue) || !inside && !matches!(self.before, ":" | "expect");
        }
        // A declaration's name may stand on the next line.
        if Keyword::from_text(self.before).is_some() || matches!(self.before, "for" | "on") {
            return false;
        }
        // After an operator, a word is its operand.
        let after_sign = matches!(self.before, "=" | "!" | "<" | ">" | "&" | "|" | ":" | "," | "~");
        let after_word = is_reserved(self.before) && !matches!(self.before, "exists" | "true" | "false");
        !after_sign && !after_word
    }

    /// Whether a name or a string follows.
    fn is_followed(&self, by_keyword: bool) -> bool {
        let bytes = self.text.as_bytes();
        let next = skip_trivia(bytes, self.at.1);
        match bytes.get(next) {
            Some(b'"') => true,
            // A string all the same, in the wrong quotes: `'`, or one from `‘` to `‟`.
            Some(b'\'') => by_keyword,
            Some(0xe2) => by_keyword && matches!(bytes.get(next + 1..next + 3), Some([0x80, 0x98..=0x9f])),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => {
                let end = word_end(bytes, next);
                // A reserved word that is given a type or a meaning, at the very start of a line: a name by mistake.
                self.text.get(next..end).is_some_and(may_name)
                    || by_keyword && self.starts_line && is_defined(bytes, end)
            }
            _ => false,
        }
    }
}
