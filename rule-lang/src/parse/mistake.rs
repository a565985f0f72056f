//! A syntax error in an author's words: what was expected, what stands there, and what to write if that is known.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::Rule;
use super::build::Builder;
use super::entry::when_with_colon;
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
    if at == chunk.start as usize
        && let Some(diagnostic) = unknown_declaration(builder, chunk)
    {
        return diagnostic;
    }
    let text = builder.text;
    if let Some(diagnostic) = colon_after_when(builder, chunk, at) {
        return diagnostic;
    }
    if text.get(at..).is_some_and(|rest| rest.starts_with(':'))
        && let Some(diagnostic) = next_property(builder, chunk, at)
    {
        return diagnostic;
    }
    let found = token(text, at, chunk.end as usize);
    let span = Span::new(builder.file, offset(at), offset(at + found.len()));
    let expected = expected(error, starts_line(text, at));
    let expects = |what: &str| expected.contains(&what);
    let what = if expected.is_empty() { "something else".to_owned() } else { join(&expected) };
    if found.is_empty() {
        let last = last_token(text, chunk.start as usize, at);
        let diagnostic = Diagnostic::new(
            &codes::SYNTAX_ERROR,
            Span::new(builder.file, offset(last.end), offset(last.end)),
            format!("expected {what}, but the declaration ends here"),
        );
        let last_word = text.get(last.clone()).unwrap_or("");
        return if matches!(last_word, "and" | "or" | "not") {
            let help = format!("write a condition after `{last_word}`, or remove it");
            diagnostic.at("a condition is missing").help(help)
        } else {
            diagnostic.at(format!("{what} expected"))
        };
    }
    let diagnostic =
        Diagnostic::new(&codes::SYNTAX_ERROR, span, format!("expected {what}, found {}", quoted(found)))
            .at(format!("{what} expected"));
    explain_found(diagnostic, text, found, span, expects("a condition"))
}

