//! Conditions as SQL of two values: no comparison is ever null.

use std::collections::{BTreeMap, HashMap};

use genesys_model::{Condition, ConditionOperator, Expression, RuleBody, Scalar};

use super::bound::{self, Bound, Comparison};
use super::{Column, ColumnType, Dialect, Unexpressible, literal, pattern};

/// Translates rules, and notes which columns they read and what cannot be said.
pub(super) struct Translator<'a> {
    dialect: Dialect,
    columns: HashMap<&'a str, &'a Column>,
    /// The columns that are read, by field, with the names that they have in the query.
    used: BTreeMap<&'a str, Used>,
    /// Regular expressions translated so far.
    patterns: HashMap<String, Result<String, pattern::Refusal>>,
    pub(super) errors: Vec<Unexpressible>,
}

struct Used {
    alias: String,
    guarded: String,
}

/// What a comparison comes to: nothing of it depends on a null.
enum Atom {
    Never,
    /// The attribute is there.
    Present,
    /// SQL that is null where the attribute is.
    Sql(String),
}

impl<'a> Translator<'a> {
    pub(super) fn new(dialect: Dialect, columns: &'a [Column]) -> Self {
        Self {
            dialect,
            columns: columns.iter().map(|column| (column.field.as_str(), column)).collect(),
            used: BTreeMap::new(),
            patterns: HashMap::new(),
            errors: Vec::new(),
        }
    }

    /// The columns that are read: each by an expression, and the name that conditions use for it.
    pub(super) fn used_columns(&self) -> Vec<(String, String)> {
        let mut used: Vec<_> =
            self.used.values().map(|used| (used.guarded.clone(), used.alias.clone())).collect();
        used.sort_by(|(_, left), (_, right)| (left.len(), left).cmp(&(right.len(), right)));
        used
    }

    /// A rule's condition. Where something cannot be said, an error is noted and the SQL is of no use.
    pub(super) fn rule(&mut self, rule: &RuleBody) -> String {
        let before = self.errors.len();
        let sql = match rule.expression.validate() {
            // The depth of a valid expression is limited.
            Ok(()) => self.expression(&rule.expression),
            Err(error) => {
                self.refuse("", "the condition".to_owned(), error.to_string());
                String::new()
            }
        };
        let name = (rule.queue.as_str().to_owned(), rule.name.clone());
        for error in self.errors.iter_mut().skip(before) {
            error.rule = Some(name.clone());
        }
        sql
    }

    fn refuse(&mut self, field: &str, construct: String, why: String) {
        self.errors.push(Unexpressible {
            rule: None,
            field: field.to_owned(),
            construct,
            why,
            dialect: self.dialect,
        });
    }

    fn expression(&mut self, expression: &Expression) -> String {
        match expression {
            Expression::And(children) => self.joined(children, " AND "),
            Expression::Or(children) => self.joined(children, " OR "),
            Expression::Not(child) => format!("(NOT {})", self.expression(child)),
            Expression::Condition(condition) => self.condition(condition),
        }
    }

    fn joined(&mut self, children: &[Expression], word: &str) -> String {
        let children: Vec<_> = children.iter().map(|child| self.expression(child)).collect();
        format!("({})", children.join(word))
    }

    fn condition(&mut self, condition: &Condition) -> String {
        let Some((column_type, alias)) = self.column(&condition.field) else {
            return String::new();
        };
        let atom = match self.atom(condition, column_type, &alias) {
            Ok(atom) => atom,
            Err((construct, why)) => {
                self.refuse(&condition.field, construct, why);
                return String::new();
            }
        };
        let negated = matches!(condition.operator, ConditionOperator::Neq | ConditionOperator::NotExists);
        match (atom, negated) {
            (Atom::Never, false) => "FALSE".to_owned(),
            (Atom::Never, true) => "TRUE".to_owned(),
            (Atom::Present, false) => format!("({alias} IS NOT NULL)"),
            (Atom::Present, true) => format!("({alias} IS NULL)"),
            (Atom::Sql(sql), false) => format!("coalesce({sql}, FALSE)"),
            (Atom::Sql(sql), true) => format!("(NOT coalesce({sql}, FALSE))"),
        }
    }

    /// The type of an attribute's column, and its name in the query.
    fn column(&mut self, field: &str) -> Option<(ColumnType, String)> {
        let Some((&field, &column)) = self.columns.get_key_value(field) else {
            self.refuse(field, format!("the attribute `{field}`"), "no column is given for it".to_owned());
            return None;
        };
        if let Some(used) = self.used.get(field) {
            return Some((column.column_type, used.alias.clone()));
        }
        match column.guarded(self.dialect) {
            Ok(guarded) => {
                let alias = format!("a{}", self.used.len() + 1);
                self.used.insert(field, Used { alias: alias.clone(), guarded });
                Some((column.column_type, alias))
            }
            Err(why) => {
                self.refuse(field, format!("the column `{}`", column.name), why.to_owned());
                None
            }
        }
    }

