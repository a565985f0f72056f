//! What every comparison says to the rows of a chunk.
//!
//! Each value's cell gives a word of answers, a bit for each of many comparisons; the words of 64 rows, transposed, are a
//! word of rows for each comparison.

use std::ops::Range;

use super::chunk::{CHUNK_ROWS, CHUNK_WORDS, Chunk, all};
use super::line::{Line, Number};
use super::predicate::Field;
use super::table::{Answers, BYTE_CELLS, Slot, Table, answers};
use super::transpose::transpose;
use super::wide::wide;
use super::{Batch, Bitmap, Column, WORD_BITS};
use crate::Attribute;

/// The cells of a column's values in a chunk, in bytes where those do; past the last row, anything.
#[derive(Debug)]
pub(super) struct Cells {
    bytes: Box<[u8; CHUNK_ROWS]>,
    words: Box<[u32; CHUNK_ROWS]>,
}

impl Default for Cells {
    fn default() -> Self {
        Self { bytes: Box::new([0; CHUNK_ROWS]), words: Box::new([0; CHUNK_ROWS]) }
    }
}

/// The cells that were found for a column, and the answers for each.
enum Found<'a> {
    /// The column has none.
    Nothing,
    Bytes(&'a Answers, &'a [u8; CHUNK_ROWS]),
    Words(&'a Answers, &'a [u32; CHUNK_ROWS]),
}

/// Fills the operands that are comparisons. Bits past the last row are anything.
pub(super) fn fill(
    operands: &mut [Chunk],
    fields: &[(Field, Table)],
    batch: &Batch,
    looked_up: &[Answers],
    rows: Range<usize>,
    cells: &mut Vec<Cells>,
) {
    cells.resize_with(fields.len(), Cells::default);
    let columns = fields.iter().zip(&batch.columns);
    let found: Vec<Found<'_>> = columns
        .clone()
        .zip(looked_up)
        .zip(cells)
        .map(|((((_, table), column), looked_up), cells)| match column {
            Column::Int { values, .. } => numbers(&table.ints, part(values, &rows), cells),
            Column::Float { values, .. } => numbers(&table.floats, part(values, &rows), cells),
            Column::String(strings) => codes(looked_up, part(&strings.codes, &rows), cells),
            Column::Set(sets) => codes(looked_up, part(&sets.codes, &rows), cells),
            Column::Missing | Column::Bool { .. } | Column::Mixed(_) => Found::Nothing,
        })
        .collect();
    // One square after the other: it stays in the nearest cache until it is done.
    let (squares, _) = operands.as_chunks_mut::<64>();
    for (place, square) in squares.iter_mut().enumerate() {
        square.fill([0; CHUNK_WORDS]);
        let mut bytes = Vec::new();
        for (((field, table), column), found) in columns.clone().zip(&found) {
            let here = |slot: &&Slot| slot.word == place;
            match (found, column) {
                (Found::Bytes(answers, cells), _) => {
                    let slots = table.slots.iter().zip(*answers).filter(|(slot, _)| here(slot));
                    bytes.extend(slots.filter_map(|(_, answers)| Some((answers.first_chunk()?, *cells))));
                }
                (Found::Words(answers, cells), _) => {
                    let slots = table.slots.iter().zip(*answers).filter(|(slot, _)| here(slot));
                    slots.for_each(|(_, answers)| add(square, answers, cells));
                }
                (Found::Nothing, Column::Mixed(values)) if table.slots.iter().any(|slot| here(&slot)) => {
                    mixed(square, place, field, table, part(values, &rows));
                }
                (Found::Nothing, _) => {}
            }
        }
        add_all(square, &bytes);
        transpose(square);
    }
    for ((field, table), column) in columns {
        // Of those columns that do not say of each row that it is missing.
        let length = match column {
            Column::Bool { values, .. } => values.rows(),
            Column::Int { values, .. } => values.len(),
            Column::Float { values, .. } => values.len(),
            _ => rows.end,
        };
        if let Column::Bool { values, .. } = column {
            bools(operands, field, table, &words_of(values, &rows));
        }
        if let Column::Bool { present: Some(present), .. }
        | Column::Int { present: Some(present), .. }
        | Column::Float { present: Some(present), .. } = column
        {
            keep(operands, field, table, &words_of(present, &rows));
        }
        if length < rows.end {
            keep(operands, field, table, &all(length.saturating_sub(rows.start)));
        }
    }
}

/// The rows of a chunk.
fn part<'a, T>(values: &'a [T], rows: &Range<usize>) -> &'a [T] {
    values.get(rows.start.min(values.len())..rows.end.min(values.len())).unwrap_or_default()
}

/// The words of a chunk.
fn words_of(bitmap: &Bitmap, rows: &Range<usize>) -> Chunk {
    let words = bitmap.words().get(rows.start / WORD_BITS..).unwrap_or_default();
    std::array::from_fn(|word| words.get(word).copied().unwrap_or_default())
}

