//! The rules as a query for the database that holds the records.

use genesys_model::RuleBody;
use rule_backtest::records::{Type, Wanted};
use rule_backtest::sql::{Column, ColumnType, Dialect, Output, Query, Source, query};

use crate::args::{BacktestArgs, SqlDialect};
use crate::failure::Failure;
use crate::render::clean::clean;
use crate::terminal::count;

/// The most reasons that are given at once.
const MAX_REASONS: usize = 10;

/// The query for these rules, over columns that hold what is wanted.
///
/// # Errors
///
/// What the dialect cannot say exactly.
pub(super) fn emit(
    arguments: &BacktestArgs,
    dialect: SqlDialect,
    rules: &[&RuleBody],
    wanted: &Wanted,
) -> Result<String, Failure> {
    let columns: Result<Vec<Column>, Failure> = wanted
        .columns
        .iter()
        .map(|column| {
            let column_type = column.ty.map(column_type).ok_or_else(|| {
                Failure::new(format!("it is not known what the column `{}` holds", clean(&column.source)))
                    .help("declare the attribute")
            })?;
            Ok(Column { field: column.field.clone(), name: column.source.clone(), column_type })
        })
        .collect();
    let asked = Query {
        dialect: match dialect {
            SqlDialect::DuckDb => Dialect::DuckDb,
            SqlDialect::Postgres => Dialect::Postgres,
            SqlDialect::Spark => Dialect::Spark,
        },
        source: source(&arguments.table),
        output: match &arguments.decisions {
            Some(id) => Output::Decisions { id: id.clone() },
            None => Output::Counts,
        },
    };
    query(rules.iter().copied(), &columns?, &asked).map_err(|reasons| {
        let failure = Failure::new(format!(
            "the rules have no exact query for `{}`: {}",
            asked.dialect,
            count(reasons.len(), "reason")
        ))
        .help("change those rules, or read the records with `rulec backtest`; nothing is approximated");
        let shown = reasons.iter().take(MAX_REASONS).map(|reason| clean(&reason.to_string()).into_owned());
        let more = reasons.len().checked_sub(MAX_REASONS).filter(|more| *more > 0);
        shown.chain(more.map(|more| format!("and {more} more"))).fold(failure, Failure::note)
    })
}

/// A name, with those of its schema and catalog, where the text is no more than that; otherwise what is to be read.
fn source(table: &str) -> Source {
    let is_name = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'))
    };
    let parts: Vec<&str> = table.split('.').collect();
    if parts.iter().all(|part| is_name(part)) {
        Source::Table(parts.into_iter().map(str::to_owned).collect())
    } else {
        Source::Expression(table.to_owned())
    }
}

fn column_type(ty: Type) -> ColumnType {
    match ty {
        Type::Bool => ColumnType::Bool,
        Type::Int => ColumnType::Int,
        Type::Float => ColumnType::Float,
        Type::String => ColumnType::String,
        Type::Set => ColumnType::Set,
    }
}
