//! Applying fixes, as simply as can be.

use rule_lang::Fix;

/// The text after a fix of one file.
pub fn apply(text: &str, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut mended = String::new();
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        mended.push_str(&text[at..range.start]);
        mended.push_str(&edit.text);
        at = range.end;
    }
    mended.push_str(&text[at..]);
    mended
}
