//! Regular expressions: those of the `regex` crate, compiled when the rule is checked.

use regex::RegexBuilder;
use rule_lang::tree::{Text, Value, ValueKind};
use rule_lang::{Applicability, Diagnostic, TextRange, codes, literal};

use super::Context;
use super::names::Subject;
use super::values::{described, quoted};
use crate::lint;

/// The most memory that a compiled pattern may take, in bytes; the evaluator allows as much.
const SIZE_LIMIT: usize = genesys_model::limits::MAX_REGEX_BYTES;
/// A pattern without counted repetition that is no longer than this is always far under the limit.
const SURELY_SMALL: usize = 256;

/// Checks what follows `matches`.
pub(super) fn check(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value) {
    match value.kind {
        ValueKind::Regex => pattern(cx, value.range),
        ValueKind::Malformed => {}
        ValueKind::String => {
            let written = as_literal(&cx.tree.string(Text(value.range)));
            cx.report(expected(cx, subject, value).help(format!("write {}", quoted(&written))).fix(
                Applicability::Safe,
                "write it between slashes",
                value.range,
                written,
            ));
        }
        _ => cx.report(expected(cx, subject, value).help("write it between slashes, like `/^VIP/`")),
    }
}

fn expected(cx: &Context<'_>, subject: &Subject<'_>, value: &Value) -> Diagnostic {
    let text = quoted(cx.text(value.range));
    cx.diagnostic(
        &codes::TYPE_MISMATCH,
        value.range,
        format!("`{} matches` takes a regular expression, but {text} is {}", subject.name, described(value)),
    )
    .at("expected a regular expression")
}

/// A pattern between slashes.
fn as_literal(pattern: &str) -> String {
    let mut literal = String::from("/");
    let mut escaped = false;
    for character in pattern.chars() {
        if character == '/' && !escaped {
            literal.push('\\');
        }
        escaped = character == '\\' && !escaped;
        literal.push(character);
    }
    literal.push('/');
    literal
}

fn pattern(cx: &mut Context<'_>, range: TextRange) {
    let pattern = cx.tree.regex(range);
    lint::string_spells_boolean(cx, range, &pattern);
    if is_plain(&pattern) || cx.findings.patterns.contains(&*pattern) {
        return;
    }
    if let Some(diagnostic) = judge(cx, range, &pattern) {
        cx.report(diagnostic);
    } else {
        cx.findings.patterns.insert(pattern.into());
    }
}

/// Characters that mean themselves, perhaps anchored: nothing to compile.
fn is_plain(pattern: &str) -> bool {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    pattern.len() <= SURELY_SMALL
        && pattern.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _-:@#%=,;!~<>/'\"".contains(&byte))
}

fn judge(cx: &Context<'_>, range: TextRange, pattern: &str) -> Option<Diagnostic> {
    let (bad, message) = match regex_syntax::parse(pattern) {
        Ok(_) if !pattern.contains('{') && pattern.len() <= SURELY_SMALL => return None,
        Ok(_) => {
            return match RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build() {
                Ok(_) => None,
                Err(_) => Some(
                    cx.diagnostic(&codes::BAD_REGEX, range, "this regular expression is too large")
                        .at(format!("compiled, it takes more than {} MiB", SIZE_LIMIT / (1024 * 1024)))
                        .help("repeat less: each `{n}` copies what stands before it n times"),
                ),
            };
        }
        Err(regex_syntax::Error::Parse(error)) => (byte_range(error.span()), error.kind().to_string()),
        Err(regex_syntax::Error::Translate(error)) => (byte_range(error.span()), error.kind().to_string()),
        Err(_) => (0..pattern.len(), "it cannot be read".to_owned()),
    };
    let text = cx.text(range);
    let offset = |at: usize| {
        let at = literal::regex_offset(text, at).min(text.len().saturating_sub(1));
        range.start + u32::try_from(at).unwrap_or(0)
    };
    let (start, end) = (offset(bad.start), offset(bad.end));
    let at = TextRange::new(start, end.max(start));
    let at = if at.is_empty() { TextRange { end: (at.start + 1).min(range.end), ..at } } else { at };
    // An empty place may stand before a character of several bytes.
    let at =
        if cx.tree.text.is_char_boundary(at.end as usize) { at } else { TextRange { end: range.end, ..at } };
    let message = message.lines().next().unwrap_or("").to_lowercase();
    Some(
        cx.diagnostic(&codes::BAD_REGEX, at, format!("this regular expression does not compile: {message}"))
            .at(message.clone())
            .help(help(&message)),
    )
}

fn byte_range(span: &regex_syntax::ast::Span) -> std::ops::Range<usize> {
    span.start.offset..span.end.offset
}

fn help(message: &str) -> &'static str {
    if message.contains("look-around") {
        "look-ahead and look-behind are not supported; join two comparisons with `and` instead"
    } else if message.contains("backreference") {
        "backreferences are not supported"
    } else if message.contains("repetition operator missing") {
        "to mean the character itself, write a backslash before it"
    } else if message.contains("unclosed") || message.contains("unopened") {
        "close it, or write a backslash before the bracket to mean the character itself"
    } else {
        "regular expressions are those of Rust's `regex` crate: https://docs.rs/regex/#syntax"
    }
}
