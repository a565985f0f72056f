//! What a backtest found, in the words of the rules.

use std::collections::BTreeMap;

use genesys_model::RuleBody;
use rule_eval::Interaction;
use serde::Serialize;

use crate::examples::{Example, Examples};
use crate::moves::Moves;
use crate::tally::{NONE, Tally};

/// What a backtest found. Rates are shares of the records that were read, 0 where there are none.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// How many records were read.
    pub records: u64,
    /// How many were left out because they were wrong.
    pub rejected: u64,
    /// How many records a rule decides.
    pub decided: u64,
    /// The share of them.
    pub decided_rate: f64,
    /// Those that no rule takes.
    pub undecided: Undecided,
    /// What each rule did, in the order in which they decide.
    pub rules: Vec<RuleReport>,
    /// Where records go, the most first.
    pub queues: Vec<QueueReport>,
    /// Which rules match together, and which of them decides; the most first.
    pub overlaps: Vec<Overlap>,
    /// What happened over time; nothing where no time is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// How many records have no time, where one was looked for.
    #[serde(skip_serializing_if = "is_zero")]
    pub timeless: u64,
    /// What moves, compared with other rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The records that no rule takes.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Undecided {
    /// How many.
    pub records: u64,
    /// Their share.
    pub rate: f64,
    /// Some of them.
    pub examples: Vec<Shown>,
}

/// What one rule did.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RuleReport {
    /// Which.
    #[serde(flatten)]
    pub rule: Named,
    /// Its priority.
    pub priority: i64,
    /// Whether it may decide at all.
    pub enabled: bool,
    /// How many records it matches.
    pub matched: u64,
    /// Their share.
    pub match_rate: f64,
    /// How many records it decides.
    pub decided: u64,
    /// Their share.
    pub decide_rate: f64,
}

/// A rule and its queue.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Named {
    /// The rule's name.
    pub rule: String,
    /// Its queue's name or id.
    pub queue: String,
}

/// A queue and what goes there.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct QueueReport {
    /// Its name or id.
    pub queue: String,
    /// How many records go there.
    pub records: u64,
    /// Their share.
    pub rate: f64,
}

/// Two rules that match the same records.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Overlap {
    /// The rule that decides.
    pub decides: Named,
    /// The rule that matches too.
    pub matches: Named,
    /// How many records.
    pub records: u64,
}

/// A step of time.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Step {
    /// When it starts, in milliseconds since 1970 began in UTC.
    pub start: i64,
    /// How many records it has.
    pub records: u64,
    /// How many of them no rule takes.
    pub undecided: u64,
    /// How many go to which queue.
    pub queues: BTreeMap<String, u64>,
}

/// What moves, compared with other rules.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Against {
    /// What the other rules are called.
    pub label: String,
    /// How many records the same rule decides as before, or none as before.
    pub same: u64,
    /// How many records another rule decides.
    pub moved: u64,
    /// How many of those go to another queue, or now go to one or to none.
    pub moved_queue: u64,
    /// The share of those that another rule decides.
    pub rate: f64,
    /// From which queue to which, the most first; none is no queue.
    pub queues: Vec<QueueMove>,
    /// From which rule to which, the most first.
    pub moves: Vec<RuleMove>,
}

/// Records that go to another queue.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct QueueMove {
    /// Where they went; null where no rule took them.
    pub from: Option<String>,
    /// Where they go.
    pub to: Option<String>,
    /// How many.
    pub records: u64,
}

/// Records that another rule decides.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RuleMove {
    /// The rule before; null where none decided.
    pub from: Option<Named>,
    /// The rule now.
    pub to: Option<Named>,
    /// How many.
    pub records: u64,
    /// Their share.
    pub rate: f64,
    /// Some of them.
    pub examples: Vec<Shown>,
}

/// A record that is shown.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Shown {
    /// Its file.
    pub file: String,
    /// Its number there: the line of a text, the row of a table, from 1.
    pub number: u64,
    /// What names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its attributes, those that rules ask for.
    pub attributes: Interaction,
}

/// The rules that were compared with.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// What they are called.
    pub label: &'a str,
    /// The rules, in the order in which they decide.
    pub rules: &'a [&'a RuleBody],
    /// What moved.
    pub moves: &'a Moves,
}

impl Named {
    fn of(rule: &RuleBody) -> Self {
        Self { rule: rule.name.clone(), queue: rule.queue.as_str().to_owned() }
    }
}

/// Whether a rule of one version is the one of the other that has its name and its queue; none is none.
pub fn is_same(before: Option<&RuleBody>, now: Option<&RuleBody>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => before.name == now.name && before.queue.as_str() == now.queue.as_str(),
        (None, None) => true,
        _ => false,
    }
}

impl Report {
    /// What was counted, in the words of the rules, which stand in the order in which they decide.
    pub fn new(
        rules: &[&RuleBody],
        tally: &Tally,
        before: Option<Before<'_>>,
        files: &[String],
        rejected: u64,
    ) -> Self {
        let names = Names { rules, files, records: tally.records };
        let decided = tally.records - tally.none();
        Self {
            records: tally.records,
            rejected,
            decided,
            decided_rate: names.rate(decided),
            undecided: Undecided {
                records: tally.none(),
                rate: names.rate(tally.none()),
                examples: names.shown(&tally.undecided),
            },
            rules: names.rules(tally),
            queues: names.queues(tally),
            overlaps: names.overlaps(tally),
            steps: names.steps(tally),
            timeless: tally.timeless,
            against: before.map(|before| names.against(&before)),
        }
    }

