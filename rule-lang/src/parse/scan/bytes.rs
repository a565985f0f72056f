//! What each byte may be to the scan: one look-up rather than a chain of comparisons for every byte of a text.

/// A letter, a digit or `_`.
pub(super) const WORD: u8 = 1;
/// Where a string may end: a quote, a backslash, a line's end.
pub(super) const ENDS_STRING: u8 = 2;
/// A control character, which no string may hold.
pub(super) const CONTROL: u8 = 4;
/// The first byte in UTF-8 of every invisible character that reorders text, and of few others.
pub(super) const REORDERS: u8 = 8;

/// A line end, a bracket, what starts a literal or a comment, `!`, and what is no ASCII or cannot be seen. All else is
/// part of a word, a number or an operator, or white space within a line.
pub(super) const SPECIAL: u8 = 16;

static CLASSES: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "256 bytes, 256 classes")]
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < classes.len() {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            classes[at] |= WORD;
        }
        if matches!(byte, b'"' | b'\\' | b'\n') {
            classes[at] |= ENDS_STRING;
        }
        if byte < 0x20 {
            classes[at] |= CONTROL;
        }
        if matches!(byte, 0xE2 | 0xD8) {
            classes[at] |= REORDERS;
        }
        let is_visible = byte >= b' ' && byte < 0x7F || byte == b'\t' || byte == b'\r';
        if !is_visible || matches!(byte, b'"' | b'/' | b'!' | b'(' | b')' | b'[' | b']' | b'{' | b'}') {
            classes[at] |= SPECIAL;
        }
        at += 1;
    }
    classes
}

/// All that a byte may be.
#[expect(clippy::indexing_slicing, reason = "there is a class for every byte")]
pub(super) fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// How many bytes at the start have none of these classes.
pub(super) fn until(bytes: &[u8], of: u8) -> usize {
    bytes.iter().position(|byte| class(*byte) & of != 0).unwrap_or(bytes.len())
}
