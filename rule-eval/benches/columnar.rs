//! How fast rules go over columns in memory, on one core: `cargo bench -p rule-eval`.
//!
//! A rule evaluation is one rule on one record. Counting each rule's records and finding the rule that decides each
//! record are part of it, as is looking up the strings of every batch anew. The records have 20 attributes: integers,
//! floats, strings out of tens and out of hundreds, sets and truth values, some of them missing. Each rule has 8 comparisons
//! in an `and` with an `or` in it, some negated. Of each batch
//! the best of many rounds counts, for what else runs only adds.
//!
//! `cargo bench -p rule-eval -- --check` ends with an error where a stated bound is not kept.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a table of measurements"
)]

use std::hint::black_box;
use std::time::Instant;

use genesys_model::{Condition, ConditionOperator as Op, Expression, QueueRef, RuleBody};
use rule_eval::columnar::{Batch, ColumnBuilder, ColumnRules, Memory, UNDECIDED, WORD_BITS};
use rule_eval::{Attribute, Interaction, Rules};

/// What is measured: so many rules over so many distinct comparisons, in batches of so many rows; and the least rule
/// evaluations a second, where something is promised.
const CASES: [(usize, usize, usize, f64); 4] = [
    (100, 400, 65_536, 2e9),
    (1_000, 400, 16_384, 0.0),
    (10_000, 400, 8_192, 5e9),
    (10_000, 4_000, 8_192, 5e9),
];

/// The rows in memory: about what the caches hold, or more.
const ROWS: usize = 131_072;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let mut broken = Vec::new();
    println!(
        "{:>7} {:>12} {:>8} {:>14} {:>14} {:>12} {:>9}",
        "rules", "comparisons", "rows", "evaluations/s", "row at a time", "records/s", "times"
    );
    for (rules, distinct, rows, bound) in CASES {
        if has("--profile") && !(has(&rules.to_string()) && has(&distinct.to_string())) {
            continue;
        }
        let mut random = Random(rules as u64);
        let bodies = bodies(rules, distinct, &mut random);
        let columnar = ColumnRules::new(&bodies).expect("the rules can be evaluated");
        let attributes = attributes(distinct);
        let batches: Vec<Batch> =
            (0..ROWS / rows).map(|_| batch(&columnar, &attributes, rows, &mut random)).collect();
        verify(&bodies, &columnar, &batches[0]);
        let best = measure(
            &columnar,
            &batches,
            if has("--profile") { 40_000 / rules } else { 4_000 / rules.min(1_000) },
        );
        let speed = (rules * ROWS) as f64 / best;
        let reference = reference(&bodies, &columnar, &batches[0]);
        println!(
            "{rules:>7} {:>12} {rows:>8} {speed:>14.2e} {reference:>14.2e} {:>12.2e} {:>9.0}",
            columnar.comparisons(),
            ROWS as f64 / best,
            speed / reference,
        );
        if speed < bound {
            broken.push(format!("{rules} rules: {speed:.2e} evaluations a second, and not {bound:.0e}"));
        }
    }
    if broken.is_empty() {
        println!("\nall bounds are kept");
    } else {
        println!("\nnot kept:\n  {}", broken.join("\n  "));
        if has("--check") {
            std::process::exit(1);
        }
    }
}

/// The seconds that all batches take, what they say used: for each the best of the rounds.
fn measure(rules: &ColumnRules<'_>, batches: &[Batch], rounds: usize) -> f64 {
    let mut memory = Memory::default();
    let mut best = vec![f64::INFINITY; batches.len()];
    for _ in 0..rounds {
        for (batch, best) in batches.iter().zip(&mut best) {
            let started = Instant::now();
            let said = rules.evaluate(batch, &mut memory);
            let count: usize = (0..rules.rules().len()).map(|rule| said.matched_count(rule)).sum();
            black_box((count, said.deciding().last()));
            *best = best.min(started.elapsed().as_secs_f64());
        }
    }
    best.iter().sum()
}

