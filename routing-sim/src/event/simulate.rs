//! Replications on all cores, and what they say together.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::{MAX_REPLICATIONS, SimError, at_most};
use super::kernel::{Counted, run};
use super::measures::{Difference, Estimate, Measures, Ratio, Width, difference, estimate};
use super::philox::Draws;
use super::plan::Plan;
use super::scenario::{Scenario, Version};
use super::series::{Point, Series};
use super::tally::Interval;
use super::trace::Observer;

/// How often, and with which random numbers.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Runs {
    /// The same seed gives the same report, to the byte.
    pub seed: u64,
    /// How many replications; intervals need at least two.
    pub replications: u32,
    /// With which probability an interval is to hold the true figure, above 0 and below 1.
    pub confidence: f64,
}

impl Default for Runs {
    fn default() -> Self {
        Self { seed: 1, replications: 20, confidence: 0.95 }
    }
}

/// What one version does to its callers.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// How it was run.
    pub runs: Runs,
    /// Within how many seconds an answer counts for the service levels.
    pub answer_within_s: f64,
    /// All queues together.
    pub total: Measures<Estimate>,
    /// Queue by queue, in the order of the version.
    pub queues: Vec<Measures<Estimate>>,
    /// How many interactions of a replication no rule takes.
    pub unrouted: Estimate,
    /// The time series of all queues together.
    pub total_series: Vec<Point>,
    /// The time series of each queue.
    pub series: Vec<Vec<Point>>,
    /// How many events all replications had.
    pub events: u64,
}

/// What changes from one version to another, on the same callers.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Comparison {
    /// How it was run.
    pub runs: Runs,
    /// The version before, by itself.
    pub before: Report,
    /// The version after, by itself.
    pub after: Report,
    /// What changes for all queues together.
    pub total: Measures<Difference>,
    /// What changes for each pair of queues, in the order they were given.
    pub queues: Vec<QueueDifference>,
    /// What changes in how many no rule takes.
    pub unrouted: Difference,
}

/// What changes for one queue.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct QueueDifference {
    /// Its number in the version before.
    pub before: usize,
    /// Its number in the version after.
    pub after: usize,
    /// Its figures.
    pub measures: Measures<Difference>,
}

/// Simulates a version.
///
/// # Errors
///
/// [`SimError`] where scenario, version or runs are no such thing or beyond a limit.
pub fn simulate(scenario: &Scenario, version: &Version, runs: Runs) -> Result<Report, SimError> {
    Ok(replicate(scenario, version, runs)?.report(scenario, runs))
}

/// Simulates two versions on the same callers: whoever calls, when, how long they take and how long they wait is the same
/// in both. `same_queues` pairs the queues of both versions that are one and the same, by their numbers before and after.
///
/// # Errors
///
/// As [`simulate`]; [`SimError::Unknown`] where a pair names a queue that does not exist.
pub fn compare(
    scenario: &Scenario,
    before: &Version,
    after: &Version,
    same_queues: &[(usize, usize)],
    runs: Runs,
) -> Result<Comparison, SimError> {
    let width = Width::new(runs.confidence, runs.replications);
    let (old, new) = (replicate(scenario, before, runs)?, replicate(scenario, after, runs)?);
    let pair = |old: &[Measures<Ratio>], new: &[Measures<Ratio>]| {
        let both = Measures::gather(old.iter()).zip(Measures::gather(new.iter()));
        both.map(|(old, new)| difference(&old, &new, width))
    };
    let mut queues = Vec::with_capacity(same_queues.len());
    for (at, (old_at, new_at)) in same_queues.iter().enumerate() {
        let found = |all: &Replicated, index: usize| {
            let count = all.queues.len();
            all.queues.get(index).cloned().ok_or(SimError::Unknown {
                holder: "pair of queues",
                at,
                what: "queue",
                index,
                count,
            })
        };
        let measures = pair(&found(&old, *old_at)?, &found(&new, *new_at)?);
        queues.push(QueueDifference { before: *old_at, after: *new_at, measures });
    }
    Ok(Comparison {
        runs,
        total: pair(&old.total, &new.total),
        queues,
        unrouted: difference(&old.unrouted, &new.unrouted, width),
        before: old.report(scenario, runs),
        after: new.report(scenario, runs),
    })
}

