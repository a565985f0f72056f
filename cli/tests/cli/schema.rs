//! Reports checked against the schemas that their readers publish.

use boon::{Compiler, Schemas};
use serde_json::Value;

/// The schema of SARIF 2.1.0.
pub(crate) const SARIF: &str = include_str!("schemas/sarif-2.1.0.json");
/// The schema of reviewdog's diagnostics.
pub(crate) const RDJSON: &str = include_str!("schemas/rdjson.json");
/// What GitLab takes.
pub(crate) const GITLAB: &str = include_str!("schemas/gitlab.json");

/// The report, which must be JSON and as its schema has it.
pub(crate) fn checked(schema: &str, report: &str) -> Value {
    let mut compiler = Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("schema.json", serde_json::from_str(schema).unwrap()).unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    let report: Value = serde_json::from_str(report).unwrap();
    let verdict = schemas.validate(&report, index).map_err(|error| error.to_string());
    assert_eq!(verdict, Ok(()));
    report
}

#[test]
fn a_report_that_is_none_is_refused() {
    for (schema, report) in [
        (SARIF, r#"{"version": "2.1.0", "runs": [{}]}"#),
        (RDJSON, r#"{"diagnostics": [{"message": 1}]}"#),
        (GITLAB, r#"[{"description": "x"}]"#),
    ] {
        assert!(std::panic::catch_unwind(|| checked(schema, report)).is_err(), "{report}");
    }
}
