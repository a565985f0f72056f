//! What a command answers.

use rule_compiler::Program;
use rule_lang::{Severity, SourceMap, Span};
use serde_json::{Value, json};

/// An answer, for people and for programs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// Whether all went well.
    pub(crate) ok: bool,
    /// For people, some lines.
    pub(crate) text: String,
    /// For programs, with its name.
    pub(crate) result: Option<(&'static str, Value)>,
}

impl Answer {
    /// Why there is none.
    pub(crate) fn error(text: String) -> Self {
        Self { ok: false, text, result: None }
    }

    /// As JSON: `ok`, `text`, and what else there is by its name.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({ "ok": self.ok, "text": self.text });
        if let (Some(object), Some((name, value))) = (json.as_object_mut(), &self.result) {
            object.insert((*name).to_owned(), value.clone());
        }
        json
    }
}

/// The first error of a program, and where it stands; none where it has none.
pub(super) fn first_error(program: &Program, sources: &SourceMap) -> Option<String> {
    let error = program.diagnostics().find(|one| one.severity == Severity::Error)?;
    Some(format!("the first error: {}: {}", place(sources, error.primary.span), error.message))
}

/// `routing.rule:12`
pub(super) fn place(sources: &SourceMap, span: Span) -> String {
    let Some(source) = sources.get(span.file) else { return String::new() };
    let name = source.name().rsplit(['/', '\\']).next().unwrap_or("");
    format!("{name}:{}", source.line_column(span.start).line)
}
