//! What holds of every text while it is being typed: nothing panics, wherever the cursor stands, and places are places.

use proptest::prelude::*;
use rule_lang::{FileId, Span};

use super::code_lenses::{Action, code_lenses};
use super::completion::completion;
use super::fixture::Fixture;
use super::hover::hover;
use super::inlay_hints::inlay_hints;
use super::run_test::run_test;
use super::semantic_tokens::semantic_tokens;
use super::show_tree::show_tree;

/// What texts are made of: parts of declarations, some of which end in the middle.
const PARTS: [&str; 40] = [
    "attribute vip: bool",
    "attribute tier: enum[\"g\u{f6}ld\", \"x\"]",
    "attribute x: int 0..",
    "condition c = vip and not (tier == \"x\")",
    "condition c = c or",
    "condition \u{1f600} =",
    "skill a { name: \"A\" }",
    "skill",
    "skill_group g { skills: [a, ",
    "queue \"Q\"",
    "queue \"\u{1f600}",
    "rule \"R\" { queue: \"Q\", priority: 5, when c }",
    "rule \"R\" {",
    "when",
    "when vip ==",
    "and skill has",
    "or tier in [\"x\", ",
    "not",
    "(",
    ")",
    "]",
    "}",
    "{",
    "\"",
    ":",
    "=",
    ",",
    "/* \u{e9}",
    "*/",
    "// \u{e9}",
    "matches /a\\/",
    "strategy for \"Q\" on voice { method: random, overflow: queue_depth > 3 -> route_to_next_queue(\"Q\") }",
    "strategy for",
    "overflow: wait_time > 2m ->",
    "test \"t\" { given { vip: true } case \"y\" { expect \"R\" } case \"n\" { expect none } }",
    "given { vip:",
    "expect queue \"Q\" ->",
    "case \"z\"",
    "5..1e-",
    "\r\n\u{feff}",
];

fn text() -> impl Strategy<Value = String> {
    let part = (proptest::sample::select(&PARTS[..]), proptest::sample::select(&["\n", " ", "\n  ", ""][..]));
    proptest::collection::vec(part, 0..12)
        .prop_map(|parts| parts.into_iter().flat_map(|(part, gap)| [part, gap]).collect())
}

fn check(text: &str) {
    let fixture = Fixture::of(&[text, "attribute vip: bool\ncondition c = not vip\nqueue \"Q\""]);
    let (program, sources, file) = (&fixture.program, &fixture.sources, FileId(0));
    let text = sources.get(file).unwrap().text().clone();
    let is_place = |span: Span| text.get(span.range()).is_some();
    let end = u32::try_from(text.len()).unwrap();
    let offsets = text.char_indices().map(|(at, _)| u32::try_from(at).unwrap()).chain([end]);
    for offset in offsets {
        if let Some(found) = completion(program, file, offset) {
            assert!(is_place(found.span) && found.span.start <= offset && offset <= found.span.end);
            assert!(!text[found.span.range()].contains('\n'), "{text}");
            assert!(found.items.iter().all(|one| !one.label.is_empty() && !one.filter.is_empty()));
        }
        if let Some(found) = hover(program, file, offset) {
            let span = found.span.unwrap();
            assert!(is_place(span) && span.start <= offset && offset <= span.end);
        }
        let range = Span::new(file, offset, (offset + 9).min(end));
        assert!(
            inlay_hints(program, file, range).iter().all(|hint| text.is_char_boundary(hint.offset as usize))
        );
        let _ = semantic_tokens(program, file, Some(range));
    }
    let mut last = 0;
    for token in semantic_tokens(program, file, None) {
        assert!(is_place(token.span) && last <= token.span.start && token.span.start < token.span.end);
        last = token.span.end;
    }
    for lens in code_lenses(program, file) {
        assert!(is_place(lens.span));
        let answer = match lens.action {
            Action::RunTest { test, case } => run_test(program, sources, file, &test, case.as_deref()),
            Action::ShowTree { rule } => show_tree(program, sources, file, &rule, lens.span.start),
        };
        assert!(!answer.text.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_wherever_the_cursor_stands(text in text()) {
        check(&text);
    }
}

#[test]
fn offsets_that_are_none_are_answered_like_any_other() {
    let fixture = Fixture::new("// \u{1f600}\ncondition c = \u{e9}");
    for offset in (0..40).chain([u32::MAX]) {
        let _ = completion(&fixture.program, fixture.file, offset);
        let _ = hover(&fixture.program, fixture.file, offset);
        let _ = completion(&fixture.program, FileId(9), offset);
        let range = Span::new(fixture.file, offset, offset.saturating_add(3));
        let _ = semantic_tokens(&fixture.program, fixture.file, Some(range));
        let _ = inlay_hints(&fixture.program, fixture.file, range);
    }
}
