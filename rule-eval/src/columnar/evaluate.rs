//! The rules over a batch, chunk by chunk.

use super::chunk::{CHUNK_ROWS, CHUNK_WORDS, Chunk, all};
use super::operands::{Cells, fill};
use super::program::Step;
use super::rules::ColumnRules;
use super::table::Answers;
use super::{Batch, Column, WORD_BITS};

/// In the place of a rule: no rule decides.
pub const UNDECIDED: u32 = u32::MAX;

/// What evaluating takes, used again for batch after batch.
#[derive(Debug, Default)]
pub struct Memory {
    /// For each comparison and shared part the rows of the chunk of which it is true.
    operands: Vec<Chunk>,
    /// For each field the answers for each string or set of the batch.
    answers: Vec<Answers>,
    /// For each field the cells of the chunk's values.
    cells: Vec<Cells>,
    stack: Vec<(Chunk, usize)>,
    matched: Vec<Chunk>,
    counts: Vec<Count>,
    /// For each row the rule that decides, 64 rows for each word.
    deciding: Vec<[u32; WORD_BITS]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    matched: usize,
    decided: usize,
}

/// What the rules say to a batch. Rules are named by their place among [`ColumnRules::rules`].
#[derive(Clone, Copy, Debug)]
pub struct Matches<'m> {
    rows: usize,
    chunks: usize,
    matched: &'m [Chunk],
    counts: &'m [Count],
    deciding: &'m [u32],
}

impl<'m> Matches<'m> {
    /// The rows that a rule matches, enabled or not: 64 rows a word, as in a [`Bitmap`](super::Bitmap).
    pub fn matched(&self, rule: usize) -> &'m [u64] {
        let start = rule.saturating_mul(self.chunks);
        let chunks = self.matched.get(start..start.saturating_add(self.chunks)).unwrap_or_default();
        chunks.as_flattened().get(..self.rows.div_ceil(WORD_BITS)).unwrap_or_default()
    }

    /// How many rows a rule matches.
    pub fn matched_count(&self, rule: usize) -> usize {
        self.counts.get(rule).map_or(0, |count| count.matched)
    }

    /// For each row the rule that decides, or [`UNDECIDED`].
    pub fn deciding(&self) -> &'m [u32] {
        self.deciding
    }

    /// The rows that a rule decides, in order.
    pub fn decided(&self, rule: usize) -> impl Iterator<Item = usize> + use<'m> {
        let deciding = self.deciding;
        let matched = if self.decided_count(rule) == 0 { &[] } else { self.matched(rule) };
        super::bitmap::ones(matched)
            .filter(move |row| deciding.get(*row).is_some_and(|decides| *decides as usize == rule))
    }

    /// How many rows a rule decides.
    pub fn decided_count(&self, rule: usize) -> usize {
        self.counts.get(rule).map_or(0, |count| count.decided)
    }
}

