//! Help for what beginners write, told from the token that does not belong and those around it.

use super::strategies;
use super::tokens::{Tokens, is_integer, is_word};
use crate::tree::is_reserved;
use crate::{Applicability, Diagnostic, Edit, Span, codes, literal, nearest};

/// Whether a token compares, here or in another language.
pub(super) fn is_operator(token: &str) -> bool {
    matches!(
        token,
        "==" | "==="
            | "="
            | "!="
            | "!=="
            | ">"
            | "<"
            | ">="
            | "<="
            | "=>"
            | "~"
            | "is"
            | "has"
            | "lacks"
            | "contains"
            | "matches"
            | "starts_with"
            | "ends_with"
            | "in"
            | "like"
            | "equals"
    )
}

/// A word after a condition that is complete.
pub(super) fn after_condition(tokens: &Tokens<'_>, at: usize) -> Diagnostic {
    let word = tokens.get(at);
    let before = tokens.get(at - 1);
    let span = tokens.span(at);
    if matches!(before, "and" | "or") {
        return unexpected(tokens.span(at - 1), "a condition", before)
            .at("a condition expected")
            .help(format!("`{before}` stands between two conditions: write one before it, or remove it"));
    }
    if before == "," {
        return comma(tokens.span(at - 1));
    }
    if before.starts_with('/') && before.len() > 1 && tokens.sticks(at) {
        return flags(tokens, at);
    }
    if matches!(before, "not_exists" | "exists") {
        let right = if before == "exists" { "exists" } else { "not exists" };
        let both = tokens.span(at - 1).to(span);
        return replace(both, before, format!("{word} {right}"))
            .help(format!("`{right}` stands after the attribute's name"));
    }
    if before == "not"
        && let Some(opposite) = match tokens.get(at.saturating_sub(2)) {
            "has" => Some("lacks"),
            "lacks" => Some("has"),
            _ => None,
        }
    {
        let both = tokens.span(at - 2).to(tokens.span(at - 1));
        return replace(both, &format!("{} not", tokens.get(at - 2)), opposite.to_owned());
    }
    let unit = match word {
        "seconds" | "second" | "sec" | "secs" => Some("s"),
        "minutes" | "minute" | "min" | "mins" => Some("m"),
        "hours" | "hour" => Some("h"),
        _ => None,
    };
    if let Some(unit) = unit.filter(|_| is_integer(before)) {
        let both = tokens.span(at - 1).to(span);
        return replace(both, &format!("{before} {word}"), format!("{before}{unit}"))
            .help("a duration is a whole number and one of `s`, `m`, `h`");
    }
    let diagnostic = unexpected(span, "`and` or `or`", word);
    match nearest(word, ["and", "or"]).filter(|near| *near != word) {
        Some(near) if word.len() > 1 && !is_help_word(word) => diagnostic
            .at(format!("did you mean `{near}`?"))
            .fix(Applicability::Unsafe, format!("replace `{word}` with `{near}`"), span, near),
        _ => explain(diagnostic.at("`and` or `or` expected"), tokens, at, false),
    }
}

fn is_help_word(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "xor" | "nor" | "then" | "else" | "for")
}

pub(super) fn unexpected(span: Span, what: &str, found: &str) -> Diagnostic {
    Diagnostic::new(&codes::SYNTAX_ERROR, span, format!("expected {what}, found {}", super::quoted(found)))
}

/// What is written in another language, with its one counterpart here.
fn replace(span: Span, wrong: &str, right: String) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_OPERATOR, span, format!("`{wrong}` does not belong here"))
        .at(format!("write `{right}`"))
        .fix(Applicability::Safe, format!("replace `{wrong}` with `{right}`"), span, right)
}

fn comma(span: Span) -> Diagnostic {
    unexpected(span, "`and` or `or`", ",")
        .at("`and` or `or` expected")
        .help("conditions are joined with `and` and `or`")
}

/// `/…/i`
fn flags(tokens: &Tokens<'_>, at: usize) -> Diagnostic {
    let (word, span) = (tokens.get(at), tokens.span(at));
    let diagnostic = Diagnostic::new(
        &codes::BAD_REGEX_LITERAL,
        span,
        "nothing follows the last `/` of a regular expression",
    );
    if !word.chars().all(|flag| "imsx".contains(flag)) {
        return diagnostic.at("remove this").help("flags stand inside: `/(?i)…/`");
    }
    let start = tokens.span(at - 1).start + 1;
    let inside = Span { start, end: start, ..span };
    diagnostic.at("this flag stands inside").help(format!("write `/(?{word})…/`")).fix_all(
        Applicability::Safe,
        format!("write `(?{word})` inside"),
        vec![Edit { span: inside, text: format!("(?{word})") }, Edit { span, text: String::new() }],
    )
}

