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
