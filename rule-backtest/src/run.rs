//! Rules over all records: each core takes the next chunk of the files, reads it, evaluates it and counts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rule_eval::columnar::{self, Batch, Column, ColumnRules, Matches};

use crate::moves::Moves;
use crate::records::{Chunk, Found, Limits, Reader, RecordBatch, RecordError, Reject, Wanted};
use crate::report::is_same;
use crate::tally::{Memory, Rows, Tally};

/// What a backtest is to do.
#[derive(Clone, Copy, Debug)]
pub struct Backtest<'a> {
    /// The rules.
    pub rules: &'a ColumnRules<'a>,
    /// Those to compare with.
    pub before: Option<&'a ColumnRules<'a>>,
    /// What is read of each record: columns for the fields of the rules and of those to compare with.
    pub wanted: &'a Wanted,
    /// Which of [`Wanted::extra`] names a record.
    pub id: Option<usize>,
    /// Which of [`Wanted::extra`] is the time of a record.
    pub time: Option<usize>,
    /// How long a step of time is, in milliseconds.
    pub step: i64,
    /// How many records of each kind to show.
    pub examples: usize,
    /// How much is read at once, and how many records may be wrong.
    pub limits: Limits,
    /// How many cores to use.
    pub threads: usize,
}

/// What a backtest counted.
#[derive(Debug)]
pub struct Counted {
    /// What the rules did.
    pub tally: Tally,
    /// What another version moves, where there is one.
    pub moves: Option<Moves>,
    /// How many records were wrong.
    pub rejected: u64,
    /// Which columns there were.
    pub found: Found,
    /// How long the cores were at what, added up.
    pub spent: Spent,
}

/// How long the cores were at what, added up.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Spent {
    /// Reading records.
    pub reading: Duration,
    /// Evaluating rules.
    pub evaluating: Duration,
    /// Counting what they said.
    pub counting: Duration,
}

/// Whoever wants to know how far a backtest is, and what was left out.
pub trait Watcher: Send {
    /// So many bytes and records more were dealt with.
    fn advanced(&mut self, bytes: u64, records: u64);
    /// A record was left out. They come in the order of the files.
    ///
    /// # Errors
    /// What cannot be noted; the backtest ends with it.
    fn rejected(&mut self, reject: &Reject) -> Result<(), RecordError>;
}

/// Runs rules over the records of these chunks. What comes of it does not depend on how many cores there are.
///
/// # Errors
/// What cannot be read, or the first record that is wrong when no more are tolerated.
pub fn run<I>(backtest: &Backtest<'_>, chunks: I, watcher: &mut dyn Watcher) -> Result<Counted, RecordError>
where
    I: Iterator<Item = Result<Chunk, RecordError>> + Send,
{
    let shared = Shared {
        chunks: Mutex::new((0, chunks.fuse())),
        order: Mutex::new(InOrder {
            next: 0,
            waiting: BTreeMap::new(),
            left: backtest.limits.rejects,
            watcher,
        }),
        is_over: AtomicBool::new(false),
    };
    let worker = || Worker::new(backtest).work(&shared);
    let parts: Vec<Worker<'_>> = thread::scope(|scope| {
        let others: Vec<_> = (1..backtest.threads.max(1)).map(|_| scope.spawn(worker)).collect();
        let own = worker();
        let join = |other: thread::ScopedJoinHandle<'_, _>| match other.join() {
            Ok(worker) => worker,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        std::iter::once(own).chain(others.into_iter().map(join)).collect()
    });
    let mut order = shared.order.into_inner().unwrap_or_else(PoisonError::into_inner);
    order.flush(true)?;
    let mut parts = parts.into_iter().map(|worker| worker.counted);
    let mut whole = parts.next().unwrap_or_else(|| Counted::new(backtest));
    parts.for_each(|part| whole.merge(part));
    whole.rejected = backtest.limits.rejects - order.left;
    Ok(whole)
}

/// What the cores share.
struct Shared<'w, I> {
    /// The chunks, and the number of the next one.
    chunks: Mutex<(usize, I)>,
    order: Mutex<InOrder<'w>>,
    /// Whether something ended it.
    is_over: AtomicBool,
}