/// Runs one replication and tells the observer how each interaction ended. Gives the number of events.
///
/// # Errors
///
/// As [`simulate`].
pub fn trace(
    scenario: &Scenario,
    version: &Version,
    seed: u64,
    replication: u32,
    observer: &mut impl Observer,
) -> Result<u64, SimError> {
    Ok(run(&Plan::new(scenario, version)?, Draws::new(seed, replication), observer)?.events)
}

/// What all replications of a version counted.
struct Replicated {
    /// By replication.
    total: Vec<Measures<Ratio>>,
    /// By queue, then by replication.
    queues: Vec<Vec<Measures<Ratio>>>,
    unrouted: Vec<Ratio>,
    /// By queue, and last of all together.
    series: Vec<Series>,
    events: u64,
}

fn replicate(scenario: &Scenario, version: &Version, runs: Runs) -> Result<Replicated, SimError> {
    if !(runs.confidence > 0.0 && runs.confidence < 1.0) {
        let (what, allowed) = ("a confidence", "is above 0 and below 1");
        return Err(SimError::Range { what, allowed, value: runs.confidence });
    }
    if runs.replications == 0 {
        return Err(SimError::Range {
            what: "the number of replications",
            allowed: "is above 0",
            value: 0.0,
        });
    }
    at_most("replications", runs.replications as usize, MAX_REPLICATIONS as usize)?;
    let plan = Plan::new(scenario, version)?;
    let everyone: Vec<usize> = (0..plan.shifts.len()).collect();
    let staff: Vec<Vec<usize>> =
        plan.queues.iter().map(|queue| queue.staff.members().collect()).chain([everyone]).collect();
    let seconds = plan.close - plan.warm_up;
    let mut all = Replicated {
        total: Vec::new(),
        queues: vec![Vec::new(); plan.queues.len()],
        unrouted: Vec::new(),
        series: vec![Series::default(); plan.queues.len() + 1],
        events: 0,
    };
    // A batch at a time, so that memory does not grow with the number of replications; added up in their order, so that
    // no thread shows in a sum.
    let batch = u32::try_from(4 * rayon::current_num_threads()).unwrap_or(u32::MAX);
    let mut first = 0;
    while first < runs.replications {
        let last = runs.replications.min(first.saturating_add(batch));
        let batch: Vec<Replication> = (first..last)
            .into_par_iter()
            .map(|replication| {
                let counted = run(&plan, Draws::new(runs.seed, replication), &mut ())?;
                Ok(Replication::new(counted, seconds, &staff))
            })
            .collect::<Result<_, SimError>>()?;
        for replication in batch {
            all.add(replication);
        }
        first = last;
    }
    Ok(all)
}

/// What is kept of one replication.
struct Replication {
    /// By queue, and last of all together.
    measures: Vec<Measures<Ratio>>,
    intervals: Vec<Vec<Interval>>,
    unrouted: u64,
    events: u64,
}

impl Replication {
    fn new(counted: Counted, seconds: f64, staff: &[Vec<usize>]) -> Self {
        Self {
            measures: Measures::all(&counted, seconds, staff),
            intervals: counted.tallies.into_iter().map(|tally| tally.intervals).collect(),
            unrouted: counted.unrouted,
            events: counted.events,
        }
    }
}

impl Replicated {
    fn add(&mut self, mut replication: Replication) {
        self.total.extend(replication.measures.pop());
        for (all, one) in self.queues.iter_mut().zip(replication.measures) {
            all.push(one);
        }
        #[expect(clippy::cast_precision_loss, reason = "a count below the limits")]
        self.unrouted.push(Ratio { above: replication.unrouted as f64, below: 1.0 });
        for (series, intervals) in self.series.iter_mut().zip(&replication.intervals) {
            series.add(intervals);
        }
        self.events += replication.events;
    }

    fn report(&self, scenario: &Scenario, runs: Runs) -> Report {
        let width = Width::new(runs.confidence, runs.replications);
        let figures =
            |all: &[Measures<Ratio>]| Measures::gather(all.iter()).map(|ratios| estimate(&ratios, width));
        let mut series: Vec<Vec<Point>> = self
            .series
            .iter()
            .map(|one| one.points(scenario.interval_s, scenario.close_s, runs.replications))
            .collect();
        Report {
            runs,
            answer_within_s: scenario.answer_within_s,
            total: figures(&self.total),
            queues: self.queues.iter().map(|all| figures(all)).collect(),
            unrouted: estimate(&self.unrouted, width),
            total_series: series.pop().unwrap_or_default(),
            series,
            events: self.events,
        }
    }
}
