//! What a simulation says, with names.

use routing_sim::event::{self, Comparison, Difference, Estimate, Measures, Names, Point, Runs};
use serde::Serialize;

use crate::verb::simulate::required::{self, Held};

/// The figures of a queue under both versions.
pub(super) type Compared = Measures<Difference>;

/// What a simulation says.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    version: u32,
    /// How it was run.
    pub(super) runs: Runs,
    /// Whose strategies routed.
    pub(super) media_type: &'static str,
    /// When it begins.
    pub(super) begins: String,
    /// How many records were simulated; none of a scenario.
    pub(super) records: Option<usize>,
    /// The time of the service levels, in seconds.
    pub(super) answer_within_s: f64,
    /// What the rules are compared with.
    pub(super) against: Option<String>,
    /// All queues together.
    pub(super) total: OfQueue,
    /// Queue by queue.
    pub(super) queues: Vec<OfQueue>,
    /// How many no rule takes.
    pub(super) unrouted: Estimate,
    /// The same under both versions.
    pub(super) unrouted_compared: Option<Difference>,
    /// How many events all replications had.
    events: u64,
    /// What the strategies say and the simulation leaves out.
    pub(super) not_modelled: Vec<String>,
    /// What ought to be known of the figures.
    pub(super) notes: Vec<String>,
    /// What was required.
    pub(super) requirements: Vec<Held>,
}

/// A queue.
#[derive(Debug, Serialize)]
pub(super) struct OfQueue {
    /// Its name; empty of all together.
    pub(super) queue: String,
    /// Its figures.
    pub(super) figures: Measures<Estimate>,
    /// Its figures before and after, and the change.
    pub(super) compared: Option<Compared>,
    /// Its figures over time.
    pub(super) series: Vec<Point>,
    /// Its figures over time, under the rules that are compared with.
    pub(super) series_before: Option<Vec<Point>>,
}

impl OfQueue {
    fn new(figures: Measures<Estimate>, series: Vec<Point>) -> Self {
        Self { queue: String::new(), figures, compared: None, series, series_before: None }
    }

    /// Whether anything ever comes to it, under either version.
    pub(super) fn is_used(&self) -> bool {
        let some = |estimate: Estimate| estimate.value.is_some_and(|value| value > 0.0);
        some(self.figures.offered)
            || self.compared.as_ref().is_some_and(|compared| some(compared.offered.before))
    }

    /// Its name, for people.
    pub(super) fn shown(&self) -> &str {
        if self.queue.is_empty() { "(all)" } else { &self.queue }
    }
}

impl Report {
    /// Of one version.
    pub(super) fn of_one(report: event::Report) -> Self {
        Self {
            version: 1,
            runs: report.runs,
            media_type: "",
            begins: String::new(),
            records: None,
            answer_within_s: report.answer_within_s,
            against: None,
            total: OfQueue::new(report.total, report.total_series),
            queues: report
                .queues
                .into_iter()
                .zip(report.series)
                .map(|(of, series)| OfQueue::new(of, series))
                .collect(),
            unrouted: report.unrouted,
            unrouted_compared: None,
            events: report.events,
            not_modelled: Vec::new(),
            notes: Vec::new(),
            requirements: Vec::new(),
        }
    }

    /// Of two versions, whose queues are the same.
    pub(super) fn of_both(comparison: Comparison) -> Self {
        let (before, unrouted) = (comparison.before, comparison.unrouted);
        let mut report = Self::of_one(comparison.after);
        report.events += before.events;
        report.total.compared = Some(comparison.total);
        report.total.series_before = Some(before.total_series);
        report.unrouted_compared = Some(unrouted);
        let both = report.queues.iter_mut().zip(comparison.queues).zip(before.series);
        for ((queue, difference), series) in both {
            queue.compared = Some(difference.measures);
            queue.series_before = Some(series);
        }
        report
    }

    /// Gives the queues their names.
    pub(super) fn name(&mut self, queues: &Names, media_type: &'static str, against: Option<String>) {
        for (queue, name) in self.queues.iter_mut().zip(queues.as_slice()) {
            name.clone_into(&mut queue.queue);
        }
        self.media_type = media_type;
        self.against = against;
    }

    /// The queues that anything comes to, the busiest first, and all together last.
    pub(super) fn used(&self) -> Vec<&OfQueue> {
        let mut used: Vec<&OfQueue> = self.queues.iter().filter(|queue| queue.is_used()).collect();
        let offered = |queue: &OfQueue| queue.figures.offered.value.unwrap_or_default();
        used.sort_by(|left, right| offered(right).total_cmp(&offered(left)));
        used.push(&self.total);
        used
    }

    /// How it was made, in a line.
    pub(super) fn about(&self) -> String {
        let (replications, seed) = (self.runs.replications, self.runs.seed);
        let what =
            self.records.map_or_else(|| "a scenario".to_owned(), |records| format!("{records} records"));
        let begins = &self.begins;
        let what = format!(
            "{what} from {begins} on, simulated {replications} times (seed {seed}), {}",
            self.media_type
        );
        match &self.against {
            Some(label) => format!("{what}, compared with {label}"),
            None => what,
        }
    }
}

/// The figures that are compared for people: what they are called there, their names in reports, and their units.
pub(super) const SHOWN: [(&str, &str); 7] = [
    ("offered", "offered"),
    ("answered in time", "service_level_of_offered"),
    ("mean wait", "mean_wait"),
    ("90 % wait", "wait_p90"),
    ("leave", "abandonment"),
    ("mean depth", "mean_depth"),
    ("busy", "occupancy"),
];

/// What changes in a figure, for people: before, after, the change with its interval, and whether it may be chance.
pub(super) fn changed(measure: &str, compared: &Compared) -> Option<[String; 5]> {
    let unit = crate::args::figure::unit_of(measure)?;
    let difference = compared.named().find(|(name, _)| *name == measure)?.1;
    let shown = |figure: f64| required::shown(figure, unit);
    let signed = |figure: f64| format!("{}{}", if figure < 0.0 { "-" } else { "+" }, shown(figure.abs()));
    let plain = |estimate: Estimate| estimate.value.map_or("-".to_owned(), shown);
    let Estimate { value, low, high } = difference.change;
    // Where nothing differs there is nothing to tell.
    if difference.before.value == difference.after.value {
        return None;
    }
    let interval =
        low.zip(high).map_or(String::new(), |(low, high)| format!("{} … {}", signed(low), signed(high)));
    let chance = if difference.change.holds(0.0) { "may be chance" } else { "" };
    Some([
        plain(difference.before),
        plain(difference.after),
        value.map_or("-".to_owned(), signed),
        interval,
        chance.to_owned(),
    ])
}