/// Help for the token at `at`, where something else was expected.
pub(super) fn explain(diagnostic: Diagnostic, tokens: &Tokens<'_>, at: usize, condition: bool) -> Diagnostic {
    let found = tokens.get(at);
    let span = tokens.span(at);
    let before = at.checked_sub(1).map_or("", |at| tokens.get(at));
    let after = tokens.get(at + 1);
    let safe = |diagnostic: Diagnostic, title: String, span: Span, text: String| {
        diagnostic.fix(Applicability::Safe, title, span, text)
    };
    if found.starts_with(['\'', '‘', '’', '“', '”']) {
        return quotes(diagnostic, tokens.text, found, span);
    }
    if let Some(diagnostic) = around_types_and_lists(&diagnostic, tokens, at) {
        return diagnostic;
    }
    if let Some(diagnostic) = strategies::head(&diagnostic, tokens, at) {
        return diagnostic;
    }
    if let Some(diagnostic) = names(&diagnostic, tokens, at) {
        return diagnostic;
    }
    match found.to_ascii_lowercase().as_str() {
        ";" => {
            diagnostic.help("nothing ends with `;` here").fix(Applicability::Safe, "remove the `;`", span, "")
        }
        "#" | "--" => diagnostic.help("a comment starts with `//`").fix(
            Applicability::Unsafe,
            "make it a comment",
            span,
            "//",
        ),
        "-" if tokens.starts_line(at) => {
            diagnostic.help("this is no YAML: a rule is written `rule \"name\" { queue: \"…\" when … }`")
        }
        "{" if at == 0 => {
            diagnostic.help("this is no JSON: a rule is written `rule \"name\" { queue: \"…\" when … }`")
        }
        "=>" => safe(
            diagnostic.help("an arrow is written `->`"),
            "replace `=>` with `->`".into(),
            span,
            "->".into(),
        ),
        "$" | "€" | "£" if after.starts_with(|c: char| c.is_ascii_digit()) => safe(
            diagnostic.help("a number has no currency"),
            format!("remove the `{found}`"),
            span,
            String::new(),
        ),
        "," if condition => diagnostic.help("conditions are joined with `and` and `or`"),
        "between" => between(diagnostic, tokens, at),
        "to" | "until" if is_integer(before) && is_integer(after) => {
            let whole = tokens.span(at - 1).to(tokens.span(at + 1));
            let right = format!("{before}..{after}");
            let diagnostic = diagnostic.help(format!("a range is written `{right}`"));
            let title = format!("write `{right}`");
            let sure = if found == "to" { Applicability::Safe } else { Applicability::Unsafe };
            diagnostic.fix(sure, title, whole, right)
        }
        "xor" => diagnostic.help("write `(a and not b) or (not a and b)`"),
        "if" | "then" | "else" => {
            diagnostic.help("a rule's condition follows `when`; what it routes to is its `queue`")
        }
        "nothing" | "null" | "nil" if before == "expect" => safe(
            diagnostic.help("where no rule is to decide, write `expect none`"),
            format!("replace `{found}` with `none`"),
            span,
            "none".into(),
        ),
        "->" if before == "expect" && after.starts_with('"') => safe(
            diagnostic.help("write `expect \"Rule\"`, or `expect queue \"Q\" -> \"Rule\"`"),
            "remove the `->`".into(),
            span,
            String::new(),
        ),
        "null" | "nil" | "none" => diagnostic.help("a missing attribute is found with `name not exists`"),
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

/// `between 1 and 3`
fn between(diagnostic: Diagnostic, tokens: &Tokens<'_>, at: usize) -> Diagnostic {
    let diagnostic = diagnostic.help("a range is written `name in 5..10`");
    let (low, high) = (tokens.get(at + 1), tokens.get(at + 3));
    if is_integer(low) && tokens.get(at + 2).eq_ignore_ascii_case("and") && is_integer(high) {
        let right = format!("in {low}..{high}");
        let title = format!("write `{right}`");
        return diagnostic.fix(Applicability::Safe, title, tokens.span(at).to(tokens.span(at + 3)), right);
    }
    diagnostic
}

/// `enum("a", "b")`, `in ("a", "b")`, `int(0..20)`, `int 0-20`, `100,000`
fn around_types_and_lists(diagnostic: &Diagnostic, tokens: &Tokens<'_>, at: usize) -> Option<Diagnostic> {
    let found = tokens.get(at);
    let before = tokens.get(at.checked_sub(1)?);
    let diagnostic = diagnostic.clone();
    if found == "(" && (before.eq_ignore_ascii_case("in") || before == "enum") {
        let list = if before == "enum" { "enum[…]" } else { "in […]" };
        let diagnostic = diagnostic.help(format!("a list stands in square brackets: `{list}`"));
        let close =
            (at + 1..tokens.len()).find(|at| matches!(tokens.get(*at), ")" | "(" | "[" | "{" | "}"))?;
        if tokens.get(close) != ")" {
            return Some(diagnostic);
        }
        let edits = vec![
            Edit { span: tokens.span(at), text: "[".into() },
            Edit { span: tokens.span(close), text: "]".into() },
        ];
        return Some(diagnostic.fix_all(Applicability::Safe, "write `[…]`", edits));
    }
    if matches!(before, "int" | "integer") && tokens.get(0) == "attribute" {
        let parenthesis = usize::from(matches!(found, "(" | "[" | "between"));
        let (low, sign, high) = (at + parenthesis, at + parenthesis + 1, at + parenthesis + 2);
        if is_integer(tokens.get(low)) && is_integer(tokens.get(high)) {
            let sign = tokens.get(sign);
            if matches!(sign, ".." | "..." | "-" | "to" | "and" | "," | "–") {
                let end = if matches!(found, "(" | "[") { high + 1 } else { high };
                let right = format!("int {}..{}", tokens.get(low), tokens.get(high));
                let span = tokens.span(at - 1).to(tokens.span(end));
                let title = format!("write `{right}`");
                return Some(diagnostic.help(format!("a range of whole numbers is written `{right}`")).fix(
                    Applicability::Safe,
                    title,
                    span,
                    right,
                ));
            }
        }
        return Some(diagnostic.help("a range of whole numbers is written `int 0..20`"));
    }
    // `100,000`: the comma was taken for one between two properties.
    let comma = if found == "," { at } else { at - 1 };
    let (thousands, rest) = (comma.checked_sub(1)?, comma + 1);
    if tokens.get(comma) == ","
        && is_integer(tokens.get(thousands))
        && is_integer(tokens.get(rest))
        && tokens.get(rest).len() == 3
        && tokens.sticks(comma)
        && tokens.sticks(rest)
    {
        let right = format!("{}_{}", tokens.get(thousands), tokens.get(rest));
        return Some(diagnostic.help(format!("the digits of a number are grouped with `_`: `{right}`")).fix(
            Applicability::Safe,
            "replace `,` with `_`",
            tokens.span(comma),
            "_",
        ));
    }
    None
}

/// Names with quotes where none belong, without where they do, and with a `-`.
fn names(diagnostic: &Diagnostic, tokens: &Tokens<'_>, at: usize) -> Option<Diagnostic> {
    let (found, span) = (tokens.get(at), tokens.span(at));
    let before = at.checked_sub(1).map_or("", |at| tokens.get(at));
    let diagnostic = diagnostic.clone();
    if let Some(inner) = found.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        let is_name = is_word(inner)
            && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
            && !is_reserved(inner);
        let declares = at == 1 && matches!(before, "skill" | "skill_group" | "attribute" | "condition");
        if is_name && (declares || tokens.get(at + 1) == ":") {
            return Some(diagnostic.help("a name stands without quotes").fix(
                Applicability::Safe,
                "remove the quotes",
                span,
                inner,
            ));
        }
        return None;
    }
    let to_quote = at == 1 && matches!(before, "rule" | "queue" | "test")
        || at == 2 && tokens.get(0) == "strategy" && before == "for"
        || matches!(before, "expect" | "case") && !matches!(found, "nothing" | "null" | "nil" | "queue");
    if to_quote && is_word(found) {
        let mut last = at;
        while is_word(tokens.get(last + 1)) && !tokens.starts_line(last + 1) && tokens.get(last + 1) != "on" {
            last += 1;
        }
        let whole = span.to(tokens.span(last));
        let text = literal::encode_string(tokens.text.get(whole.range()).unwrap_or(found));
        return Some(diagnostic.help("a name of this kind is a string").fix(
            Applicability::Safe,
            "put it in quotes",
            whole,
            text,
        ));
    }
    if found == "-" && is_word(before) && tokens.sticks(at) && tokens.sticks(at + 1) {
        let (mut first, mut last) = (at - 1, at + 1);
        while first >= 2 && tokens.get(first - 1) == "-" && tokens.sticks(first) {
            first -= 2;
        }
        while tokens.get(last + 1) == "-" && tokens.sticks(last + 1) && tokens.sticks(last + 2) {
            last += 2;
        }
        let whole = tokens.span(first).to(tokens.span(last));
        let right = tokens.text.get(whole.range()).unwrap_or("").replace('-', "_");
        return Some(diagnostic.help(format!("names have no `-`: write `{right}`")).fix(
            Applicability::Unsafe,
            format!("write `{right}`"),
            whole,
            right,
        ));
    }
    None
}

/// Quotes of another kind.
fn quotes(diagnostic: Diagnostic, text: &str, found: &str, span: Span) -> Diagnostic {
    let diagnostic = diagnostic.help("strings stand in straight double quotes: `\"en\"`");
    let rest = text.get(span.end as usize..).unwrap_or("");
    let closers: &[char] = if found == "'" { &['\''] } else { &['’', '”', '“', '‘'] };
    match rest.find(|c: char| closers.contains(&c) || c == '\n' || c == '"') {
        Some(length) if rest.get(length..).is_some_and(|tail| tail.starts_with(closers)) => {
            let closer = rest.get(length..).and_then(|tail| tail.chars().next()).map_or(1, char::len_utf8);
            let inner = rest.get(..length).unwrap_or("");
            let whole = Span { end: span.end + super::offset(length + closer), ..span };
            let title = "put it in double quotes";
            diagnostic.fix(Applicability::Safe, title, whole, literal::encode_string(inner))
        }
        _ => diagnostic,
    }
}
