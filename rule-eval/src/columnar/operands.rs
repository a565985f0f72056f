//! What every comparison says to the rows of a chunk.
//!
//! Each value's cell gives a word of answers, a bit for each of many comparisons; the words of 64 rows, transposed, are a
//! word of rows for each comparison.

use std::ops::Range;

use super::chunk::{CHUNK_ROWS, CHUNK_WORDS, Chunk, all};
use super::line::{Line, Number};
use super::predicate::Field;
use super::table::{Answers, BYTE_CELLS, Table, answers};
use super::transpose::transpose;
use super::{Batch, Bitmap, Column, WORD_BITS};

/// The cells of a chunk's values, in bytes where those do; past the last row, anything.
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

/// Fills the operands that are comparisons. Bits past the last row are anything.
pub(super) fn fill(
    operands: &mut [Chunk],
    fields: &[(Field, Table)],
    batch: &Batch,
    looked_up: &[Answers],
    rows: Range<usize>,
    cells: &mut Cells,
) {
    operands.fill([0; CHUNK_WORDS]);
    let (squares, _) = operands.as_chunks_mut::<64>();
    for (((field, table), column), looked_up) in fields.iter().zip(&batch.columns).zip(looked_up) {
        match column {
            Column::Missing | Column::Bool { .. } => {}
            Column::Int { values, .. } => numbers(squares, table, &table.ints, part(values, &rows), cells),
            Column::Float { values, .. } => {
                numbers(squares, table, &table.floats, part(values, &rows), cells);
            }
            Column::String(strings) => codes(squares, table, looked_up, part(&strings.codes, &rows), cells),
            Column::Set(sets) => codes(squares, table, looked_up, part(&sets.codes, &rows), cells),
            Column::Mixed(values) => {
                for (row, value) in part(values, &rows).iter().enumerate() {
                    let Some(value) = value else { continue };
                    for (slot, word) in table.slots.iter().zip(answers(field, &table.slots, value)) {
                        let chunk =
                            squares.get_mut(slot.word).and_then(|square| square.get_mut(row % WORD_BITS));
                        if let Some(target) = chunk.and_then(|chunk| chunk.get_mut(row / WORD_BITS)) {
                            *target |= word;
                        }
                    }
                }
            }
        }
    }
    squares.iter_mut().for_each(transpose);
    for ((field, table), column) in fields.iter().zip(&batch.columns) {
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

/// Adds the answers for numbers.
fn numbers<T: Number>(
    squares: &mut [[Chunk; 64]],
    table: &Table,
    line: &Line<T>,
    values: &[T],
    cells: &mut Cells,
) {
    let Cells { bytes, words } = cells;
    if line.cells() <= BYTE_CELLS {
        line.find(values, bytes.as_mut_slice(), byte);
        add_bytes(squares, table, &line.answers, bytes);
    } else {
        line.find(values, words.as_mut_slice(), |cell| cell);
        add(squares, table, &line.answers, words);
    }
}

/// Adds the answers for coded values: what is missing has the greatest code, and becomes cell 0.
fn codes(squares: &mut [[Chunk; 64]], table: &Table, answers: &Answers, codes: &[u32], cells: &mut Cells) {
    let Cells { bytes, words } = cells;
    if answers.first().is_some_and(|answers| answers.len() <= BYTE_CELLS) {
        bytes.iter_mut().zip(codes).for_each(|(cell, code)| *cell = byte(code.wrapping_add(1)));
        bytes.iter_mut().skip(codes.len()).for_each(|cell| *cell = 0);
        add_bytes(squares, table, answers, bytes);
    } else {
        words.iter_mut().zip(codes).for_each(|(cell, code)| *cell = code.wrapping_add(1));
        words.iter_mut().skip(codes.len()).for_each(|cell| *cell = 0);
        add(squares, table, answers, words);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "there are no more cells than a byte numbers")]
fn byte(cell: u32) -> u8 {
    cell as u8
}

/// Adds the answers for each row's cell.
#[expect(
    clippy::indexing_slicing,
    reason = "a byte is within the answers, and a row of the chunk within its cells"
)]
fn add_bytes(squares: &mut [[Chunk; 64]], table: &Table, answers: &Answers, cells: &[u8; CHUNK_ROWS]) {
    for (slot, answers) in table.slots.iter().zip(answers) {
        let Some(answers) = answers.first_chunk::<BYTE_CELLS>() else { continue };
        let Some(square) = squares.get_mut(slot.word) else { continue };
        for (row, chunk) in square.iter_mut().enumerate() {
            for (word, target) in chunk.iter_mut().enumerate() {
                *target |= answers[usize::from(cells[word * WORD_BITS + row])];
            }
        }
    }
}

/// Adds the answers for each row's cell, where there are many.
#[expect(clippy::indexing_slicing, reason = "a row of the chunk is within its cells")]
fn add(squares: &mut [[Chunk; 64]], table: &Table, answers: &Answers, cells: &[u32; CHUNK_ROWS]) {
    for (slot, answers) in table.slots.iter().zip(answers) {
        let Some(square) = squares.get_mut(slot.word) else { continue };
        for (row, chunk) in square.iter_mut().enumerate() {
            for (word, target) in chunk.iter_mut().enumerate() {
                *target |= answers.get(cells[word * WORD_BITS + row] as usize).copied().unwrap_or_default();
            }
        }
    }
}
