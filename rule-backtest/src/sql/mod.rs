//! Rules as one query, for the engine that holds a history too large for one machine.
//!
//! The query reads the table once and says of each record what [`rule_eval::Rules`] says of it, or counts what
//! [`crate::report`] counts. Where a dialect cannot say something exactly, the rules are refused: nothing is ever
//! approximated. What the data may do to exactness (a column of another type, a NaN) is asked by the query itself, which
//! then fails. `docs/backtest-sql.md` tells users what is exact, what is refused and what is left to them.

mod bound;
mod column;
mod condition;
mod dialect;
mod literal;
mod pattern;
mod select;
mod unexpressible;

use genesys_model::RuleBody;

pub use column::{Column, ColumnType};
pub use dialect::{Dialect, UnknownDialect};
pub use unexpressible::Unexpressible;

use condition::Translator;

/// What is asked of which engine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// The engine's language.
    pub dialect: Dialect,
    /// Where the records are.
    pub source: Source,
    /// What is wanted of them.
    pub output: Output,
}

/// What stands after `from`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// A table: its name, after those of its schema and catalog where it needs them. The names are quoted.
    Table(Vec<String>),
    /// Any other thing that records can be read from, put into the query as it is: `read_parquet('calls/*.parquet')`,
    /// `(select … from …)`. It is the caller's SQL and is trusted.
    Expression(String),
}

/// What the query gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// A row for each record: `record` (its id), `number`, `rule`, `queue` of the rule that decides. Rules are numbered
    /// from 1 in the order in which they decide; all three are null where no rule does.
    Decisions {
        /// The column that tells records apart.
        id: String,
    },
    /// A row for each record: `record` and, for each rule, the boolean `m1`, `m2`, …: whether its expression holds,
    /// enabled or not. The numbers are those of the decisions.
    Matches {
        /// The column that tells records apart.
        id: String,
    },
    /// A row for each rule: `number`, `rule`, `queue`, `matched` (records on which its expression holds), `decided`
    /// (those that it decides), `records` (all that there are); and a last row with nulls for a rule, whose `decided`
    /// counts the records that no rule takes.
    Counts,
}

/// Writes the query for rules, in any order: they are put in that of [`rule_eval::precedence`], and rules that are not
/// enabled match but do not decide. `columns` has one for each attribute that a rule compares; others are not read.
///
/// # Errors
/// Everything that the dialect cannot say exactly, in the order of the rules.
pub fn query<'a>(
    rules: impl IntoIterator<Item = &'a RuleBody>,
    columns: &[Column],
    query: &Query,
) -> Result<String, Vec<Unexpressible>> {
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by(|left, right| rule_eval::precedence(left, right));
    let mut translator = Translator::new(query.dialect, columns);
    let conditions: Vec<String> = rules.iter().map(|rule| translator.rule(rule)).collect();
    let select =
        select::Select { query, rules: &rules, conditions: &conditions, columns: &translator.used_columns() };
    let mut errors = translator.errors;
    let text = select.write().unwrap_or_else(|error| {
        errors.push(error);
        String::new()
    });
    if errors.is_empty() { Ok(text) } else { Err(errors) }
}
