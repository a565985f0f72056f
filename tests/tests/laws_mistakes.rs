//! k independent mistakes in k declarations of a program are k errors, at those places.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use proptest::prelude::*;
use rulec_tests::corpus::described;
use rulec_tests::generate::{Choices, Options, Program, decisions, programs};
use rulec_tests::mistakes::MISTAKES;
use rulec_tests::project::Project;

/// Plants mistakes between the declarations of a program; gives the text and the errors that are to be found.
fn plant(
    program: &Program,
    kinds: &[usize],
    choices: &mut Choices,
) -> (String, Vec<(&'static str, usize, usize)>) {
    let mut items: Vec<_> = program.items.iter().map(|item| (item.clone(), None)).collect();
    for (number, kind) in kinds.iter().enumerate() {
        let planted = MISTAKES[*kind].plant(number);
        let at = choices.below(items.len() + 1);
        items.insert(at, (planted.text.clone(), Some(planted)));
    }
    let mut text = String::new();
    let mut expected = Vec::new();
    for (item, planted) in items {
        if let Some(planted) = planted {
            expected.push((planted.code, text.len() + planted.start, text.len() + planted.end));
        }
        text.push_str(&item);
        text.push_str("\n\n");
    }
    (text, expected)
}

fn check(text: &str, expected: &[(&'static str, usize, usize)]) {
    let project = Project::one(text);
    let errors = project.errors();
    let found: Vec<_> = errors
        .iter()
        .map(|error| (error.code.id, error.primary.span.start as usize, error.primary.span.end as usize))
        .collect();
    let words = described(&project.sources[0], &project.diagnostics);
    assert_eq!(found, expected, "{text}\n{words}");
}

#[test]
fn each_mistake_alone_is_one_error_at_its_place() {
    let mut choices = Choices::random(1);
    let program = rulec_tests::generate::program(&mut choices, Options::clean());
    let mut wrong = Vec::new();
    for (kind, mistake) in MISTAKES.iter().enumerate() {
        let (text, expected) = plant(&program, &[kind], &mut choices);
        if let Err(panic) = std::panic::catch_unwind(|| check(&text, &expected)) {
            let words = panic.downcast_ref::<String>().cloned().unwrap_or_default();
            wrong.push(format!("{mistake:?}\n{words}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} mistakes:\n{}", wrong.len(), MISTAKES.len(), wrong.join("\n\n"));
}

proptest! {
    #[test]
    fn k_mistakes_in_k_declarations_are_k_errors_at_those_places(
        program in programs(Options::clean()),
        kinds in proptest::collection::vec(0..MISTAKES.len(), 1..12),
        mut choices in decisions(),
    ) {
        // These two are not independent: after a brace that is never closed, only a keyword tells a declaration.
        let open = kinds.iter().any(|kind| MISTAKES[*kind].code == "E0010");
        let kinds: Vec<_> =
            kinds.into_iter().filter(|kind| !(open && MISTAKES[*kind].code == "E0014")).collect();
        let (text, expected) = plant(&program, &kinds, &mut choices);
        check(&text, &expected);
    }
}
