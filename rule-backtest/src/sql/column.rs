//! A column as the conditions see it: of exactly the declared type, or the query fails.

use super::{Dialect, literal};

/// Where an attribute is in the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// The attribute, by its platform's name, as conditions have it.
    pub field: String,
    /// The column's name in the table.
    pub name: String,
    /// What it holds.
    pub column_type: ColumnType,
}

/// What a column holds. Null is missing; an empty string or set is present.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ColumnType {
    /// Booleans.
    Bool,
    /// Integers of at most 64 bits.
    Int,
    /// Floats of 32 or 64 bits, or integers of at most 32. NaN makes the query fail.
    Float,
    /// Strings.
    String,
    /// Lists of strings; a null among them equals nothing.
    Set,
}

impl ColumnType {
    fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::String => "string",
            Self::Set => "set",
        }
    }

    /// The engine's names of the types that turn into ours with nothing lost.
    fn exact(self, dialect: Dialect) -> &'static [&'static str] {
        match (self, dialect) {
            (Self::Bool, Dialect::DuckDb) => &["BOOLEAN"],
            (Self::Bool, _) => &["boolean"],
            (Self::Int, Dialect::DuckDb) => {
                &["BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT"]
            }
            (Self::Int, Dialect::Postgres) => &["bigint", "integer", "smallint"],
            (Self::Int, Dialect::Spark) => &["bigint", "int", "smallint", "tinyint"],
            (Self::Float, Dialect::DuckDb) => {
                &["DOUBLE", "FLOAT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT"]
            }
            (Self::Float, Dialect::Postgres) => &["double precision", "real", "integer", "smallint"],
            (Self::Float, Dialect::Spark) => &["double", "float", "int", "smallint", "tinyint"],
            (Self::String, Dialect::DuckDb) => &["VARCHAR"],
            (Self::String, Dialect::Postgres) => &["text", "character varying"],
            (Self::String, Dialect::Spark) => &["string"],
            (Self::Set, Dialect::DuckDb) => &["VARCHAR[]"],
            (Self::Set, Dialect::Postgres) => &["text[]", "character varying[]"],
            (Self::Set, Dialect::Spark) => &["array<string>"],
        }
    }

    /// The type that conditions compare.
    fn target(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::Bool, _) => "BOOLEAN",
            (Self::Int, _) => "BIGINT",
            (Self::Float, _) => literal::double(dialect),
            (Self::String, Dialect::DuckDb) => "VARCHAR",
            (Self::String, Dialect::Postgres) => "TEXT",
            (Self::String, Dialect::Spark) => "STRING",
            (Self::Set, Dialect::DuckDb) => "VARCHAR[]",
            (Self::Set, Dialect::Postgres) => "TEXT[]",
            (Self::Set, Dialect::Spark) => "ARRAY<STRING>",
        }
    }
}

impl Column {
    /// The column's value, or a failure of the query where it is not exactly of the declared type.
    pub(super) fn guarded(&self, dialect: Dialect) -> Result<String, &'static str> {
        let reference = reference(dialect, &self.name)?;
        let target = self.column_type.target(dialect);
        let value = format!("CAST({reference} AS {target})");
        let type_of = match dialect {
            Dialect::DuckDb | Dialect::Spark => format!("typeof({reference})"),
            Dialect::Postgres => format!("CAST(pg_typeof({reference}) AS TEXT)"),
        };
        let exact: Vec<_> = self.column_type.exact(dialect).iter().map(|name| format!("'{name}'")).collect();
        let wrong = format!("{type_of} NOT IN ({})", exact.join(", "));
        let is_no = format!("the column `{}` is no {}: ", self.name, self.column_type.as_str());
        let mut cases = vec![(wrong, is_no, type_of)];
        match (self.column_type, dialect) {
            (ColumnType::Float, Dialect::Postgres) => {
                let is_nan = format!("{value} = CAST('NaN' AS {target})");
                cases.push((is_nan, self.holds_nan(), format!("CAST({reference} AS TEXT)")));
            }
            (ColumnType::Float, Dialect::DuckDb | Dialect::Spark) => {
                let text = if dialect == Dialect::Spark { "STRING" } else { "VARCHAR" };
                cases.push((
                    format!("isnan({value})"),
                    self.holds_nan(),
                    format!("CAST({reference} AS {text})"),
                ));
            }
            // Code points in regular expressions are Unicode's only where the encoding is.
            (ColumnType::String, Dialect::Postgres) => cases.push((
                "getdatabaseencoding() <> 'UTF8'".to_owned(),
                "the encoding of the database is not UTF8: ".to_owned(),
                "CAST(getdatabaseencoding() AS TEXT)".to_owned(),
            )),
            _ => {}
        }
        let mut arms = Vec::new();
        for (when, message, detail) in cases {
            let message = literal::string(dialect, &message).ok_or("a name has no NUL")?;
            let failure = match dialect {
                Dialect::DuckDb => format!("error({message} || {detail})"),
                Dialect::Spark => format!("raise_error({message} || {detail})"),
                Dialect::Postgres => self.postgres_failure(&format!("{message} || {detail}"), target),
            };
            arms.push(format!("WHEN {when} THEN {failure}"));
        }
        Ok(format!("CASE {} ELSE {value}{} END", arms.join(" "), self.collation(dialect)))
    }

    fn holds_nan(&self) -> String {
        format!("the column `{}` holds what is no number: ", self.name)
    }

    /// There is no function that fails: a text that is no integer is cast to one. It depends on the row, so that it is not
    /// cast before there is one.
    fn postgres_failure(&self, text: &str, target: &str) -> String {
        let failure = format!("CAST({text} AS INTEGER)");
        match self.column_type {
            ColumnType::Set => format!("ARRAY[CAST({failure} AS TEXT)]"),
            _ => format!("CAST({failure} AS {target})"),
        }
    }

    /// Strings compare by their bytes, whatever the column's collation. Spark's types name theirs, and only the binary one
    /// is taken.
    fn collation(&self, dialect: Dialect) -> &'static str {
        match (self.column_type, dialect) {
            (ColumnType::String, Dialect::DuckDb) => " COLLATE C",
            (ColumnType::String | ColumnType::Set, Dialect::Postgres) => " COLLATE \"C\"",
            _ => "",
        }
    }
}

/// The name that the records' source has in the query.
pub(super) const SOURCE: &str = "rulec_source";

/// A column of the source.
pub(super) fn reference(dialect: Dialect, column: &str) -> Result<String, &'static str> {
    let column = literal::name(dialect, column)?;
    Ok(match dialect {
        // Otherwise a name that is no column could be an output column's (DuckDB, Spark).
        Dialect::DuckDb => format!("\"{SOURCE}\".{column}"),
        Dialect::Spark => format!("`{SOURCE}`.{column}"),
        // Otherwise a name that is no column could be a function of the row (`source.text`).
        Dialect::Postgres => column,
    })
}
