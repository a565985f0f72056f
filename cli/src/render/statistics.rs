//! How often each code was found, the most frequent first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use rule_lang::{Code, Severity};
use serde::Serialize;

use super::finding::{Trouble, VERSION, word};
use super::{Mends, Report, Summary, failure};
use crate::args::Format;
use crate::terminal::{RED, YELLOW, paint};

/// How often a code was found.
#[derive(Serialize)]
struct Row {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    count: usize,
    fixable: usize,
    fixable_unsafely: usize,
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    statistics: Vec<Row>,
    failures: Vec<Trouble<'a>>,
    summary: Summary,
}

/// Writes the counts as text or, in every other format, as JSON.
///
/// # Errors
///
/// What writing to `out` says.
pub fn write(format: Format, out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let statistics = counts(report);
    if format == Format::Text {
        return text(out, report, &statistics);
    }
    let failures = report.failures.iter().map(Trouble::from).collect();
    let json = Json { version: VERSION, statistics, failures, summary: report.summary };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn counts(report: &Report<'_>) -> Vec<Row> {
    let mut counts: BTreeMap<(&'static str, Severity), Row> = BTreeMap::new();
    for diagnostic in report.diagnostics {
        let Code { id, name, .. } = diagnostic.code;
        let count = counts.entry((id, diagnostic.severity)).or_insert_with(|| Row {
            code: id,
            name,
            severity: word(diagnostic.severity),
            count: 0,
            fixable: 0,
            fixable_unsafely: 0,
        });
        count.count += 1;
        match Mends::of(diagnostic) {
            Mends::Safely => count.fixable += 1,
            Mends::Unsafely => count.fixable_unsafely += 1,
            Mends::Not => {}
        }
    }
    let mut counts: Vec<Row> = counts.into_values().collect();
    // Stable: codes that were found equally often stay in their order.
    counts.sort_by_key(|count| std::cmp::Reverse(count.count));
    counts
}

/// A line a code; `[*]` where `--fix` mends each of them, `[-]` where it mends some.
fn text(out: &mut dyn Write, report: &Report<'_>, counts: &[Row]) -> io::Result<()> {
    let width = counts.iter().map(|count| count.count.to_string().len()).max().unwrap_or_default();
    for count in counts {
        let style = if count.severity == word(Severity::Error) { RED } else { YELLOW };
        let code = paint(report.look.color, style, count.code);
        let mark = match count.fixable {
            0 => "[ ]",
            some if some < count.count => "[-]",
            _ => "[*]",
        };
        writeln!(out, "{:>width$}  {code}  {mark} {}", count.count, count.name)?;
    }
    let failures = if report.look.has_failures { report.failures } else { &[] };
    failures.iter().try_for_each(|one| failure::write(out, report.look.color, one))
}
