//! What is counted of a queue while a replication runs, and Little's law on it.

use hdrhistogram::Histogram;

use super::error::SimError;

/// What happened in a queue. A *stay* is the time of one interaction in it, from coming in until it is answered, leaves
/// or moves on. Counts are of interactions that arrived after the warm-up, times of what lies after it.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) offered: u64,
    pub(crate) answered: u64,
    pub(crate) abandoned: u64,
    /// Moved on to another queue.
    pub(crate) overflowed: u64,
    pub(crate) unserved: u64,
    /// Answered at once.
    pub(crate) at_once: u64,
    pub(crate) answered_within: u64,
    pub(crate) abandoned_within: u64,
    /// What those waited who were answered, in seconds.
    pub(crate) wait_answered: f64,
    /// What those waited who gave up, in seconds.
    pub(crate) wait_abandoned: f64,
    /// What those waited who were answered, in milliseconds.
    pub(crate) waits: Histogram<u64>,
    /// How many wait.
    pub(crate) depth: usize,
    /// For how many seconds so many waited.
    pub(crate) seconds_at: Vec<f64>,
    /// The integral of the depth, in seconds.
    pub(crate) area: f64,
    /// All time waited, interaction by interaction, in seconds.
    pub(crate) waited: f64,
    pub(crate) intervals: Vec<Interval>,
    changes: u64,
    last: f64,
    clock: Clock,
}

/// What happened in one interval of the time series: to those who came in during it, whenever it ended; warm-up or not.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Interval {
    pub(crate) offered: u64,
    pub(crate) answered: u64,
    pub(crate) answered_within: u64,
    pub(crate) abandoned: u64,
    pub(crate) wait_answered: f64,
    pub(crate) area: f64,
}

/// The times that all queues share, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) close: f64,
    pub(crate) warm_up: f64,
    pub(crate) interval: f64,
    pub(crate) answer_within: f64,
}

impl Clock {
    /// The part of a time span that counts.
    #[inline]
    pub(crate) fn counted(self, from: f64, until: f64) -> f64 {
        (until.min(self.close) - from.max(self.warm_up)).max(0.0)
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of floats saturate")]
    fn interval_of(self, time: f64) -> usize {
        (time / self.interval) as usize
    }
}

/// Someone in a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stay {
    /// When they came into the queue.
    pub(crate) since: f64,
    /// Whether they arrived after the warm-up.
    pub(crate) counted: bool,
}

impl Tally {
    pub(crate) fn new(clock: Clock) -> Self {
        // Three digits of any time: the bounds are constants that the library takes.
        let waits = Histogram::new(3).unwrap_or_else(|_| unreachable!("three digits are allowed"));
        Self {
            offered: 0,
            answered: 0,
            abandoned: 0,
            overflowed: 0,
            unserved: 0,
            at_once: 0,
            answered_within: 0,
            abandoned_within: 0,
            wait_answered: 0.0,
            wait_abandoned: 0.0,
            waits,
            depth: 0,
            seconds_at: Vec::new(),
            area: 0.0,
            waited: 0.0,
            intervals: vec![Interval::default(); clock.interval_of(clock.close) + 1],
            changes: 0,
            last: 0.0,
            clock,
        }
    }

    #[inline]
    fn interval(&mut self, stay: Stay) -> Option<&mut Interval> {
        self.intervals.get_mut(self.clock.interval_of(stay.since))
    }

    #[inline]
    pub(crate) fn offer(&mut self, stay: Stay) {
        self.offered += u64::from(stay.counted);
        if let Some(interval) = self.interval(stay) {
            interval.offered += 1;
        }
    }

    #[inline]
    pub(crate) fn answer(&mut self, stay: Stay, now: f64) {
        let wait = now - stay.since;
        let within = wait <= self.clock.answer_within;
        if stay.counted {
            self.answered += 1;
            self.answered_within += u64::from(within);
            self.wait_answered += wait;
            self.at_once += u64::from(wait == 0.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "casts of floats saturate"
            )]
            let milliseconds = (wait * 1000.0 + 0.5) as u64;
            // It grows with what it is given (`saturating_record` would not), and ten years fit.
            let _ = self.waits.record(milliseconds);
        }
        if let Some(interval) = self.interval(stay) {
            interval.answered += 1;
            interval.answered_within += u64::from(within);
            interval.wait_answered += wait;
        }
    }

    #[inline]
    pub(crate) fn abandon(&mut self, stay: Stay, now: f64) {
        let wait = now - stay.since;
        if stay.counted {
            self.abandoned += 1;
            self.abandoned_within += u64::from(wait <= self.clock.answer_within);
            self.wait_abandoned += wait;
        }
        if let Some(interval) = self.interval(stay) {
            interval.abandoned += 1;
        }
    }

    /// One more waits.
    #[inline]
    pub(crate) fn deepen(&mut self, now: f64) {
        self.advance(now);
        self.depth += 1;
    }

    /// One waits no longer who came in at that time.
    #[inline]
    pub(crate) fn lighten(&mut self, since: f64, now: f64) {
        self.advance(now);
        self.depth = self.depth.saturating_sub(1);
        self.waited += self.clock.counted(since, now);
    }

    #[inline]
    pub(crate) fn advance(&mut self, now: f64) {
        self.changes += 1;
        let from = std::mem::replace(&mut self.last, now);
        if self.depth > 0 && now > from {
            self.spread(from, now);
        }
        let counted = self.clock.counted(from, now);
        if counted > 0.0 {
            if self.seconds_at.len() <= self.depth {
                self.seconds_at.resize(self.depth + 1, 0.0);
            }
            if let Some(seconds) = self.seconds_at.get_mut(self.depth) {
                *seconds += counted;
            }
            self.area += counted * float(self.depth);
        }
    }

    /// Adds a span of constant depth to the intervals that it touches.
    #[inline]
    fn spread(&mut self, mut from: f64, until: f64) {
        let first = self.clock.interval_of(from);
        let (depth, interval) = (float(self.depth), self.clock.interval);
        for (at, touched) in self.intervals.iter_mut().enumerate().skip(first) {
            let end = (float(at) + 1.0) * interval;
            touched.area += (until.min(end) - from).max(0.0) * depth;
            from = from.max(end);
            if until <= end {
                break;
            }
        }
    }

    /// Little's law, which is exact on every run: the integral of the depth is the sum of the times waited, each counted
    /// in a way of its own.
    ///
    /// # Errors
    ///
    /// [`SimError::LittlesLaw`] where they differ by more than rounding explains.
    pub(crate) fn check_littles_law(&self, queue: usize) -> Result<(), SimError> {
        check_littles_law(queue, self.area, self.waited, self.changes, self.clock)
    }
}

/// # Errors
///
/// [`SimError::LittlesLaw`] where both sums differ by more than rounding in so many changes explains.
pub(crate) fn check_littles_law(
    queue: usize,
    by_queue: f64,
    by_interaction: f64,
    changes: u64,
    clock: Clock,
) -> Result<(), SimError> {
    #[expect(clippy::cast_precision_loss, reason = "a tolerance")]
    let rounding = 4.0 * f64::EPSILON * clock.close * changes as f64;
    if (by_queue - by_interaction).abs() <= 1e-9 * by_queue.max(by_interaction) + rounding {
        return Ok(());
    }
    Err(SimError::LittlesLaw { queue, by_queue, by_interaction })
}

#[expect(clippy::cast_precision_loss, reason = "counts below the limits are exact")]
fn float(count: usize) -> f64 {
    count as f64
}
