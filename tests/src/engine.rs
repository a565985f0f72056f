//! Calls `oracle/sql.py`: the engines that run emitted queries, where Python and they are at hand.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rule_backtest::sql::Dialect;
use serde_json::{Value, json};

/// A table, and queries on it (its name is `t`).
#[derive(Clone, Debug)]
pub struct Case {
    /// Names and types: a column's own (`int`, `set`, …), or the engine's.
    pub columns: Vec<(String, String)>,
    /// The values of each row; floats as strings.
    pub rows: Vec<Vec<Value>>,
    /// The queries.
    pub queries: Vec<String>,
}

/// What an engine says to a query: its rows, or its error.
pub type Answer = Result<Vec<Vec<Value>>, String>;

/// Whether an engine can run. Where it cannot, says so; panics where `RULEC_REQUIRE` names it. Spark and `PostgreSQL`,
/// which take long to start, run only where it does.
pub fn is_here(dialect: Dialect) -> bool {
    let required = std::env::var("RULEC_REQUIRE").unwrap_or_default();
    let is_required = required.split(',').any(|tool| tool.trim() == dialect.as_str());
    if dialect != Dialect::DuckDb && !is_required {
        eprintln!("skipped: {dialect} runs where RULEC_REQUIRE names it");
        return false;
    }
    let (probe, install) = match dialect {
        Dialect::DuckDb => ("import duckdb", "pip install duckdb"),
        Dialect::Postgres => (
            "import psycopg, shutil, os; assert shutil.which('initdb') or os.listdir('/usr/lib/postgresql')",
            "apt-get install postgresql; pip install 'psycopg[binary]'",
        ),
        Dialect::Spark => (
            "import pyspark, shutil; assert shutil.which('java')",
            "apt-get install openjdk-17-jre-headless; pip install pyspark",
        ),
    };
    let here = Command::new("python3")
        .args(["-c", probe])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !here {
        assert!(!is_required, "{dialect} is required (RULEC_REQUIRE={required}) and missing: {install}");
        eprintln!("skipped: {dialect} is missing ({install})");
    }
    here
}

/// Runs the queries of all cases in one process: for each case, an answer to each of its queries.
pub fn run(dialect: Dialect, cases: &[Case]) -> Vec<Vec<Answer>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/sql.py");
    let mut child = Command::new("python3")
        .arg(script)
        .arg(dialect.as_str())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut input = String::new();
    for case in cases {
        let line = json!({"columns": case.columns, "rows": case.rows, "queries": case.queries});
        input.push_str(&line.to_string());
        input.push('\n');
    }
    // It reads all of its input before it writes.
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the engine reads");
    let output = child.wait_with_output().expect("the engine ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the engine ends well: {errors}");
    let output = String::from_utf8(output.stdout).expect("UTF-8");
    let answers: Vec<_> = output.lines().map(answers).collect();
    assert_eq!(answers.len(), cases.len(), "{errors}");
    answers
}

fn answers(line: &str) -> Vec<Answer> {
    let line: Vec<Value> = serde_json::from_str(line).expect("a list of answers");
    line.into_iter()
        .map(|answer| match answer {
            Value::Array(rows) => Ok(rows.iter().map(|row| row.as_array().expect("a row").clone()).collect()),
            error => Err(error["error"].as_str().expect("an error").to_owned()),
        })
        .collect()
}
