//! A backtest for people.

use std::io::{self, Write};
use std::time::{Duration, UNIX_EPOCH};

use genesys_client::rfc3339;
use rule_backtest::Report;
use rule_backtest::report::{Against, Named, RuleMove, RuleReport, Shown};

use super::Took;
use crate::render::clean::clean;
use crate::render::table::{Side, Table, grouped, percent};
use crate::terminal::{BOLD, FAINT, YELLOW, paint};

/// The most rows of a table, and the most steps of time; `--json` and `--html` have them all.
const MAX_ROWS: usize = 30;
/// The most pairs of rules, and the most kinds of moves.
const MAX_PAIRS: usize = 10;

/// Writes what was found.
pub(super) fn write(out: &mut dyn Write, color: bool, report: &Report) -> io::Result<()> {
    let mut shower = Shower { out, color };
    shower.rules(report)?;
    shower.never(report)?;
    shower.queues(report)?;
    shower.overlaps(report)?;
    shower.steps(report)?;
    shower.examples(report)?;
    report.against.as_ref().map_or(Ok(()), |against| shower.against(against))
}

/// How many records there were, and what that took.
pub(super) fn summary(report: &Report, took: Took) -> String {
    let left_out = match report.rejected {
        0 => String::new(),
        rejected => format!(", left out {}", grouped(rejected)),
    };
    let timeless = match report.timeless {
        0 => String::new(),
        timeless => format!(", {} without a time", grouped(timeless)),
    };
    let Took { seconds, records_per_second, reading_share, .. } = took;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, rounded for people")]
    let rate = grouped(records_per_second.round() as u64);
    format!(
        "read {} records{left_out}{timeless} in {seconds:.2} s: {rate} a second, {} of the time for reading",
        grouped(report.records),
        percent(reading_share)
    )
}

struct Shower<'a> {
    out: &'a mut dyn Write,
    color: bool,
}

