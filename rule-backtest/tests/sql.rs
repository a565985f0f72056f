//! Whole queries, as they are written for each engine, and what is refused.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use genesys_model::{Condition, ConditionOperator, Expression, QueueRef, RuleBody};
use rule_backtest::sql::{Column, ColumnType, Dialect, Output, Query, Source, Unexpressible, query};

fn rule(queue: &str, name: &str, priority: i64, expression: Expression) -> RuleBody {
    RuleBody {
        name: name.to_owned(),
        description: None,
        queue: QueueRef::Name(queue.to_owned()),
        priority,
        enabled: true,
        expression,
        was: None,
    }
}

fn is(field: &str, operator: ConditionOperator, value: impl Into<genesys_model::Scalar>) -> Expression {
    Condition::new(field, operator, value).into()
}

fn columns() -> Vec<Column> {
    let column = |field: &str, name: &str, column_type| Column {
        field: field.to_owned(),
        name: name.to_owned(),
        column_type,
    };
    vec![
        column("skill", "skill", ColumnType::Set),
        column("language", "Caller's \"language\"", ColumnType::String),
        column("priority", "priority", ColumnType::Int),
        column("score", "score", ColumnType::Float),
        column("vip_flag", "vip", ColumnType::Bool),
    ]
}

fn rules() -> Vec<RuleBody> {
    use ConditionOperator::{Contains, Eq, Exists, Gt, Gte, Lt, Neq, Regex};
    let technical = Expression::And(vec![
        is("skill", Exists, "technical_support"),
        is("language", Eq, "en"),
        Expression::Or(vec![is("priority", Gte, 5), is("vip_flag", Eq, true)]),
    ]);
    let odd = Expression::And(vec![
        Expression::Not(Box::new(is("language", Regex, "^fr-[A-Z]{2}$"))),
        is("language", Neq, "it's a \\ \n"),
        is("language", Contains, "${user}"),
        is("priority", Gt, 4.5),
        is("score", Lt, 9_007_199_254_740_993),
        Condition::bare("score", Exists).into(),
    ]);
    let mut asleep = rule("Sales", "Asleep", 1, is("priority", Lt, 0));
    asleep.enabled = false;
    vec![
        asleep,
        rule("Sales", "Odd ' one", 0, odd),
        rule("Technical Support", "Technical Support Escalation Rule", 10, technical),
    ]
}

fn ask(dialect: Dialect, output: Output) -> Query {
    Query { dialect, source: Source::Table(vec!["calls".to_owned()]), output }
}

fn refusals(dialect: Dialect, expression: Expression) -> Vec<Unexpressible> {
    query(&[rule("Q", "R", 0, expression)], &columns(), &ask(dialect, Output::Counts))
        .expect_err("something has no translation")
}

#[test]
fn decisions_are_one_first_match_over_one_scan() {
    for dialect in Dialect::ALL {
        let output = Output::Decisions { id: "id".to_owned() };
        let sql = query(&rules(), &columns(), &ask(dialect, output)).expect("all of it can be said");
        insta::assert_snapshot!(format!("decisions_{dialect}"), sql);
        assert_eq!(sql.matches("FROM ").count(), 3, "{sql}");
    }
}

#[test]
fn matches_are_a_column_for_each_rule() {
    let output = Output::Matches { id: "id".to_owned() };
    let sql = query(&rules()[..1], &columns(), &ask(Dialect::DuckDb, output)).expect("all of it can be said");
    insta::assert_snapshot!(sql);
}

#[test]
fn counts_are_a_row_for_each_rule() {
    for dialect in Dialect::ALL {
        let sql =
            query(&rules()[..1], &columns(), &ask(dialect, Output::Counts)).expect("all of it can be said");
        insta::assert_snapshot!(format!("counts_{dialect}"), sql);
    }
}

#[test]
fn regular_expressions_are_spelled_out() {
    let mut table = String::new();
    for pattern in [
        "^VIP-\\d$",
        "(?i)kelvin",
        "a.b",
        "(?s)a.b",
        "(?m)^a$",
        "[^a]",
        "(a|bc)*?d{2,}",
        "(?-u:\\bvip\\b)",
        "",
        "\\x00",
        "\u{1F600}'\\.",
    ] {
        for dialect in Dialect::ALL {
            let output = Output::Matches { id: "id".to_owned() };
            let rules = [rule("Q", "R", 0, is("language", ConditionOperator::Regex, pattern))];
            let written = match query(&rules, &columns(), &ask(dialect, output)) {
                Ok(sql) => {
                    sql.lines().find(|line| line.ends_with(" AS m1")).expect("a line").trim().to_owned()
                }
                Err(errors) => errors[0].to_string(),
            };
            table = format!("{table}{pattern:?} {dialect}: {written}\n");
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn what_cannot_be_said_is_refused_with_the_rule_and_the_reason() {
    use ConditionOperator::{Eq, Regex};
    let mut all = Vec::new();
    for dialect in Dialect::ALL {
        for pattern in
            ["\\bvip\\b", "(?-u:\\B)", "(?R)(?m)^a$", "a{1001}", "(?:\\d{40}){40}", "[^\\s\\S]", "\\w{30}"]
        {
            let rules = [rule("Q", "R", 0, is("language", Regex, pattern))];
            match query(&rules, &columns(), &ask(dialect, Output::Counts)) {
                Ok(_) => all.push(format!("{dialect}: `{pattern}` is written")),
                Err(errors) => all.extend(errors.iter().map(ToString::to_string)),
            }
        }
    }
    all.extend(refusals(Dialect::DuckDb, is("langauge", Eq, "en")).iter().map(ToString::to_string));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn every_refusal_is_told_at_once() {
    use ConditionOperator::{Eq, Regex};
    let expression = Expression::And(vec![
        is("nowhere", Eq, 1),
        is("language", Regex, "\\b"),
        is("language", Regex, "a{2000}"),
    ]);
    assert_eq!(refusals(Dialect::DuckDb, expression).len(), 3);
}

#[test]
fn names_that_an_engine_would_take_for_others_are_refused() {
    let long = "x".repeat(64);
    for (dialect, name) in [
        (Dialect::Postgres, long.as_str()),
        (Dialect::Spark, "${spark.home}"),
        (Dialect::DuckDb, "a\0b"),
        (Dialect::DuckDb, ""),
    ] {
        let columns = [Column { field: "a".to_owned(), name: name.to_owned(), column_type: ColumnType::Int }];
        let rules = [rule("Q", "R", 0, is("a", ConditionOperator::Eq, 1))];
        let errors = query(&rules, &columns, &ask(dialect, Output::Counts)).expect_err("no such name");
        assert_eq!(errors[0].field, "a", "{errors:?}");
        let query = Query { source: Source::Table(vec![name.to_owned()]), ..ask(dialect, Output::Counts) };
        assert!(rule_backtest::sql::query(&[] as &[RuleBody], &[], &query).is_err());
    }
}

#[test]
fn names_cannot_end_their_quotes() {
    let name = "x\"`'; drop table calls; --\\";
    for dialect in Dialect::ALL {
        let columns =
            [Column { field: name.to_owned(), name: name.to_owned(), column_type: ColumnType::String }];
        let rules = [rule(name, name, 0, is(name, ConditionOperator::Eq, name))];
        let sql = query(&rules, &columns, &ask(dialect, Output::Decisions { id: name.to_owned() }))
            .expect("quoted");
        insta::assert_snapshot!(format!("quoted_{dialect}"), sql);
    }
}
