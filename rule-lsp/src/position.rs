//! Byte offsets and the protocol's positions: lines from 0, and characters in the units that client and server agreed
//! upon.

use line_index::{LineCol, LineIndex, TextSize, WideEncoding, WideLineCol};
use rule_lang::{Source, Span};

use crate::protocol::{Position, Range};

/// What characters of a line are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client knows.
    Utf16,
}

/// A text, by its lines.
#[derive(Clone, Copy)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    index: &'a LineIndex,
    encoding: Encoding,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(source: &'a Source, encoding: Encoding) -> Self {
        Self { text: source.text(), index: source.lines(), encoding }
    }

    pub(crate) fn new(text: &'a str, index: &'a LineIndex, encoding: Encoding) -> Self {
        Self { text, index, encoding }
    }

    /// Where a byte stands; what is past the end stands at the end, and what is inside a character at its start.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let place = self.index.line_col(size(offset));
        let wide = match self.encoding {
            Encoding::Utf8 => None,
            Encoding::Utf16 => self.index.to_wide(WideEncoding::Utf16, place),
        };
        match wide {
            Some(wide) => Position { line: wide.line, character: wide.col },
            None => Position { line: place.line, character: place.col },
        }
    }

    /// The span as the protocol writes it.
    pub(crate) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The byte at a position. What is past the end of a line is the line's end, before what breaks it; past the last
    /// line it is the end of the text. A position inside of a character is that character's start.
    pub(crate) fn offset(&self, position: Position) -> u32 {
        let Some(line) = self.index.line(position.line) else { return whole(self.text.len()) };
        let (start, end) = (usize::from(line.start()), usize::from(line.end()));
        let text = self.text.get(start..end).unwrap_or("");
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let column = match self.encoding {
            Encoding::Utf8 => Some(position.character),
            Encoding::Utf16 => {
                let wide = WideLineCol { line: position.line, col: position.character };
                self.index.to_utf8(WideEncoding::Utf16, wide).map(|place: LineCol| place.col)
            }
        };
        let mut column = column.map_or(text.len(), |column| (column as usize).min(text.len()));
        while !text.is_char_boundary(column) {
            column -= 1;
        }
        whole(start + column)
    }
}

fn size(offset: usize) -> TextSize {
    TextSize::new(whole(offset))
}

/// Files have at most 32 MiB.
fn whole(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use rule_lang::FileId;

    use super::*;

    fn position(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn every_boundary_of_a_text_is_found_again() {
        let text = "a\u{e9}\u{1f600}b\r\n\n\u{1f600}\u{1f600}x\nend";
        let source = Source::new(FileId(0), "a.rule", text);
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::of(&source, encoding);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let at = u32::try_from(offset).unwrap();
                // Between the two characters that end a line there is no position.
                if !text.get(..offset).unwrap().ends_with('\r') {
                    assert_eq!(lines.offset(lines.position(at)), at, "{encoding:?} {offset}");
                }
            }
        }
    }

    #[test]
    fn the_units_differ_between_the_encodings() {
        let source = Source::new(FileId(0), "a.rule", "\u{1f600}x");
        assert_eq!(Lines::of(&source, Encoding::Utf16).position(4), position(0, 2));
        assert_eq!(Lines::of(&source, Encoding::Utf8).position(4), position(0, 4));
    }

    #[test]
    fn what_is_outside_of_the_text_is_its_nearest_place() {
        let source = Source::new(FileId(0), "a.rule", "\u{1f600}x\r\ny");
        let lines = Lines::of(&source, Encoding::Utf16);
        assert_eq!(lines.offset(position(0, 99)), 5);
        assert_eq!(lines.offset(position(0, 1)), 0);
        assert_eq!(lines.offset(position(9, 0)), 8);
        assert_eq!(lines.position(99), position(1, 1));
        assert_eq!(lines.position(2), position(0, 0));
        let lines = Lines::of(&source, Encoding::Utf8);
        assert_eq!(lines.offset(position(0, 3)), 0);
    }
}
