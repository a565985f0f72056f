//! Error rates and percentiles over a span of deployments (contract 1.1, "Governance"; D11, D12, D14).

use std::collections::BTreeMap;

use serde::Serialize;

use super::metrics::{Measured, Tally};
use super::recorder::Count;

/// The figures of a span of deployments. It has one shape, also when it is empty.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Summary {
    /// How many runs it is over.
    pub runs: usize,
    /// The requests.
    pub api: Part,
    /// What was checked on this machine.
    pub validation: Part,
}

/// Operations of one sort.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Part {
    /// All of them.
    pub all: Figures,
    /// By their kinds.
    pub kinds: BTreeMap<String, Figures>,
}

/// The figures of some operations; zeros where there are none.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Figures {
    /// How many.
    pub count: u64,
    /// How many failed.
    pub errors: u64,
    /// The share that failed, from 0 to 1, to four places.
    pub error_rate: f64,
    /// The latency at the rank `ceil(0.50 n)`, in milliseconds, to two places.
    pub p50_latency_ms: f64,
    /// The latency at the rank `ceil(0.95 n)`, in milliseconds, to two places.
    pub p95_latency_ms: f64,
}

/// Puts the figures of some runs together.
pub fn summary<'a>(runs: impl IntoIterator<Item = &'a Measured>) -> Summary {
    let (mut api, mut validation) = (Collected::default(), Collected::default());
    let mut number = 0;
    for run in runs {
        number += 1;
        api.add(&run.api);
        validation.add(&run.validation);
    }
    Summary { runs: number, api: api.part(), validation: validation.part() }
}

#[derive(Default)]
struct Collected {
    all: Count,
    kinds: BTreeMap<String, Count>,
}

impl Collected {
    fn add(&mut self, tallies: &BTreeMap<String, Tally>) {
        for (kind, tally) in tallies {
            tally.add_to(&mut self.all);
            tally.add_to(self.kinds.entry(kind.clone()).or_default());
        }
    }

    fn part(self) -> Part {
        let kinds = self.kinds.iter().map(|(kind, count)| (kind.clone(), Figures::of(count))).collect();
        Part { all: Figures::of(&self.all), kinds }
    }
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "figures for people: 53 bits are enough")]
    fn of(count: &Count) -> Self {
        let milliseconds = |percent| {
            let micros = count.percentile(percent).unwrap_or(0) as f64;
            (micros / 10.0).round() / 100.0
        };
        let number = count.number();
        let rate = if number == 0 { 0.0 } else { count.errors as f64 / number as f64 };
        Self {
            count: number,
            errors: count.errors,
            error_rate: (rate * 10_000.0).round() / 10_000.0,
            p50_latency_ms: milliseconds(50),
            p95_latency_ms: milliseconds(95),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::time::Duration;

    use super::super::{AuditedOutcome, Metrics, Recorder};
    use super::*;

    fn run(latencies: &[(u64, bool)]) -> Measured {
        let recorder = Recorder::default();
        for (micros, is_good) in latencies {
            recorder.validated("plan", Duration::from_micros(*micros), *is_good);
        }
        let time = "2026-11-21T13:07:28Z".to_owned();
        Measured::new(time, "prod".to_owned(), Some(1), AuditedOutcome::Deployed, &recorder.take())
    }

    #[test]
    fn nothing_has_the_same_shape_as_something() {
        let shape = |summary: &Summary| {
            let value = serde_json::to_value(summary).unwrap();
            value["api"]["all"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
        };
        let some = summary(&[run(&[(1, true)])]);
        assert_eq!(shape(&summary(&[])), shape(&some));
        assert_eq!((some.api.all.count, some.validation.all.count), (0, 1));
    }

    #[test]
    fn the_95th_of_twenty_is_the_nineteenth() {
        let all: Vec<(u64, bool)> = (1..=20).map(|number| (number * 1000, number != 7)).collect();
        let figures = summary(&[run(&all[..5]), run(&all[5..])]).validation.all;
        assert_eq!((figures.count, figures.errors, figures.error_rate), (20, 1, 0.05));
        assert!(
            (figures.p50_latency_ms - 10.0).abs() < 0.02 && (figures.p95_latency_ms - 19.0).abs() < 0.02,
            "{figures:?}"
        );
    }

    #[test]
    fn a_line_that_is_damaged_costs_its_run_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        for _ in 0..2 {
            Metrics::append(&path, &run(&[(1, true)])).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("nonsense\n{text}{{\"time\":")).unwrap();
        Metrics::append(&path, &run(&[(1, true)])).unwrap();
        let read = Metrics::read(&path).unwrap();
        assert_eq!((read.runs.len(), read.damaged), (3, 1));
    }

    proptest! {
        #[test]
        fn a_span_of_runs_counts_as_one_run_of_all(
            runs in proptest::collection::vec(proptest::collection::vec((0_u64..10_000_000, any::<bool>()), 0..40), 0..6),
        ) {
            let parts: Vec<Measured> = runs.iter().map(|latencies| run(latencies)).collect();
            let text: Vec<String> = parts.iter().map(|run| serde_json::to_string(run).unwrap()).collect();
            let parts: Vec<Measured> = text.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
            let whole = run(&runs.concat());
            prop_assert_eq!(summary(&parts).validation.all, summary(&[whole]).validation.all);
        }
    }
}
