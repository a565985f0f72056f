//! Byte offsets and the protocol's positions: lines from 0, and characters in the units that client and server agreed
//! upon.

use line_index::LineIndex;
use rule_lang::{Source, Span, Utf16};

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
    units: Units<'a>,
}

/// How the characters before a byte are counted.
#[derive(Clone, Copy)]
enum Units<'a> {
    Bytes,
    /// By counts that are kept, which a text has of which many positions are asked.
    Counted(&'a Utf16),
    /// Anew for each position.
    Walked,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(source: &'a Source, encoding: Encoding) -> Self {
        let units = match encoding {
            Encoding::Utf8 => Units::Bytes,
            Encoding::Utf16 => Units::Counted(source.utf16()),
        };
        Self { text: source.text(), index: source.lines(), units }
    }

    /// For few positions of a text.
    pub(crate) fn new(text: &'a str, index: &'a LineIndex, encoding: Encoding) -> Self {
        let units = match encoding {
            Encoding::Utf8 => Units::Bytes,
            Encoding::Utf16 => Units::Walked,
        };
        Self { text, index, units }
    }

    /// Where a byte stands; what is past the end stands at the end, and what is inside a character at its start.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let (line, start) = self.line_of(offset);
        let character = match self.units {
            Units::Bytes => whole(offset - start),
            Units::Counted(counts) => counts.before(self.text, offset) - counts.before(self.text, start),
            Units::Walked => whole(self.text.get(start..offset).unwrap_or("").encode_utf16().count()),
        };
        Position { line, character }
    }

    /// The line of a byte, and where it starts. The index would look at each character of the line that is not ASCII.
    fn line_of(&self, offset: usize) -> (u32, usize) {
        // The first of these lines starts at the byte or before it, the second one after it or not at all.
        let (mut line, mut after) = (0, whole(offset).saturating_add(1));
        let mut start = 0;
        while after - line > 1 {
            let middle = line + (after - line) / 2;
            match self.index.line(middle).map(|range| usize::from(range.start())) {
                Some(from) if from <= offset => (line, start) = (middle, from),
                _ => after = middle,
            }
        }
        (line, start)
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
        let column = match self.units {
            Units::Bytes => position.character as usize,
            Units::Counted(counts) => {
                let unit = counts.before(self.text, start).saturating_add(position.character);
                counts.byte(self.text, unit) - start
            }
            Units::Walked => Utf16::of(text).byte(text, position.character),
        };
        let mut column = column.min(text.len());
        while !text.is_char_boundary(column) {
            column -= 1;
        }
        whole(start + column)
    }
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
        let short = "a\u{e9}\u{1f600}b\r\n\n\u{1f600}\u{1f600}x\nend";
        let long = format!("{short}\n{}\n\n{short}\r\n", "\u{e9}\u{1f600}\u{4e2d}z".repeat(50));
        for (text, encoding) in
            [short, &long].into_iter().flat_map(|text| [(text, Encoding::Utf8), (text, Encoding::Utf16)])
        {
            let source = Source::new(FileId(0), "a.rule", text);
            let (lines, walked) = (Lines::of(&source, encoding), Lines::new(text, source.lines(), encoding));
            for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let at = u32::try_from(offset).unwrap();
                let head = &text[..offset];
                let last = head.rsplit('\n').next().unwrap();
                let character = match encoding {
                    Encoding::Utf8 => last.len(),
                    Encoding::Utf16 => last.encode_utf16().count(),
                };
                let expected = position(u32::try_from(head.matches('\n').count()).unwrap(), whole(character));
                assert_eq!(lines.position(at), expected, "{encoding:?} {offset}");
                assert_eq!(walked.position(at), expected, "{encoding:?} {offset}");
                assert_eq!(lines.offset(expected), walked.offset(expected));
                // Between the two characters that end a line there is no position.
                if !head.ends_with('\r') {
                    assert_eq!(lines.offset(expected), at, "{encoding:?} {offset}");
                }
            }
        }
    }

    #[test]
    fn a_long_line_is_not_walked_for_each_of_its_positions() {
        // Were it, this would not end.
        let text = "\u{1f600}\u{e9}".repeat(100_000);
        let source = Source::new(FileId(0), "a.rule", text.as_str());
        let lines = Lines::of(&source, Encoding::Utf16);
        for (number, at) in (0_u32..).zip((0..whole(text.len())).step_by(6)) {
            assert_eq!(lines.position(at), position(0, number * 3));
            assert_eq!(lines.offset(position(0, number * 3)), at);
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
