//! What rules did to records, counted. Counts of parts of the records add up to those of the whole, in any order.

use std::collections::BTreeMap;

use rule_eval::columnar::{Batch, Column, Matches, UNDECIDED, WORD_BITS};
use rustc_hash::FxHashMap;

use crate::examples::Examples;

/// The rule of a record that none decides.
pub const NONE: u32 = UNDECIDED;

/// The most steps of time that are counted; records of further ones count as those without a time do.
pub const MAX_STEPS: usize = 10_000;

/// The records of a batch: where they came from, and what of them is no attribute.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The attributes.
    pub batch: &'a Batch,
    /// What the columns of the batch are.
    pub fields: &'a [String],
    /// The place of their file among the files.
    pub file: u32,
    /// For each row its number in the file, as the file counts.
    pub numbers: &'a [u64],
    /// What names each row, where anything does.
    pub ids: Option<&'a Column>,
    /// For each row the step of time that it belongs to; none where there are no steps.
    pub steps: &'a [Option<i64>],
}

/// What one rule did.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RuleCount {
    /// How many records it matches.
    pub matched: u64,
    /// How many of them it decides.
    pub decided: u64,
}

/// What the rules of one version did.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Tally {
    /// How many records there were.
    pub records: u64,
    /// What each rule did, in the order in which they decide.
    pub rules: Vec<RuleCount>,
    /// How many records a rule decides that another matches too: by the one that decides, and the other.
    pub overlaps: FxHashMap<(u32, u32), u64>,
    /// How many records a rule, or [`NONE`], decides in each step of time.
    pub steps: BTreeMap<i64, FxHashMap<u32, u64>>,
    /// How many records have no time, or one past [`MAX_STEPS`] others.
    pub timeless: u64,
    /// Some of those that no rule decides.
    pub undecided: Examples,
}

impl Tally {
    /// Of so many rules, with so many examples.
    pub fn new(rules: usize, examples: usize) -> Self {
        Self {
            rules: vec![RuleCount::default(); rules],
            undecided: Examples::of(examples),
            ..Self::default()
        }
    }

    /// How many records no rule decides.
    pub fn none(&self) -> u64 {
        self.records.saturating_sub(self.rules.iter().map(|rule| rule.decided).sum())
    }

    /// Counts a batch.
    pub fn add(&mut self, rows: &Rows<'_>, matches: &Matches<'_>, memory: &mut Memory) {
        self.records += rows.batch.rows as u64;
        memory.count.clear();
        memory.count.resize(self.rules.len(), 0);
        for place in 0..self.rules.len() {
            let (all, decided) = (matches.matched_count(place), matches.decided_count(place));
            if let Some(count) = self.rules.get_mut(place) {
                count.matched += all as u64;
                count.decided += decided as u64;
            }
            if all > decided
                && let Ok(rule) = u32::try_from(place)
            {
                self.overlap(rule, matches.matched(place), matches.deciding(), memory);
            }
        }
        if !rows.steps.is_empty() {
            self.count_steps(rows, matches.deciding());
        }
        let none = matches.deciding().iter().zip(0..).filter(|(rule, _)| **rule == NONE).map(|(_, row)| row);
        self.undecided.add(rows, none);
    }

    /// Counts the records that a rule matches and another decides.
    fn overlap(&mut self, rule: u32, matched: &[u64], deciding: &[u32], memory: &mut Memory) {
        for (word, deciding) in matched.iter().zip(deciding.chunks(WORD_BITS)) {
            let mut rest = *word;
            while rest != 0 {
                let winner = deciding.get(rest.trailing_zeros() as usize).copied().unwrap_or(NONE);
                rest &= rest - 1;
                if winner == rule {
                    continue;
                }
                if let Some(count) = memory.count.get_mut(winner as usize) {
                    if *count == 0 {
                        memory.winners.push(winner);
                    }
                    *count += 1;
                }
            }
        }
        for winner in memory.winners.drain(..) {
            if let Some(count) = memory.count.get_mut(winner as usize) {
                *self.overlaps.entry((winner, rule)).or_default() += std::mem::take(count);
            }
        }
    }

    fn count_steps(&mut self, rows: &Rows<'_>, deciding: &[u32]) {
        for (step, rule) in rows.steps.iter().zip(deciding) {
            let is_room = |step: &&i64| self.steps.len() < MAX_STEPS || self.steps.contains_key(step);
            match step.as_ref().filter(is_room) {
                Some(step) => *self.steps.entry(*step).or_default().entry(*rule).or_default() += 1,
                None => self.timeless += 1,
            }
        }
    }

    /// Adds the counts of another part of the records.
    pub fn merge(&mut self, other: Self) {
        self.records += other.records;
        for (rule, more) in self.rules.iter_mut().zip(other.rules) {
            rule.matched += more.matched;
            rule.decided += more.decided;
        }
        for (pair, more) in other.overlaps {
            *self.overlaps.entry(pair).or_default() += more;
        }
        for (step, counts) in other.steps {
            let step = self.steps.entry(step).or_default();
            for (rule, more) in counts {
                *step.entry(rule).or_default() += more;
            }
        }
        self.timeless += other.timeless;
        self.undecided.merge(other.undecided);
    }
}

/// What counting a batch needs, kept for the next one.
#[derive(Debug, Default)]
pub struct Memory {
    /// A count for each rule; all 0 between uses.
    count: Vec<u64>,
    winners: Vec<u32>,
}
