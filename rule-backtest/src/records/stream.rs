//! Chunks read as batches.

use super::chunk::Part;
use super::csv::{COMMA, Csv};
use super::json::Json;
use super::parquet::Rows;
use super::table::Table;
use super::{Chunk, Found, Limits, RecordBatch, RecordError, Wanted};

/// Reads chunks, on one core.
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    table: Table,
    json: Json,
    csv: Csv,
    found: Found,
    chunk: Option<Chunk>,
    /// The row group that is being read.
    rows: Option<Rows>,
}

impl Reader {
    /// A reader of these columns.
    pub fn new(wanted: &Wanted, limits: Limits) -> Self {
        let table = Table::new(wanted);
        let json = Json::new(&table);
        Self { limits, table, json, csv: Csv::default(), found: Found::default(), chunk: None, rows: None }
    }

    /// Takes a chunk to read; what was left of the one before is forgotten.
    pub fn start(&mut self, chunk: Chunk) {
        self.rows = None;
        self.chunk = Some(chunk);
    }

    /// The next batch of the chunk; none at its end. It has no rows where all records of a part are wrong.
    ///
    /// A record that is wrong is a [`Reject`](super::Reject) of the batch. After one more than
    /// [`Limits::rejects`] the chunk is given up: the batch is its last one.
    ///
    /// # Errors
    /// What is wrong with the file as a whole.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>, RecordError> {
        if let Some(rows) = &mut self.rows {
            let batch = rows.next(self.limits.rejects, &mut self.table, &mut self.found);
            let is_given_up = |batch: &RecordBatch| batch.rejects.len() as u64 > self.limits.rejects;
            if !matches!(&batch, Ok(Some(batch)) if !is_given_up(batch)) {
                self.rows = None;
            }
            if !matches!(batch, Ok(None)) {
                return batch;
            }
        }
        let Some(chunk) = self.chunk.take() else { return Ok(None) };
        match chunk.part {
            Part::JsonLines(lines) => {
                let bytes = lines.bytes.len() as u64;
                self.json.read(&chunk.input, lines, self.limits.rejects, &mut self.table, &mut self.found);
                let batch = self.table.finish(chunk.input.place, &mut self.found);
                Ok(Some(RecordBatch { bytes, ..batch }))
            }
            Part::Csv(lines, names) => {
                let bytes = lines.bytes.len() as u64;
                let (table, found) = (&mut self.table, &mut self.found);
                self.csv.read(&chunk.input, (lines, names), COMMA, self.limits.rejects, table, found);
                let batch = self.table.finish(chunk.input.place, &mut self.found);
                Ok(Some(RecordBatch { bytes, ..batch }))
            }
            Part::Parquet(group) => {
                self.rows = Some(group.start(chunk.input, self.limits, &self.table)?);
                self.next_batch()
            }
        }
    }

    /// Which of the wanted columns there were in what was read.
    pub fn found(&mut self) -> Found {
        std::mem::take(&mut self.found)
    }
}

/// The records of one file after the other, on one core, with a bound on those that are wrong.
#[derive(Debug)]
pub struct Records<I> {
    chunks: I,
    reader: Reader,
    rejects: u64,
}

impl<I: Iterator<Item = Result<Chunk, RecordError>>> Records<I> {
    /// The records of these chunks. As many as [`Limits::rejects`] in all may be wrong.
    pub fn new(chunks: I, wanted: &Wanted, limits: Limits) -> Self {
        Self { chunks, reader: Reader::new(wanted, limits), rejects: 0 }
    }

    /// The next batch; none at the end.
    ///
    /// # Errors
    /// What cannot be read, or the first record that is wrong when no more are tolerated.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>, RecordError> {
        loop {
            if let Some(batch) = self.reader.next_batch()? {
                let left = self.reader.limits.rejects.saturating_sub(self.rejects);
                self.rejects += batch.rejects.len() as u64;
                if let Some(reject) = usize::try_from(left).ok().and_then(|left| batch.rejects.get(left)) {
                    return Err(reject.into());
                }
                return Ok(Some(batch));
            }
            match self.chunks.next() {
                Some(chunk) => self.reader.start(chunk?),
                None => return Ok(None),
            }
        }
    }

    /// Which of the wanted columns there were in what was read.
    pub fn found(&mut self) -> Found {
        self.reader.found()
    }
}
