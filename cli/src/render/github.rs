//! Commands of GitHub's workflows, each of which becomes an annotation at its line of a pull request.
//!
//! GitHub shows ten of a step, so failures and errors come before warnings.

use std::io::{self, Write};

use rule_lang::{Diagnostic, Severity};

use super::clean::clean;
use super::finding::word;
use super::{Places, Report};

/// Writes everything that a check found.
///
/// # Errors
///
/// What writing to `out` says.
pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    for failure in report.failures {
        let file = failure
            .file
            .as_deref()
            .map_or_else(String::new, |file| format!(",file={}", property(&report.repository.path(file))));
        let place =
            failure.place.map_or_else(String::new, |(line, column)| format!(",line={line},col={column}"));
        let help = failure.help.as_deref().unwrap_or_default();
        writeln!(out, "::error title=rulec{file}{place}::{}", message(&failure.message, help))?;
    }
    let places = Places::default();
    for severity in [Severity::Error, Severity::Warning] {
        for diagnostic in report.diagnostics.iter().filter(|one| one.severity == severity) {
            annotate(out, report, &places, diagnostic)?;
        }
    }
    Ok(())
}

fn annotate(
    out: &mut dyn Write,
    report: &Report<'_>,
    places: &Places,
    diagnostic: &Diagnostic,
) -> io::Result<()> {
    let file = report.repository.path(report.name(diagnostic.primary.span.file));
    let place = report.place(places, diagnostic.primary.span);
    write!(
        out,
        "::{} title={},file={},line={},endLine={}",
        word(diagnostic.severity),
        property(&format!("{} {}", diagnostic.code.id, diagnostic.code.name)),
        // Nothing in a name steers a terminal; line ends have an escape of their own here.
        property(&clean(&file)),
        place.line,
        place.end_line,
    )?;
    // Columns of several lines are refused.
    if place.line == place.end_line {
        write!(out, ",col={},endColumn={}", place.column, place.end_column)?;
    }
    writeln!(out, "::{}", message(&diagnostic.message, diagnostic.help.as_deref().unwrap_or_default()))
}

/// The text of an annotation, with what to do next on a line of its own.
fn message(text: &str, help: &str) -> String {
    let text =
        if help.is_empty() { clean(text) } else { format!("{}\nhelp: {}", clean(text), clean(help)).into() };
    escaped(&text)
}

/// A value between the command and its text.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_ends_its_command_or_its_property() {
        assert_eq!(property("100%\r\n::a,b"), "100%25%0D%0A%3A%3Aa%2Cb");
        assert_eq!(message("a: 5%", "b,\nc"), "a: 5%25%0Ahelp: b,%0Ac");
    }
}
