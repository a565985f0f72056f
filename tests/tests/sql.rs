//! Emitted queries, run by the engines that they are written for, say of every record what the evaluator says.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests, which tell how much they tried"
)]

use genesys_model::{Bundle, Condition, ConditionOperator, Expression, QueueRef, RuleBody, Scalar};
use rule_backtest::sql::{Column, ColumnType, Dialect, Output, Query, Source, query};
use rule_eval::{Attribute, Interaction, Rules};
use rulec_tests::engine::{Answer, Case, is_here, run};
use rulec_tests::generate::interactions::{hints, interaction};
use rulec_tests::generate::shape::Ty;
use rulec_tests::generate::{Choices, Options, hostile, program};
use rulec_tests::project::Project;
use serde_json::{Value, json};

/// Rules, and what they are tried on.
struct Trial {
    rules: Vec<RuleBody>,
    columns: Vec<Column>,
    records: Vec<Interaction>,
}

/// How many programs there are of each kind, as `RULEC_CASES` wants it.
fn cases(usual: u64) -> u64 {
    std::env::var("RULEC_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

fn ask(dialect: Dialect, output: Output) -> Query {
    Query { dialect, source: Source::Table(vec!["t".to_owned()]), output }
}

fn id() -> String {
    "id".to_owned()
}

/// Rules as odd as they get; those that the dialect refuses are left out and counted.
fn hostile_trial(seed: u64, dialect: Dialect, records: usize, refused: &mut usize) -> Trial {
    let mut choices = Choices::random(seed);
    let columns = hostile::columns();
    let mut rules: Vec<_> = (0..10).map(|_| hostile::rule(&columns, &mut choices)).collect();
    let before = rules.len();
    rules.retain(|rule| {
        let output = Output::Decisions { id: id() };
        query([rule], &columns, &ask(dialect, output)).is_ok()
    });
    *refused += before - rules.len();
    let literals = hostile::literals(&rules);
    let records = (0..records).map(|_| hostile::record(&columns, &literals, &mut choices)).collect();
    Trial { rules, columns, records }
}

/// A program as authors write them, compiled.
fn program_trial(seed: u64, records: usize) -> Trial {
    let mut choices = Choices::random(seed);
    let program = program(&mut choices, Options::free());
    let bundle = Bundle::from_json(&Project::one(&program.text()).json()).expect("a bundle");
    let columns = program
        .attributes
        .iter()
        .enumerate()
        .map(|(at, attribute)| Column {
            field: attribute.platform_name().to_owned(),
            name: format!("column {at}"),
            column_type: match attribute.ty {
                Ty::Bool => ColumnType::Bool,
                Ty::Int(_) => ColumnType::Int,
                Ty::Float => ColumnType::Float,
                Ty::String | Ty::Enum(_) => ColumnType::String,
                Ty::Set => ColumnType::Set,
            },
        })
        .collect();
    let hints = hints(&program);
    let records = (0..records)
        .map(|_| {
            let data = interaction(&program, &hints, &mut choices);
            Interaction::from_value(Value::from_iter(data)).expect("an interaction")
        })
        .collect();
    Trial { rules: bundle.rules, columns, records }
}

/// An attribute as a value of its column.
fn value(dialect: Dialect, column: &Column, record: &mut Interaction) -> Value {
    let held = record.get(&column.field).cloned();
    let no_nul = |text: &str| {
        if dialect == Dialect::Postgres { text.replace('\0', "Z") } else { text.to_owned() }
    };
    let held = match (column.column_type, held) {
        (_, None) => return Value::Null,
        // What a float column holds is a float.
        #[expect(clippy::cast_precision_loss, reason = "what is lost is lost in the record too")]
        (ColumnType::Float, Some(Attribute::Int(number))) => Attribute::Float(number as f64),
        (_, Some(Attribute::String(text))) => Attribute::String(no_nul(&text)),
        (_, Some(Attribute::Set(members))) => {
            Attribute::Set(members.iter().map(|member| no_nul(member)).collect())
        }
        (_, Some(other)) => other,
    };
    let value = match &held {
        Attribute::Float(number) => json!(format!("{number:e}")),
        Attribute::Set(members) if members.len() == 2 => {
            // A null in a list is no member.
            json!([members[0], null, members[1]])
        }
        other => serde_json::to_value(other).expect("JSON"),
    };
    record.set(&column.field, held);
    value
}

/// The table of a trial with its three queries; the records become what the table holds.
fn case(dialect: Dialect, trial: &mut Trial) -> Case {
    let mut columns = vec![(id(), "int".to_owned())];
    columns.extend(trial.columns.iter().map(|column| {
        let kind = format!("{:?}", column.column_type).to_lowercase();
        (column.name.clone(), kind)
    }));
    let mut rows = Vec::new();
    for (number, record) in trial.records.iter_mut().enumerate() {
        let mut row = vec![json!(number)];
        row.extend(trial.columns.iter().map(|column| value(dialect, column, record)));
        rows.push(row);
    }
    let outputs = [Output::Decisions { id: id() }, Output::Matches { id: id() }, Output::Counts];
    let queries = outputs.map(|output| {
        query(&trial.rules, &trial.columns, &ask(dialect, output)).expect("nothing is refused")
    });
    Case { columns, rows, queries: queries.to_vec() }
}

/// The rows of an answer in the order of the records.
fn rows(answer: &Answer, sql: &str) -> Vec<Vec<Value>> {
    let mut rows = answer.clone().unwrap_or_else(|error| panic!("{error}\n{sql}"));
    rows.sort_by_key(|row| row[0].as_u64().unwrap_or(u64::MAX));
    rows
}

/// Holds the answers against the evaluator; how many decisions were compared, and how many of them had a rule.
fn compare(trial: &Trial, case: &Case, answers: &[Answer]) -> (usize, usize) {
    let rules = Rules::new(&trial.rules).expect("rules that can be evaluated");
    let ordered: Vec<_> = rules.iter().collect();
    let mut matched = vec![0; ordered.len()];
    let mut decided = vec![0; ordered.len() + 1];
    let decisions = rows(&answers[0], &case.queries[0]);
    let all_flags = rows(&answers[1], &case.queries[1]);
    assert_eq!((decisions.len(), all_flags.len()), (trial.records.len(), trial.records.len()));
    for ((record, decision), flags) in trial.records.iter().zip(&decisions).zip(&all_flags) {
        let winner = rules.decide(record, None);
        let at =
            ordered.iter().position(|(rule, _)| winner.is_some_and(|winner| std::ptr::eq(*rule, winner)));
        let expected = json!([
            at.map(|at| at + 1),
            winner.map(|rule| &rule.name),
            winner.map(|rule| rule.queue.as_str())
        ]);
        assert_eq!(json!(decision[1..]), expected, "{record:?}\n{}", case.queries[0]);
        decided[at.unwrap_or(ordered.len())] += 1;
        for (at, (rule, compiled)) in ordered.iter().enumerate() {
            let expected = compiled.matches(record);
            matched[at] += usize::from(expected);
            assert_eq!(
                flags[at + 1],
                json!(expected),
                "{record:?}\n{:?}\n{}",
                rule.expression,
                case.queries[1]
            );
        }
    }
    let records = trial.records.len();
    let mut counts: Vec<_> = ordered
        .iter()
        .enumerate()
        .map(|(at, (rule, _))| {
            json!([at + 1, rule.name, rule.queue.as_str(), matched[at], decided[at], records])
        })
        .collect();
    counts.push(json!([null, null, null, null, decided[ordered.len()], records]));
    assert_eq!(json!(rows(&answers[2], &case.queries[2])), json!(counts), "{}", case.queries[2]);
    (records, records - decided[ordered.len()])
}

/// Many rules, one of them as deep as trees get and one wide: a thousand where `RULEC_CASES` asks for more than usual.
fn large_trial() -> Trial {
    use ConditionOperator::{Eq, Gte, Lt, Regex};
    let rules_wanted = if std::env::var_os("RULEC_CASES").is_some() { 1_000 } else { 150 };
    let columns = hostile::columns();
    let mut choices = Choices::random(0);
    let rule = |at: i64, expression: Expression, choices: &mut Choices| RuleBody {
        name: format!("rule {at}"),
        queue: QueueRef::Name("Support".to_owned()),
        priority: -at,
        expression,
        ..hostile::rule(&hostile::columns(), choices)
    };
    let is = |field: &str, operator, value: Scalar| Expression::from(Condition::new(field, operator, value));
    let mut deep = is("count", Lt, Scalar::Int(-2_000));
    for level in 0..58 {
        deep = match level % 3 {
            0 => Expression::Not(Box::new(deep)),
            1 => Expression::And(vec![deep, is("count", Lt, Scalar::Int(5_000))]),
            _ => Expression::Or(vec![deep, is("count", Lt, Scalar::Int(-3_000))]),
        };
    }
    let wide = (0..2_000).map(|number| is("count", Eq, Scalar::Int(10_000 + 2 * number))).collect();
    let mut rules = vec![rule(0, deep, &mut choices), rule(1, Expression::Or(wide), &mut choices)];
    for at in 2..rules_wanted {
        let children = vec![
            is("text", Eq, format!("v{at}").as_str().into()),
            is("count", Gte, Scalar::Int(at % 7)),
            is("text", Regex, format!("^v{}", at % 40).as_str().into()),
        ];
        let children =
            if at % 3 == 0 { Expression::And(children) } else { Expression::Or(children[..2].to_vec()) };
        rules.push(rule(at, children, &mut choices));
    }
    let records = (0..40)
        .map(|at: i64| {
            let text = format!("v{}", at * 31);
            Interaction::from_iter([
                ("text", Attribute::from(text)),
                (
                    "count",
                    Attribute::from(
                        [at % 9 - 2, 10_000 + at, -2_500 - at][usize::try_from(at % 3).expect("small")],
                    ),
                ),
            ])
        })
        .collect();
    Trial { rules, columns, records }
}

/// Tables that are not what is declared: the declared type, the table's type, a value, and what of the query's failure
/// is told; nothing where the query says `false` of it.
fn peculiar(dialect: Dialect) -> Vec<(ColumnType, &'static str, Value, Option<&'static str>)> {
    let any_case = match dialect {
        Dialect::DuckDb => ("VARCHAR COLLATE NOCASE", None),
        Dialect::Postgres => ("text COLLATE any_case", None),
        Dialect::Spark => ("STRING COLLATE UTF8_LCASE", Some("is no string")),
    };
    // PostgreSQL has no such cast at all, and says so before it looks at a row.
    let no_bool = if dialect == Dialect::Postgres { "cannot cast type" } else { "is no bool" };
    vec![
        (ColumnType::Int, "float", json!("1.5"), Some("is no int")),
        (ColumnType::Int, "string", json!("1"), Some("is no int")),
        (ColumnType::Float, "int", json!(1), Some("is no float")),
        (ColumnType::Float, "float", json!("NaN"), Some("no number")),
        (ColumnType::String, "int", json!(1), Some("is no string")),
        (ColumnType::Bool, "int", json!(1), Some(no_bool)),
        (ColumnType::String, any_case.0, json!("A"), any_case.1),
    ]
}

/// Conditions that would hold if a value were taken for what it is not.
fn mistaken(column_type: ColumnType) -> Expression {
    let is = |operator, value: Scalar| Expression::from(Condition::new("a", operator, value));
    match column_type {
        ColumnType::Bool => is(ConditionOperator::Eq, Scalar::Bool(true)),
        ColumnType::Int => is(ConditionOperator::Gte, Scalar::Int(1)),
        ColumnType::Float => is(ConditionOperator::Gte, Scalar::Float(1.0)),
        ColumnType::Set => is(ConditionOperator::Contains, "a".into()),
        ColumnType::String => Expression::Or(
            [ConditionOperator::Eq, ConditionOperator::Contains, ConditionOperator::Regex]
                .map(|operator| is(operator, "a".into()))
                .to_vec(),
        ),
    }
}

fn peculiar_case(dialect: Dialect, column_type: ColumnType, kind: &str, value: &Value) -> Case {
    let columns = [Column { field: "a".to_owned(), name: "a".to_owned(), column_type }];
    let mut rule = hostile::rule(&hostile::columns(), &mut Choices::random(0));
    rule.expression = mistaken(column_type);
    let sql = query([&rule], &columns, &ask(dialect, Output::Matches { id: id() })).expect("it can be said");
    Case {
        columns: vec![(id(), "int".to_owned()), ("a".to_owned(), kind.to_owned())],
        rows: vec![vec![json!(0), value.clone()]],
        queries: vec![sql],
    }
}

fn check_peculiar(answer: &Answer, failure: Option<&str>, case: &Case) {
    match (answer, failure) {
        (Err(error), Some(told)) => assert!(error.contains(told), "{error}\n{}", case.queries[0]),
        (Ok(rows), None) => assert_eq!(json!(rows), json!([[0, false]]), "{}", case.queries[0]),
        _ => panic!("{answer:?}\n{case:?}"),
    }
}

/// Tries an engine with this many programs of each kind, on this many records each.
fn agree(dialect: Dialect, programs: u64, records: usize) {
    if !is_here(dialect) {
        return;
    }
    let mut refused = 0;
    let mut trials = Vec::new();
    for seed in 0..cases(programs) {
        trials.push(hostile_trial(seed, dialect, records, &mut refused));
        trials.push(program_trial(seed, records / 2));
    }
    trials.push(large_trial());
    let mut cases: Vec<_> = trials.iter_mut().map(|trial| case(dialect, trial)).collect();
    let peculiar = peculiar(dialect);
    let ordinary = cases.len();
    cases.extend(
        peculiar.iter().map(|(declared, kind, value, _)| peculiar_case(dialect, *declared, kind, value)),
    );
    let answers = run(dialect, &cases);
    for (((_, _, _, failure), case), answers) in
        peculiar.iter().zip(&cases[ordinary..]).zip(&answers[ordinary..])
    {
        check_peculiar(&answers[0], *failure, case);
    }
    let (mut compared, mut decided, mut rules) = (0, 0, 0);
    for ((trial, case), answers) in trials.iter().zip(&cases).zip(&answers) {
        let (records, with_rule) = compare(trial, case, answers);
        compared += records;
        decided += with_rule;
        rules += trial.rules.len();
    }
    println!(
        "{dialect}: {} programs of {rules} rules, {refused} more refused; {compared} decisions, {decided} with a rule",
        trials.len()
    );
    assert!(refused < rules / 4 && decided > compared / 4);
}

#[test]
fn duckdb_decides_as_the_evaluator_does() {
    agree(Dialect::DuckDb, 40, 40);
}

#[test]
fn postgres_decides_as_the_evaluator_does() {
    agree(Dialect::Postgres, 100, 40);
}

#[test]
fn spark_decides_as_the_evaluator_does() {
    agree(Dialect::Spark, 10, 100);
}