/// What has to happen in the order of the chunks: leaving records out, and ending with the first error.
struct InOrder<'w> {
    next: usize,
    waiting: BTreeMap<usize, Dealt>,
    /// How many records may still be wrong.
    left: u64,
    watcher: &'w mut dyn Watcher,
}

/// What became of a chunk.
struct Dealt {
    rejects: Vec<Reject>,
    error: Option<RecordError>,
}

impl InOrder<'_> {
    /// Deals with the chunks that are next; with `rest`, with all that came.
    fn flush(&mut self, rest: bool) -> Result<(), RecordError> {
        loop {
            let first = self.waiting.first_entry().filter(|first| rest || *first.key() == self.next);
            let Some(dealt) = first.map(std::collections::btree_map::OccupiedEntry::remove) else {
                return Ok(());
            };
            self.next += 1;
            for reject in dealt.rejects {
                self.left = self.left.checked_sub(1).ok_or_else(|| RecordError::from(&reject))?;
                self.watcher.rejected(&reject)?;
            }
            if let Some(error) = dealt.error {
                return Err(error);
            }
        }
    }
}

/// One core's work, with what it needs again for every batch.
struct Worker<'a> {
    backtest: &'a Backtest<'a>,
    fields: Vec<String>,
    reader: Reader,
    now: Version<'a>,
    before: Option<Version<'a>>,
    memory: Memory,
    counted: Counted,
}

impl<'a> Worker<'a> {
    fn new(backtest: &'a Backtest<'a>) -> Self {
        Self {
            backtest,
            fields: backtest.wanted.columns.iter().map(|column| column.field.clone()).collect(),
            reader: Reader::new(backtest.wanted, backtest.limits),
            now: Version::new(backtest.rules, backtest.wanted),
            before: backtest.before.map(|rules| Version::new(rules, backtest.wanted)),
            memory: Memory::default(),
            counted: Counted::new(backtest),
        }
    }

    fn work<I: Iterator<Item = Result<Chunk, RecordError>>>(mut self, shared: &Shared<'_, I>) -> Self {
        while !shared.is_over.load(Ordering::Relaxed) {
            let begun = Instant::now();
            let next = {
                let mut chunks = shared.chunks.lock().unwrap_or_else(PoisonError::into_inner);
                let number = chunks.0;
                chunks.0 += 1;
                chunks.1.next().map(|chunk| (number, chunk))
            };
            self.counted.spent.reading += begun.elapsed();
            let Some((number, chunk)) = next else { break };
            let mut dealt = Dealt { rejects: Vec::new(), error: None };
            if let Err(error) = chunk.and_then(|chunk| self.chunk(chunk, &mut dealt.rejects, shared)) {
                dealt.error = Some(error);
            }
            let mut order = shared.order.lock().unwrap_or_else(PoisonError::into_inner);
            if shared.is_over.load(Ordering::Relaxed) {
                break;
            }
            order.waiting.insert(number, dealt);
            if let Err(error) = order.flush(false) {
                // The first in the order of the files: nothing after it counts.
                let (last, dealt) = (order.next, Dealt { rejects: Vec::new(), error: Some(error) });
                order.waiting.clear();
                order.waiting.insert(last, dealt);
                shared.is_over.store(true, Ordering::Relaxed);
            }
        }
        self.counted.found = self.reader.found();
        self
    }

    fn chunk<I>(
        &mut self,
        chunk: Chunk,
        rejects: &mut Vec<Reject>,
        shared: &Shared<'_, I>,
    ) -> Result<(), RecordError> {
        self.reader.start(chunk);
        loop {
            let begun = Instant::now();
            let batch = self.reader.next_batch()?;
            self.counted.spent.reading += begun.elapsed();
            let Some(mut batch) = batch else { return Ok(()) };
            rejects.append(&mut batch.rejects);
            let (bytes, records) = (batch.bytes, batch.batch.rows as u64);
            self.batch(batch);
            let mut order = shared.order.lock().unwrap_or_else(PoisonError::into_inner);
            order.watcher.advanced(bytes, records);
            if shared.is_over.load(Ordering::Relaxed) {
                return Ok(());
            }
        }
    }

