//! Where records go that another version of the rules sends elsewhere.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::examples::Examples;
use crate::tally::Rows;

/// The records that one rule decided before and another decides now.
#[derive(Clone, PartialEq, Debug)]
pub struct Move {
    /// How many they are.
    pub records: u64,
    /// Some of them.
    pub examples: Examples,
}

/// How many records go from which rule to which. Rules go by their places in the order in which those of their own
/// version decide; [`NONE`](crate::NONE) is no rule.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Moves {
    examples: usize,
    /// By the rule before, and the one now; of rules that are the same on both sides too.
    pub moves: FxHashMap<(u32, u32), Move>,
}

impl Moves {
    /// With so many examples of each.
    pub fn new(examples: usize) -> Self {
        Self { examples, moves: FxHashMap::default() }
    }

    /// Counts a batch. `same` tells whether a rule of before and one of now are the same, or none both: what stays
    /// where it is needs no examples.
    pub fn add(&mut self, rows: &Rows<'_>, before: &[u32], now: &[u32], same: impl Fn(u32, u32) -> bool) {
        for (row, pair) in before.iter().copied().zip(now.iter().copied()).enumerate() {
            let limit = if same(pair.0, pair.1) { 0 } else { self.examples };
            let new = || Move { records: 0, examples: Examples::of(limit) };
            let entry = self.moves.entry(pair).or_insert_with(new);
            entry.records += 1;
            entry.examples.add(rows, [row]);
        }
    }

    /// Adds the counts of another part of the records.
    pub fn merge(&mut self, other: Self) {
        for (pair, more) in other.moves {
            match self.moves.entry(pair) {
                Entry::Vacant(free) => {
                    free.insert(more);
                }
                Entry::Occupied(mut taken) => {
                    taken.get_mut().records += more.records;
                    taken.get_mut().examples.merge(more.examples);
                }
            }
        }
    }
}
