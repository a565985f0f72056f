//! Names that nothing declares: what is offered declares them.

use rule_compiler::{Program, Settings};
use rule_lang::{Applicability, Diagnostic, FileId, Source, fix};

fn found(text: &str) -> Vec<Diagnostic> {
    let mut program = Program::new(Settings::default());
    program.set(&Source::new(FileId(0), "a.rule", text));
    program.check().into_iter().cloned().collect()
}

#[test]
fn an_unknown_name_is_declared_before_what_uses_it_and_the_comments_on_that() {
    for (text, code, wanted) in [
        (
            "skill b // b\n// About c.\ncondition c = age > 5 and skill has b",
            "E0101",
            "skill b // b\nattribute age: int\n// About c.\ncondition c",
        ),
        ("condition c = zzz", "E0101", "attribute zzz: bool\ncondition c"),
        (
            "// Of the file.\n\nrule \"R\" { queue: \"Q\", when a }",
            "E0104",
            "// Of the file.\n\nqueue \"Q\"\nrule \"R\"",
        ),
        (
            "skill b\ncondition c = skill has spanish or skill has b",
            "E0102",
            "skill b\nskill spanish\ncondition c",
        ),
    ] {
        let before = found(text);
        let one = before.iter().find(|one| one.code.id == code).unwrap();
        let [offer] = one.fixes.as_slice() else { panic!("{one:?}") };
        assert_eq!(offer.applicability, Applicability::Alternative);
        let now = fix::apply(text, &offer.edits.iter().collect::<Vec<_>>()).unwrap();
        assert!(now.starts_with(wanted), "{now}");
        assert!(!found(&now).iter().any(|one| one.code.id == code), "{now}");
    }
}

#[test]
fn where_a_name_is_near_nothing_is_declared() {
    let found = found("attribute priorty_level: int\ncondition c = priorty_levle > 5");
    let one = found.iter().find(|one| one.code.id == "E0101").unwrap();
    assert!(one.fixes.iter().all(|fix| fix.applicability != Applicability::Alternative), "{one:?}");
}
