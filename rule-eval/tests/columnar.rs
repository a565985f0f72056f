//! Rules over columns say what the reference evaluator says to each row.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail by panicking")]

use genesys_model::{Condition, ConditionOperator as Op, Expression, QueueRef, RuleBody, Scalar};
use proptest::prelude::*;
use proptest::sample::select;
use rule_eval::columnar::{
    Batch, Bitmap, Column, ColumnRules, MISSING, Memory, Sets, Strings, UNDECIDED, WORD_BITS,
};
use rule_eval::{Attribute, Interaction, Rules};

const FIELDS: [&str; 5] = ["a", "b", "c", "d", "e"];
const TEXTS: [&str; 9] = ["", "x", "y", "xy", "X", "é", "日本", "e\u{301}", "x\n"];
const PATTERNS: [&str; 6] = ["", "x", "^x$", "(?i)X", "é|本", r"^\w+$"];
const INTS: [i64; 16] = [
    i64::MIN,
    i64::MIN + 1,
    -9_007_199_254_740_993,
    -2,
    -1,
    0,
    1,
    2,
    3,
    9_007_199_254_740_991,
    9_007_199_254_740_992,
    9_007_199_254_740_993,
    9_007_199_254_740_994,
    i64::MAX - 512,
    i64::MAX - 1,
    i64::MAX,
];
const FLOATS: [f64; 20] = [
    f64::MIN,
    -1e308,
    -9_223_372_036_854_775_808.0,
    -9_223_372_036_854_777_856.0,
    -2.5,
    -1.0,
    -5e-324,
    -0.0,
    0.0,
    5e-324,
    0.5,
    1.0,
    1.000_000_000_000_000_2,
    2.0,
    9_007_199_254_740_991.0,
    9_007_199_254_740_992.0,
    9_007_199_254_740_994.0,
    9_223_372_036_854_774_784.0,
    9_223_372_036_854_775_808.0,
    1e308,
];
/// Around a word, a chunk, and what a caller may take for a block.
const ROWS: [usize; 17] =
    [0, 1, 2, 7, 63, 64, 65, 127, 128, 1_000, 1_023, 1_024, 1_025, 2_049, 4_096, 8_191, 8_193];

fn int() -> impl Strategy<Value = i64> {
    prop_oneof![4 => select(&INTS[..]), 1 => any::<i64>()]
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![4 => select(&FLOATS[..]), 1 => any::<f64>().prop_filter("finite", |value| value.is_finite())]
}

fn text() -> impl Strategy<Value = String> {
    select(&TEXTS[..]).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        2 => text().prop_map(Scalar::String),
        2 => int().prop_map(Scalar::Int),
        2 => float().prop_map(Scalar::Float),
        1 => any::<bool>().prop_map(Scalar::Bool),
    ]
}

fn attribute() -> impl Strategy<Value = Attribute> {
    prop_oneof![
        any::<bool>().prop_map(Attribute::Bool),
        int().prop_map(Attribute::Int),
        float().prop_map(Attribute::Float),
        text().prop_map(Attribute::String),
        prop::collection::vec(text(), 0..3).prop_map(Attribute::Set),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let field = select(&FIELDS[..]);
    (field, select(&Op::ALL[..]), any::<bool>(), scalar(), select(&PATTERNS[..])).prop_map(
        |(field, operator, bare, value, pattern)| match operator {
            Op::Regex => Condition::new(field, operator, pattern),
            Op::Exists | Op::NotExists if bare => Condition::bare(field, operator),
            _ => Condition::new(field, operator, value),
        },
    )
}

fn expression() -> impl Strategy<Value = Expression> {
    condition().prop_map(Expression::Condition).prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expression::And),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expression::Or),
            inner.prop_map(|child| Expression::Not(Box::new(child))),
        ]
    })
}

fn rules(most: usize) -> impl Strategy<Value = Vec<RuleBody>> {
    let rule = (expression(), 0_i64..3, select(&["A", "a", "Ω"][..]), prop::bool::weighted(0.8));
    prop::collection::vec(rule, 0..most).prop_map(|rules| {
        let rule =
            |(at, (expression, priority, queue, enabled)): (usize, (Expression, i64, &str, bool))| RuleBody {
                name: format!("rule {at}"),
                description: None,
                queue: QueueRef::Name(queue.into()),
                priority,
                enabled,
                expression,
                was: None,
            };
        rules.into_iter().enumerate().map(rule).collect()
    })
}

