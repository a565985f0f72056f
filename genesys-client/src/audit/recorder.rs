//! What a run did and how long it took: requests and local validation, counted apart (contract, D14).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;

use super::kind::kind;
use crate::TransportEvent;

/// The longest time that is told from longer ones: an hour, in microseconds.
const LONGEST: u64 = 3_600_000_000;

/// Three digits are exact: a latency is off by a thousandth at most.
const DIGITS: u8 = 3;

/// Counts while a run goes on. It may be told from several threads.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Sample>);

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// By the kind of request, such as `POST rule`: each time that one was sent.
    pub api: BTreeMap<String, Count>,
    /// By its name, such as `plan`: each time that something was checked on this machine.
    pub validation: BTreeMap<String, Count>,
    /// How long was waited for answers, and before requests, in all.
    pub elsewhere: Duration,
}

/// Operations of one kind.
#[derive(Clone, Debug)]
pub struct Count {
    /// How many failed.
    pub errors: u64,
    /// How long each took, in microseconds. None where there is no memory for it.
    latencies: Option<Histogram<u64>>,
}

impl Default for Count {
    fn default() -> Self {
        Self { errors: 0, latencies: Histogram::new(DIGITS).ok() }
    }
}

impl Count {
    /// One more.
    pub(super) fn add(&mut self, elapsed: Duration, is_good: bool) {
        self.add_many(u64::try_from(elapsed.as_micros()).unwrap_or(LONGEST), 1, u64::from(!is_good));
    }

    /// So many more that took as long, so many of which failed.
    pub(super) fn add_many(&mut self, micros: u64, number: u64, errors: u64) {
        self.errors = self.errors.saturating_add(errors);
        if let Some(latencies) = &mut self.latencies {
            // Within the bounds, and growing: what it may refuse is beyond what a machine holds.
            let _ = latencies.record_n(micros.min(LONGEST), number);
        }
    }

    /// Several as one.
    pub fn together<'a>(counts: impl IntoIterator<Item = &'a Self>) -> Self {
        counts.into_iter().fold(Self::default(), |mut all, count| {
            all.errors = all.errors.saturating_add(count.errors);
            for (micros, number) in count.pairs() {
                all.add_many(micros, number, 0);
            }
            all
        })
    }

    /// How many.
    pub fn number(&self) -> u64 {
        self.latencies.as_ref().map_or(0, Histogram::len)
    }

    /// How long they took in microseconds, in rising order, with how many took so long.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (u64, u64)> {
        let all = self.latencies.iter().flat_map(Histogram::iter_recorded);
        all.map(|step| (step.value_iterated_to(), step.count_at_value()))
    }

    /// The latency below or at which so many percent are, in microseconds, by nearest rank; none without any.
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank =
            u64::try_from((u128::from(self.number()) * u128::from(percent)).div_ceil(100)).ok()?.max(1);
        let mut seen = 0_u64;
        self.pairs().find_map(|(micros, number)| {
            seen = seen.saturating_add(number);
            (seen >= rank).then_some(micros)
        })
    }
}

impl Recorder {
    /// Takes in what happened on the wire. A 404 to a question is an answer, and no error.
    pub fn hear(&self, event: &TransportEvent) {
        let (method, path, elapsed, is_good) = match event {
            TransportEvent::Answered { method, path, status, elapsed, .. } => {
                let is_look = matches!(*method, "GET" | "HEAD");
                (*method, path, *elapsed, (200..300).contains(status) || (is_look && *status == 404))
            }
            TransportEvent::Unanswered { method, path, elapsed, .. } => (*method, path, *elapsed, false),
            TransportEvent::Waiting { duration, .. } => return self.waited(*duration),
            TransportEvent::TokenRequested => return,
        };
        let mut sample = self.lock();
        sample.api.entry(kind(method, path)).or_default().add(elapsed, is_good);
        sample.elsewhere += elapsed;
    }

    /// So long was waited, and nothing done.
    pub fn waited(&self, duration: Duration) {
        self.lock().elsewhere += duration;
    }

    /// Something was checked on this machine.
    pub fn validated(&self, name: &str, elapsed: Duration, is_good: bool) {
        self.lock().validation.entry(name.to_owned()).or_default().add(elapsed, is_good);
    }

    /// How long was waited for others so far: no time of this machine's.
    pub fn elsewhere(&self) -> Duration {
        self.lock().elsewhere
    }

    /// What was counted so far.
    pub fn sample(&self) -> Sample {
        self.lock().clone()
    }

    /// What was counted since this was asked last.
    pub fn take(&self) -> Sample {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Sample> {
        // A count that was cut short by a panic elsewhere is still a count.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answered(method: &'static str, status: u16) -> TransportEvent {
        TransportEvent::Answered {
            method,
            path: "/api/v2/routing/rules/1".to_owned(),
            status,
            elapsed: Duration::from_millis(5),
            correlation_id: None,
        }
    }

    #[test]
    fn requests_and_validation_are_counted_apart() {
        let recorder = Recorder::default();
        for (method, status) in [("GET", 200), ("GET", 404), ("GET", 503), ("PATCH", 404)] {
            recorder.hear(&answered(method, status));
        }
        recorder.validated("plan", Duration::from_micros(10), false);
        let sample = recorder.take();
        let told: Vec<(&str, u64, u64)> =
            sample.api.iter().map(|(kind, count)| (kind.as_str(), count.number(), count.errors)).collect();
        assert_eq!(told, [("GET rule", 3, 1), ("PATCH rule", 1, 1)]);
        assert_eq!((sample.validation["plan"].number(), sample.validation["plan"].errors), (1, 1));
        assert_eq!(sample.elsewhere, Duration::from_millis(20));
        assert!(recorder.sample().api.is_empty());
    }

    proptest! {
        #[test]
        fn percentiles_are_those_of_the_sorted_list_by_nearest_rank(
            latencies in proptest::collection::vec(0_u64..100_000_000, 0..200), percent in 1_u64..=100,
        ) {
            let mut count = Count::default();
            for micros in &latencies {
                count.add(Duration::from_micros(*micros), true);
            }
            let mut sorted = latencies;
            sorted.sort_unstable();
            let rank = (sorted.len() as u64 * percent).div_ceil(100).max(1);
            let expected = sorted.get(usize::try_from(rank).unwrap() - 1).copied();
            match (count.percentile(percent), expected) {
                (None, None) => {}
                // Nothing below two thousand microseconds is rounded, anything else by less than a thousandth.
                (Some(found), Some(expected)) => {
                    prop_assert!(found >= expected && found - expected <= expected / 1000, "{found} {expected}");
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
