//! `rulec backtest`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `rulec backtest`.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Files of records, or patterns like `"2026-*/*.parquet"`: `.jsonl`, `.ndjson`, `.csv`, `.parquet`; `-` reads JSON
    /// lines from standard input
    #[arg(value_name = "RECORDS", required_unless_present = "emit")]
    pub records: Vec<String>,
    /// The rules: files, or a folder of a project; may be repeated [default: the project, or this folder]
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Decide within this queue
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
    /// Show what moves compared with other rules: a folder or file, a revision of git, or `live`, what is live in the
    /// organization
    #[arg(long, value_name = "PATH|REV|live")]
    pub against: Option<String>,
    /// The organization for `--against live`
    #[arg(long, value_name = "NAME")]
    pub org: Option<String>,
    /// Where the state lies, for `--against live`
    #[arg(long, value_name = "DIR", hide = true)]
    pub state: Option<PathBuf>,
    /// The column or key with the time of a record, for counts over time
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// How long the steps of counts over time are: `15m`, `1h`, `1d`
    #[arg(long, value_name = "DURATION", requires = "time")]
    pub step: Option<String>,
    /// The column or key that names a record, shown with examples
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// How many records may be wrong; they are counted and left out
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub tolerate: u64,
    /// Write the records that are left out to this file, as JSON lines
    #[arg(long, value_name = "FILE", requires = "tolerate")]
    pub rejects: Option<PathBuf>,
    /// How many records to show of each kind of move, and of those that no rule takes
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub examples: usize,
    /// How many records are worked on at the same time [default: one for each core]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Write the report as a page for browsers to this file
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Print JSON
    #[arg(long, conflicts_with = "emit")]
    pub json: bool,
    /// Print a query that decides in the database that holds the records, instead of reading them
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        requires = "dialect",
        conflicts_with_all = ["records", "against", "html", "rejects"],
        help_heading = "In a database"
    )]
    pub emit: Option<Emit>,
    /// The database's dialect
    #[arg(long, value_enum, value_name = "DIALECT", requires = "emit", help_heading = "In a database")]
    pub dialect: Option<SqlDialect>,
    /// The table, or what stands in its place: `calls`, `read_parquet('calls/*.parquet')`
    #[arg(
        long,
        value_name = "TABLE",
        requires = "emit",
        default_value = "records",
        help_heading = "In a database"
    )]
    pub table: String,
    /// Print the query for each record's decision, with this column to name the record; without it, counts
    #[arg(long, value_name = "COLUMN", requires = "emit", help_heading = "In a database")]
    pub decisions: Option<String>,
}

/// What is printed instead of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// A query
    Sql,
}

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SqlDialect {
    /// `DuckDB`
    #[value(name = "duckdb")]
    DuckDb,
    /// `PostgreSQL`
    Postgres,
    /// Apache Spark
    Spark,
}
