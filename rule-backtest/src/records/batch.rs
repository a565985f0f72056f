//! What reading gives.

use rule_eval::columnar::{Batch, Column};

use super::{Input, RecordError, Unit, Why};

/// Some records, in columns.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RecordBatch {
    /// The attributes, a column for each of [`Wanted::columns`](super::Wanted::columns).
    pub batch: Batch,
    /// A column for each of [`Wanted::extra`](super::Wanted::extra): strings, or integers, or nothing at all.
    pub extra: Vec<Column>,
    /// The place of the file among the files.
    pub file: u32,
    /// For each row its number in the file, from 1: that of its first line, or that of the row in a table.
    pub numbers: Vec<u64>,
    /// The records that are wrong, in the order of the file. They are no rows.
    pub rejects: Vec<Reject>,
    /// How many bytes of the file this took, for showing progress.
    pub bytes: u64,
}

/// A record that is wrong.
#[derive(Clone, PartialEq, Debug)]
pub struct Reject {
    /// The file.
    pub input: Input,
    /// What is counted in such a file.
    pub unit: Unit,
    /// The record's number in the file, as in [`RecordBatch::numbers`].
    pub number: u64,
    /// What is wrong.
    pub why: Why,
    /// The record as it is written, as far as it is text.
    pub text: Option<String>,
}

impl From<&Reject> for RecordError {
    fn from(reject: &Reject) -> Self {
        Self::Record {
            file: reject.input.name.clone(),
            unit: reject.unit,
            number: reject.number,
            why: reject.why.clone(),
        }
    }
}
