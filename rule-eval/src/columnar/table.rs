//! What every comparison of a field says to every value that it can tell from others: a word of answers for each.
//!
//! Values that no comparison tells apart are one *cell*. Cell 0 is what is missing, of which no comparison is true.

use std::collections::HashMap;

use super::boundary;
use super::predicate::{Field, Predicate};
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

/// For each slot of a field the answers for each cell.
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

/// A line of numbers, cut into cells.
#[derive(Debug)]
pub(super) struct Line<T> {
    /// Where the second and every further cell starts.
    pub(super) starts: Vec<T>,
    /// The answers; those for the cell that starts at `starts[n]` stand at `n + 2`.
    pub(super) answers: Answers,
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

impl<T: Copy + PartialOrd + Into<Attribute>> Line<T> {
    /// Cuts the line where any comparison changes its answer.
    fn new(field: &Field, slots: &[Slot], least: T, cuts: impl Fn(&Predicate) -> [Option<T>; 2]) -> Self {
        let mut starts: Vec<T> = field.predicates.iter().flat_map(&cuts).flatten().collect();
        starts.sort_unstable_by(|left, right| left.partial_cmp(right).unwrap_or(std::cmp::Ordering::Equal));
        starts.dedup();
        // Each comparison is asked at its own cuts only: what changes there is noted, and added up from left to right.
        let cells = starts.len() + 2;
        let mut answers: Answers = vec![vec![0; cells]; slots.len()];
        for (words, word) in answers.iter_mut().zip(self::answers(field, slots, &least.into())) {
            if let Some(first) = words.get_mut(1) {
                *first = word;
            }
        }
        for (index, predicate) in field.predicates.iter().enumerate() {
            let mut before = predicate.holds(&least.into());
            for cut in cuts(predicate).into_iter().flatten() {
                let now = predicate.holds(&cut.into());
                let cell = starts.partition_point(|start| *start <= cut) + 1;
                let change = answers.get_mut(index / 64).and_then(|words| words.get_mut(cell));
                if let (true, Some(change), Some(slot)) = (now != before, change, slots.get(index / 64)) {
                    *change ^= 1 << (slot.shift + index % 64);
                }
                before = now;
            }
        }
        for words in &mut answers {
            let mut sum = 0;
            for word in words.iter_mut().skip(1) {
                sum ^= *word;
                *word = sum;
            }
        }
        Self { starts, answers }
    }
}

impl Table {
    /// The table of a field whose answers stand in these slots.
    pub(super) fn new(field: &Field, slots: Vec<Slot>) -> Self {
        let ints = Line::new(field, &slots, i64::MIN, |predicate| {
            predicate.value().map_or([None; 2], boundary::of_integers)
        });
        let floats = Line::new(field, &slots, f64::NEG_INFINITY, |predicate| {
            predicate.value().map_or([None; 2], boundary::of_floats)
        });
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
            words.resize(cells, 0);
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
