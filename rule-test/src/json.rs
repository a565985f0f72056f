//! The report as JSON, for other programs.

use rule_lang::{SourceMap, Span};
use serde_json::{Value, json};

use crate::coverage::ConditionCoverage;
use crate::reason::Reason;
use crate::report::{CaseResult, Outcome, Report};

impl Report {
    /// The report as a JSON object: `passed`, `failed`, `cases`, and `coverage` with every condition that some case did
    /// not make true or not make false. Places have `file`, `line` and `column`, both from 1, columns in characters.
    pub fn to_json(&self, sources: &SourceMap) -> Value {
        let uncovered = self.coverage.conditions.iter().filter(|condition| !condition.is_covered());
        json!({
            "passed": self.passed(),
            "failed": self.failed(),
            "cases": self.cases.iter().map(|case| case_json(case, sources)).collect::<Vec<_>>(),
            "coverage": {
                "conditions": self.coverage.conditions.len(),
                "covered": self.coverage.covered(),
                "uncovered": uncovered.map(|condition| uncovered_json(condition, sources)).collect::<Vec<_>>(),
            },
        })
    }
}

fn case_json(case: &CaseResult, sources: &SourceMap) -> Value {
    let mut json = json!({
        "name": case.name(),
        "test": case.test,
        "at": place(case.span, sources),
        "passed": case.passed(),
    });
    let Some(object) = json.as_object_mut() else { return json };
    if let Some(label) = &case.case {
        object.insert("case".to_owned(), json!(label));
    }
    if let Outcome::Fail { expected, got, why } = &case.outcome {
        let got = got.as_ref().map(|got| json!({"rule": got.rule, "queue": got.queue}));
        object.insert("expected".to_owned(), json!({"queue": expected.queue, "rule": expected.rule}));
        object.insert("got".to_owned(), json!(got));
        let why: Vec<Value> = why.iter().map(|reason| reason_json(reason, sources)).collect();
        object.insert("why".to_owned(), json!(why));
    }
    json
}

fn reason_json(reason: &Reason, sources: &SourceMap) -> Value {
    let message = reason.to_string();
    match reason {
        Reason::Condition { rule, span, text, holds, attribute, actual } => json!({
            "message": message,
            "rule": rule,
            "at": place(*span, sources),
            "condition": text,
            "holds": holds,
            "attribute": attribute,
            "actual": actual,
        }),
        Reason::Outranked { rule, by, .. } => json!({"message": message, "rule": rule, "by": by}),
        Reason::Disabled { rule } => json!({"message": message, "rule": rule}),
    }
}

fn uncovered_json(condition: &ConditionCoverage, sources: &SourceMap) -> Value {
    json!({
        "condition": condition.text,
        "at": place(condition.span, sources),
        "times_true": condition.times_true,
        "times_false": condition.times_false,
    })
}

fn place(span: Span, sources: &SourceMap) -> Value {
    let Some(source) = sources.get(span.file) else { return Value::Null };
    let at = source.line_column(span.start);
    json!({"file": source.name(), "line": at.line, "column": at.column})
}
