//! What ends the lines of a text: `\n`, or `\r\n` where an author's tools write that.

use std::borrow::Cow;

/// What ends the first line of a text, and so is to end all of them; `\n` where none is ended.
pub fn line_end(text: &str) -> &'static str {
    match text.split_once('\n') {
        Some((first, _)) if first.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// A text with this at the end of each of its lines, `\n` or `\r\n`.
pub fn with_line_end<'t>(text: &'t str, end: &str) -> Cow<'t, str> {
    let text = if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { Cow::Borrowed(text) };
    if end == "\n" || !text.contains('\n') { text } else { text.replace('\n', end).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_how_lines_end() {
        for (text, end) in [
            ("", "\n"),
            ("a", "\n"),
            ("a\r", "\n"),
            ("a\nb\r\n", "\n"),
            ("a\r\nb\nc\n", "\r\n"),
            ("\r\n", "\r\n"),
        ] {
            assert_eq!(line_end(text), end, "{text:?}");
        }
    }

    #[test]
    fn all_lines_get_the_same_end() {
        assert_eq!(with_line_end("a\r\nb\nc", "\n"), "a\nb\nc");
        assert_eq!(with_line_end("a\r\nb\nc", "\r\n"), "a\r\nb\r\nc");
        assert_eq!(with_line_end("a\rb", "\r\n"), "a\rb");
    }
}