/// Takes away the rows that are missing, of which no comparison is true.
fn keep(operands: &mut [Chunk], field: &Field, table: &Table, present: &Chunk) {
    for index in 0..field.predicates.len() {
        if let Some(target) = table.operand(index).and_then(|operand| operands.get_mut(operand)) {
            target.iter_mut().zip(present).for_each(|(word, present)| *word &= present);
        }
    }
}

/// Fills the operands of truth values.
fn bools(operands: &mut [Chunk], field: &Field, table: &Table, values: &Chunk) {
    for index in 0..field.predicates.len() {
        let Some(operand) = table.operand(index) else { continue };
        let holds_of =
            |words: &Vec<u64>| words.get(index / 64).is_some_and(|word| word >> (operand % 64) & 1 == 1);
        let [of_false, of_true] = table.bools.each_ref().map(holds_of);
        if let Some(target) = operands.get_mut(operand) {
            *target = values.map(|value| if of_true { value } else { 0 } | if of_false { !value } else { 0 });
        }
    }
}

/// Finds the cells of numbers.
fn numbers<'a, T: Number>(line: &'a Line<T>, values: &[T], cells: &'a mut Cells) -> Found<'a> {
    let Cells { bytes, words } = cells;
    if line.cells() <= BYTE_CELLS {
        line.find(values, bytes.as_mut_slice(), byte);
        return Found::Bytes(&line.answers, bytes);
    }
    line.find(values, words.as_mut_slice(), |cell| cell);
    Found::Words(&line.answers, words)
}

/// Finds the cells of coded values: what is missing has the greatest code, and becomes cell 0.
fn codes<'a>(answers: &'a Answers, codes: &[u32], cells: &'a mut Cells) -> Found<'a> {
    let Cells { bytes, words } = cells;
    if answers.first().is_some_and(|answers| answers.len() <= BYTE_CELLS) {
        wide(
            #[inline(always)]
            || bytes.iter_mut().zip(codes).for_each(|(cell, code)| *cell = byte(code.wrapping_add(1))),
        );
        bytes.iter_mut().skip(codes.len()).for_each(|cell| *cell = 0);
        return Found::Bytes(answers, bytes);
    }
    words.iter_mut().zip(codes).for_each(|(cell, code)| *cell = code.wrapping_add(1));
    words.iter_mut().skip(codes.len()).for_each(|cell| *cell = 0);
    Found::Words(answers, words)
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "there are no more cells than a byte numbers")]
fn byte(cell: u32) -> u8 {
    cell as u8
}

/// The answers of a slot, and each row's cell among them.
type ByBytes<'a> = (&'a [u64; BYTE_CELLS], &'a [u8; CHUNK_ROWS]);

/// Adds the answers of all slots of a word, for several in one go.
fn add_all(square: &mut [Chunk; 64], slots: &[ByBytes<'_>]) {
    let mut rest = slots;
    loop {
        rest = match rest {
            [] => return,
            [one] => return add_bytes(square, [*one]),
            [one, two] => return add_bytes(square, [*one, *two]),
            [one, two, three] => return add_bytes(square, [*one, *two, *three]),
            [one, two, three, four, rest @ ..] => {
                add_bytes(square, [*one, *two, *three, *four]);
                rest
            }
        }
    }
}

/// Adds the answers for each row's cells.
#[expect(
    clippy::indexing_slicing,
    reason = "a byte is within the answers, and a row of the chunk within its cells"
)]
fn add_bytes<const SLOTS: usize>(square: &mut [Chunk; 64], slots: [ByBytes<'_>; SLOTS]) {
    for (row, chunk) in square.iter_mut().enumerate() {
        for (word, target) in chunk.iter_mut().enumerate() {
            for (answers, cells) in slots {
                *target |= answers[usize::from(cells[word * WORD_BITS + row])];
            }
        }
    }
}

/// Adds the answers for each row's cell, where there are many.
#[expect(clippy::indexing_slicing, reason = "a row of the chunk is within its cells")]
fn add(square: &mut [Chunk; 64], answers: &[u64], cells: &[u32; CHUNK_ROWS]) {
    for (row, chunk) in square.iter_mut().enumerate() {
        for (word, target) in chunk.iter_mut().enumerate() {
            *target |= answers.get(cells[word * WORD_BITS + row] as usize).copied().unwrap_or_default();
        }
    }
}

/// Adds the answers for values of several types, each of which is compared anew.
fn mixed(square: &mut [Chunk; 64], place: usize, field: &Field, table: &Table, values: &[Option<Attribute>]) {
    for (row, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        let Some(target) = square.get_mut(row % WORD_BITS).and_then(|chunk| chunk.get_mut(row / WORD_BITS))
        else {
            continue;
        };
        for (slot, word) in table.slots.iter().zip(answers(field, &table.slots, value)) {
            if slot.word == place {
                *target |= word;
            }
        }
    }
}
