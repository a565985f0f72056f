//! Lines and columns of spans, cheap even where a file is one line of megabytes.

use std::cell::RefCell;
use std::collections::HashMap;

use rule_lang::{FileId, Source, Span};
use serde::Serialize;

/// How many bytes lie between two remembered columns of a long line.
const STEP: usize = 4096;

/// Where a span starts and ends. Lines and columns start at 1, columns count characters, offsets count bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// The line of the first byte.
    pub line: u32,
    /// The column of the first byte.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column of the end.
    pub end_column: u32,
}

/// Finds lines and columns, remembering what long lines cost to count.
#[derive(Debug, Default)]
pub struct Places {
    /// Of a file and the start of a long line: the characters before each multiple of [`STEP`].
    long_lines: RefCell<HashMap<(FileId, usize), Vec<u32>>>,
}

impl Places {
    /// The place of a span, which is clamped to the text and to whole characters.
    pub fn of(&self, source: &Source, span: Span) -> Place {
        let (start, end) = clamp(source.text(), span);
        let (line, column) = self.line_column(source, start);
        let (end_line, end_column) = self.line_column(source, end);
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Place { start: narrow(start), end: narrow(end), line, column, end_line, end_column }
    }

    /// Line and column, both from 1, of an offset on the border of a character.
    fn line_column(&self, source: &Source, offset: usize) -> (u32, u32) {
        let line = line_of(source, offset);
        let start = line_start(source, line);
        let text = source.text().as_bytes();
        // A byte order mark is none of the text.
        let mark = u32::from(line == 0 && offset > 0 && source.text().starts_with('\u{feff}'));
        let before = if offset - start < STEP {
            characters(text.get(start..offset).unwrap_or_default())
        } else {
            let mut long_lines = self.long_lines.borrow_mut();
            let table = long_lines.entry((source.id(), start)).or_insert_with(|| steps(text, start));
            let step = (offset - start) / STEP;
            let rest = characters(text.get(start + step * STEP..offset).unwrap_or_default());
            table.get(step).copied().unwrap_or_default() + rest
        };
        (line + 1, before + 1 - mark)
    }
}

/// The characters before each multiple of [`STEP`] in the line that starts at `start`.
fn steps(text: &[u8], start: usize) -> Vec<u32> {
    let line = text.get(start..).unwrap_or_default().split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut total = 0;
    let mut table = vec![0];
    for chunk in line.chunks(STEP) {
        total += characters(chunk);
        table.push(total);
    }
    table
}

/// How many characters start in these bytes.
fn characters(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX - 1)
}

/// The line, from 0, on which an offset stands. The index's own answer looks at every wide character of the
/// line, which is slow on a line of megabytes; so this searches its table of lines.
pub(super) fn line_of(source: &Source, offset: usize) -> u32 {
    let lines = source.lines();
    let starts_by = |line: u32| lines.line(line).is_some_and(|range| usize::from(range.start()) <= offset);
    let (mut low, mut high) = (0, u32::try_from(offset).unwrap_or(u32::MAX - 1) + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if starts_by(middle) { low = middle } else { high = middle }
    }
    low
}

/// The offset at which a line starts.
pub(super) fn line_start(source: &Source, line: u32) -> usize {
    source.lines().line(line).map_or(0, |range| range.start().into())
}

/// The bytes of a line, without its end.
pub(super) fn line_range(source: &Source, line: u32) -> (usize, usize) {
    let Some(range) = source.lines().line(line) else {
        return (source.text().len(), source.text().len());
    };
    let (start, end) = (usize::from(range.start()), usize::from(range.end()));
    let line = source.text().get(start..end).unwrap_or_default();
    let line = line.strip_suffix('\n').unwrap_or(line);
    (start, start + line.strip_suffix('\r').unwrap_or(line).len())
}

/// The span inside the text, on borders of characters.
pub(super) fn clamp(text: &str, span: Span) -> (usize, usize) {
    let start = border(text, span.start as usize);
    let mut end = (span.end as usize).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (start, end.max(start))
}

/// The last border of characters at or before an offset.
pub(super) fn border(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_long_lines_agree_with_a_plain_count() {
        let text = "\u{feff}".to_owned() + &"é€x".repeat(6_000) + "\nab";
        let source = Source::new(FileId(0), "a.rule", text.clone());
        let places = Places::default();
        for offset in (0..text.len()).step_by(997).chain([1, 3]).chain([text.len(), text.len() + 9]) {
            let offset = u32::try_from(offset).unwrap();
            let place = places.of(&source, Span::new(FileId(0), offset, offset));
            let expected = source.line_column(offset);
            assert_eq!((place.line, place.column), (expected.line, expected.column), "at {offset}");
        }
    }
}
