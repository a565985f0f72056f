//! An evaluation as a page for browsers.

use maud::{Markup, html};

use super::report::{Entry, Report};
use super::table::{figure, name};
use crate::html::plot::{Bar, bars};
use crate::html::{cell, page as whole, table};

/// The page.
pub(super) fn page(report: &Report) -> String {
    let window = report.window.as_ref().map(|window| format!(", {} to {}", window.from, window.to));
    let about = format!("{}{}", report.organization, window.unwrap_or_default());
    let scored: Vec<&Entry> = report.entries.iter().filter(|entry| entry.score.is_some()).collect();
    let bar = |entry: &&Entry| {
        let score = entry.score.unwrap_or_default();
        Bar { name: name(report, entry), whole: score, part: score, says: format!("{score:.3}") }
    };
    let drawn: Vec<Bar> = scored.iter().map(bar).collect();
    let mut head = vec!["", report.noun()];
    head.extend(report.scheme.criteria.iter().map(|criterion| criterion.metric.as_str()));
    head.extend(["score", "percentile"]);
    let numbers: Vec<usize> = (0..head.len()).filter(|column| *column != 1).collect();
    let row = |entry: &&Entry| -> Vec<Markup> {
        let mut cells = vec![entry.rank.map_or_else(|| cell("–"), cell), cell(name(report, entry))];
        cells.extend(report.scheme.criteria.iter().map(|one| cell(figure(entry, &one.metric))));
        cells.push(entry.score.map_or_else(|| cell("–"), |score| cell(format!("{score:.3}"))));
        let percentile = entry.percentile_rank.map(|rank| format!("{:.1} %", rank * 100.0));
        cells.push(percentile.map_or_else(|| cell("–"), cell));
        cells
    };
    let sections = html! {
        h2 { "Scores" }
        (bars("From 0 to 1, the best first", &drawn))
        @if report.is_seed { p.note { "Scored by the formula of old, by which a slower answer counts as better." } }
        h2 { "Figures" }
        (table(&head, &numbers, &scored.iter().map(row).collect::<Vec<_>>()))
        @let less = report.entries.iter().filter(|entry| !entry.is_complete()).collect::<Vec<_>>();
        @if !less.is_empty() {
            h2 { "Not scored by everything" }
            ul { @for entry in less { li { (name(report, entry)) ": " (why(entry)) } } }
        }
    };
    whole("Routing strategies", &about, &sections)
}

fn why(entry: &Entry) -> String {
    entry.reason.clone().unwrap_or_else(|| entry.excluded.join("; "))
}
