use rule_compiler::{Level, LevelError, Program, Settings};
use rule_lang::{FileId, Severity, Source};

fn severities(settings: Settings, text: &str) -> Vec<Severity> {
    let mut program = Program::new(settings);
    program.set(&Source::new(FileId(0), "a.rule", text));
    program.check().iter().map(|one| one.severity).collect()
}

#[test]
fn a_lint_may_be_an_error_or_nothing() {
    let text = "attribute a: int\n";
    assert_eq!(severities(Settings::default(), text), [Severity::Warning]);
    let mut settings = Settings::default();
    settings.set_level("unused-attribute", Level::Deny).unwrap();
    assert_eq!(severities(settings.clone(), text), [Severity::Error]);
    settings.set_level("W0101", Level::Allow).unwrap();
    assert_eq!(severities(settings, text), []);
}

#[test]
fn only_lints_have_levels() {
    let mut settings = Settings::default();
    assert_eq!(settings.set_level("type-mismatch", Level::Allow), Err(LevelError::NotALint("type-mismatch")));
    let unknown = settings.set_level("unused-atribute", Level::Allow);
    assert_eq!(unknown, Err(LevelError::Unknown(Some("unused-attribute"))));
}

#[test]
fn the_limit_on_depth_is_the_projects() {
    let text = "attribute a: bool\nqueue \"Q\"\nrule \"R\" { queue: \"Q\", when not (a or priority > 1) }";
    let of = |max_depth| {
        let mut settings = Settings::default();
        settings.max_depth = max_depth;
        severities(settings, text)
    };
    assert_eq!(of(3), []);
    assert_eq!(of(2), [Severity::Error]);
}

#[test]
fn a_condition_that_is_too_deep_is_told_whose_limit_it_is() {
    let of = |max_depth: u32| {
        let mut settings = Settings::default();
        settings.max_depth = max_depth;
        let levels = max_depth as usize + 1;
        let open: String =
            (0..levels).map(|level| if level % 2 == 0 { "(a and " } else { "(a or " }).collect();
        let text = format!(
            "attribute a: bool\nqueue \"Q\"\nrule \"R\" {{ queue: \"Q\", when {open}a{} }}",
            ")".repeat(levels)
        );
        let mut program = Program::new(settings);
        program.set(&Source::new(FileId(0), "a.rule", text));
        program.check().iter().find(|one| one.code.id == "E0401").and_then(|one| one.help.clone()).unwrap()
    };
    assert!(
        of(2).starts_with(
            "the limit is `depth` in the project's `rulec.toml`, and 10 is the platform's own; "
        )
    );
    assert!(of(10).starts_with("the limit is the platform's; "));
}
