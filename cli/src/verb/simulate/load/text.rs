//! A simulation for people.

use std::io::{self, Write};

use routing_sim::event::Estimate;

use super::report::{Report, SHOWN, changed};
use crate::args::figure::{Unit, unit_of};
use crate::render::clean::clean;
use crate::render::table::{Side, Table};
use crate::terminal::{BOLD, YELLOW, paint};
use crate::verb::simulate::required::{self, shown};

/// The most queues that are listed; `--json` and `--html` have them all.
const MAX_QUEUES: usize = 30;

/// Writes what was found.
pub(super) fn write(out: &mut dyn Write, color: bool, report: &Report) -> io::Result<()> {
    writeln!(out, "{}", paint(color, BOLD, &clean(&report.about())))?;
    let all = report.used();
    let left_out = all.len().saturating_sub(MAX_QUEUES + 1);
    let listed = || all.iter().take(MAX_QUEUES.min(all.len() - 1)).chain(all.last());
    let within = format!("in {} s", report.answer_within_s);
    let mut table = Table::new(&[
        ("queue", Side::Left),
        ("offered", Side::Right),
        (within.as_str(), Side::Right),
        ("mean wait", Side::Right),
        ("90 % wait", Side::Right),
        ("leave", Side::Right),
        ("unserved", Side::Right),
        ("mean depth", Side::Right),
        ("busy", Side::Right),
    ]);
    for queue in listed() {
        let of = &queue.figures;
        let cells = [
            figure(of.offered, Unit::Count),
            with_interval(of.service_level_of_offered, Unit::Share),
            with_interval(of.mean_wait, Unit::Seconds),
            figure(of.wait_p90, Unit::Seconds),
            figure(of.abandonment, Unit::Share),
            figure(of.unserved, Unit::Count),
            figure(of.mean_depth, Unit::Count),
            figure(of.occupancy, Unit::Share),
        ];
        table.row(std::iter::once(clean(queue.shown()).into_owned()).chain(cells));
    }
    table.write(out, color)?;
    if left_out > 0 {
        writeln!(out, "… and {left_out} more queues; `--json` has them all")?;
    }
    if report.unrouted.value.is_some_and(|unrouted| unrouted > 0.0) {
        let unrouted = figure(report.unrouted, Unit::Count);
        writeln!(out, "{}", paint(color, YELLOW, &format!("{unrouted} interactions are taken by no rule")))?;
    }
    if let Some(label) = &report.against {
        compared(out, color, report, label)?;
    }
    for (head, lines) in [("not modelled", &report.not_modelled), ("note", &report.notes)] {
        for line in lines {
            writeln!(out, "{} {}", paint(color, YELLOW, &format!("{head}:")), clean(line))?;
        }
    }
    required::write(out, color, &report.requirements)
}

fn compared(out: &mut dyn Write, color: bool, report: &Report, label: &str) -> io::Result<()> {
    let mut table = Table::new(&[
        ("queue", Side::Left),
        ("", Side::Left),
        ("before", Side::Right),
        ("after", Side::Right),
        ("change", Side::Right),
        ("95 % interval", Side::Right),
        ("", Side::Left),
    ]);
    let mut is_changed = false;
    for queue in report.used().into_iter().take(MAX_QUEUES + 1) {
        let Some(both) = &queue.compared else { continue };
        let mut name = clean(queue.shown()).into_owned();
        for (called, measure) in SHOWN {
            if let Some(cells) = changed(measure, both) {
                is_changed = true;
                table.row([std::mem::take(&mut name), called.to_owned()].into_iter().chain(cells));
            }
        }
    }
    if !is_changed {
        return writeln!(
            out,
            "\n{}",
            paint(color, BOLD, &format!("nothing changes compared with {}", clean(label)))
        );
    }
    writeln!(out, "\n{}", paint(color, BOLD, &format!("what changes compared with {}", clean(label))))?;
    table.write(out, color)
}

/// A figure; nothing where there is none.
pub(super) fn figure(estimate: Estimate, unit: Unit) -> String {
    estimate.value.map_or("-".to_owned(), |value| shown(value, unit))
}

/// A figure and how far it may be off.
pub(super) fn with_interval(estimate: Estimate, unit: Unit) -> String {
    let half = estimate.high.zip(estimate.value).map(|(high, value)| high - value);
    let half = half.map_or(String::new(), |half| format!(" ± {}", shown(half, unit)));
    format!("{}{half}", figure(estimate, unit))
}

/// The unit of one of [`SHOWN`].
pub(super) fn unit(measure: &str) -> Unit {
    unit_of(measure).unwrap_or(Unit::Count)
}
