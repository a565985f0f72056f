//! What is counted: against counting record by record, and in parts.

use std::collections::BTreeMap;

use genesys_model::{Condition, ConditionOperator, Expression, QueueRef, RuleBody, Scalar};
use proptest::prelude::*;
use rule_backtest::report::{Before, is_same};
use rule_backtest::{Memory, Moves, NONE, Report, Rows, Said, Tally};
use rule_eval::columnar::{Batch, Column};
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

/// What the reference says to records: which rules match, which decides.
struct Answers<'a> {
    order: Vec<&'a RuleBody>,
    matched: Vec<Vec<u64>>,
    deciding: Vec<u32>,
}

fn answers<'a>(rules: &'a Rules<'a>, records: &[i64]) -> Answers<'a> {
    let order: Vec<&RuleBody> = rules.iter().map(|(rule, _)| rule).collect();
    let mut matched = vec![vec![0; records.len().div_ceil(64)]; order.len()];
    let mut deciding = Vec::new();
    for (row, n) in records.iter().enumerate() {
        let interaction: Interaction = [("n", *n)].into_iter().collect();
        let evaluation = rules.evaluate(&interaction, None);
        for (rule, outcome) in evaluation.rules.iter().enumerate() {
            matched[rule][row / 64] |= u64::from(outcome.matched) << (row % 64);
        }
        let place = evaluation.rules.iter().position(|rule| rule.decides);
        deciding.push(place.map_or(NONE, |place| u32::try_from(place).unwrap()));
    }
    Answers { order, matched, deciding }
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

fn count(new: &Rules<'_>, old: &Rules<'_>, records: &[i64], first: usize) -> (Tally, Moves) {
    let (new, old, part) = (answers(new, records), answers(old, records), part(records, first));
    let matched: Vec<&[u64]> = new.matched.iter().map(Vec::as_slice).collect();
    let mut tally = Tally::new(new.order.len(), 2);
    let fields = ["n".to_owned()];
    let rows = Rows {
        batch: &part.batch,
        fields: &fields,
        file: 0,
        numbers: &part.numbers,
        ids: &[],
        steps: &part.steps,
    };
    tally.add(&rows, &Said { matched: &matched, deciding: &new.deciding }, &mut Memory::default());
    let mut moves = Moves::new(2);
    let same = |before: u32, now: u32| {
        is_same(old.order.get(before as usize).copied(), new.order.get(now as usize).copied())
    };
    moves.add(&rows, &old.deciding, &new.deciding, same);
    (tally, moves)
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole_in_any_order(
        new in rules(), old in rules(),
        records in prop::collection::vec(0..12_i64, 0..200), cut in 0..200_usize,
    ) {
        let (new, old) = (Rules::new(&new).unwrap(), Rules::new(&old).unwrap());
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
        let (new, old) = (Rules::new(&new).unwrap(), Rules::new(&old).unwrap());
        let (tally, moves) = count(&new, &old, &records, 0);
        let (order, before) = (answers(&new, &[]).order, answers(&old, &[]).order);
        let files = ["calls.jsonl".to_owned()];
        let before = Before { label: "old", rules: &before, moves: &moves };
        let report = Report::new(&order, &tally, Some(before), &files, 0);

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
