//! A backtest as a page for browsers.

use maud::{Markup, html};
use rule_backtest::Report;
use rule_backtest::report::{Against, Named, Shown};

use super::Took;
use super::text::{moment, summary};
use crate::html::plot::{Bar, Kind, Series, bars, series};
use crate::html::{cell, figures, page as whole, table};
use crate::render::table::{grouped, percent};

/// The most rules that get a bar, and the most queues that get a colour.
const MAX_BARS: usize = 40;
const MAX_QUEUES: usize = 7;

/// The page.
pub(super) fn page(report: &Report, took: Took) -> String {
    let mut told = vec![
        (grouped(report.records), "records"),
        (percent(report.decided_rate), "decided by a rule"),
        (grouped(report.undecided.records), "that no rule takes"),
        (report.never().count().to_string(), "rules that never match"),
    ];
    if let Some(against) = &report.against {
        told.push((grouped(against.moved_queue), "that go elsewhere"));
    }
    if report.rejected > 0 {
        told.push((grouped(report.rejected), "left out as wrong"));
    }
    let sections = html! {
        (figures(&told))
        @if let Some(against) = &report.against { (moves(against)) }
        (over_time(report))
        (rules(report))
        (queues(report))
        (overlaps(report))
        @if !report.undecided.examples.is_empty() {
            h2 { "Records that no rule takes" }
            (examples(&report.undecided.examples))
        }
    };
    whole("Backtest", &summary(report, took), &sections)
}

#[expect(clippy::cast_precision_loss, reason = "nobody sees the last digit of a bar")]
fn length(records: u64) -> f64 {
    records as f64
}

fn rules(report: &Report) -> Markup {
    let bar = |rule: &rule_backtest::report::RuleReport| Bar {
        name: rule.rule.rule.clone(),
        whole: length(rule.matched),
        part: length(rule.decided),
        says: format!("{} of {}", grouped(rule.decided), grouped(rule.matched)),
    };
    let drawn: Vec<Bar> = report.rules.iter().take(MAX_BARS).map(bar).collect();
    let rows: Vec<Vec<Markup>> = report
        .rules
        .iter()
        .map(|rule| {
            let off = if rule.enabled { "" } else { " (not enabled)" };
            vec![
                cell(format!("{}{off}", rule.rule.rule)),
                cell(&rule.rule.queue),
                cell(rule.priority),
                cell(grouped(rule.matched)),
                cell(percent(rule.match_rate)),
                cell(grouped(rule.decided)),
                cell(percent(rule.decide_rate)),
            ]
        })
        .collect();
    html! {
        h2 { "Rules" }
        (bars("Records that a rule decides, of those that it matches; in the order in which rules decide", &drawn))
        (table(&["rule", "queue", "priority", "matches", "", "decides", ""], &[2, 3, 4, 5, 6], &rows))
    }
}

fn queues(report: &Report) -> Markup {
    let row = |queue: &rule_backtest::report::QueueReport| {
        vec![cell(&queue.queue), cell(grouped(queue.records)), cell(percent(queue.rate))]
    };
    let rows: Vec<Vec<Markup>> = report.queues.iter().map(row).collect();
    html! { h2 { "Queues" } (table(&["queue", "records", ""], &[1, 2], &rows)) }
}

fn overlaps(report: &Report) -> Markup {
    let row = |one: &rule_backtest::report::Overlap| {
        vec![named(Some(&one.decides)), named(Some(&one.matches)), cell(grouped(one.records))]
    };
    let rows: Vec<Vec<Markup>> = report.overlaps.iter().take(200).map(row).collect();
    html! {
        @if !rows.is_empty() {
            h2 { "Rules that match together" }
            (table(&["decides", "matches as well", "records"], &[2], &rows))
        }
    }
}

fn over_time(report: &Report) -> Markup {
    let places: Vec<String> = report.steps.iter().map(|step| moment(step.start)).collect();
    let shown: Vec<&str> = report.queues.iter().take(MAX_QUEUES).map(|queue| queue.queue.as_str()).collect();
    let of_queue = |queue: &&str| Series {
        name: (*queue).to_owned(),
        values: report
            .steps
            .iter()
            .map(|step| length(step.queues.get(*queue).copied().unwrap_or(0)))
            .collect(),
    };
    let mut all: Vec<Series> = shown.iter().map(of_queue).collect();
    let rest = |step: &rule_backtest::report::Step| {
        let shown: u64 = shown.iter().filter_map(|queue| step.queues.get(*queue)).sum();
        length(step.records - shown)
    };
    // Queues without a colour, and what no rule takes, are one grey.
    let others = if report.queues.len() > MAX_QUEUES { "other queues, and no rule" } else { "no rule" };
    while all.len() < MAX_QUEUES {
        all.push(Series { name: String::new(), values: Vec::new() });
    }
    all.push(Series { name: others.to_owned(), values: report.steps.iter().map(rest).collect() });
    html! {
        @if !report.steps.is_empty() {
            h2 { "Over time" }
            (series("Records by queue", Kind::Stacked, &places, &all))
        }
    }
}

fn moves(against: &Against) -> Markup {
    let queue = |name: Option<&String>| name.map_or_else(|| cell("(none)"), cell);
    let queues: Vec<Vec<Markup>> = against
        .queues
        .iter()
        .map(|one| vec![queue(one.from.as_ref()), queue(one.to.as_ref()), cell(grouped(one.records))])
        .collect();
    html! {
        h2 { "Compared with " (against.label) }
        p { (grouped(against.moved)) " records (" (percent(against.rate)) ") are decided by another rule; "
            (grouped(against.moved_queue)) " of them go elsewhere." }
        @if !queues.is_empty() { (table(&["from queue", "to queue", "records"], &[2], &queues)) }
        @for one in against.moves.iter().take(100) {
            h3 { (grouped(one.records)) " from " (named(one.from.as_ref())) " to " (named(one.to.as_ref())) }
            (examples(&one.examples))
        }
    }
}

fn named(rule: Option<&Named>) -> Markup {
    match rule {
        Some(rule) => html! { (rule.rule) span.note { " (" (rule.queue) ")" } },
        None => cell("no rule"),
    }
}

fn examples(examples: &[Shown]) -> Markup {
    html! {
        @for one in examples {
            span.record {
                (one.file) ":" (one.number) " "
                @if let Some(id) = &one.id { (id) " " }
                (serde_json::to_string(&one.attributes).unwrap_or_default())
            }
        }
    }
}
