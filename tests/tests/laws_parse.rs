//! Laws of the parser over generated programs and over texts that are hardly programs at all.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use proptest::prelude::*;
use rulec_tests::generate::{Options, decisions, print, programs};
use rulec_tests::{invariants, tokens};

proptest! {
    #[test]
    fn every_generated_program_parses_without_a_finding(program in programs(Options::free())) {
        let text = program.text();
        let (tree, diagnostics) = invariants::parse(&text);
        prop_assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
        let items: usize = program.items.iter().map(|item| item.matches("\nrule \"Keep").count() + 1).sum();
        prop_assert_eq!(tree.items.len(), items);
    }

    #[test]
    fn a_comment_may_stand_around_every_token(program in programs(Options::free()), mut choices in decisions()) {
        let text = tokens::plant_comments(&program.text(), &mut choices);
        let (tree, diagnostics) = invariants::parse(&text);
        prop_assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
        let seen: Vec<_> = tree.comments.iter().map(|comment| tree.text(comment.range).trim_end()).collect();
        prop_assert_eq!(seen, tokens::comments(&text));
    }

    #[test]
    fn a_program_cut_off_anywhere_is_read_without_harm(program in programs(Options::free()), at in any::<u16>()) {
        let text = program.text();
        let cut = (0..=(at as usize % text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        invariants::parse(&text[..cut]);
        invariants::parse(&text[cut..]);
    }

    #[test]
    fn a_program_with_a_token_lost_or_doubled_is_read_without_harm(
        program in programs(Options::free()),
        mut choices in decisions(),
    ) {
        let text = program.text();
        let all = tokens::tokens(&text);
        let token = choices.pick(&all);
        invariants::parse(&format!("{}{}", &text[..token.start], &text[token.end..]));
        let word = &text[token.start..token.end];
        invariants::parse(&format!("{} {word} {}", &text[..token.start], &text[token.start..]));
        let other = choices.pick(&all);
        let other = &text[other.start..other.end];
        invariants::parse(&format!("{} {other} {}", &text[..token.start], &text[token.end..]));
    }

    #[test]
    fn any_text_is_read_without_harm(text in r#"([a-z]{1,9}|["(){}\[\]:,=<>!&|/\\*.%-]|[0-9]|\s|\PC){0,80}"#) {
        invariants::parse(&text);
    }

    #[test]
    fn what_a_string_literal_stands_for_survives_the_way_through_it(text in any::<String>(), mut choices in decisions()) {
        let literal = print::string(&text, &mut choices);
        prop_assert_eq!(rule_lang::literal::decode_string(&literal), text);
    }
}