/// The same by the reference evaluator, over fewer rows: rule evaluations a second.
fn reference(bodies: &[RuleBody], columnar: &ColumnRules<'_>, batch: &Batch) -> f64 {
    let rules = Rules::new(bodies).expect("the rules can be evaluated");
    let rows = (300_000 / bodies.len()).min(batch.rows);
    let interactions: Vec<_> = (0..rows).map(|row| interaction(columnar, batch, row)).collect();
    let mut counts = vec![0_usize; bodies.len()];
    let started = Instant::now();
    for interaction in &interactions {
        let mut decides = None;
        for (at, (rule, compiled)) in rules.iter().enumerate() {
            if compiled.matches(interaction) {
                counts[at] += 1;
                decides = decides.or(rule.enabled.then_some(at));
            }
        }
        black_box(decides);
    }
    black_box(counts);
    (rows * bodies.len()) as f64 / started.elapsed().as_secs_f64()
}

/// Nothing is measured that is not right.
fn verify(bodies: &[RuleBody], columnar: &ColumnRules<'_>, batch: &Batch) {
    let rules = Rules::new(bodies).expect("the rules can be evaluated");
    let mut memory = Memory::default();
    let said = columnar.evaluate(batch, &mut memory);
    let (mut held, mut settled) = (0, 0);
    for row in (0..batch.rows).step_by(batch.rows / 50) {
        let interaction = interaction(columnar, batch, row);
        let mut decides = UNDECIDED;
        for (at, (rule, compiled)) in (0..).zip(rules.iter()) {
            let holds = said.matched(at as usize)[row / WORD_BITS] >> (row % WORD_BITS) & 1 == 1;
            assert_eq!(holds, compiled.matches(&interaction), "{rule:?} on {interaction:?}");
            held += usize::from(holds);
            if holds && rule.enabled && decides == UNDECIDED {
                decides = at;
            }
        }
        assert_eq!(said.deciding()[row], decides);
        settled += usize::from(decides != UNDECIDED);
    }
    assert!(held > 0 && settled > 0, "rules that never match are no measure");
}

fn interaction(rules: &ColumnRules<'_>, batch: &Batch, row: usize) -> Interaction {
    let values = rules.fields().iter().zip(&batch.columns);
    values.filter_map(|(field, column)| Some((field.clone(), column.value(row)?))).collect()
}

/// Numbers that look random, the same every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("it is below")
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The kind of an attribute, with how many comparisons rules make of it.
#[derive(Clone, Copy)]
enum Kind {
    Int,
    Float,
    /// A string out of so many.
    Enum(usize),
    /// A sentence, of which there are hundreds.
    Text,
    Set(usize),
    Bool,
}

type Attributes = Vec<(String, Kind, usize)>;

/// 20 attributes, on which rules make so many comparisons in all.
fn attributes(distinct: usize) -> Attributes {
    let share = distinct / 20;
    let mut kinds = vec![(Kind::Int, share * 5 / 4); 6];
    kinds.extend([(Kind::Float, share * 5 / 4); 4]);
    kinds.extend([(Kind::Enum(share), share); 4]);
    kinds.extend([(Kind::Set(share), share); 2]);
    kinds.extend([(Kind::Bool, 3); 2]);
    kinds.push((Kind::Text, 8));
    let rest = distinct - kinds.iter().map(|(_, comparisons)| comparisons).sum::<usize>();
    kinds.push((Kind::Enum(rest), rest));
    kinds.into_iter().enumerate().map(|(at, (kind, count))| (format!("attribute{at}"), kind, count)).collect()
}

/// The `n`th comparison of an attribute.
fn condition(name: &str, kind: Kind, n: usize, random: &mut Random) -> Condition {
    let order = [Op::Gt, Op::Gte, Op::Lt, Op::Lte];
    // Every second time around, another negation of the same comparison.
    let either = |plain, negated, random: &mut Random| if random.chance(25) { negated } else { plain };
    match kind {
        Kind::Int if n % 5 == 4 => Condition::new(name, Op::Eq, i64::try_from(n).expect("few") * 7),
        Kind::Int => Condition::new(name, order[n % 4], i64::try_from(n).expect("few") * 13),
        Kind::Float => Condition::new(name, order[n % 4], n as f64 * 0.73 + 0.125),
        Kind::Enum(_) if n == 0 => Condition::bare(name, either(Op::Exists, Op::NotExists, random)),
        Kind::Enum(_) => Condition::new(name, either(Op::Eq, Op::Neq, random), format!("value {n}")),
        Kind::Text if n.is_multiple_of(2) => Condition::new(name, Op::Contains, format!("word{n}")),
        Kind::Text => Condition::new(name, Op::Regex, format!("(?i)word{n}$|^no{n}\\d")),
        Kind::Set(_) => Condition::new(name, Op::Contains, format!("skill {n}")),
        Kind::Bool if n == 2 => Condition::bare(name, Op::Exists),
        Kind::Bool => Condition::new(name, Op::Eq, n == 1),
    }
}

