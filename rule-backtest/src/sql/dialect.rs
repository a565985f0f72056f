//! The languages of the engines that the queries are tried with.

use std::fmt;
use std::str::FromStr;

/// An engine's SQL.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// `DuckDB`; regular expressions are RE2's.
    DuckDb,
    /// `PostgreSQL` from version 12, in a database whose encoding is UTF-8; regular expressions are its own ("advanced").
    Postgres,
    /// Apache Spark from version 3.4; regular expressions are Java's.
    Spark,
}

/// A name that no dialect has.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no dialect `{0}`; there are `duckdb`, `postgres`, `spark`")]
pub struct UnknownDialect(String);

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DuckDb, Self::Postgres, Self::Spark];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Postgres => "postgres",
            Self::Spark => "spark",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.as_str() == name)
            .ok_or_else(|| UnknownDialect(name.to_owned()))
    }
}
