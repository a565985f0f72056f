//! The file of latencies: a line a deployment, from which those of any span of deployments are put together.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::record::AuditedOutcome;
use super::recorder::{Count, Sample};
use crate::lines::{self, FileError};

/// The longest file of latencies that is read or written, in bytes.
pub const MAX_METRICS_BYTES: u64 = 64 * 1024 * 1024;

/// The most latencies of one kind in a line that are read: more than the buckets of a histogram to an hour.
const MAX_PAIRS: usize = 100_000;

/// What was counted in one run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// When it ended, as RFC 3339 in UTC.
    pub time: String,
    /// The organization.
    pub organization: String,
    /// The deployment's number; none where none was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<u64>,
    /// How it ended.
    pub outcome: AuditedOutcome,
    /// By the kind of request.
    pub api: BTreeMap<String, Tally>,
    /// By what was checked on this machine.
    pub validation: BTreeMap<String, Tally>,
}

/// Operations of one kind, as the file has them.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Tally {
    /// How many failed.
    pub errors: u64,
    /// Microseconds, and how many took so long; three digits are exact.
    pub latencies: Vec<(u64, u64)>,
}

impl Tally {
    fn of(count: &Count) -> Self {
        Self { errors: count.errors, latencies: count.pairs().collect() }
    }

    pub(super) fn add_to(&self, count: &mut Count) {
        let number: u64 =
            self.latencies.iter().map(|(_, number)| number).fold(0, |sum, one| sum.saturating_add(*one));
        for (micros, number) in self.latencies.iter().take(MAX_PAIRS) {
            count.add_many(*micros, *number, 0);
        }
        count.errors = count.errors.saturating_add(self.errors.min(number));
    }
}

/// The parts of a run that the file keeps.
pub(super) fn tallies(counts: &BTreeMap<String, Count>) -> BTreeMap<String, Tally> {
    counts.iter().map(|(name, count)| (name.clone(), Tally::of(count))).collect()
}

impl Measured {
    /// What a run counted.
    pub fn new(
        time: String,
        organization: String,
        deployment: Option<u64>,
        outcome: AuditedOutcome,
        sample: &Sample,
    ) -> Self {
        let (api, validation) = (tallies(&sample.api), tallies(&sample.validation));
        Self { time, organization, deployment, outcome, api, validation }
    }
}

/// The file, as far as it can be read.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Metrics {
    /// Its runs, oldest first.
    pub runs: Vec<Measured>,
    /// How many lines are none of ours; a torn last line counts for nothing.
    pub damaged: usize,
}

impl Metrics {
    /// Reads the file; nothing where there is none.
    ///
    /// # Errors
    /// The file system, what is no regular file, and too long a file.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let bytes = lines::read(path, MAX_METRICS_BYTES)?;
        let (whole, _) = lines::whole_lines(&bytes);
        let mut metrics = Self::default();
        for line in whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(run) => metrics.runs.push(run),
                Err(_) => metrics.damaged += 1,
            }
        }
        Ok(metrics)
    }

    /// Adds a run.
    ///
    /// # Errors
    /// As [`read`](Self::read), and a file that is full.
    pub fn append(path: &Path, run: &Measured) -> Result<(), FileError> {
        let bytes = lines::read(path, MAX_METRICS_BYTES)?;
        let (whole, _) = lines::whole_lines(&bytes);
        let mut line = serde_json::to_vec(run).map_err(|error| FileError::of("write", path)(error.into()))?;
        line.push(b'\n');
        lines::append(path, whole.len() as u64, &line, MAX_METRICS_BYTES)
    }
}
