//! Laws of the formatter over generated programs, with comments around every token and without.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use proptest::prelude::*;
use rule_lang::Tree;
use rule_lang::format::{format, format_source, line_end, same_comments, same_tree, with_line_end};
use rulec_tests::generate::{Options, decisions, programs};
use rulec_tests::{invariants, project, tokens};

fn parsed(text: &str) -> Tree {
    let (tree, diagnostics) = invariants::parse(text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
    tree
}

/// What holds of every text without syntax errors.
fn holds(text: &str) {
    let tree = parsed(text);
    let formatted = format(&tree);
    let again = parsed(&formatted);
    assert!(same_tree(&tree, &again), "the tree changed:\n{text}\nbecame\n{formatted}");
    assert!(same_comments(&tree, &again), "the comments changed:\n{text}\nbecame\n{formatted}");
    let words = |text: &str| -> Vec<String> {
        let comments = tokens::comments(text).into_iter();
        comments.map(|comment| comment.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    assert_eq!(words(text), words(&formatted), "{text}\nbecame\n{formatted}");
    assert_eq!(format(&again), formatted, "formatting twice is another thing than formatting once");
    assert!(
        formatted.is_empty() || formatted.ends_with('\n') && !formatted.ends_with("\n\n"),
        "{formatted:?}"
    );
    assert_eq!(formatted, with_line_end(&formatted, line_end(text)), "lines end as the first one did");
    assert!(!formatted.replace("\r\n", "\n").contains('\r'), "a carriage return within a line");
    if text.contains('\n') {
        let windows = format(&parsed(&with_line_end(text, "\r\n")));
        assert_eq!(windows, with_line_end(&formatted, "\r\n"), "line ends change more than themselves");
    }
    let blank_end = formatted.lines().find(|line| line.ends_with([' ', '\t']));
    assert!(blank_end.is_none() || formatted.contains("/*"), "white space at a line's end: {blank_end:?}");
    assert_eq!(format_source(&project::source(0, text)).as_deref(), Ok(formatted.as_str()));
}

proptest! {
    #[test]
    fn formatting_keeps_the_tree_and_is_done_once(program in programs(Options::free())) {
        holds(&program.text());
    }

    #[test]
    fn formatting_keeps_every_comment_in_its_order(
        program in programs(Options::free()),
        mut choices in decisions(),
    ) {
        holds(&tokens::plant_comments(&program.text(), &mut choices));
    }

    #[test]
    fn formatting_keeps_what_stands_on_few_lines(program in programs(Options::free())) {
        // All the author's line ends but those that separate declarations and properties.
        let text = program.text().replace("\n    ", " ").replace("\n\n", "\n");
        holds(&text);
    }

    #[test]
    fn a_file_with_a_syntax_error_is_left_untouched(
        program in programs(Options::free()),
        mut choices in decisions(),
    ) {
        let text = program.text();
        let all = tokens::tokens(&text);
        let token = choices.pick(&all);
        let broken = format!("{}{}", &text[..token.start], &text[token.end..]);
        let (_, mistakes) = invariants::parse(&broken);
        match format_source(&project::source(0, &broken)) {
            Err(found) => prop_assert_eq!(found, mistakes),
            Ok(_) => prop_assert!(mistakes.is_empty()),
        }
    }
}

#[test]
fn the_corpus_is_left_untouched_where_it_has_syntax_errors_and_else_keeps_the_laws() {
    for case in rulec_tests::corpus::cases() {
        let source = project::source(0, &case.program);
        let (_, mistakes) = rule_lang::parse(&source);
        if mistakes.is_empty() {
            holds(&case.program);
        } else {
            assert_eq!(format_source(&source), Err(mistakes), "{}", case.name);
        }
    }
}
