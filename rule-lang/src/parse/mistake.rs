//! A syntax error in an author's words: what was expected, what stands there, and what to write if that is known.
//!
//! Nothing here is done for a text that can be read, so it may look at every token again.

mod entries;
mod found;
mod strategies;
mod tokens;

use pest::error::{Error, ErrorVariant, InputLocation};

pub(super) use self::entries::keyword_takes_no_sign;
use self::tokens::{Tokens, is_word};
use super::Rule;
use super::build::Builder;
use super::scan::{Chunk, offset, word_end};
use super::words::{AND_OR, join, words};
use crate::tree::Keyword;
use crate::{Applicability, Diagnostic, Span, codes, nearest};

/// Explains why pest could not read a chunk.
pub(super) fn explain(builder: &Builder<'_>, chunk: &Chunk, error: &Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let at = (chunk.start as usize + at).min(chunk.end as usize);
    let text = builder.text;
    let tokens = Tokens::new(text, builder.file, chunk, at);
    let expected = expected(error, starts_line(text, at));
    if (at == chunk.start as usize || starts_line(text, at) && expected.contains(&"a declaration"))
        && let Some(diagnostic) = unknown_declaration(builder, chunk, at)
    {
        return diagnostic;
    }
    if let Some(diagnostic) = entries::keyword_with_colon(&tokens).or_else(|| next_property(&tokens)) {
        return diagnostic;
    }
    // Of `==`, pest takes the first half for a wrong colon.
    if (pest_tried(error, Rule::wrong_colon) || tokens.get(tokens.bad).starts_with("=="))
        && let Some(diagnostic) = entries::suspect(&tokens)
    {
        return diagnostic;
    }
    if let Some(diagnostic) = missing(&tokens, &expected) {
        return diagnostic;
    }
    if let Some(diagnostic) = operator_first(&tokens) {
        return diagnostic;
    }
    let what = if expected.is_empty() { "something else".to_owned() } else { join(&expected) };
    let found = tokens::token(text, at, chunk.end as usize);
    if found.is_empty() {
        let end = tokens.span(tokens.bad);
        return Diagnostic::new(
            &codes::SYNTAX_ERROR,
            end,
            format!("expected {what}, but the declaration ends here"),
        )
        .at(format!("{what} expected"));
    }
    let span = Span::new(builder.file, offset(at), offset(at + found.len()));
    let diagnostic = found::unexpected(span, &what, found).at(format!("{what} expected"));
    found::explain(diagnostic, &tokens, tokens.bad, expected.contains(&"a condition"))
}

/// `when == "en"`
fn operator_first(tokens: &Tokens<'_>) -> Option<Diagnostic> {
    let (before, found) = (tokens.back(1), tokens.get(tokens.bad));
    let starts = matches!(before, "when" | "and" | "or" | "not" | "(");
    (starts && found::is_operator(found)).then(|| {
        found::unexpected(tokens.span(tokens.bad), "an attribute's name", found)
            .at("a name is missing before this")
            .help("an attribute's name stands on the left of an operator, a value on the right")
    })
}

fn pest_tried(error: &Error<Rule>, tried: Rule) -> bool {
    matches!(&error.variant, ErrorVariant::ParsingError { positives, .. } if positives.contains(&tried))
}

/// What has to follow a token, where it never stands alone.
fn needs(token: &str) -> Option<&'static str> {
    Some(match token {
        "and" | "or" | "not" | "when" => "a condition",
        "has" | "lacks" | "contains" | "matches" | "starts_with" | "ends_with" | "in" | "==" | "!=" | ">"
        | "<" | ">=" | "<=" | ":" => "a value",
        _ => return None,
    })
}

/// A colon that cannot be read follows the name of the next property: what is missing stands before that name.
fn next_property(tokens: &Tokens<'_>) -> Option<Diagnostic> {
    if tokens.get(tokens.bad) != ":"
        || !tokens.starts_line(tokens.bad.checked_sub(1)?) && tokens.back(2) == ":"
    {
        return None;
    }
    let (name, before) = (tokens.bad.checked_sub(1)?, tokens.bad.checked_sub(2)?);
    let (name_text, before_text) = (tokens.get(name), tokens.get(before));
    let what = match before_text {
        "(" => "a condition",
        "=" => "a value",
        _ => needs(before_text)?,
    };
    Some(
        Diagnostic::new(
            &codes::SYNTAX_ERROR,
            tokens.after(before),
            format!("expected {what} after `{before_text}`"),
        )
        .at(format!("{what} expected"))
        .label(tokens.span(name), format!("`{name_text}:` starts the next property")),
    )
}

