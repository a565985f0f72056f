//! JUnit's XML, as Jenkins and others read it: a suite for each file, a case for each finding in it, and one that
//! passes for a file without any.
//!
//! What does not fail the check does not fail its case: warnings are told as its output, unless they count as errors.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use rule_lang::{Diagnostic, FileId};

use super::clean::clean;
use super::finding::word;
use super::{Place, Places, Report};
use crate::failure::Failure;

/// Writes everything that a check found.
///
/// # Errors
///
/// What writing to `out` says.
pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let (tests, failed) = report
        .files
        .iter()
        .map(|file| counts(report, of_file(report, *file)))
        .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let errors = report.failures.len();
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "rulec"),
            ("tests", (tests + errors).to_string().as_str()),
            ("failures", failed.to_string().as_str()),
            ("errors", errors.to_string().as_str()),
        ])
        .write_inner_content(|writer| {
            let places = Places::default();
            for file in report.files {
                suite(writer, report, &places, *file)?;
            }
            failures(writer, report.failures)
        })?;
    writeln!(out)
}

/// The findings of a file: they are ordered by file.
fn of_file<'a>(report: &Report<'a>, file: FileId) -> &'a [&'a Diagnostic] {
    let all = report.diagnostics;
    let start = all.partition_point(|one| one.primary.span.file < file);
    let end = all.partition_point(|one| one.primary.span.file <= file);
    all.get(start..end).unwrap_or_default()
}

/// How many cases a file has, and how many of them fail.
fn counts(report: &Report<'_>, found: &[&Diagnostic]) -> (usize, usize) {
    (found.len().max(1), found.iter().filter(|one| report.fails(one)).count())
}

fn suite<W: Write>(
    writer: &mut Writer<W>,
    report: &Report<'_>,
    places: &Places,
    file: FileId,
) -> io::Result<()> {
    let found = of_file(report, file);
    let name = text(report.name(file));
    let (tests, failed) = counts(report, found);
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", name.as_str()),
            ("tests", tests.to_string().as_str()),
            ("failures", failed.to_string().as_str()),
            ("errors", "0"),
        ])
        .write_inner_content(|writer| {
            if found.is_empty() {
                let case = writer.create_element("testcase");
                case.with_attributes([("name", "check"), ("classname", name.as_str())]).write_empty()?;
            }
            found.iter().try_for_each(|diagnostic| case(writer, report, places, &name, diagnostic))
        })?;
    Ok(())
}

fn case<W: Write>(
    writer: &mut Writer<W>,
    report: &Report<'_>,
    places: &Places,
    file: &str,
    diagnostic: &Diagnostic,
) -> io::Result<()> {
    let case = Case::of(diagnostic, file, report.place(places, diagnostic.primary.span));
    case.write(writer, |writer| {
        if report.fails(diagnostic) {
            let failure = writer.create_element("failure");
            let failure =
                failure.with_attributes([("message", case.message.as_str()), ("type", case.severity)]);
            failure.write_text_content(BytesText::new(&case.body))?;
        } else {
            writer.create_element("system-out").write_text_content(BytesText::new(&case.body))?;
        }
        Ok(())
    })
}

/// A finding as a case.
pub(super) struct Case<'a> {
    name: String,
    file: &'a str,
    line: String,
    /// The word for how serious it is.
    pub(super) severity: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// The same with its place, and what to do.
    pub(super) body: String,
}

impl<'a> Case<'a> {
    /// The case of a finding in a file of this name.
    pub(super) fn of(diagnostic: &Diagnostic, file: &'a str, place: Place) -> Self {
        let (line, severity) = (place.line.to_string(), word(diagnostic.severity));
        let name = format!("{} {} at {line}:{}", diagnostic.code.id, diagnostic.code.name, place.column);
        let message = text(&diagnostic.message);
        let mut body =
            format!("{file}:{line}:{}: {severity}[{}]: {message}", place.column, diagnostic.code.id);
        if let Some(help) = &diagnostic.help {
            body = format!("{body}\nhelp: {}", text(help));
        }
        Self { name, file, line, severity, message, body }
    }

    /// Writes it with what stands inside of it.
    pub(super) fn write<W: Write>(
        &self,
        writer: &mut Writer<W>,
        inside: impl FnOnce(&mut Writer<W>) -> io::Result<()>,
    ) -> io::Result<()> {
        let case = writer.create_element("testcase").with_attributes([
            ("name", self.name.as_str()),
            ("classname", self.file),
            ("file", self.file),
            ("line", self.line.as_str()),
        ]);
        case.write_inner_content(inside)?;
        Ok(())
    }
}

/// What could not be read: a suite of errors.
pub(super) fn failures<W: Write>(writer: &mut Writer<W>, failures: &[Failure]) -> io::Result<()> {
    if failures.is_empty() {
        return Ok(());
    }
    let count = failures.len().to_string();
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", "rulec"),
        ("tests", count.as_str()),
        ("failures", "0"),
        ("errors", count.as_str()),
    ]);
    suite.write_inner_content(|writer| {
        for failure in failures {
            let name = text(failure.file.as_deref().unwrap_or("rulec"));
            let message = text(&failure.message);
            let case = writer.create_element("testcase");
            let case = case.with_attributes([("name", "read"), ("classname", name.as_str())]);
            case.write_inner_content(|writer| {
                let error = writer.create_element("error").with_attribute(("message", message.as_str()));
                let help = failure.help.as_deref().map(text).unwrap_or_default();
                error.write_text_content(BytesText::new(&help))?;
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The text without what XML has no way to write.
pub(super) fn text(text: &str) -> String {
    clean(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
