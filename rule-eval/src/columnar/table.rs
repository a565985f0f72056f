//! What every comparison of a field says to every value that it can tell from others: a word of answers for each.
//!
//! Values that no comparison tells apart are one *cell*. Cell 0 is what is missing, of which no comparison is true.
//! Where there are few cells, their numbers take a byte.

use std::collections::HashMap;

use super::line::Line;
use super::predicate::Field;
use super::{Sets, Strings};
use crate::Attribute;

/// Where the answers of up to 64 comparisons of a field stand: in a part of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// Which of the words.
    pub(super) word: usize,
    /// The bit of the first of them.
    pub(super) shift: usize,
}

/// As many cells as a byte numbers.
pub(super) const BYTE_CELLS: usize = 256;

/// For each slot of a field the answers for each cell, and at least for [`BYTE_CELLS`].
pub(super) type Answers = Vec<Vec<u64>>;

/// What is known of a field before any column is.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) slots: Vec<Slot>,
    pub(super) ints: Line<i64>,
    pub(super) floats: Line<f64>,
    /// What is true of `false`, and what of `true`, by slot.
    pub(super) bools: [Vec<u64>; 2],
    /// What is true of any string that no comparison names, and of any set; by slot.
    any_string: Vec<u64>,
    any_set: Vec<u64>,
    /// The comparisons that are true of one string.
    by_string: HashMap<String, Vec<usize>>,
    /// The comparisons that are true of sets with one string.
    by_member: HashMap<String, Vec<usize>>,
    /// The comparisons for which a string has to be read.
    reading: Vec<usize>,
}

/// Sets the bit of a field's comparison in the answers for one cell.
fn set(words: &mut [u64], slots: &[Slot], predicate: usize) {
    if let (Some(word), Some(slot)) = (words.get_mut(predicate / 64), slots.get(predicate / 64)) {
        *word |= 1 << (slot.shift + predicate % 64);
    }
}

/// The answers for one value.
pub(super) fn answers(field: &Field, slots: &[Slot], value: &Attribute) -> Vec<u64> {
    let mut words = vec![0; slots.len()];
    for (index, predicate) in field.predicates.iter().enumerate() {
        if predicate.holds(value) {
            set(&mut words, slots, index);
        }
    }
    words
}

impl Table {
    /// The table of a field whose answers stand in these slots.
    pub(super) fn new(field: &Field, slots: Vec<Slot>) -> Self {
        let (ints, floats) = (Line::new(field, &slots), Line::new(field, &slots));
        let bools = [false, true].map(|value| answers(field, &slots, &Attribute::Bool(value)));
        let any_set = answers(field, &slots, &Attribute::Set(Vec::new()));
        let mut any_string = vec![0; slots.len()];
        let (mut by_string, mut by_member) =
            (HashMap::<String, Vec<usize>>::new(), HashMap::<String, Vec<usize>>::new());
        let mut reading = Vec::new();
        for (index, predicate) in field.predicates.iter().enumerate() {
            if let Some(member) = predicate.member() {
                by_member.entry(member.to_owned()).or_default().push(index);
            }
            if let Some(equal) = predicate.equal_string() {
                by_string.entry(equal.to_owned()).or_default().push(index);
            } else if predicate.reads_strings() {
                reading.push(index);
            } else if predicate.holds(&Attribute::String(String::new())) {
                set(&mut any_string, &slots, index);
            }
        }
        Self { slots, ints, floats, bools, any_string, any_set, by_string, by_member, reading }
    }

    /// The operand of a comparison of the field.
    pub(super) fn operand(&self, predicate: usize) -> Option<usize> {
        self.slots.get(predicate / 64).map(|slot| slot.word * 64 + slot.shift + predicate % 64)
    }

    /// The answers for each string, after those for what is missing.
    pub(super) fn strings(&self, field: &Field, strings: &Strings, answers: &mut Answers) {
        self.clear(answers, strings.distinct.len() + 1);
        let mut words = Vec::with_capacity(self.slots.len());
        for (text, cell) in strings.distinct.iter().zip(1..) {
            words.clone_from(&self.any_string);
            for index in self.by_string.get(text).into_iter().flatten() {
                set(&mut words, &self.slots, *index);
            }
            if !self.reading.is_empty() {
                let value = Attribute::String(text.clone());
                let reading =
                    self.reading.iter().filter_map(|index| Some((index, field.predicates.get(*index)?)));
                for (index, _) in reading.filter(|(_, predicate)| predicate.holds(&value)) {
                    set(&mut words, &self.slots, *index);
                }
            }
            write(answers, cell, &words);
        }
    }

    /// The answers for each set, after those for what is missing.
    pub(super) fn sets(&self, sets: &Sets, answers: &mut Answers) {
        self.clear(answers, sets.ends.len() + 1);
        let known: Vec<Option<&Vec<usize>>> =
            sets.distinct.iter().map(|text| self.by_member.get(text)).collect();
        let mut words = Vec::with_capacity(self.slots.len());
        let mut start = 0;
        for (end, cell) in sets.ends.iter().zip(1..) {
            words.clone_from(&self.any_set);
            let members = sets.members.get(start..*end as usize).unwrap_or_default();
            start = *end as usize;
            let indexes = members.iter().filter_map(|member| known.get(*member as usize).copied().flatten());
            for index in indexes.flatten() {
                set(&mut words, &self.slots, *index);
            }
            write(answers, cell, &words);
        }
    }

    fn clear(&self, answers: &mut Answers, cells: usize) {
        answers.resize(self.slots.len(), Vec::new());
        for words in answers {
            words.clear();
            words.resize(cells.max(BYTE_CELLS), 0);
        }
    }
}

fn write(answers: &mut Answers, cell: usize, words: &[u64]) {
    for (answers, word) in answers.iter_mut().zip(words) {
        if let Some(answer) = answers.get_mut(cell) {
            *answer = *word;
        }
    }
}