/// Columns of all kinds, made of few values over and over: of each a period, with holes or without.
fn column(rows: usize) -> impl Strategy<Value = Column> {
    let present = prop::option::of(prop::collection::vec(prop::bool::weighted(0.8), 1..70));
    let codes = prop::collection::vec(prop_oneof![1 => Just(MISSING), 6 => 0_u32..6], 1..70);
    let picks = prop::collection::vec(any::<prop::sample::Index>(), 1..70);
    // Some strings stand twice, and some are of no row.
    let distinct = prop::collection::vec(text(), 6..12);
    let members = prop::collection::vec(prop::collection::vec(0_u32..6, 0..4), 6..9);
    let kinds = (
        prop::collection::vec(any::<bool>(), 1..70),
        prop::collection::vec(int(), 1..12),
        prop::collection::vec(float(), 1..12),
        prop::collection::vec(prop::option::weighted(0.8, attribute()), 1..12),
    );
    (0..7_usize, present, codes, picks, distinct, members, kinds).prop_map(
        move |(kind, present, codes, picks, distinct, members, (bools, ints, floats, mixed))| {
            let present = present.map(|bits| (0..rows).map(|row| bits[row % bits.len()]).collect::<Bitmap>());
            let codes: Vec<u32> = (0..rows).map(|row| codes[row % codes.len()]).collect();
            let pick = |row: usize, of: usize| picks[row % picks.len()].index(of);
            match kind {
                0 => Column::Missing,
                1 => Column::Bool {
                    values: (0..rows)
                        .map(|row| {
                            bools[row % bools.len()]
                                && present.as_ref().is_none_or(|present| present.get(row))
                        })
                        .collect(),
                    present,
                },
                2 => Column::Int {
                    values: (0..rows).map(|row| ints[pick(row, ints.len())]).collect(),
                    present,
                },
                3 => Column::Float {
                    values: (0..rows).map(|row| floats[pick(row, floats.len())]).collect(),
                    present,
                },
                4 => Column::String(Strings { codes, distinct }),
                5 => {
                    let ends = members.iter().scan(0, |end, set| {
                        *end += u32::try_from(set.len()).unwrap();
                        Some(*end)
                    });
                    Column::Set(Sets { codes, ends: ends.collect(), members: members.concat(), distinct })
                }
                _ => Column::Mixed((0..rows).map(|row| mixed[pick(row, mixed.len())].clone()).collect()),
            }
        },
    )
}

/// A column for each of the fields.
fn columns() -> impl Strategy<Value = (usize, Vec<Column>)> {
    select(&ROWS[..]).prop_flat_map(|rows| (Just(rows), prop::collection::vec(column(rows), FIELDS.len())))
}

/// The columns that rules ask for.
fn batch(rules: &ColumnRules<'_>, rows: usize, columns: &[Column]) -> Batch {
    let column = |field: &String| columns[FIELDS.iter().position(|name| name == field).unwrap()].clone();
    Batch { rows, columns: rules.fields().iter().map(column).collect() }
}

/// Rows of one period say the same again; of those, some are asked the reference.
fn looked_at(rows: usize) -> impl Iterator<Item = usize> {
    (0..rows).filter(move |row| *row < 130 || row % 61 == 0 || row + 70 > rows || row % 1_024 < 2)
}

fn check(
    rules: &[RuleBody],
    rows: usize,
    columns: &[Column],
    memory: &mut Memory,
) -> Result<(), TestCaseError> {
    let reference = Rules::new(rules).unwrap();
    let columnar = ColumnRules::new(rules).unwrap();
    let order: Vec<&str> = reference.iter().map(|(rule, _)| rule.name.as_str()).collect();
    prop_assert_eq!(&order, &columnar.rules().iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>());

    let batch = batch(&columnar, rows, columns);
    let said = columnar.evaluate(&batch, memory);
    prop_assert_eq!(said.deciding().len(), rows);
    for rule in 0..rules.len() {
        let matched = said.matched(rule);
        prop_assert_eq!(matched.len(), rows.div_ceil(WORD_BITS));
        prop_assert!(rows.is_multiple_of(WORD_BITS) || matched[matched.len() - 1] >> (rows % WORD_BITS) == 0);
        let count: u32 = matched.iter().map(|word| word.count_ones()).sum();
        prop_assert_eq!(said.matched_count(rule), count as usize);
        let place = u32::try_from(rule).unwrap();
        let decided: Vec<usize> = (0..rows).filter(|row| said.deciding()[*row] == place).collect();
        prop_assert_eq!(said.decided_count(rule), decided.len());
        prop_assert_eq!(said.decided(rule).collect::<Vec<_>>(), decided);
    }
    for row in looked_at(rows) {
        let values =
            FIELDS.iter().zip(columns).filter_map(|(field, column)| Some((*field, column.value(row)?)));
        let interaction: Interaction = values.collect();
        let evaluation = reference.evaluate(&interaction, None);
        for (rule, outcome) in evaluation.rules.iter().enumerate() {
            let matched = said.matched(rule)[row / WORD_BITS] >> (row % WORD_BITS) & 1 == 1;
            prop_assert_eq!(
                matched,
                outcome.matched,
                "row {} {:?} of {:?}",
                row,
                interaction,
                columnar.rules()[rule]
            );
        }
        let decides = evaluation.rules.iter().position(|outcome| outcome.decides);
        let deciding = said.deciding()[row];
        prop_assert_eq!((deciding != UNDECIDED).then_some(deciding as usize), decides);
    }
    Ok(())
}

proptest! {
    #[test]
    fn columns_say_what_the_reference_says_to_each_row(rules in rules(8), (rows, columns) in columns()) {
        check(&rules, rows, &columns, &mut Memory::default())?;
    }

    #[test]
    fn memory_keeps_nothing_from_batch_to_batch(
        rules in rules(5),
        others in rules(5),
        first in columns(),
        second in columns(),
    ) {
        let mut memory = Memory::default();
        check(&rules, first.0, &first.1, &mut memory)?;
        check(&others, first.0, &first.1, &mut memory)?;
        check(&rules, second.0, &second.1, &mut memory)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn fields_of_more_comparisons_than_a_word_has_bits_stay_in_order(rules in rules(300), (rows, columns) in columns()) {
        check(&rules, rows.min(200), &columns, &mut Memory::default())?;
    }
}
