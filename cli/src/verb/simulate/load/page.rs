//! A simulation as a page for browsers.

use std::time::{Duration, UNIX_EPOCH};

use genesys_client::rfc3339;
use maud::{Markup, html};
use routing_sim::event::Point;

use super::report::{OfQueue, Report, SHOWN, changed};
use super::text::{figure, unit, with_interval};
use crate::args::figure::Unit;
use crate::html::plot::{Kind, Series, series};
use crate::html::{cell, figures, page as whole, table};

/// The most queues that get plots of their own.
const MAX_PLOTS: usize = 8;

/// The page.
pub(super) fn page(report: &Report) -> String {
    let total = &report.total.figures;
    let within = format!("answered in {} s", report.answer_within_s);
    let mut told = vec![
        (figure(total.offered, Unit::Count), "interactions a replication"),
        (figure(total.service_level_of_offered, Unit::Share), within.as_str()),
        (figure(total.mean_wait, Unit::Seconds), "mean wait"),
        (figure(total.abandonment, Unit::Share), "leave"),
        (figure(total.occupancy, Unit::Share), "of agents' time busy"),
    ];
    if report.unrouted.value.is_some_and(|unrouted| unrouted > 0.0) {
        told.push((figure(report.unrouted, Unit::Count), "that no rule takes"));
    }
    let sections = html! {
        (figures(&told))
        @if report.against.is_some() { (changes(report)) }
        (queues(report))
        (over_time(report))
        @if !report.not_modelled.is_empty() {
            h2 { "Not modelled" }
            ul { @for line in &report.not_modelled { li { (line) } } }
        }
        @if !report.notes.is_empty() {
            h2 { "Notes" }
            ul { @for line in &report.notes { li { (line) } } }
        }
    };
    whole("Load", &report.about(), &sections)
}

fn queues(report: &Report) -> Markup {
    let row = |queue: &&OfQueue| {
        let of = |measure: &str| {
            let found = queue.figures.named().find(|(name, _)| *name == measure);
            cell(found.map_or(String::new(), |(_, estimate)| with_interval(*estimate, unit(measure))))
        };
        std::iter::once(cell(queue.shown())).chain(SHOWN.iter().map(|(_, measure)| of(measure))).collect()
    };
    let rows: Vec<Vec<Markup>> = report.used().iter().map(row).collect();
    let head: Vec<&str> = std::iter::once("queue").chain(SHOWN.iter().map(|(called, _)| *called)).collect();
    html! { h2 { "Queues" } (table(&head, &[1, 2, 3, 4, 5, 6, 7], &rows)) }
}

fn changes(report: &Report) -> Markup {
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for queue in report.used() {
        let Some(both) = &queue.compared else { continue };
        for (called, measure) in SHOWN {
            if let Some(cells) = changed(measure, both) {
                rows.push(
                    [cell(queue.shown()), cell(called)].into_iter().chain(cells.iter().map(cell)).collect(),
                );
            }
        }
    }
    html! {
        h2 { "Compared with " (report.against.as_deref().unwrap_or_default()) }
        @if rows.is_empty() {
            p { "Nothing changes." }
        } @else {
            (table(&["queue", "", "before", "after", "change", "95 % interval", ""], &[2, 3, 4, 5], &rows))
        }
    }
}

fn over_time(report: &Report) -> Markup {
    let used = report.used();
    // All together first, then the busiest.
    let shown = used.last().into_iter().chain(used.iter().take(used.len().saturating_sub(1).min(MAX_PLOTS)));
    html! {
        @for queue in shown {
            @let places = places(report, &queue.series);
            h2 { (if queue.queue.is_empty() { "All queues" } else { &queue.queue }) " over time" }
            (plot("Mean wait of the answered, in seconds", queue, &places, |point| point.mean_wait_of_answered.unwrap_or(f64::NAN)))
            (plot("How many wait", queue, &places, |point| point.mean_depth))
        }
    }
}

fn plot(title: &str, queue: &OfQueue, places: &[String], value: fn(&Point) -> f64) -> Markup {
    let line = |name: &str, points: &[Point]| Series {
        name: name.to_owned(),
        values: points.iter().map(value).collect(),
    };
    let mut lines = vec![line(if queue.series_before.is_some() { "after" } else { "now" }, &queue.series)];
    lines.extend(queue.series_before.as_deref().map(|before| line("before", before)));
    series(title, Kind::Lines, places, &lines)
}

/// The names of the intervals: times of the day, with the day where there are several.
fn places(report: &Report, points: &[Point]) -> Vec<String> {
    let begins = match report.records {
        Some(_) => humantime::parse_rfc3339(&report.begins).ok(),
        None => humantime::parse_rfc3339(&format!("1970-01-01T{}:00Z", report.begins)).ok(),
    };
    let begins = begins.unwrap_or(UNIX_EPOCH);
    let name = |point: &Point| {
        let text = rfc3339(begins + Duration::from_secs_f64(point.from_s.max(0.0)));
        let (day, time) = (text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default());
        let first = rfc3339(begins);
        match report.records {
            Some(_) => format!("{day} {time}"),
            None if first.starts_with(day) => time.to_owned(),
            None => format!("{time} (+{} d)", (point.from_s / 86_400.0).ceil()),
        }
    };
    points.iter().map(name).collect()
}