    /// The rules that match no record at all.
    pub fn never(&self) -> impl Iterator<Item = &RuleReport> {
        self.rules.iter().filter(|rule| rule.matched == 0)
    }
}

/// What is needed to put names to counts.
struct Names<'a> {
    rules: &'a [&'a RuleBody],
    files: &'a [String],
    records: u64,
}

impl Names<'_> {
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than a float has")]
    fn rate(&self, records: u64) -> f64 {
        if self.records == 0 { 0.0 } else { records as f64 / self.records as f64 }
    }

    fn rules(&self, tally: &Tally) -> Vec<RuleReport> {
        let report = |(rule, count): (&&RuleBody, &crate::tally::RuleCount)| RuleReport {
            rule: Named::of(rule),
            priority: rule.priority,
            enabled: rule.enabled,
            matched: count.matched,
            match_rate: self.rate(count.matched),
            decided: count.decided,
            decide_rate: self.rate(count.decided),
        };
        self.rules.iter().zip(&tally.rules).map(report).collect()
    }

    fn queues(&self, tally: &Tally) -> Vec<QueueReport> {
        let mut queues: BTreeMap<&str, u64> = BTreeMap::new();
        for (rule, count) in self.rules.iter().zip(&tally.rules) {
            *queues.entry(rule.queue.as_str()).or_default() += count.decided;
        }
        let report = |(queue, records): (&str, u64)| QueueReport {
            queue: queue.to_owned(),
            records,
            rate: self.rate(records),
        };
        most_first(queues.into_iter().map(report).collect(), |queue| queue.records)
    }

    fn overlaps(&self, tally: &Tally) -> Vec<Overlap> {
        let mut overlaps: Vec<_> = tally.overlaps.iter().collect();
        overlaps.sort_unstable();
        let named = |rule: u32| self.rules.get(rule as usize).map(|rule| Named::of(rule));
        let overlap = |((decides, matches), records): (&(u32, u32), &u64)| {
            Some(Overlap { decides: named(*decides)?, matches: named(*matches)?, records: *records })
        };
        most_first(overlaps.into_iter().filter_map(overlap).collect(), |overlap| overlap.records)
    }

    fn steps(&self, tally: &Tally) -> Vec<Step> {
        let step = |(start, counts): (&i64, &rustc_hash::FxHashMap<u32, u64>)| {
            let mut step = Step { start: *start, records: 0, undecided: 0, queues: BTreeMap::new() };
            for (rule, records) in counts {
                step.records += records;
                match self.rules.get(*rule as usize) {
                    Some(rule) => *step.queues.entry(rule.queue.as_str().to_owned()).or_default() += records,
                    None => step.undecided += records,
                }
            }
            step
        };
        tally.steps.iter().map(step).collect()
    }

    fn shown(&self, examples: &Examples) -> Vec<Shown> {
        let shown = |example: &Example| Shown {
            file: self.files.get(example.file as usize).cloned().unwrap_or_default(),
            number: example.number,
            id: example.id.clone(),
            attributes: example.attributes.clone(),
        };
        examples.iter().map(shown).collect()
    }

    fn against(&self, before: &Before<'_>) -> Against {
        let old = |rule: u32| before.rules.get(rule as usize).copied().filter(|_| rule != NONE);
        let new = |rule: u32| self.rules.get(rule as usize).copied().filter(|_| rule != NONE);
        let queue = |rule: Option<&RuleBody>| rule.map(|rule| rule.queue.as_str().to_owned());
        let mut pairs: Vec<_> = before.moves.moves.iter().collect();
        pairs.sort_unstable_by_key(|(pair, _)| **pair);
        let (mut same, mut moves) = (0, Vec::new());
        let mut queues: BTreeMap<(Option<String>, Option<String>), u64> = BTreeMap::new();
        for ((from, to), one) in pairs {
            let (from, to) = (old(*from), new(*to));
            if is_same(from, to) {
                same += one.records;
                continue;
            }
            if queue(from) != queue(to) {
                *queues.entry((queue(from), queue(to))).or_default() += one.records;
            }
            moves.push(RuleMove {
                from: from.map(Named::of),
                to: to.map(Named::of),
                records: one.records,
                rate: self.rate(one.records),
                examples: self.shown(&one.examples),
            });
        }
        let elsewhere = moves.iter().map(|one: &RuleMove| one.records).sum();
        let queues: Vec<_> =
            queues.into_iter().map(|((from, to), records)| QueueMove { from, to, records }).collect();
        Against {
            label: before.label.to_owned(),
            same,
            moved: elsewhere,
            moved_queue: queues.iter().map(|one| one.records).sum(),
            rate: self.rate(elsewhere),
            queues: most_first(queues, |one| one.records),
            moves: most_first(moves, |one| one.records),
        }
    }
}

/// The most first; what is as many stays in its order.
fn most_first<T>(mut list: Vec<T>, records: impl Fn(&T) -> u64) -> Vec<T> {
    list.sort_by_key(|one| std::cmp::Reverse(records(one)));
    list
}
