//! Running a test from the editor.

use std::fmt::Write as _;

use rule_compiler::Program;
use rule_lang::{FileId, SourceMap};
use rule_test::{CaseResult, Options, Outcome, Reason};

use super::answer::{Answer, first_error, place};

/// Runs a test of a file with all its cases, or one of them.
pub(crate) fn run_test(
    program: &Program,
    sources: &SourceMap,
    file: FileId,
    test: &str,
    case: Option<&str>,
) -> Answer {
    if let Some(error) = first_error(program, sources) {
        return Answer::error(format!("the program has errors, so its tests cannot be run; {error}"));
    }
    let filter = case.map_or_else(|| test.to_owned(), |case| format!("{test} / {case}"));
    let mut report = match rule_test::run(program, &Options { filter: Some(filter) }) {
        Ok(report) => report,
        Err(error) => return Answer::error(error.to_string()),
    };
    report.cases.retain(|one| {
        one.span.file == file && one.test == test && (case.is_none() || one.case.as_deref() == case)
    });
    if report.cases.is_empty() {
        return Answer::error(format!("the file has no test `{test}` any more"));
    }
    let mut said = String::new();
    for case in &report.cases {
        write_case(&mut said, sources, case);
    }
    // Writing to a string cannot fail.
    let _ = write!(said, "{} passed, {} failed", report.passed(), report.failed());
    let mut result = report.to_json(sources);
    if let Some(object) = result.as_object_mut() {
        // Of some cases alone it would say nothing.
        object.remove("coverage");
    }
    let ok = report.failed() == 0;
    Answer { ok, text: said, result: Some(("report", result)) }
}

fn write_case(text: &mut String, sources: &SourceMap, case: &CaseResult) {
    let Outcome::Fail { expected, got, why } = &case.outcome else {
        let _ = writeln!(text, "passed: {}", case.name());
        return;
    };
    let decided = got.as_ref().map_or_else(|| "no rule decides".to_owned(), |got| format!("{got} decides"));
    let _ = writeln!(text, "failed: {}", case.name());
    let _ = writeln!(text, "  {}: expected {expected}, but {decided}", place(sources, case.expect_span));
    for reason in why {
        let _ = match reason {
            Reason::Condition { span, .. } => writeln!(text, "  {}: {reason}", place(sources, *span)),
            other => writeln!(text, "  {other}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    const TEXT: &str = "queue \"Q\"\nattribute vip: bool\nrule \"R\" { queue: \"Q\", when vip }
test \"t\" {\n  given { vip: true }\n  case \"yes\" { expect \"R\" }\n  case \"no\" { expect none }\n}
test \"t too\" { given { vip: true } expect \"R\" }";

    fn run(program: &str, test: &str, case: Option<&str>) -> Answer {
        let fixture = Fixture::new(program);
        run_test(&fixture.program, &fixture.sources, fixture.file, test, case)
    }

    #[test]
    fn just_the_test_that_is_asked_for_is_run() {
        let answer = run(TEXT, "t", Some("yes"));
        assert!(answer.ok);
        assert_eq!(answer.text, "passed: t / yes\n1 passed, 0 failed");
        let answer = run(TEXT, "t", None);
        assert!(!answer.ok);
        assert_eq!(answer.result.as_ref().unwrap().1["cases"].as_array().unwrap().len(), 2);
        assert!(
            answer
                .text
                .contains("failed: t / no\n  0.rule:7: expected no rule, but `R` in the queue `Q` decides\n")
        );
        assert!(answer.text.contains("  0.rule:3: "), "{}", answer.text);
    }

    #[test]
    fn what_stands_in_the_way_is_said() {
        let broken = format!("{TEXT}\ncondition c = bogus");
        let answer = run(&broken, "t", None);
        assert!(!answer.ok && answer.text.contains("0.rule:10"), "{}", answer.text);
        assert_eq!(run(TEXT, "gone", None).text, "the file has no test `gone` any more");
    }
}
