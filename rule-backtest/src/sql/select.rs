//! The query around the conditions: one scan, and what is wanted of it.

use genesys_model::RuleBody;

use super::column::{SOURCE, reference};
use super::{Dialect, Output, Query, Source, Unexpressible, literal};

/// The most rules whose matches are columns: `PostgreSQL` has 1,664 columns at most, and some are for attributes.
const MAX_POSTGRES_COLUMNS: usize = 1_600;

/// What a query is made of.
pub(super) struct Select<'s> {
    pub(super) query: &'s Query,
    /// The rules in the order in which they decide.
    pub(super) rules: &'s [&'s RuleBody],
    /// Their conditions.
    pub(super) conditions: &'s [String],
    /// The columns that they read, each with its name there.
    pub(super) columns: &'s [(String, String)],
}

impl Select<'_> {
    pub(super) fn write(&self) -> Result<String, Unexpressible> {
        match &self.query.output {
            Output::Decisions { id } => self.decisions(id),
            Output::Matches { id } => self.matches(id),
            Output::Counts => self.counts(),
        }
    }

    fn refuse(&self, construct: String, why: &str) -> Unexpressible {
        let dialect = self.query.dialect;
        Unexpressible { rule: None, field: String::new(), construct, why: why.to_owned(), dialect }
    }

    fn name(&self, name: &str) -> Result<String, Unexpressible> {
        literal::name(self.query.dialect, name).map_err(|why| self.refuse(format!("the name `{name}`"), why))
    }

    /// The output's own names are quoted: `number` and `rule` are words of some dialect.
    fn own(&self, name: &str) -> String {
        if self.query.dialect == Dialect::Spark { format!("`{name}`") } else { format!("\"{name}\"") }
    }

    /// The rows of the source, with the id and the attributes that are read.
    fn records(&self, id: Option<&str>) -> Result<String, Unexpressible> {
        let dialect = self.query.dialect;
        let mut columns = Vec::new();
        if let Some(id) = id {
            let id = reference(dialect, id).map_err(|why| self.refuse(format!("the name `{id}`"), why))?;
            columns.push(format!("{id} AS {}", self.own("record")));
        }
        columns.extend(self.columns.iter().map(|(guarded, alias)| format!("{guarded} AS {alias}")));
        if columns.is_empty() {
            columns.push("1 AS one".to_owned());
        }
        let source = match &self.query.source {
            Source::Table(names) => {
                names.iter().map(|name| self.name(name)).collect::<Result<Vec<_>, _>>()?.join(".")
            }
            Source::Expression(expression) => expression.clone(),
        };
        Ok(nested(
            &format!("SELECT\n  {}\nFROM {source} AS {SOURCE}{}", columns.join(",\n  "), self.fence()),
            "records",
        ))
    }

    /// Keeps what is inside from being evaluated again for every use of it.
    fn fence(&self) -> &'static str {
        if self.query.dialect == Dialect::Postgres { "\nOFFSET 0" } else { "" }
    }

    /// The number of the first rule that holds, in terms of `condition`.
    fn deciding(&self, condition: impl Fn(usize) -> String) -> String {
        let mut cases = Vec::new();
        for (at, _) in self.rules.iter().enumerate().filter(|(_, rule)| rule.enabled) {
            cases.push(format!("\n    WHEN {} THEN {}", condition(at), at + 1));
        }
        if cases.is_empty() {
            return "CAST(NULL AS INTEGER)".to_owned();
        }
        format!("CASE{}\n  END", cases.concat())
    }

    fn condition(&self, at: usize) -> String {
        self.conditions.get(at).cloned().unwrap_or_default()
    }

    /// A list of texts, one for each rule.
    fn texts<'t>(&'t self, text: impl Fn(&'t RuleBody) -> &'t str) -> Result<Vec<String>, Unexpressible> {
        self.rules
            .iter()
            .map(|rule| {
                let text = text(rule);
                let literal = literal::string(self.query.dialect, text);
                literal.ok_or_else(|| self.refuse(format!("the name `{text}`"), "a text has no NUL"))
            })
            .collect()
    }

    fn decisions(&self, id: &str) -> Result<String, Unexpressible> {
        let (record, number) = (self.own("record"), self.own("number"));
        let of_rule = |texts: Vec<String>| {
            let list = literal::array(self.query.dialect, &texts);
            match self.query.dialect {
                _ if texts.is_empty() => "NULL".to_owned(),
                Dialect::DuckDb => format!("{list}[{number}]"),
                Dialect::Postgres => format!("({list})[{number}]"),
                // Not `element_at`: Spark 4.3 has been seen to give an element for a null.
                Dialect::Spark => {
                    let texts = texts.iter().enumerate();
                    let arms: Vec<_> =
                        texts.map(|(at, text)| format!("WHEN {} THEN {text}", at + 1)).collect();
                    format!("CASE {number} {} END", arms.join(" "))
                }
            }
        };
        let decided = format!(
            "SELECT\n  {record},\n  {} AS {number}\nFROM {}{}",
            self.deciding(|at| self.condition(at)),
            self.records(Some(id))?,
            self.fence(),
        );
        Ok(format!(
            "SELECT\n  {record},\n  {number},\n  {} AS {},\n  {} AS {}\nFROM {}\n",
            of_rule(self.texts(|rule| &rule.name)?),
            self.own("rule"),
            of_rule(self.texts(|rule| rule.queue.as_str())?),
            self.own("queue"),
            nested(&decided, "decided"),
        ))
    }

    /// `m1`, `m2`, … for the rules.
    fn flags(&self) -> Result<Vec<String>, Unexpressible> {
        if self.query.dialect == Dialect::Postgres && self.rules.len() > MAX_POSTGRES_COLUMNS {
            let why = format!("PostgreSQL takes at most {MAX_POSTGRES_COLUMNS} at a time");
            return Err(self.refuse(format!("what each of {} rules matches", self.rules.len()), &why));
        }
        Ok(self.conditions.iter().enumerate().map(|(at, sql)| format!("{sql} AS m{}", at + 1)).collect())
    }

    fn matches(&self, id: &str) -> Result<String, Unexpressible> {
        let mut columns = vec![self.own("record")];
        columns.extend(self.flags()?);
        Ok(format!("SELECT\n  {}\nFROM {}\n", columns.join(",\n  "), self.records(Some(id))?))
    }

    fn counts(&self) -> Result<String, Unexpressible> {
        let dialect = self.query.dialect;
        let mut flags = self.flags()?;
        if flags.is_empty() {
            flags.push("1 AS one".to_owned());
        }
        let matching =
            format!("SELECT\n  {}\nFROM {}{}", flags.join(",\n  "), self.records(None)?, self.fence());
        let matching = nested(&matching, "matching");
        let deciding = format!(
            "SELECT\n  matching.*,\n  {} AS decided\nFROM {matching}{}",
            self.deciding(|at| format!("m{}", at + 1)),
            self.fence(),
        );
        let numbers = 1..=self.rules.len();
        // Not `count(*) FILTER (WHERE …)`: DuckDB copies all columns for each filter.
        let count = |condition: String| format!("count(CASE WHEN {condition} THEN 1 END)");
        let mut matched: Vec<_> = numbers.clone().map(|number| count(format!("m{number}"))).collect();
        matched.push("NULL".to_owned());
        let mut decided: Vec<_> =
            numbers.clone().map(|number| count(format!("decided = {number}"))).collect();
        decided.push(count("decided IS NULL".to_owned()));
        let counted = nested(
            &format!(
                "SELECT\n  count(*) AS records,\n  {} AS matched,\n  {} AS decided\nFROM {}{}",
                literal::array(dialect, &matched),
                literal::array(dialect, &decided),
                nested(&deciding, "deciding"),
                self.fence(),
            ),
            "counted",
        );
        let mut number: Vec<_> = numbers.map(|number| number.to_string()).collect();
        number.push("CAST(NULL AS INTEGER)".to_owned());
        let text = if dialect == Dialect::Spark { "CAST(NULL AS STRING)" } else { "CAST(NULL AS VARCHAR)" };
        let mut rule = self.texts(|rule| &rule.name)?;
        rule.push(text.to_owned());
        let mut queue = self.texts(|rule| rule.queue.as_str())?;
        queue.push(text.to_owned());
        let lists = [number, rule, queue].map(|items| literal::array(dialect, &items));
        let [number, rule, queue] = &lists;
        let names = ["number", "rule", "queue", "matched", "decided"].map(|name| self.own(name));
        let [named_number, named_rule, named_queue, named_matched, named_decided] = &names;
        let all = names.join(", ");
        let records = self.own("records");
        Ok(match dialect {
            Dialect::DuckDb => format!(
                "SELECT\n  unnest({number}) AS {named_number},\n  unnest({rule}) AS {named_rule},\n  \
                 unnest({queue}) AS {named_queue},\n  unnest(matched) AS {named_matched},\n  \
                 unnest(decided) AS {named_decided},\n  records AS {records}\nFROM {counted}\n\
                 ORDER BY {named_number} NULLS LAST\n"
            ),
            Dialect::Postgres => format!(
                "SELECT\n  by_rule.*,\n  counted.records AS {records}\nFROM {counted}\n\
                 CROSS JOIN LATERAL unnest(\n  {number},\n  {rule},\n  {queue},\n  counted.matched,\n  counted.decided\n\
                 ) AS by_rule ({all})\nORDER BY {named_number} NULLS LAST\n"
            ),
            Dialect::Spark => format!(
                "SELECT\n  by_rule.*,\n  counted.records AS {records}\nFROM {counted}\n\
                 LATERAL VIEW inline(arrays_zip(\n  {number},\n  {rule},\n  {queue},\n  matched,\n  decided\n\
                 )) by_rule AS {all}\nORDER BY {named_number} NULLS LAST\n"
            ),
        })
    }
}

/// A query as a table of another. It is not indented: a name may hold a line's end.
fn nested(query: &str, name: &str) -> String {
    format!("(\n{query}\n) AS {name}")
}