    /// What an operator says of a value that is there, `!=` as `==` and `not exists` as `exists`.
    fn atom(
        &mut self,
        condition: &Condition,
        column_type: ColumnType,
        alias: &str,
    ) -> Result<Atom, (String, String)> {
        let Some(value) = &condition.value else {
            return Ok(Atom::Present);
        };
        Ok(match condition.operator {
            ConditionOperator::Eq | ConditionOperator::Neq => {
                self.compare(Comparison::Eq, column_type, alias, value)
            }
            ConditionOperator::Gt => self.order(Comparison::Gt, column_type, alias, value),
            ConditionOperator::Gte => self.order(Comparison::Gte, column_type, alias, value),
            ConditionOperator::Lt => self.order(Comparison::Lt, column_type, alias, value),
            ConditionOperator::Lte => self.order(Comparison::Lte, column_type, alias, value),
            ConditionOperator::Exists | ConditionOperator::NotExists => match column_type {
                ColumnType::Set => self.contains(column_type, alias, value),
                _ => self.compare(Comparison::Eq, column_type, alias, value),
            },
            ConditionOperator::Contains => self.contains(column_type, alias, value),
            ConditionOperator::Regex => return self.search(column_type, alias, value),
        })
    }

    /// Only numbers have an order.
    fn order(&self, comparison: Comparison, column_type: ColumnType, alias: &str, value: &Scalar) -> Atom {
        match value {
            Scalar::Int(_) | Scalar::Float(_) => self.compare(comparison, column_type, alias, value),
            Scalar::Bool(_) | Scalar::String(_) => Atom::Never,
        }
    }

    fn compare(&self, comparison: Comparison, column_type: ColumnType, alias: &str, value: &Scalar) -> Atom {
        let by = |comparison: Comparison, constant: &str| {
            Atom::Sql(format!("{alias} {} {constant}", comparison.as_str()))
        };
        let float = |number| literal::float(self.dialect, number);
        match (column_type, value) {
            (ColumnType::Bool, Scalar::Bool(true)) => by(comparison, "TRUE"),
            (ColumnType::Bool, Scalar::Bool(false)) => by(comparison, "FALSE"),
            (ColumnType::String, Scalar::String(text)) => {
                literal::string(self.dialect, text).map_or(Atom::Never, |text| by(comparison, &text))
            }
            (ColumnType::Int, Scalar::Int(number)) => by(comparison, &literal::integer(*number)),
            (ColumnType::Float, Scalar::Float(number)) => by(comparison, &float(*number)),
            (ColumnType::Int, Scalar::Float(number)) => match bound::integer(comparison, *number) {
                Bound::Never => Atom::Never,
                Bound::Always => Atom::Present,
                Bound::By(comparison, bound) => by(comparison, &literal::integer(bound)),
            },
            (ColumnType::Float, Scalar::Int(number)) => match bound::float(comparison, *number) {
                Bound::Never => Atom::Never,
                Bound::Always => Atom::Present,
                Bound::By(comparison, bound) => by(comparison, &float(bound)),
            },
            _ => Atom::Never,
        }
    }

    fn contains(&self, column_type: ColumnType, alias: &str, value: &Scalar) -> Atom {
        let Scalar::String(text) = value else { return Atom::Never };
        let Some(text) = literal::string(self.dialect, text) else { return Atom::Never };
        match (column_type, self.dialect) {
            (ColumnType::String, Dialect::DuckDb | Dialect::Spark) => {
                Atom::Sql(format!("contains({alias}, {text})"))
            }
            (ColumnType::String, Dialect::Postgres) => Atom::Sql(format!("strpos({alias}, {text}) > 0")),
            (ColumnType::Set, Dialect::DuckDb) => Atom::Sql(format!("list_contains({alias}, {text})")),
            (ColumnType::Set, Dialect::Postgres) => Atom::Sql(format!("{text} = ANY ({alias})")),
            (ColumnType::Set, Dialect::Spark) => Atom::Sql(format!("array_contains({alias}, {text})")),
            _ => Atom::Never,
        }
    }

    fn search(
        &mut self,
        column_type: ColumnType,
        alias: &str,
        value: &Scalar,
    ) -> Result<Atom, (String, String)> {
        let Scalar::String(source) = value else {
            return Err(("the regular expression".to_owned(), "it is not a string".to_owned()));
        };
        let whole = || format!("the regular expression `{source}`");
        if column_type != ColumnType::String {
            return Ok(Atom::Never);
        }
        let dialect = self.dialect;
        let translated = self
            .patterns
            .entry(source.clone())
            .or_insert_with(|| pattern::translate(source, dialect))
            .as_ref()
            .map_err(|refusal| (format!("{} in {}", refusal.construct, whole()), refusal.why.clone()))?;
        let Some(pattern) = literal::string(dialect, translated) else {
            return Err((whole(), "it has a NUL".to_owned()));
        };
        Ok(Atom::Sql(match dialect {
            Dialect::DuckDb => format!("regexp_matches({alias}, {pattern})"),
            Dialect::Postgres => format!("{alias} ~ {pattern}"),
            Dialect::Spark => format!("{alias} RLIKE {pattern}"),
        }))
    }
}