/// Help for what beginners write.
fn explain_found(diagnostic: Diagnostic, text: &str, found: &str, span: Span, condition: bool) -> Diagnostic {
    let before = text.get(..span.start as usize).unwrap_or("").trim_end();
    match found {
        ";" => {
            diagnostic.help("nothing ends with `;` here").fix(Applicability::Safe, "remove the `;`", span, "")
        }
        "'" | "‘" | "’" | "“" | "”" => {
            let diagnostic = diagnostic.help("strings stand in straight double quotes: `\"en\"`");
            let rest = text.get(span.end as usize..).unwrap_or("");
            let closers: &[char] = if found == "'" { &['\''] } else { &['’', '”', '“', '‘'] };
            match rest.find(|c: char| closers.contains(&c) || c == '\n' || c == '"') {
                Some(length) if rest.get(length..).is_some_and(|tail| tail.starts_with(closers)) => {
                    let closer =
                        rest.get(length..).and_then(|tail| tail.chars().next()).map_or(1, char::len_utf8);
                    let inner = rest.get(..length).unwrap_or("");
                    let whole = Span { end: span.end + offset(length + closer), ..span };
                    let title = "put it in double quotes";
                    diagnostic.fix(Applicability::Safe, title, whole, crate::literal::encode_string(inner))
                }
                _ => diagnostic,
            }
        }
        "#" | "--" => diagnostic.help("a comment starts with `//`").fix(
            Applicability::Unsafe,
            "make it a comment",
            span,
            "//",
        ),
        "}" if before.ends_with("and") || before.ends_with("or") || before.ends_with("not") => {
            diagnostic.help("the word before it needs a condition after it, or has to go")
        }
        "," if condition => diagnostic.help("conditions are joined with `and` and `or`"),
        "between" => diagnostic.help("a range is written `name in 5..10`"),
        "xor" => diagnostic.help("write `(a and not b) or (not a and b)`"),
        "if" | "then" | "else" => {
            diagnostic.help("a rule's condition follows `when`; what it routes to is its `queue`")
        }
        "null" | "nil" | "none" | "None" | "NULL" => {
            diagnostic.help("a missing attribute is found with `name not exists`")
        }
        "[" if condition => diagnostic.help("a list stands only after `in` and `not in`; lists do not nest"),
        ".." | "..." => diagnostic.help("a range has an integer on both sides: `5..10`"),
        "==" | "!=" | ">" | "<" | ">=" | "<=" => {
            diagnostic.help("an attribute's name stands on the left of an operator, a value on the right")
        }
        _ if found.starts_with(|c: char| c.is_alphabetic() && !c.is_ascii()) => diagnostic
            .help("names consist of the letters a to z, digits and `_`; anything else stands in a string"),
        _ if condition && found.starts_with(['"', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) => {
            diagnostic.help("a condition starts with an attribute's name; the value stands on the right")
        }
        _ => diagnostic,
    }
}

/// `when: a and b`: what follows is read as a property until it cannot be one.
fn colon_after_when(builder: &Builder<'_>, chunk: &Chunk, at: usize) -> Option<Diagnostic> {
    let before = builder.text.get(chunk.start as usize..at)?;
    let word = before.rfind("when")?;
    let tail = before.get(word + 4..)?;
    let gap = tail.len() - tail.trim_start().len();
    let starts = before.get(..word)?.ends_with([' ', '\n', '\t', '{', ',']);
    let property = tail.get(gap + 1..)?.contains([':', '\n']);
    let sign = chunk.start as usize + word + 4 + gap;
    (starts && tail.trim_start().starts_with([':', '=']) && !property)
        .then(|| when_with_colon(Span::new(builder.file, offset(sign), offset(sign + 1))))
}

/// A colon that cannot be read follows the name of the next property: what is missing stands before that name.
fn next_property(builder: &Builder<'_>, chunk: &Chunk, colon: usize) -> Option<Diagnostic> {
    let start = chunk.start as usize;
    let name = last_token(builder.text, start, colon);
    let before = last_token(builder.text, start, name.start);
    let (name_text, before_text) = (builder.text.get(name.clone())?, builder.text.get(before.clone())?);
    let what = match before_text {
        "and" | "or" | "not" | "(" | "when" => "a condition",
        "has" | "lacks" | "contains" | "matches" | "starts_with" | "ends_with" | "in" | "=" | ">" | "<" => {
            "a value"
        }
        _ => return None,
    };
    let span = Span::new(builder.file, offset(before.end), offset(before.end));
    let next = Span::new(builder.file, offset(name.start), offset(name.end));
    Some(
        Diagnostic::new(&codes::SYNTAX_ERROR, span, format!("expected {what} after `{before_text}`"))
            .at(format!("{what} expected"))
            .label(next, format!("`{name_text}:` starts the next property")),
    )
}

/// A chunk that starts with something else than a declaration's keyword.
fn unknown_declaration(builder: &Builder<'_>, chunk: &Chunk) -> Option<Diagnostic> {
    let start = chunk.start as usize;
    let end = word_end(builder.text.as_bytes(), start);
    let word = builder.text.get(start..end).filter(|word| !word.is_empty())?;
    if Keyword::from_text(word).is_some() {
        return None;
    }
    let span = Span::new(builder.file, chunk.start, offset(end));
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
    if found.len() > 1 && !on_new_line {
        found.retain(|word| *word != "a declaration");
    }
    found
}

/// The token at a place: a word, a string's opening quote, a sign.
fn token(text: &str, at: usize, end: usize) -> &str {
    let rest = text.get(at..end).unwrap_or("");
    let length = match rest.chars().next() {
        None => 0,
        Some(first) if first.is_alphanumeric() || first == '_' => {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        }
        Some('"') => rest.get(1..).and_then(|inner| inner.find(['"', '\n'])).map_or(1, |length| length + 2),
        Some(_) => {
            const SIGNS: [&str; 12] =
                ["...", "===", "!==", "->", "==", "!=", ">=", "<=", "=>", "..", "--", "::"];
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            sign.map_or_else(|| rest.chars().next().map_or(0, char::len_utf8), |sign| sign.len())
        }
    };
    rest.get(..length).or_else(|| rest.get(..1)).unwrap_or("")
}

/// Whether nothing but white space stands before a place on its line.
fn starts_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    before.trim_end_matches([' ', '\t']).ends_with('\n')
}

/// The last token before a place, comments left out as well as a backwards look can tell.
fn last_token(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let before = text.get(start..end).unwrap_or("").trim_end();
    let end = start + before.len();
    let length =
        before.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
    let length: usize = length;
    end - length.max(before.chars().next_back().map_or(0, char::len_utf8))..end
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