impl Shower<'_> {
    /// A section's name, after an empty line.
    fn head(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", paint(self.color, BOLD, text))
    }

    /// Says that more is not shown.
    fn more(&mut self, all: usize, shown: usize) -> io::Result<()> {
        match all.saturating_sub(shown) {
            0 => Ok(()),
            more => writeln!(
                self.out,
                "{}",
                paint(self.color, FAINT, &format!("… and {more} more; `--json` has them all"))
            ),
        }
    }

    fn rules(&mut self, report: &Report) -> io::Result<()> {
        let mut table = Table::new(&[
            ("rule", Side::Left),
            ("queue", Side::Left),
            ("priority", Side::Right),
            ("matches", Side::Right),
            ("", Side::Right),
            ("decides", Side::Right),
            ("", Side::Right),
        ]);
        for rule in report.rules.iter().take(MAX_ROWS) {
            let off = if rule.enabled { "" } else { " (not enabled)" };
            table.row([
                format!("{}{off}", clean(&rule.rule.rule)),
                clean(&rule.rule.queue).into_owned(),
                rule.priority.to_string(),
                grouped(rule.matched),
                percent(rule.match_rate),
                grouped(rule.decided),
                percent(rule.decide_rate),
            ]);
        }
        table.row([
            "(no rule)".to_owned(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            grouped(report.undecided.records),
            percent(report.undecided.rate),
        ]);
        table.write(self.out, self.color)?;
        self.more(report.rules.len(), MAX_ROWS)
    }

    /// The rules that do nothing.
    fn never(&mut self, report: &Report) -> io::Result<()> {
        if report.records == 0 {
            return Ok(());
        }
        let mut list = |says: &str, rules: Vec<&RuleReport>| -> io::Result<()> {
            if rules.is_empty() {
                return Ok(());
            }
            let names: Vec<String> = rules.iter().take(MAX_PAIRS).map(|rule| named(&rule.rule)).collect();
            let more = match rules.len().saturating_sub(MAX_PAIRS) {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            writeln!(self.out, "\n{} {}{more}", paint(self.color, YELLOW, says), names.join(", "))
        };
        list("never match:", report.never().collect())?;
        let unheard = |rule: &&RuleReport| rule.enabled && rule.matched > 0 && rule.decided == 0;
        list("match, and never decide:", report.rules.iter().filter(unheard).collect())
    }

    fn queues(&mut self, report: &Report) -> io::Result<()> {
        if report.queues.len() < 2 {
            return Ok(());
        }
        writeln!(self.out)?;
        let mut table = Table::new(&[("queue", Side::Left), ("records", Side::Right), ("", Side::Right)]);
        for queue in report.queues.iter().take(MAX_ROWS) {
            table.row([clean(&queue.queue).into_owned(), grouped(queue.records), percent(queue.rate)]);
        }
        table.write(self.out, self.color)?;
        self.more(report.queues.len(), MAX_ROWS)
    }

    fn overlaps(&mut self, report: &Report) -> io::Result<()> {
        if report.overlaps.is_empty() {
            return Ok(());
        }
        writeln!(self.out)?;
        let columns = [("decides", Side::Left), ("matches as well", Side::Left), ("records", Side::Right)];
        let mut table = Table::new(&columns);
        for overlap in report.overlaps.iter().take(MAX_PAIRS) {
            table.row([named(&overlap.decides), named(&overlap.matches), grouped(overlap.records)]);
        }
        table.write(self.out, self.color)?;
        self.more(report.overlaps.len(), MAX_PAIRS)
    }

    fn steps(&mut self, report: &Report) -> io::Result<()> {
        if report.steps.is_empty() {
            return Ok(());
        }
        writeln!(self.out)?;
        let mut queues: Vec<&str> = report.queues.iter().map(|queue| queue.queue.as_str()).collect();
        queues.truncate(5);
        let names: Vec<String> = queues.iter().map(|queue| clean(queue).into_owned()).collect();
        let mut columns = vec![("from", Side::Left), ("records", Side::Right), ("(no rule)", Side::Right)];
        columns.extend(names.iter().map(|name| (name.as_str(), Side::Right)));
        let mut table = Table::new(&columns);
        for step in report.steps.iter().take(MAX_ROWS) {
            let figures = [grouped(step.records), grouped(step.undecided)];
            let queues = queues.iter().map(|queue| grouped(step.queues.get(*queue).copied().unwrap_or(0)));
            table.row(std::iter::once(moment(step.start)).chain(figures).chain(queues));
        }
        table.write(self.out, self.color)?;
        self.more(report.steps.len(), MAX_ROWS)
    }

    fn examples(&mut self, report: &Report) -> io::Result<()> {
        if report.undecided.examples.is_empty() {
            return Ok(());
        }
        self.head("no rule takes, for instance")?;
        report.undecided.examples.iter().try_for_each(|example| self.example(example))
    }

    fn example(&mut self, example: &Shown) -> io::Result<()> {
        let id = example.id.as_deref().map_or(String::new(), |id| format!(" {}", clean(id)));
        let attributes = serde_json::to_string(&example.attributes).unwrap_or_default();
        let place = paint(self.color, FAINT, &format!("{}:{}{id}", clean(&example.file), example.number));
        writeln!(self.out, "  {place} {}", clean(&attributes))
    }

    fn against(&mut self, against: &Against) -> io::Result<()> {
        let label = clean(&against.label);
        if against.moved == 0 {
            return self.head(&format!("compared with {label}, every record goes where it went"));
        }
        let elsewhere = match against.moved_queue {
            0 => "all of them stay in their queue".to_owned(),
            some => format!("{} of them go elsewhere", grouped(some)),
        };
        self.head(&format!(
            "compared with {label}, another rule decides {} of {} records ({}); {elsewhere}",
            grouped(against.moved),
            grouped(against.same + against.moved),
            percent(against.rate),
        ))?;
        if !against.queues.is_empty() {
            let mut table =
                Table::new(&[("from queue", Side::Left), ("to queue", Side::Left), ("records", Side::Right)]);
            for one in against.queues.iter().take(MAX_PAIRS) {
                table.row([queue(one.from.as_ref()), queue(one.to.as_ref()), grouped(one.records)]);
            }
            table.write(self.out, self.color)?;
            self.more(against.queues.len(), MAX_PAIRS)?;
        }
        against.moves.iter().take(MAX_PAIRS).try_for_each(|one| self.moved(one))?;
        self.more(against.moves.len(), MAX_PAIRS)
    }

    fn moved(&mut self, one: &RuleMove) -> io::Result<()> {
        let rule = |rule: Option<&Named>| rule.map_or("no rule".to_owned(), named);
        let count = paint(self.color, BOLD, &grouped(one.records));
        writeln!(self.out, "\n{count} from {} to {}", rule(one.from.as_ref()), rule(one.to.as_ref()))?;
        one.examples.iter().try_for_each(|example| self.example(example))
    }
}

/// A rule's name, and its queue's.
fn named(rule: &Named) -> String {
    format!("{} ({})", clean(&rule.rule), clean(&rule.queue))
}

fn queue(name: Option<&String>) -> String {
    name.map_or("(none)".to_owned(), |name| clean(name).into_owned())
}

/// A moment in milliseconds since 1970 began, in UTC: the day, and the time of day where it is not midnight.
pub(super) fn moment(milliseconds: i64) -> String {
    /// When the year 10000 begins, which is not written any more.
    const END: u64 = 253_402_300_800_000;
    let Some(since) = u64::try_from(milliseconds).ok().filter(|since| *since < END) else {
        return milliseconds.to_string();
    };
    let text = rfc3339(UNIX_EPOCH + Duration::from_millis(since));
    let text = text.replace('T', " ").replace('Z', "");
    let text = text.strip_suffix(":00").unwrap_or(&text);
    text.strip_suffix(" 00:00").unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_as_short_as_they_can_be() {
        let day = 1_767_225_600_000; // 2026-01-01
        let moments = [day, day + 5_400_000, day + 1_000, -1, i64::MAX].map(moment);
        assert_eq!(moments[..3], ["2026-01-01", "2026-01-01 01:30", "2026-01-01 00:00:01"]);
        assert_eq!(moments[3..], ["-1".to_owned(), i64::MAX.to_string()]);
    }
}
