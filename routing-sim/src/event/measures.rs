//! The figures of a queue: each a ratio of two sums, replication by replication.
//!
//! A figure over several replications is the ratio of the sums over all of them, so that a busy day weighs more than a
//! quiet one and a day without a single call does no harm; its interval comes from how the replications scatter around
//! it (the usual linearization of a ratio) and from Student's distribution. Counts, percentiles and the largest depth are
//! means over the replications that have one.

use serde::Serialize;

use super::kernel::Counted;
use super::quantile::student;
use super::tally::Tally;

/// What one replication adds to a figure.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub(crate) struct Ratio {
    pub(crate) above: f64,
    pub(crate) below: f64,
}

/// A figure with its confidence interval.
#[derive(Clone, Copy, PartialEq, Default, Debug, Serialize)]
pub struct Estimate {
    /// The figure; none where there was nothing to take it from, the mean wait of nobody for instance.
    pub value: Option<f64>,
    /// The lower end of its interval; none with fewer than two replications.
    pub low: Option<f64>,
    /// The upper end of its interval.
    pub high: Option<f64>,
}

impl Estimate {
    /// Whether the interval holds this value.
    pub fn holds(&self, value: f64) -> bool {
        self.low.is_some_and(|low| low <= value) && self.high.is_some_and(|high| value <= high)
    }
}

/// A figure under two versions, on the same callers.
#[derive(Clone, Copy, PartialEq, Default, Debug, Serialize)]
pub struct Difference {
    /// Under the version before.
    pub before: Estimate,
    /// Under the version after.
    pub after: Estimate,
    /// After less before. Its interval is of the pairs, and narrower than that of either: the callers are the same.
    pub change: Estimate,
}

/// How many standard errors an interval is wide, to each side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Width(Option<f64>);

impl Width {
    pub(crate) fn new(level: f64, replications: u32) -> Self {
        Self((replications >= 2).then(|| student(level, replications - 1)))
    }

    fn estimate(self, value: Option<f64>, scatter: &[f64]) -> Estimate {
        let n = float(scatter.len());
        let half = self.0.filter(|_| scatter.len() > 1).map(|width| {
            width * libm::sqrt(scatter.iter().map(|one| one * one).sum::<f64>() / (n * (n - 1.0)))
        });
        let end = |sign: f64| Some(value? + sign * half?);
        Estimate { value, low: end(-1.0), high: end(1.0) }
    }
}

/// The value of a figure, and how far each replication is from it.
fn pooled(ratios: &[Ratio]) -> (Option<f64>, Vec<f64>) {
    let (above, below) =
        ratios.iter().fold((0.0, 0.0), |(above, below), one| (above + one.above, below + one.below));
    if below <= 0.0 {
        return (None, vec![0.0; ratios.len()]);
    }
    let (value, mean) = (above / below, below / float(ratios.len()));
    (Some(value), ratios.iter().map(|one| (one.above - value * one.below) / mean).collect())
}

pub(crate) fn estimate(ratios: &[Ratio], width: Width) -> Estimate {
    let (value, scatter) = pooled(ratios);
    width.estimate(value, &scatter)
}

pub(crate) fn difference(before: &[Ratio], after: &[Ratio], width: Width) -> Difference {
    let ((old, old_scatter), (new, new_scatter)) = (pooled(before), pooled(after));
    let scatter: Vec<f64> = new_scatter.iter().zip(&old_scatter).map(|(new, old)| new - old).collect();
    Difference {
        before: width.estimate(old, &old_scatter),
        after: width.estimate(new, &new_scatter),
        change: width.estimate(new.zip(old).map(|(new, old)| new - old), &scatter),
    }
}

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The figures of a queue, or of all queues together. Times are in seconds, shares from 0 to 1, counts those of
        /// one replication. Callers count who arrived after the warm-up.
        ///
        /// A queue's waits are those in it, and its calls those that came to it, moved there or not; for all queues
        /// together, waits are from arrival on and every call counts once.
        #[derive(Clone, PartialEq, Default, Debug, Serialize)]
        pub struct Measures<T> {
            $($(#[$doc])* pub $name: T,)*
        }

        impl<T> Measures<T> {
            /// The same figures, each made another thing.
            pub fn map<U>(self, mut make: impl FnMut(T) -> U) -> Measures<U> {
                Measures { $($name: make(self.$name),)* }
            }

            /// Every figure with its name, in order.
            pub fn named(&self) -> impl Iterator<Item = (&'static str, &T)> {
                [$((stringify!($name), &self.$name),)*].into_iter()
            }

            /// The same figures of several, figure by figure.
            pub(crate) fn gather<'a>(many: impl Iterator<Item = &'a Self> + Clone) -> Measures<Vec<T>>
            where
                T: Copy + 'a,
            {
                Measures { $($name: many.clone().map(|one| one.$name).collect(),)* }
            }

            /// The figures of both, side by side.
            pub(crate) fn zip<U>(self, other: Measures<U>) -> Measures<(T, U)> {
                Measures { $($name: (self.$name, other.$name),)* }
            }
        }
    };
}

