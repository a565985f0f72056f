//! The formatter: a tree back to text, in the one style that the language has.
//!
//! The text is walked token by token in the author's order (`printer`), so that a comment can never be lost: what
//! stands before a token is written before it (`comments`). Whatever may stand on one line is first tried there and
//! written again, broken, where that fails; an attempt ends at the line's limit, so it is cheap.

mod blocks;
mod comments;
mod expressions;
mod items;
mod line_ends;
mod printer;
mod same;
#[cfg(test)]
mod tests;

pub use line_ends::{line_end, with_line_end};
pub use same::{same_comments, same_tree};

use self::printer::Printer;
use crate::{Diagnostic, MAX_FILE_BYTES, Source, Tree, codes, parse};

/// The most columns that a line has, unless something on it cannot be broken. Columns count characters.
pub const MAX_COLUMNS: usize = 100;

/// The most levels that a line is indented. Deeper ones would be all white space, and a text with many of them a
/// multiple of its size.
const MAX_INDENT: usize = 20;

/// A tree as text, in the one style that the language has; lines end as the first one of the tree's text does. It
/// parses to the same tree, and formatting it again changes nothing.
///
/// The tree comes from a text without mistakes; declarations that could not be read stand as they were, others with
/// mistakes may not. Use [`format_source`] where a text has yet to be parsed.
pub fn format(tree: &Tree) -> String {
    let mut printer = Printer::new(tree);
    printer.file();
    let text = printer.finish();
    // The printer writes `\n`.
    let end = line_end(&tree.text);
    if end == "\n" { text } else { with_line_end(&text, end).into_owned() }
}

/// Formats a text, and parses the result again to be sure that it means the same and lost no comment. Should it not,
/// which would be a mistake of the formatter, the text is given back as it was: a formatter may fail to please, it
/// may never change a program. So is a text that its line breaks would carry over a limit on size.
///
/// # Errors
///
/// The diagnostics of a text that has syntax errors; such a text is not to be touched.
pub fn format_source(source: &Source) -> Result<String, Vec<Diagnostic>> {
    let (tree, diagnostics) = parse(source);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let text = format(&tree);
    if text == **source.text() {
        return Ok(text);
    }
    let formatted = Source::new(source.id(), source.name(), text.as_str());
    let (again, mistakes) = parse(&formatted);
    let is_too_large = text.len() > MAX_FILE_BYTES
        || mistakes.iter().any(|mistake| *mistake.code == codes::DECLARATION_TOO_LARGE);
    let is_faithful =
        !is_too_large && mistakes.is_empty() && same_tree(&tree, &again) && same_comments(&tree, &again);
    debug_assert!(
        is_faithful || is_too_large,
        "formatting changed {}:\n{text}\n{mistakes:#?}",
        source.name()
    );
    Ok(if is_faithful { text } else { source.text().to_string() })
}
