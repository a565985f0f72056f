//! What holds of every text, however broken: shared by the properties, the hostile input and the fuzz targets.

use rule_lang::{Diagnostic, Source, TextRange, Tree};

/// Parses, and checks that nothing points outside the text or into the middle of a character, and that the words
/// of every finding are in order.
pub fn parse(text: &str) -> (Tree, Vec<Diagnostic>) {
    let source = crate::project::source(0, text);
    let (tree, diagnostics) = rule_lang::parse(&source);
    assert_eq!(&*tree.text, text, "a tree holds its text as it is");
    diagnostics_fit(&source, &diagnostics);
    let mut last = 0;
    for item in &tree.items {
        fits(text, item.range);
        assert!(item.range.start >= last, "items stand in the order of the text and do not overlap");
        last = item.range.end;
    }
    let mut last = 0;
    for comment in &tree.comments {
        fits(text, comment.range);
        assert!(comment.range.start >= last, "comments stand in the order of the text and do not overlap");
        last = comment.range.end;
    }
    (tree, diagnostics)
}

/// Every span of every finding fits the text, every edit too; edits of one fix do not overlap; no finding is dumb.
pub fn diagnostics_fit(source: &Source, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        fits(source.text(), diagnostic.primary.span.text_range());
        for label in &diagnostic.labels {
            fits(source.text(), label.span.text_range());
        }
        for fix in &diagnostic.fixes {
            assert!(!fix.edits.is_empty(), "a fix changes something: {fix:?}");
            let mut spans: Vec<_> = fix.edits.iter().map(|edit| edit.span).collect();
            spans.sort();
            for span in &spans {
                fits(source.text(), span.text_range());
            }
            assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "edits overlap: {fix:?}");
        }
        let message = &diagnostic.message;
        assert!(!message.is_empty() && !message.ends_with('.'), "a message has no final period: {message}");
    }
}

fn fits(text: &str, range: TextRange) {
    assert!(range.start <= range.end && text.get(range.bytes()).is_some(), "{range:?} does not fit the text");
}
