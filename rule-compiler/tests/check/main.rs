//! What the checker says of small programs. One file for each idea.

mod conditions;
mod declarations;
mod declaring;
mod follow_ups;
mod histories;
mod incremental;
mod lints;
mod programs;
mod properties;
mod settings;
mod topology;

use rule_compiler::{Program, Settings};
use rule_lang::{Applicability, Diagnostic, FileId, Severity, Source};

/// Declarations that the tests of conditions share; every name is used.
pub(crate) const DECLARED: &str = r#"
attribute vip_flag: bool
attribute tier: enum["basic", "gold", "platinum"]
attribute balance: float
attribute score: int 0..10
attribute customer.name: string
attribute tags: set
skill billing
skill support
queue "Q"
condition uses = vip_flag or tier exists or balance exists or score exists or customer.name exists
  or tags exists or skill has billing or skill has support
rule "uses" { queue: "Q", when uses }
"#;

/// The program of one file.
pub(crate) fn program(text: &str) -> (Program, Source) {
    let source = Source::new(FileId(0), "a.rule", text);
    let mut program = Program::new(Settings::default());
    program.set(&source);
    program.check();
    (program, source)
}

/// The codes of a program's diagnostics, each with the text at its primary place.
pub(crate) fn check(text: &str) -> Vec<(String, String)> {
    let (program, source) = program(text);
    program
        .diagnostics()
        .map(|one| (one.code.id.to_owned(), source.slice(one.primary.span).to_owned()))
        .collect()
}

/// What is said of a condition, in a program that declares [`DECLARED`].
pub(crate) fn condition(expr: &str) -> Vec<(String, String)> {
    check(&in_rule(expr))
}

pub(crate) fn in_rule(expr: &str) -> String {
    format!("{DECLARED}\nrule \"R\" {{ queue: \"Q\", when {expr} }}\n")
}

/// Asserts codes with their places.
#[track_caller]
pub(crate) fn expect(found: &[(String, String)], wanted: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
    assert_eq!(found, wanted);
}

/// Applies the first safe fix of each diagnostic, as often as there is one.
pub(crate) fn fixed(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..20 {
        let (program, _) = program(&text);
        let edits = program.diagnostics().find_map(safe_fix);
        let Some(mut edits) = edits else { break };
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, new) in edits {
            text.replace_range(range, &new);
        }
    }
    text
}

fn safe_fix(diagnostic: &Diagnostic) -> Option<Vec<(std::ops::Range<usize>, String)>> {
    let fix = diagnostic.fixes.iter().find(|fix| fix.applicability == Applicability::Safe)?;
    Some(fix.edits.iter().map(|edit| (edit.span.range(), edit.text.clone())).collect())
}

/// A condition after all safe fixes, which must leave no error.
#[track_caller]
pub(crate) fn fixed_condition(expr: &str) -> String {
    let text = fixed(&in_rule(expr));
    let (program, _) = program(&text);
    let errors: Vec<_> = program.diagnostics().filter(|one| one.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    let tail = text.rsplit_once("when ").map_or("", |(_, tail)| tail);
    tail.trim_end().trim_end_matches('}').trim_end().to_owned()
}

/// The text of the safe or unsafe fixes of the first diagnostic.
pub(crate) fn offered(text: &str) -> Vec<(Applicability, String)> {
    let (program, _) = program(text);
    let first = program.diagnostics().next();
    first
        .into_iter()
        .flat_map(|one| &one.fixes)
        .map(|fix| (fix.applicability, fix.edits.iter().map(|edit| edit.text.as_str()).collect::<String>()))
        .collect()
}
