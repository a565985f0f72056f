//! The text as pest gets it: comments are white space.
//!
//! The scan knows where comments are. If the grammar knew them as well, pest would look for one after every token.

use super::scan::offset;
use crate::tree::Comment;

/// Gives slices of a text without its comments.
pub(super) struct Blank<'t> {
    text: &'t str,
    comments: &'t [Comment],
    blanked: String,
}

impl<'t> Blank<'t> {
    /// The comments are those of the whole text, in order.
    pub(super) fn new(text: &'t str, comments: &'t [Comment]) -> Self {
        Self { text, comments, blanked: String::new() }
    }

    /// A slice of whole items, in which white space of the same length stands for each comment; most have none and
    /// are not copied. Tabs, since two words of an operator may have spaces between them, but no comment.
    pub(super) fn slice(&mut self, start: u32, end: u32) -> &str {
        let first = self.comments.partition_point(|comment| comment.range.start < start);
        let later = self.comments.get(first..).unwrap_or(&[]);
        let inside = later.get(..later.partition_point(|comment| comment.range.start < end)).unwrap_or(&[]);
        let part = |from: u32, to: u32| self.text.get(from as usize..to as usize).unwrap_or("");
        if inside.is_empty() {
            return part(start, end);
        }
        self.blanked.clear();
        let mut at = start;
        for comment in inside {
            self.blanked.push_str(part(at, comment.range.start));
            at = comment.range.end.min(end);
            let blank = part(comment.range.start, at).bytes();
            self.blanked.extend(blank.map(|byte| if byte == b'\n' { '\n' } else { '\t' }));
        }
        self.blanked.push_str(part(at, end));
        debug_assert_eq!(offset(self.blanked.len()), end - start);
        &self.blanked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextRange;

    #[test]
    fn comments_become_white_space_of_the_same_length_and_keep_their_lines() {
        let text = "a // ä\nb /* x\ny */ c";
        let comment = |start, end| Comment { range: TextRange::new(start, end), is_line: false };
        let comments = [comment(2, 7), comment(10, 19)];
        let mut blank = Blank::new(text, &comments);
        assert_eq!(blank.slice(0, offset(text.len())), "a \t\t\t\t\t\nb \t\t\t\t\n\t\t\t\t c");
        assert_eq!(blank.slice(8, 9), "b");
    }
}