    fn batch(&mut self, mut records: RecordBatch) {
        let begun = Instant::now();
        let now = self.now.evaluate(&mut records.batch);
        let before = self.before.as_mut().map(|before| before.evaluate(&mut records.batch));
        self.counted.spent.evaluating += begun.elapsed();

        let begun = Instant::now();
        let extra = |place: Option<usize>| place.and_then(|place| records.extra.get(place));
        let steps =
            extra(self.backtest.time).map(|times| steps(times, records.batch.rows, self.backtest.step));
        let rows = Rows {
            batch: &records.batch,
            fields: &self.fields,
            file: records.file,
            numbers: &records.numbers,
            ids: extra(self.backtest.id),
            steps: steps.as_deref().unwrap_or_default(),
        };
        self.counted.tally.add(&rows, &now, &mut self.memory);
        if let (Some(moves), Some(before), Some(other)) =
            (&mut self.counted.moves, before, self.backtest.before)
        {
            let (old, new) = (other.rules(), self.backtest.rules.rules());
            let same = |before: u32, now: u32| {
                is_same(old.get(before as usize).copied(), new.get(now as usize).copied())
            };
            moves.add(&rows, before.deciding(), now.deciding(), same);
        }
        self.counted.spent.counting += begun.elapsed();
    }
}

/// The step of time that each row belongs to.
fn steps(times: &Column, rows: usize, step: i64) -> Vec<Option<i64>> {
    match times {
        Column::Int { values, present } => {
            let is_there = |row| present.as_ref().is_none_or(|present| present.get(row));
            let step = |(row, moment): (usize, &i64)| {
                is_there(row).then(|| moment.div_euclid(step.max(1)).saturating_mul(step))
            };
            values.iter().enumerate().map(step).collect()
        }
        _ => vec![None; rows],
    }
}

/// The rules of one version, and what they need of a batch.
struct Version<'a> {
    rules: &'a ColumnRules<'a>,
    /// For each of its fields the place of the column in what is read.
    places: Vec<Option<usize>>,
    /// The columns, while they are being evaluated.
    own: Batch,
    memory: columnar::Memory,
}

impl<'a> Version<'a> {
    fn new(rules: &'a ColumnRules<'a>, wanted: &Wanted) -> Self {
        let place = |field: &String| wanted.columns.iter().position(|column| column.field == *field);
        let places: Vec<_> = rules.fields().iter().map(place).collect();
        let own = Batch { rows: 0, columns: vec![Column::Missing; places.len()] };
        Self { rules, places, own, memory: columnar::Memory::default() }
    }

    /// Columns are lent, not copied: each version has them in an order of its own.
    fn evaluate(&mut self, batch: &mut Batch) -> Matches<'_> {
        let mut lend = |own: &mut Batch| {
            for (place, own) in self.places.iter().zip(&mut own.columns) {
                if let Some(column) = place.and_then(|place| batch.columns.get_mut(place)) {
                    std::mem::swap(column, own);
                }
            }
        };
        self.own.rows = batch.rows;
        lend(&mut self.own);
        let matches = self.rules.evaluate(&self.own, &mut self.memory);
        lend(&mut self.own);
        matches
    }
}

impl Counted {
    fn new(backtest: &Backtest<'_>) -> Self {
        Self {
            tally: Tally::new(backtest.rules.rules().len(), backtest.examples),
            moves: backtest.before.map(|_| Moves::new(backtest.examples)),
            rejected: 0,
            found: Found::default(),
            spent: Spent::default(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        if let (Some(moves), Some(more)) = (&mut self.moves, other.moves) {
            moves.merge(more);
        }
        self.found.merge(other.found);
        self.spent.reading += other.spent.reading;
        self.spent.evaluating += other.spent.evaluating;
        self.spent.counting += other.spent.counting;
    }
}

impl Spent {
    /// The share of reading in all of it, 0 where there is nothing.
    pub fn share_of_reading(&self) -> f64 {
        let all = self.reading + self.evaluating + self.counting;
        if all.is_zero() { 0.0 } else { self.reading.as_secs_f64() / all.as_secs_f64() }
    }
}
