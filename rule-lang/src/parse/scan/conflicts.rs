//! Conflicts that a merge left: the version above is read, what the other side has is skipped like a comment, so that
//! one finding says it all.

use super::{MAX_NOTED, Scanner, offset};
use crate::tree::Comment;
use crate::{Diagnostic, Span, TextRange, codes};

/// The lines that git writes around the versions of a conflict: how each starts, and what it tells.
const MARKERS: [(&[u8; 7], &str); 4] = [
    (b"<<<<<<<", "one version starts here"),
    (b"|||||||", "what both were made from starts here"),
    (b"=======", "the other version starts here"),
    (b">>>>>>>", "and ends here"),
];

const OPENS: usize = 0;
const CLOSES: usize = 3;

/// The number of the marker that a line is.
fn marker(line: &[u8]) -> Option<usize> {
    let (start, rest) = line.split_first_chunk::<7>()?;
    let number = MARKERS.iter().position(|(text, _)| *text == start)?;
    matches!(rest.first(), None | Some(b' ' | b'\r')).then_some(number)
}

impl Scanner<'_> {
    /// Skips a line at whose start a conflict's marker stands, and the version that follows it unless it is the first;
    /// gives whether there was one.
    pub(super) fn conflict(&mut self, start: usize) -> bool {
        let end = self.line_end(start);
        let Some(number) = self.bytes.get(start..end).and_then(marker) else { return false };
        let mut places = vec![(number, self.span(start, end))];
        let mut at = end;
        while let Some(b'\n') = self.bytes.get(at)
            && !places.iter().any(|(number, _)| *number == CLOSES)
        {
            let (start, end) = (at + 1, self.line_end(at + 1));
            match self.bytes.get(start..end).and_then(marker) {
                // Another conflict, so that no line is looked at more than a few times.
                Some(again) if again == OPENS || places.iter().any(|(number, _)| *number == again) => break,
                Some(number) => places.push((number, self.span(start, end))),
                None => {}
            }
            at = end;
        }
        let closed = places.last().filter(|(number, _)| *number == CLOSES).map(|(_, span)| span.end as usize);
        if start >= self.conflict_end {
            self.conflict_end = closed.unwrap_or(end);
            self.report_conflict(&places);
        }
        self.at = if number == OPENS { end } else { closed.unwrap_or(end) };
        let range = TextRange::new(offset(start), offset(self.at));
        self.scan.comments.push(Comment { range, is_line: self.at == end });
        true
    }

    fn report_conflict(&mut self, places: &[(usize, Span)]) {
        let Some(((first, span), others)) = places.split_first() else { return };
        let words = |number: usize| MARKERS.get(number).map_or("", |(_, words)| words);
        let mut diagnostic = Diagnostic::new(&codes::SYNTAX_ERROR, *span, "a merge conflict is not resolved")
            .at(words(*first));
        for (number, span) in others {
            diagnostic = diagnostic.label(*span, words(*number));
        }
        let diagnostic = diagnostic.help(
            "keep one version, or what is needed of both, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
        );
        self.noted += 1;
        if self.noted <= MAX_NOTED {
            self.scan.findings.push(diagnostic);
        }
    }

    fn line_end(&self, start: usize) -> usize {
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        start + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
    }
}
