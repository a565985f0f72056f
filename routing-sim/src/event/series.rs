//! A queue over time, interval by interval, as the mean over all replications.

use serde::Serialize;

use super::tally::Interval;

/// One interval. Callers belong to the interval in which they came into the queue, however it ended.
#[derive(Clone, Copy, PartialEq, Default, Debug, Serialize)]
pub struct Point {
    /// When it begins, in seconds from the start.
    pub from_s: f64,
    /// How many come in during it.
    pub offered: f64,
    /// How many of them are answered.
    pub answered: f64,
    /// How many of them give up.
    pub abandoned: f64,
    /// The share of those who came in that is answered within the time; none where nobody ever came.
    pub service_level_of_offered: Option<f64>,
    /// The mean wait of the answered, in seconds; none where nobody was ever answered.
    pub mean_wait_of_answered: Option<f64>,
    /// How many wait, on average over the interval.
    pub mean_depth: f64,
}

/// The sums over all replications.
#[derive(Clone, Default, Debug)]
pub(crate) struct Series {
    sums: Vec<Interval>,
}

impl Series {
    pub(crate) fn add(&mut self, intervals: &[Interval]) {
        self.sums.resize(intervals.len(), Interval::default());
        for (sum, one) in self.sums.iter_mut().zip(intervals) {
            sum.offered += one.offered;
            sum.answered += one.answered;
            sum.answered_within += one.answered_within;
            sum.abandoned += one.abandoned;
            sum.wait_answered += one.wait_answered;
            sum.area += one.area;
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "means of counts below the limits")]
    pub(crate) fn points(&self, interval: f64, close: f64, replications: u32) -> Vec<Point> {
        let n = f64::from(replications);
        let share = |part: f64, of: u64| (of > 0).then(|| part / of as f64);
        let point = |(at, sum): (usize, &Interval)| {
            let from = at as f64 * interval;
            Point {
                from_s: from,
                offered: sum.offered as f64 / n,
                answered: sum.answered as f64 / n,
                abandoned: sum.abandoned as f64 / n,
                service_level_of_offered: share(sum.answered_within as f64, sum.offered),
                mean_wait_of_answered: share(sum.wait_answered, sum.answered),
                mean_depth: sum.area / ((close - from).min(interval) * n),
            }
        };
        // Where the day ends with an interval, none begins there.
        self.sums.iter().enumerate().filter(|(at, _)| (*at as f64) * interval < close).map(point).collect()
    }
}
