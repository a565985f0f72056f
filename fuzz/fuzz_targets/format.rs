//! A text without syntax errors keeps its tree and its comments when it is formatted, and formatting is done once.
#![no_main]

use rule_lang::format::{format, format_source, same_comments, same_tree};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some(text) = rulec_fuzz::text(bytes) else { return };
    let formatted_source = format_source(&rulec_fuzz::source(0, &text));
    let Some(tree) = rulec_fuzz::clean(&text) else {
        assert!(formatted_source.is_err(), "a file with a syntax error is left untouched");
        return;
    };
    let formatted = format(&tree);
    let again = rulec_fuzz::clean(&formatted).expect("a formatted text has no syntax errors");
    assert!(same_tree(&tree, &again), "the tree changed:\n{text}\nbecame\n{formatted}");
    assert!(same_comments(&tree, &again), "the comments changed:\n{text}\nbecame\n{formatted}");
    assert_eq!(format(&again), formatted, "formatting twice is another thing than formatting once");
    assert_eq!(formatted_source.as_deref(), Ok(formatted.as_str()));
});
