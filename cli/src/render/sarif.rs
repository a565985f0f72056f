//! SARIF 2.1.0, as code scanning reads it: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::io::{self, Write};
use std::path::Path;

use rule_lang::{Code, Diagnostic, FileId, Fix, Severity, Span, codes};
use serde::Serialize;
use serde_json::{Value, json};

use super::each::Each;
use super::finding::{applicability, word};
use super::fingerprint::Fingerprints;
use super::{Places, Report};
use crate::failure::Failure;

/// Where the published schema lies.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// The name of the folder that paths start from.
const ROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Run<R>; 1],
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R> {
    column_kind: &'static str,
    invocations: Value,
    original_uri_base_ids: Value,
    results: R,
    tool: Value,
}

/// Writes everything that a check found.
///
/// # Errors
///
/// What writing to `out` says.
pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let renderer = Renderer { report, places: Places::default() };
    let renderer = &renderer;
    let notifications: Vec<Value> =
        report.failures.iter().map(|failure| renderer.notification(failure)).collect();
    let run = Run {
        column_kind: "unicodeCodePoints",
        invocations: json!([{
            "executionSuccessful": report.failures.is_empty(),
            "toolExecutionNotifications": notifications,
        }]),
        original_uri_base_ids: json!({
            ROOT: { "description": { "text": "the root of the repository, or the folder that rulec ran in" } },
        }),
        results: Each(|| {
            let mut fingerprints = Fingerprints::default();
            let result = move |one: &&Diagnostic| renderer.result(one, &fingerprints.next(report, one));
            report.diagnostics.iter().map(result)
        }),
        tool: json!({
            "driver": {
                "name": "rulec",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes::ALL.iter().map(|code| rule(code)).collect::<Vec<_>>(),
            },
        }),
    };
    let log = Log { schema: SCHEMA, runs: [run], version: "2.1.0" };
    log.serialize(&mut serde_json::Serializer::pretty(&mut *out))?;
    writeln!(out)
}

/// A code with its page.
fn rule(code: &Code) -> Value {
    let page = code.page.trim();
    let page = page.split_once('\n').map_or(page, |(_, rest)| rest).trim();
    let first = page.split("\n\n").next().unwrap_or(page);
    json!({
        "id": code.id,
        "name": code.name,
        "shortDescription": { "text": sentence(first) },
        "fullDescription": { "text": first },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": word(code.severity) },
        "properties": { "problem.severity": word(code.severity) },
    })
}

/// The first sentence of a paragraph.
fn sentence(paragraph: &str) -> &str {
    paragraph.find(". ").and_then(|end| paragraph.get(..=end)).unwrap_or(paragraph)
}

struct Renderer<'a> {
    report: &'a Report<'a>,
    places: Places,
}

impl Renderer<'_> {
    fn result(&self, diagnostic: &Diagnostic, fingerprint: &str) -> Value {
        let level = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let text = match &diagnostic.help {
            Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
            None => diagnostic.message.clone(),
        };
        let mut result = json!({
            "ruleId": diagnostic.code.id,
            "level": level,
            "message": { "text": text },
            "locations": [{ "physicalLocation": self.location(diagnostic.primary.span) }],
            "partialFingerprints": { "rulec/v1": fingerprint },
        });
        let mut add = |key: &str, values: Vec<Value>| {
            if let (Value::Object(result), false) = (&mut result, values.is_empty()) {
                result.insert(key.to_owned(), Value::Array(values));
            }
        };
        let labels = diagnostic.labels.iter().enumerate();
        add(
            "relatedLocations",
            labels
                .map(|(index, label)| {
                    json!({
                        "id": index + 1,
                        "message": { "text": label.text },
                        "physicalLocation": self.location(label.span),
                    })
                })
                .collect(),
        );
        add("fixes", diagnostic.fixes.iter().map(|fix| self.fix(fix)).collect());
        if let (Value::Object(result), Some(index)) =
            (&mut result, codes::ALL.iter().position(|code| *code == diagnostic.code))
        {
            result.insert("ruleIndex".to_owned(), index.into());
        }
        result
    }

    /// A fix, its edits by files.
    fn fix(&self, fix: &Fix) -> Value {
        let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
        files.sort_unstable();
        files.dedup();
        let change = |file: FileId| {
            let edits = fix.edits.iter().filter(|edit| edit.span.file == file);
            let replacement = |edit: &rule_lang::Edit| {
                json!({
                    "deletedRegion": self.region(edit.span),
                    "insertedContent": { "text": edit.text },
                })
            };
            json!({
                "artifactLocation": self.artifact(self.report.path(file)),
                "replacements": edits.map(replacement).collect::<Vec<_>>(),
            })
        };
        json!({
            "description": { "text": fix.title },
            "artifactChanges": files.into_iter().map(change).collect::<Vec<_>>(),
            "properties": { "applicability": applicability(fix.applicability) },
        })
    }

    fn notification(&self, failure: &Failure) -> Value {
        let mut text = failure.message.clone();
        if let Some(help) = &failure.help {
            text = format!("{text}\nhelp: {help}");
        }
        let locations: Vec<Value> = failure
            .file
            .iter()
            .map(|file| json!({ "physicalLocation": { "artifactLocation": self.artifact(Path::new(file)) } }))
            .collect();
        json!({ "level": "error", "message": { "text": text }, "locations": locations })
    }

    fn location(&self, span: Span) -> Value {
        json!({
            "artifactLocation": self.artifact(self.report.path(span.file)),
            "region": self.region(span),
        })
    }

    fn region(&self, span: Span) -> Value {
        let place = self.report.place(&self.places, span);
        json!({
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        })
    }

    /// A file: from the root of the repository, or where it lies outside, by its whole path.
    fn artifact(&self, path: &Path) -> Value {
        let path = self.report.repository.locate(path);
        let uri = encoded(&path);
        if path.is_absolute() {
            let slash = if uri.starts_with('/') { "" } else { "/" };
            return json!({ "uri": format!("file://{slash}{uri}") });
        }
        json!({ "uri": uri, "uriBaseId": ROOT })
    }
}

/// A path as part of a URI.
fn encoded(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().copied().fold(String::with_capacity(bytes.len()), |mut uri, byte| {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            other => uri.extend([format!("%{other:02X}")]),
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded_as_uris() {
        assert_eq!(encoded(Path::new("rules/a b/ü:1%.rule")), "rules/a%20b/%C3%BC%3A1%25.rule");
    }

    #[test]
    fn a_sentence_ends_where_the_next_begins() {
        assert_eq!(sentence("One value. Another (W0101)."), "One value.");
        assert_eq!(sentence("`a.b` is one"), "`a.b` is one");
    }
}