measures! {
    /// How many came in. Each is answered, abandoned, unserved or, of a queue, overflowed.
    offered,
    /// How many an agent took.
    answered,
    /// How many gave up.
    abandoned,
    /// How many moved on to another queue; of all queues together, how many moved at least once.
    overflowed,
    /// How many still waited at closing.
    unserved,
    /// Answered within the time, of all that came in.
    service_level_of_offered,
    /// Answered within the time, of all that came in but those who gave up within it.
    service_level_without_short_abandons,
    /// Answered within the time, of the answered.
    service_level_of_answered,
    /// The share that gave up, of all that came in.
    abandonment,
    /// The share that had to wait, of all that came in: not answered at once.
    waiting_share,
    /// The mean wait of the answered: the average speed of answer.
    mean_wait_of_answered,
    /// The mean wait of the answered and of those who gave up.
    mean_wait,
    /// The wait that half of the answered did not exceed, to three digits.
    wait_p50,
    /// The wait that 90 % of the answered did not exceed, to three digits.
    wait_p90,
    /// The wait that 95 % of the answered did not exceed, to three digits.
    wait_p95,
    /// The wait that 99 % of the answered did not exceed, to three digits.
    wait_p99,
    /// How many wait on average over time.
    mean_depth,
    /// How many wait at most for half of the time.
    depth_p50,
    /// How many wait at most for 95 % of the time.
    depth_p95,
    /// The most who ever waited.
    depth_max,
    /// How busy the agents who serve it are, whichever queue keeps them so: busy time of the time that they are there.
    occupancy,
}

impl Measures<Ratio> {
    /// The figures of a replication: of a queue, or of all together, with the busy time and presence of its agents.
    pub(crate) fn of(tally: &Tally, seconds: f64, (busy, present): (f64, f64)) -> Self {
        let count = |count: u64| Ratio { above: whole(count), below: 1.0 };
        let share = |part: u64, of: u64| Ratio { above: whole(part), below: whole(of) };
        // A replication without an answer has no percentile: it does not count.
        let wait = |quantile: f64| Ratio {
            above: whole(tally.waits.value_at_quantile(quantile)) / 1000.0,
            below: whole(tally.answered.min(1)),
        };
        let depth = |quantile: f64| Ratio { above: depth_at(&tally.seconds_at, quantile), below: 1.0 };
        let left = tally.answered + tally.abandoned;
        Self {
            offered: count(tally.offered),
            answered: count(tally.answered),
            abandoned: count(tally.abandoned),
            overflowed: count(tally.overflowed),
            unserved: count(tally.unserved),
            service_level_of_offered: share(tally.answered_within, tally.offered),
            service_level_without_short_abandons: share(
                tally.answered_within,
                tally.offered - tally.abandoned_within,
            ),
            service_level_of_answered: share(tally.answered_within, tally.answered),
            abandonment: share(tally.abandoned, tally.offered),
            waiting_share: share(tally.offered - tally.at_once, tally.offered),
            mean_wait_of_answered: Ratio { above: tally.wait_answered, below: whole(tally.answered) },
            mean_wait: Ratio { above: tally.wait_answered + tally.wait_abandoned, below: whole(left) },
            wait_p50: wait(0.5),
            wait_p90: wait(0.9),
            wait_p95: wait(0.95),
            wait_p99: wait(0.99),
            mean_depth: Ratio { above: tally.area, below: seconds },
            depth_p50: depth(0.5),
            depth_p95: depth(0.95),
            depth_max: depth(1.0),
            occupancy: Ratio { above: busy, below: present },
        }
    }

    /// The figures of each queue of a replication, and last of all together. `staff` gives the agents of each.
    pub(crate) fn all(counted: &Counted, seconds: f64, staff: &[Vec<usize>]) -> Vec<Self> {
        let times = |agents: &Vec<usize>| {
            agents
                .iter()
                .filter_map(|agent| counted.agents.get(*agent))
                .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
        };
        counted
            .tallies
            .iter()
            .zip(staff)
            .map(|(tally, staff)| Self::of(tally, seconds, times(staff)))
            .collect()
    }
}

/// How many wait at most for this share of the time.
fn depth_at(seconds_at: &[f64], quantile: f64) -> f64 {
    // What rounding leaves out of the sum is not a time of its own.
    let until = seconds_at.iter().sum::<f64>() * quantile * (1.0 - 1e-12);
    let mut sum = 0.0;
    let found = seconds_at.iter().position(|seconds| {
        sum += seconds;
        sum >= until
    });
    float(found.unwrap_or(0))
}

#[expect(clippy::cast_precision_loss, reason = "counts below the limits are exact")]
fn whole(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts below the limits are exact")]
fn float(count: usize) -> f64 {
    count as f64
}