fn bodies(rules: usize, distinct: usize, random: &mut Random) -> Vec<RuleBody> {
    let attributes = attributes(distinct);
    let mut drawn: Vec<(usize, usize)> = Vec::new();
    // All comparisons in turn, each time in another order.
    let mut draw = |random: &mut Random| {
        if drawn.is_empty() {
            let all = attributes.iter().enumerate();
            drawn.extend(all.flat_map(|(at, (_, _, count))| (0..*count).map(move |n| (at, n))));
            for last in (1..drawn.len()).rev() {
                drawn.swap(last, random.below(last + 1));
            }
        }
        let (at, n) = drawn.pop().expect("there are some");
        let (name, kind, _) = &attributes[at];
        Expression::Condition(condition(name, *kind, n, random))
    };
    let mut body = |at: usize| {
        let mut several = |count: usize, random: &mut Random| -> Vec<Expression> {
            (0..count).map(|_| draw(random)).collect()
        };
        let mut all = several(2, random);
        all.push(Expression::Or(several(3, random)));
        all.push(Expression::Not(Box::new(Expression::And(several(2, random)))));
        all.push(Expression::Or(several(1, random)));
        RuleBody {
            name: format!("rule {at}"),
            description: None,
            queue: QueueRef::Name(format!("queue {}", at % 20)),
            priority: i64::try_from(random.below(100)).expect("few"),
            enabled: !random.chance(5),
            expression: Expression::And(all),
            was: None,
        }
    };
    (0..rules).map(&mut body).collect()
}

fn batch(rules: &ColumnRules<'_>, attributes: &Attributes, rows: usize, random: &mut Random) -> Batch {
    let mut builders: Vec<ColumnBuilder> = rules.fields().iter().map(|_| ColumnBuilder::default()).collect();
    let kinds: Vec<_> = rules
        .fields()
        .iter()
        .map(|field| attributes.iter().position(|(name, ..)| name == field).expect("it is one of them"))
        .collect();
    for _ in 0..rows {
        for (builder, at) in builders.iter_mut().zip(&kinds) {
            let (_, kind, count) = &attributes[*at];
            // Some attributes are always there.
            let value = (at % 3 == 0 || !random.chance(10)).then(|| value(*kind, *count, random));
            push(builder, value);
        }
    }
    let columns = builders.iter_mut().map(ColumnBuilder::finish).collect();
    Batch { rows, columns }
}

fn push(builder: &mut ColumnBuilder, value: Option<Attribute>) {
    match value {
        None => builder.push_missing(),
        Some(Attribute::Bool(value)) => builder.push_bool(value),
        Some(Attribute::Int(value)) => builder.push_int(value),
        Some(Attribute::Float(value)) => builder.push_float(value),
        Some(Attribute::String(value)) => builder.push_str(&value),
        Some(Attribute::Set(members)) => builder.push_set(members.iter().map(String::as_str)),
    }
}

fn value(kind: Kind, count: usize, random: &mut Random) -> Attribute {
    match kind {
        Kind::Int => Attribute::Int(i64::try_from(random.below(count * 13)).expect("few")),
        Kind::Float => Attribute::Float(random.below(count * 730) as f64 / 1e3),
        Kind::Enum(values) => Attribute::String(format!("value {}", random.below(values) + 1)),
        Kind::Text => Attribute::String(format!("Word{} and word{}", random.below(20), random.below(25))),
        Kind::Set(values) => {
            let first = random.below(values);
            let members = [first, first / 2, first / 3];
            let members = members.iter().take(first % 4).map(|member| format!("skill {member}"));
            Attribute::Set(members.collect())
        }
        Kind::Bool => Attribute::Bool(random.chance(40)),
    }
}
