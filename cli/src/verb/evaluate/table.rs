//! The table for people.

use std::io::{self, Write};

use genesys_client::analytics::GroupBy;
use routing_sim::strategy_score::{ABANDON_RATE, ANSWER_RATE};

use super::report::{Entry, Report};
use crate::render::clean::clean;
use crate::render::plan::words::quoted;
use crate::render::table::{Side, Table, grouped, percent};

/// Writes it, and below it what has no score and why.
pub(super) fn write(report: &Report, out: &mut dyn Write, color: bool) -> io::Result<()> {
    let names: Vec<String> = report.scheme.criteria.iter().map(|one| one_line(&one.metric)).collect();
    let mut columns = vec![("", Side::Right), ("queue", Side::Left)];
    if report.group == GroupBy::Strategy {
        columns.push(("for", Side::Left));
    }
    columns.extend(names.iter().map(|name| (name.as_str(), Side::Right)));
    columns.extend([("score", Side::Right), ("percentile", Side::Right)]);
    let mut table = Table::new(&columns);
    for entry in &report.entries {
        let (Some(rank), Some(score), Some(percentile)) = (entry.rank, entry.score, entry.percentile_rank)
        else {
            continue;
        };
        let mut cells = vec![rank.to_string(), one_line(&entry.queue)];
        if report.group == GroupBy::Strategy {
            cells.push(one_line(&entry.media_types.join(", ")));
        }
        cells.extend(report.scheme.criteria.iter().map(|one| figure(entry, &one.metric)));
        cells.extend([format!("{score:.3}"), format!("{:.1} %", percentile * 100.0)]);
        table.row(cells);
    }
    if report.entries.iter().any(|entry| entry.score.is_some()) {
        table.write(out, color)?;
    }
    for entry in report.entries.iter().filter(|entry| entry.score.is_some() && !entry.excluded.is_empty()) {
        writeln!(
            out,
            "not by everything: {}: {}",
            name(report, entry),
            one_line(&entry.excluded.join("; "))
        )?;
    }
    for entry in report.entries.iter().filter(|entry| entry.score.is_none()) {
        let reason = entry.reason.as_deref().unwrap_or("nothing is known of it");
        writeln!(out, "without a score: {}: {}", name(report, entry), one_line(reason))?;
    }
    Ok(())
}

/// What an entry is called.
pub(super) fn name(report: &Report, entry: &Entry) -> String {
    let queue = quoted(&entry.queue);
    match report.group {
        GroupBy::Strategy => format!("{queue} for {}", one_line(&entry.media_types.join(", "))),
        GroupBy::Queue => queue,
    }
}

/// An entry's figure of a metric.
pub(super) fn figure(entry: &Entry, metric: &str) -> String {
    match entry.figures.get(metric) {
        Some(rate) if [ABANDON_RATE, ANSWER_RATE].contains(&metric) => percent(*rate),
        Some(figure) => shown(*figure),
        None => "–".to_owned(),
    }
}

/// A figure, to the thousandth.
fn shown(figure: f64) -> String {
    let text = format!("{figure:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, rest) =
        digits.split_once('.').map_or((digits, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    // What is longer than a number of 64 bits is shown as it is.
    whole.parse().map_or_else(|_| text.to_owned(), |whole| format!("{sign}{}{rest}", grouped(whole)))
}

/// Text of elsewhere, on one line.
fn one_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn figures_have_the_digits_that_they_need() {
        let figures = [0.0, 24.5, 1840.0, 1_234_567.891_4, -0.25, 100.0, 1e300];
        let texts = figures.map(shown);
        assert_eq!(texts[..6], ["0", "24.5", "1,840", "1,234,567.891", "-0.25", "100"]);
        assert_eq!(texts[6].len(), 301);
    }
}