/// What is missing at the end of a line or before a closing bracket is told where it is missing.
fn missing(tokens: &Tokens<'_>, expected: &[&'static str]) -> Option<Diagnostic> {
    let (before, bad) = (tokens.bad.checked_sub(1)?, tokens.bad);
    let (last, found) = (tokens.get(before), tokens.get(bad));
    let ends = matches!(found, "" | "}" | ")" | "]") || tokens.starts_line(bad);
    let place = tokens.after(before);
    if tokens.get(0) == "attribute" && bad == 2 && is_word(last) && is_word(found) && !tokens.starts_line(bad)
    {
        let message = format!("expected `:`, found {}", quoted(found));
        return Some(
            Diagnostic::new(&codes::SYNTAX_ERROR, tokens.span(bad), message)
                .at("`:` expected")
                .help("an attribute's type follows a `:`")
                .fix(Applicability::Safe, "insert `:`", place, ":"),
        );
    }
    if !ends {
        return None;
    }
    let declares = bad == 2 && expected == ["`{`"];
    let what = match last {
        "expect" => "a rule's name in quotes or `none`".to_owned(),
        "=" if tokens.get(0) == "condition" => "a condition".to_owned(),
        _ if declares => "`{`".to_owned(),
        _ => needs(last)?.to_owned(),
    };
    let diagnostic =
        Diagnostic::new(&codes::SYNTAX_ERROR, place, format!("expected {what} after {}", quoted(last)))
            .at(format!("{what} expected"));
    Some(match last {
        "and" | "or" | "not" => diagnostic.help(format!("write a condition after `{last}`, or remove it")),
        _ => diagnostic,
    })
}

/// An item that starts with something else than a declaration's keyword.
fn unknown_declaration(builder: &Builder<'_>, chunk: &Chunk, start: usize) -> Option<Diagnostic> {
    let end = word_end(builder.text.as_bytes(), start);
    let word = builder.text.get(start..end).filter(|word| is_word(word))?;
    if Keyword::from_text(word).is_some() {
        return None;
    }
    let span = Span::new(builder.file, offset(start), offset(end.min(chunk.end as usize)));
    let diagnostic =
        Diagnostic::new(&codes::UNKNOWN_DECLARATION, span, format!("`{word}` starts no declaration"));
    if let Some(near) = nearest(word, Keyword::ALL.map(Keyword::as_str)) {
        let title = format!("replace `{word}` with `{near}`");
        let diagnostic = diagnostic.at(format!("did you mean `{near}`?"));
        return Some(diagnostic.fix(Applicability::Unsafe, title, span, near));
    }
    let keywords = Keyword::ALL.map(|keyword| format!("`{}`", keyword.as_str()));
    let keywords: Vec<&str> = keywords.iter().map(String::as_str).collect();
    Some(diagnostic.help(format!("a declaration starts with {}", join(&keywords))))
}

/// The distinct things that pest tried at the furthest place, in the order in which an author would say them.
fn expected(error: &Error<Rule>, on_new_line: bool) -> Vec<&'static str> {
    const ORDER: [&str; 26] = [
        "a declaration",
        "a condition",
        "an operator",
        "a type",
        "a value",
        "a name",
        "a string",
        "a number",
        "a list",
        "a range",
        "a regular expression",
        "an action",
        "a property",
        "`when`",
        "`given`",
        "`expect`",
        "`case`",
        "`for`",
        "`on`",
        "`queue`",
        "`none`",
        "`=`",
        "`->`",
        "`{`",
        "`}`",
        AND_OR,
    ];
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else { return Vec::new() };
    let mut found: Vec<&'static str> = positives.iter().filter_map(|tried| words(*tried)).collect();
    found.sort_by_key(|word| ORDER.iter().position(|known| known == word));
    found.dedup();
    // What says the same in fewer words.
    let mut say = |all: &[&str], instead: &'static str, unneeded: &[&str]| {
        if all.iter().all(|word| found.contains(word)) {
            found.retain(|word| !unneeded.contains(word) && *word != instead);
            found.insert(0, instead);
        }
    };
    say(
        &["a string", "a number"],
        "a value",
        &["a string", "a number", "a list", "a regular expression", "a name", "a range"],
    );
    say(&["a condition"], "a condition", &["a name"]);
    say(&["`}`", "a name"], "a property", &["a name", "`when`", "`given`", "`expect`", "`case`"]);
    say(&["a declaration"], "a declaration", &["`queue`"]);
    // Where any word may start a property, its `:` is rarely what an author left out.
    if found.len() > 1 {
        found.retain(|word| *word != "`:`");
    }
    if found.len() > 1 && !on_new_line {
        found.retain(|word| *word != "a declaration");
    }
    found
}

/// Whether nothing but white space stands before a place on its line.
fn starts_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    before.trim_end_matches([' ', '\t']).ends_with('\n')
}

fn quoted(found: &str) -> String {
    const SHOWN: usize = 40;
    if found.chars().any(char::is_control) {
        return format!("the character U+{:04X}", found.chars().next().map_or(0, u32::from));
    }
    if found.chars().count() > SHOWN {
        return format!("`{}…`", found.chars().take(SHOWN).collect::<String>());
    }
    format!("`{found}`")
}
