//! What is counted: against counting record by record, and in parts.

use std::collections::BTreeMap;

use genesys_model::{Condition, ConditionOperator, Expression, QueueRef, RuleBody, Scalar};
use proptest::prelude::*;
use rule_backtest::report::{Before, is_same};
use rule_backtest::{Memory, Moves, Report, Rows, Tally};
use rule_eval::columnar::{self, Batch, Column, ColumnRules};
use rule_eval::{Interaction, Rules};

/// Each rule wants one attribute, `n`, to be at least something.
fn rule((name, queue, priority, least, enabled): (u8, u8, i64, i64, bool)) -> RuleBody {
    RuleBody {
        name: format!("rule {name}"),
        description: None,
        queue: QueueRef::Name(format!("queue {queue}")),
        priority,
        enabled,
        expression: Expression::Condition(Condition {
            field: "n".to_owned(),
            operator: ConditionOperator::Gte,
            value: Some(Scalar::Int(least)),
        }),
        was: None,
    }
}

fn rules() -> impl Strategy<Value = Vec<RuleBody>> {
    let one = (0..6_u8, 0..3_u8, 0..3_i64, 0..12_i64, prop::bool::weighted(0.9));
    prop::collection::vec(one.prop_map(rule), 0..8)
}

struct Part {
    batch: Batch,
    numbers: Vec<u64>,
    steps: Vec<Option<i64>>,
}

fn part(records: &[i64], first: usize) -> Part {
    Part {
        batch: Batch {
            rows: records.len(),
            columns: vec![Column::Int { values: records.to_vec(), present: None }],
        },
        numbers: (first as u64 + 1..).take(records.len()).collect(),
        steps: records.iter().map(|n| (n % 5 != 0).then_some(n / 4)).collect(),
    }
}

fn count(new: &ColumnRules<'_>, old: &ColumnRules<'_>, records: &[i64], first: usize) -> (Tally, Moves) {
    let part = part(records, first);
    let (mut memory, mut other_memory) = (columnar::Memory::default(), columnar::Memory::default());
    let (now, before) =
        (new.evaluate(&part.batch, &mut memory), old.evaluate(&part.batch, &mut other_memory));
    let fields = ["n".to_owned()];
    let rows = Rows {
        batch: &part.batch,
        fields: &fields,
        file: 0,
        numbers: &part.numbers,
        ids: None,
        steps: &part.steps,
    };
    let mut tally = Tally::new(new.rules().len(), 2);
    tally.add(&rows, &now, &mut Memory::default());
    let mut moves = Moves::new(2);
    let same = |before: u32, now: u32| {
        is_same(old.rules().get(before as usize).copied(), new.rules().get(now as usize).copied())
    };
    moves.add(&rows, before.deciding(), now.deciding(), same);
    (tally, moves)
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole_in_any_order(
        new in rules(), old in rules(),
        records in prop::collection::vec(0..12_i64, 0..200), cut in 0..200_usize,
    ) {
        let (new, old) = (ColumnRules::new(&new).unwrap(), ColumnRules::new(&old).unwrap());
        let cut = cut.min(records.len());
        let whole = count(&new, &old, &records, 0);
        let (mut tally, mut moves) = count(&new, &old, &records[cut..], cut);
        let (other_tally, other_moves) = count(&new, &old, &records[..cut], 0);
        tally.merge(other_tally);
        moves.merge(other_moves);
        prop_assert_eq!((tally, moves), whole);
    }

    #[test]
    fn every_figure_is_what_counting_by_hand_gives(
        new in rules(), old in rules(), records in prop::collection::vec(0..12_i64, 0..150),
    ) {
        let (columns, other_columns) = (ColumnRules::new(&new).unwrap(), ColumnRules::new(&old).unwrap());
        let (new, old) = (Rules::new(&new).unwrap(), Rules::new(&old).unwrap());
        let (tally, moves) = count(&columns, &other_columns, &records, 0);
        let (order, before) = (columns.rules(), other_columns.rules());
        let files = ["calls.jsonl".to_owned()];
        let before = Before { label: "old", rules: before, moves: &moves };
        let report = Report::new(order, &tally, Some(before), &files, 0);

        let interactions: Vec<Interaction> = records.iter().map(|n| [("n", *n)].into_iter().collect()).collect();
        let (mut matched, mut decided) = (BTreeMap::new(), BTreeMap::new());
        let (mut overlaps, mut moved, mut none) = (0, 0, 0);
        for interaction in &interactions {
            let rules = new.evaluate(interaction, None).rules;
            let decides = rules.iter().position(|rule| rule.decides);
            for (place, _) in rules.iter().enumerate().filter(|(_, rule)| rule.matched) {
                *matched.entry(place).or_insert(0_u64) += 1;
                overlaps += u64::from(decides.is_some_and(|decides| decides != place));
            }
            match decides {
                Some(place) => *decided.entry(place).or_insert(0_u64) += 1,
                None => none += 1,
            }
            moved += u64::from(!is_same(old.decide(interaction, None), new.decide(interaction, None)));
        }
        prop_assert_eq!(report.records, records.len() as u64);
        prop_assert_eq!(report.undecided.records, none);
        prop_assert_eq!(report.undecided.examples.len() as u64, none.min(2));
        for (place, rule) in report.rules.iter().enumerate() {
            prop_assert_eq!(rule.matched, matched.get(&place).copied().unwrap_or(0));
            prop_assert_eq!(rule.decided, decided.get(&place).copied().unwrap_or(0));
        }
        prop_assert_eq!(report.overlaps.iter().map(|one| one.records).sum::<u64>(), overlaps);
        prop_assert_eq!(report.queues.iter().map(|one| one.records).sum::<u64>(), report.decided);
        let steps: u64 = report.steps.iter().map(|step| step.records).sum();
        prop_assert_eq!(steps + report.timeless, report.records);
        for step in &report.steps {
            prop_assert_eq!(step.records, step.undecided + step.queues.values().sum::<u64>());
        }
        let against = report.against.unwrap();
        prop_assert_eq!(against.moved, moved);
        prop_assert_eq!(against.same + against.moved, report.records);
        for one in &against.moves {
            prop_assert_eq!(one.examples.len() as u64, one.records.min(2));
        }
    }
}
