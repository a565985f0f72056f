//! `rulec test`: the tests in the rules.

use std::io::{self, Write};

use rule_lang::{Label, Severity, SourceMap};
use rule_test::{CaseResult, ConditionCoverage, Coverage, Options, Outcome as Went, Reason, Report};

use crate::Outcome;
use crate::args::{TestArgs, TestFormat};
use crate::failure::Failure;
use crate::load::Workspace;
use crate::render::junit_cases;
use crate::render::text::TextRenderer;
use crate::terminal::{RED, Terminal, YELLOW, count, output_failed, paint};
use crate::verb::check::sound;

/// The most reasons that are given for one failed case.
const MAX_REASONS: usize = 12;

/// Runs tests and says which fail, and why.
pub(crate) fn run(arguments: &TestArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let result = run_tests(arguments, terminal);
    if let Err(failure) = &result
        && arguments.format == TestFormat::Junit
        && !arguments.json
    {
        // Whoever reads the report finds one.
        let failures = std::slice::from_ref(failure);
        junit_cases::write_not_run(terminal.out(), &SourceMap::new(), &[], failures)
            .map_err(|error| output_failed(&error))?;
    }
    result
}

fn run_tests(arguments: &TestArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let format = if arguments.json { TestFormat::Json } else { arguments.format };
    let mut workspace = Workspace::load(&arguments.paths, terminal.err_color)?;
    let wanted: Vec<_> = workspace.wanted().map(|file| file.id).collect();
    if !sound(&mut workspace, "run the tests", terminal)? {
        if format == TestFormat::Junit {
            let errors: Vec<_> = workspace.found().filter(|one| one.severity == Severity::Error).collect();
            junit_cases::write_not_run(terminal.out(), &workspace.sources, &errors, &[])
                .map_err(|error| output_failed(&error))?;
        }
        return Ok(Outcome::Findings);
    }
    let options = Options { filter: arguments.filter.clone() };
    let mut report = Report { cases: Vec::new(), coverage: Coverage::default() };
    for project in &workspace.projects {
        let one =
            rule_test::run(&project.program, &options).map_err(|error| Failure::new(error.to_string()))?;
        report
            .cases
            .extend(one.cases.into_iter().filter(|case| wanted.binary_search(&case.span.file).is_ok()));
        report.coverage.conditions.extend(one.coverage.conditions);
    }
    if let (Some(filter), true) = (&arguments.filter, report.cases.is_empty()) {
        return Err(Failure::new(format!("no test or case has `{filter}` in its name"))
            .help("`rulec test --json` lists them all"));
    }

    let width = terminal.width;
    let renderer = TextRenderer::new(&workspace.sources, terminal.out_color, width);
    let color = terminal.out_color;
    let out = terminal.out();
    let written = match format {
        TestFormat::Json => {
            let json = report.to_json(&workspace.sources);
            serde_json::to_writer_pretty(&mut *out, &json)
                .map_err(io::Error::from)
                .and_then(|()| writeln!(out))
        }
        TestFormat::Junit => {
            let plain = TextRenderer::new(&workspace.sources, false, width);
            junit_cases::write(out, &workspace.sources, &report, |case| failed(false, &plain, case))
        }
        TestFormat::Text => text(out, color, &renderer, &report, arguments.coverage),
    };
    written.map_err(|error| output_failed(&error))?;
    terminal.flush()?;
    summary(&report, arguments.coverage, terminal);
    Ok(if report.failed() > 0 { Outcome::Findings } else { Outcome::Clean })
}

/// The failed cases, and with `coverage` the conditions that the cases leave open.
fn text(
    out: &mut dyn Write,
    color: bool,
    renderer: &TextRenderer<'_>,
    report: &Report,
    coverage: bool,
) -> io::Result<()> {
    for case in &report.cases {
        if let Some(failed) = failed(color, renderer, case) {
            writeln!(out, "{failed}")?;
        }
    }
    if coverage {
        for condition in report.coverage.conditions.iter().filter(|condition| !condition.is_covered()) {
            writeln!(out, "{}", open(color, renderer, condition))?;
        }
    }
    Ok(())
}

/// A failed case: what was expected, what was decided, and which conditions decided so.
fn failed(color: bool, renderer: &TextRenderer<'_>, case: &CaseResult) -> Option<String> {
    let Went::Fail { expected, got, why } = &case.outcome else { return None };
    let decided = got.as_ref().map_or_else(|| "no rule decides".to_owned(), |got| format!("{got} decides"));
    let primary = Label { span: case.expect_span, text: format!("expected {expected}, but {decided}") };
    let mut labels = Vec::new();
    let mut sentences = Vec::new();
    for reason in why.iter().take(MAX_REASONS) {
        match reason {
            Reason::Condition { span, .. } => labels.push(Label { span: *span, text: reason.to_string() }),
            other => sentences.push(other.to_string()),
        }
    }
    let head = paint(color, RED, "failed:");
    let mut shown = renderer.report(&head, &case.name(), Severity::Error, &primary, &labels);
    for sentence in sentences {
        renderer.advice(&mut shown, RED, "why: ", &sentence);
    }
    if let Some(more) = why.len().checked_sub(MAX_REASONS).filter(|more| *more > 0) {
        renderer.advice(
            &mut shown,
            RED,
            "why: ",
            &format!("and {more} further conditions; `--json` has them all"),
        );
    }
    Some(shown)
}

/// A condition that no case made true, or none made false.
fn open(color: bool, renderer: &TextRenderer<'_>, condition: &ConditionCoverage) -> String {
    let lacks = match (condition.times_true, condition.times_false) {
        (0, 0) => "never looked at",
        (0, _) => "never true",
        _ => "never false",
    };
    let primary = Label { span: condition.span, text: format!("{lacks} in any test") };
    renderer.report(
        &paint(color, YELLOW, "untested:"),
        &one_line(&condition.text),
        Severity::Warning,
        &primary,
        &[],
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn summary(report: &Report, coverage: bool, terminal: &mut Terminal) {
    let cases = count(report.cases.len(), "case");
    match (report.cases.len(), report.failed()) {
        (0, _) => terminal
            .note("there are no tests; `test \"name\" { given { … } expect … }` in any `.rule` file is one"),
        (_, 0) => terminal.note(format_args!("ran {cases}: all passed")),
        (_, failed) => {
            terminal.note(format_args!("ran {cases}: {} passed, {failed} failed", report.passed()));
        }
    }
    if coverage {
        let all = report.coverage.conditions.len();
        terminal.note(format_args!(
            "{} of {} were true in one case and false in another",
            report.coverage.covered(),
            count(all, "condition")
        ));
    }
}
