//! JUnit's XML of the rules' own tests: a suite for each file, a case for each of its cases.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use rule_lang::{Diagnostic, FileId, SourceMap};
use rule_test::{CaseResult, Outcome, Report};

use super::Places;
use super::junit::{self, text};
use crate::failure::Failure;

/// Writes how the cases went; `body` says at length why one failed.
///
/// # Errors
///
/// What writing to `out` says.
pub fn write(
    out: &mut dyn Write,
    sources: &SourceMap,
    report: &Report,
    body: impl Fn(&CaseResult) -> Option<String>,
) -> io::Result<()> {
    let places = Places::default();
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = writer.create_element("testsuites").with_attributes([
        ("name", "rulec test"),
        ("tests", report.cases.len().to_string().as_str()),
        ("failures", report.failed().to_string().as_str()),
        ("errors", "0"),
    ]);
    suites.write_inner_content(|writer| {
        // They are in the order of their files.
        for cases in report.cases.chunk_by(|one, next| one.span.file == next.span.file) {
            let Some(file) = cases.first().map(|case| case.span.file) else { continue };
            let failed = cases.iter().filter(|case| !case.passed()).count();
            let suite = writer.create_element("testsuite").with_attributes([
                ("name", name(sources, file).as_str()),
                ("tests", cases.len().to_string().as_str()),
                ("failures", failed.to_string().as_str()),
                ("errors", "0"),
            ]);
            suite.write_inner_content(|writer| {
                cases.iter().try_for_each(|one| case(writer, sources, &places, one, &body))
            })?;
        }
        Ok(())
    })?;
    writeln!(out)
}

/// Writes why no case was run: the errors of the rules, and what kept anything from being read.
///
/// # Errors
///
/// What writing to `out` says.
pub fn write_not_run(
    out: &mut dyn Write,
    sources: &SourceMap,
    found: &[&Diagnostic],
    failures: &[Failure],
) -> io::Result<()> {
    let places = Places::default();
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = (found.len() + failures.len()).to_string();
    let suites = writer.create_element("testsuites").with_attributes([
        ("name", "rulec test"),
        ("tests", all.as_str()),
        ("failures", "0"),
        ("errors", all.as_str()),
    ]);
    suites.write_inner_content(|writer| {
        for found in found.chunk_by(|one, next| one.primary.span.file == next.primary.span.file) {
            let Some(file) = found.first().map(|one| one.primary.span.file) else { continue };
            let count = found.len().to_string();
            let suite = writer.create_element("testsuite").with_attributes([
                ("name", name(sources, file).as_str()),
                ("tests", count.as_str()),
                ("failures", "0"),
                ("errors", count.as_str()),
            ]);
            suite.write_inner_content(|writer| {
                found.iter().try_for_each(|one| error(writer, sources, &places, one))
            })?;
        }
        junit::failures(writer, failures)
    })?;
    writeln!(out)
}

fn error<W: Write>(
    writer: &mut Writer<W>,
    sources: &SourceMap,
    places: &Places,
    diagnostic: &Diagnostic,
) -> io::Result<()> {
    let Some(source) = sources.get(diagnostic.primary.span.file) else { return Ok(()) };
    let file = text(source.name());
    let case = junit::Case::of(diagnostic, &file, places.of(source, diagnostic.primary.span));
    case.write(writer, |writer| {
        let error = writer.create_element("error");
        let error = error.with_attributes([("message", case.message.as_str()), ("type", case.severity)]);
        error.write_text_content(BytesText::new(&case.body))?;
        Ok(())
    })
}

fn case<W: Write>(
    writer: &mut Writer<W>,
    sources: &SourceMap,
    places: &Places,
    case: &CaseResult,
    body: impl Fn(&CaseResult) -> Option<String>,
) -> io::Result<()> {
    let file = name(sources, case.span.file);
    let line = sources.get(case.span.file).map_or(1, |source| places.of(source, case.span).line);
    let element = writer.create_element("testcase").with_attributes([
        ("name", text(&case.name()).as_str()),
        ("classname", file.as_str()),
        ("file", file.as_str()),
        ("line", line.to_string().as_str()),
    ]);
    let Outcome::Fail { expected, got, .. } = &case.outcome else {
        element.write_empty()?;
        return Ok(());
    };
    let decided = got.as_ref().map_or_else(|| "no rule decides".to_owned(), |got| format!("{got} decides"));
    let message = text(&format!("expected {expected}, but {decided}"));
    element.write_inner_content(|writer| {
        let failure = writer.create_element("failure").with_attribute(("message", message.as_str()));
        failure.write_text_content(BytesText::new(&text(&body(case).unwrap_or_default())))?;
        Ok(())
    })?;
    Ok(())
}

fn name(sources: &SourceMap, file: FileId) -> String {
    text(sources.get(file).map_or("", |source| source.name()))
}
