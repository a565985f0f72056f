//! The lines of a file that a report shows, as a source for miette.
//!
//! miette's own sources scan the whole file for every label. This one copies the few lines that labels touch,
//! found by the line index; clips what is too long to show; and draws characters that have no picture.

use std::collections::{BTreeMap, BTreeSet};

use miette::{MietteError, SourceCode, SourceSpan, SpanContents};
use rule_lang::{Source, Span};

use super::clean::{clean, picture};
use super::place::{Places, border, clamp, line_of, line_range};

/// The longest line that is shown whole, in bytes.
const LONG_LINE: usize = 400;
/// How much of a longer line is shown before a label, and at least in all, in bytes.
const BEFORE: usize = 60;
const WINDOW: usize = 200;
/// A span over more lines than this is shown by its first line.
const TALL: u32 = 6;

/// The lines around the labels of one file.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// The column, from 0, at which each label starts in the file, by its offset in `text`.
    columns: BTreeMap<usize, u32>,
}

/// A line of the excerpt.
#[derive(Debug)]
struct Line {
    /// Its number in the file, from 0.
    number: u32,
    /// Its bytes in the excerpt's text, line end included.
    start: usize,
    end: usize,
    /// The border of each shown character: in the file, in the excerpt.
    borders: Vec<(usize, usize)>,
}

impl Line {
    /// Where an offset of the file stands in the excerpt; what is clipped away stands at the nearest end.
    fn locate(&self, offset: usize) -> usize {
        let after = self.borders.partition_point(|(file, _)| *file <= offset);
        self.borders.get(after.saturating_sub(1)).map_or(self.start, |(_, shown)| *shown)
    }
}

impl Excerpt {
    /// The excerpt that shows these spans, and where each of them stands in it.
    pub(super) fn new(source: &Source, places: &Places, spans: &[Span]) -> (Self, Vec<SourceSpan>) {
        let text = source.text();
        let mut shown: BTreeSet<u32> = BTreeSet::new();
        let mut labels = Vec::with_capacity(spans.len());
        for span in spans {
            let (start, mut end) = clamp(text, *span);
            let first = line_of(source, start);
            let mut last = line_of(source, if end > start { end - 1 } else { end });
            if last - first >= TALL {
                last = first;
            }
            // Line ends are nothing to point at.
            end = end.min(line_range(source, last).1).max(start);
            shown.extend(first.saturating_sub(1)..=last + 1);
            labels.push((first, last, start, end, places.of(source, *span).column - 1));
        }

        let line_count = line_of(source, text.len()) + 1;
        let mut excerpt = Self {
            name: clean(source.name()).into_owned(),
            text: String::new(),
            lines: Vec::new(),
            columns: BTreeMap::new(),
        };
        for number in shown.range(..line_count) {
            let on_line = labels.iter().filter(|label| (label.0..=label.1).contains(number));
            let extent = on_line.map(|label| (label.2, label.3)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            let (from, to) = line_range(source, *number);
            // What follows the last line end is a line only where something is said of it.
            if *number > 0 && *number + 1 == line_count && from == to && extent.is_none() {
                continue;
            }
            excerpt.push_line(source, *number, extent);
        }

        let mut located = Vec::with_capacity(labels.len());
        for (first, last, start, end, column) in labels {
            let start = excerpt.line(first).map_or(0, |line| line.locate(start));
            let end = excerpt.line(last).map_or(start, |line| line.locate(end)).max(start);
            excerpt.columns.insert(start, column);
            located.push((start, end - start).into());
        }
        (excerpt, located)
    }

    /// Adds a line of the file, clipped around `extent` where it is long.
    fn push_line(&mut self, source: &Source, number: u32, extent: Option<(usize, usize)>) {
        let text = source.text();
        let (from, to) = line_range(source, number);
        let (mut shown_from, mut shown_to) = (from, to);
        if to - from > LONG_LINE {
            let (start, end) = extent.unwrap_or((from, from));
            shown_from = border(text, start.saturating_sub(BEFORE).clamp(from, to));
            shown_to = end.min(shown_from + LONG_LINE).max(shown_from + WINDOW).min(to);
            shown_to = border(text, shown_to).max(shown_from);
        }

        let line_start = self.text.len();
        if shown_from > from {
            self.text.push('…');
        }
        let mut borders = Vec::with_capacity(shown_to - shown_from + 1);
        let mut offset = shown_from;
        for c in text.get(shown_from..shown_to).unwrap_or_default().chars() {
            borders.push((offset, self.text.len()));
            // A byte order mark at the start is none of the text.
            if offset > 0 || c != '\u{feff}' {
                self.text.push(picture(c));
            }
            offset += c.len_utf8();
        }
        borders.push((shown_to, self.text.len()));
        if shown_to < to {
            self.text.push('…');
        }
        self.text.push('\n');
        self.lines.push(Line { number, start: line_start, end: self.text.len(), borders });
    }

    /// The excerpt's line with this number in the file.
    fn line(&self, number: u32) -> Option<&Line> {
        let index = self.lines.binary_search_by_key(&number, |line| line.number).ok()?;
        self.lines.get(index)
    }

    /// The index of the line on which an offset of the excerpt stands.
    fn index_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.end <= offset).min(self.lines.len().saturating_sub(1))
    }

    /// Whether the lines at two neighbouring indices are neighbours in the file.
    fn adjacent(&self, upper: usize, lower: usize) -> bool {
        match (self.lines.get(upper), self.lines.get(lower)) {
            (Some(upper), Some(lower)) => upper.number + 1 == lower.number,
            _ => false,
        }
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let mut first = self.index_of(span.offset());
        let mut last = self.index_of(span.offset() + span.len().saturating_sub(1)).max(first);
        for _ in 0..lines_before {
            if first > 0 && self.adjacent(first - 1, first) {
                first -= 1;
            }
        }
        for _ in 0..lines_after {
            if self.adjacent(last, last + 1) {
                last += 1;
            }
        }
        let (Some(top), Some(bottom)) = (self.lines.get(first), self.lines.get(last)) else {
            return Err(MietteError::OutOfBounds);
        };
        let column = if lines_before == 0 { self.columns.get(&span.offset()).copied() } else { None };
        Ok(Box::new(Contents {
            data: self.text.as_bytes().get(top.start..bottom.end).ok_or(MietteError::OutOfBounds)?,
            span: (top.start, bottom.end - top.start).into(),
            name: &self.name,
            line: top.number as usize,
            column: column.unwrap_or(0) as usize,
            lines: last - first + 1,
        }))
    }
}

/// A part of an excerpt, as miette reads it.
struct Contents<'a> {
    data: &'a [u8],
    span: SourceSpan,
    name: &'a str,
    line: usize,
    column: usize,
    lines: usize,
}

impl<'a> SpanContents<'a> for Contents<'a> {
    fn data(&self) -> &'a [u8] {
        self.data
    }
    fn span(&self) -> &SourceSpan {
        &self.span
    }
    fn name(&self) -> Option<&str> {
        Some(self.name)
    }
    fn line(&self) -> usize {
        self.line
    }
    fn column(&self) -> usize {
        self.column
    }
    fn line_count(&self) -> usize {
        self.lines
    }
}