impl ColumnRules<'_> {
    /// What the rules say to the records of a batch, which holds a column for each of [`fields`](Self::fields). It means
    /// what the reference evaluator does; a column that is not there, or too short, is missing there.
    ///
    /// The answer takes an eighth of a byte for each rule and row: of many rules, give smaller batches.
    pub fn evaluate<'m>(&self, batch: &Batch, memory: &'m mut Memory) -> Matches<'m> {
        self.look_up(batch, memory);
        let chunks = batch.rows.div_ceil(CHUNK_ROWS);
        memory.operands.clear();
        memory.operands.resize(self.words * 64 + self.shared.len(), [0; CHUNK_WORDS]);
        memory.matched.resize(self.programs.len() * chunks, [0; CHUNK_WORDS]);
        memory.counts.clear();
        memory.counts.resize(self.programs.len(), Count::default());
        memory.deciding.clear();
        memory.deciding.resize(batch.rows.div_ceil(WORD_BITS), [UNDECIDED; WORD_BITS]);
        for chunk in 0..chunks {
            let rows = chunk * CHUNK_ROWS..batch.rows.min((chunk + 1) * CHUNK_ROWS);
            let Memory { operands, answers, cells, .. } = memory;
            let comparisons = operands.get_mut(..self.words * 64).unwrap_or_default();
            fill(comparisons, &self.fields, batch, answers, rows.clone(), cells);
            self.combine(chunk, chunks, rows, memory);
        }
        let Memory { matched, counts, deciding, .. } = memory;
        let deciding = deciding.as_flattened().get(..batch.rows).unwrap_or_default();
        Matches { rows: batch.rows, chunks, matched, counts, deciding }
    }

    /// Asks every comparison about every distinct string and set.
    fn look_up(&self, batch: &Batch, memory: &mut Memory) {
        memory.answers.resize(self.fields.len(), Answers::new());
        for (((field, table), column), answers) in
            self.fields.iter().zip(&batch.columns).zip(&mut memory.answers)
        {
            match column {
                Column::String(strings) => table.strings(field, strings, answers),
                Column::Set(sets) => table.sets(sets, answers),
                _ => {}
            }
        }
    }

    /// Combines the operands to what the rules say.
    fn combine(&self, chunk: usize, chunks: usize, rows: std::ops::Range<usize>, memory: &mut Memory) {
        let all = all(rows.len());
        for (part, steps) in self.shared.iter().enumerate() {
            let made = run(steps, &memory.operands, all, &mut memory.stack);
            if let Some(operand) = memory.operands.get_mut(self.words * 64 + part) {
                *operand = made;
            }
        }
        let mut undecided = all;
        let deciding = memory.deciding.get_mut(chunk * CHUNK_WORDS..).unwrap_or_default();
        for (rule, ((enabled, steps), count)) in self.programs.iter().zip(&mut memory.counts).enumerate() {
            let made = run(steps, &memory.operands, all, &mut memory.stack);
            if let Some(matched) = memory.matched.get_mut(rule * chunks + chunk) {
                *matched = made;
            }
            if is_empty(&made) {
                continue;
            }
            count.matched += made.iter().map(|word| word.count_ones() as usize).sum::<usize>();
            if !enabled {
                continue;
            }
            for ((word, undecided), deciding) in made.iter().zip(&mut undecided).zip(deciding.iter_mut()) {
                let mut decided = word & *undecided;
                if decided == 0 {
                    continue;
                }
                *undecided &= !decided;
                count.decided += decided.count_ones() as usize;
                while decided != 0 {
                    if let Some(decides) = deciding.get_mut(decided.trailing_zeros() as usize) {
                        *decides = u32::try_from(rule).unwrap_or(UNDECIDED);
                    }
                    decided &= decided - 1;
                }
            }
        }
    }
}

/// Makes a bitmap out of all rows.
fn run(steps: &[Step], operands: &[Chunk], all: Chunk, stack: &mut Vec<(Chunk, usize)>) -> Chunk {
    stack.clear();
    let mut bitmap = all;
    let mut end = steps.len();
    let mut at = 0;
    while let Some(step) = steps.get(at) {
        at += 1;
        match *step {
            Step::And(operand) => {
                if let Some(operand) = operands.get(operand as usize) {
                    bitmap.iter_mut().zip(operand).for_each(|(word, other)| *word &= other);
                }
            }
            Step::AndNot(operand) => {
                if let Some(operand) = operands.get(operand as usize) {
                    bitmap.iter_mut().zip(operand).for_each(|(word, other)| *word &= !other);
                }
            }
            Step::Begin(length) => {
                stack.push((bitmap, end));
                // What the part takes away is asked of no other rows than those that are left.
                end = at - 1 + length as usize;
            }
            Step::EndNot => {
                let Some((outer, outer_end)) = stack.pop() else { break };
                bitmap.iter_mut().zip(outer).for_each(|(word, outer)| *word = outer & !*word);
                end = outer_end;
            }
        }
        if is_empty(&bitmap) {
            at = at.max(end);
        }
    }
    bitmap
}

fn is_empty(bitmap: &Chunk) -> bool {
    bitmap.iter().fold(0, |any, word| any | word) == 0
}
