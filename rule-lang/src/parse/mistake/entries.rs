//! Words in a block that pest took for properties.
//!
//! Where a block may have another entry, any word may be a property's name, so pest gives up only at the token after
//! it, and says that a `:` is missing there. What is wrong is the word.

use super::found;
use super::tokens::{Tokens, is_integer, is_word};
use crate::tree::is_reserved;
use crate::{Applicability, Diagnostic, Edit, Span, codes, entry_names, nearest};

/// `when: …`, `given: {…}`: what follows the colon is read as a property's value as far as it goes.
pub(super) fn keyword_with_colon(tokens: &Tokens<'_>) -> Option<Diagnostic> {
    let around = tokens.opener(tokens.bad)?;
    for at in (around + 1..tokens.bad).rev() {
        let keyword = tokens.get(at);
        if tokens.opener(at) != Some(around)
            || !matches!(keyword, "when" | "given" | "expect" | "case")
            || !matches!(tokens.get(at + 1), ":" | "=")
        {
            continue;
        }
        let owner = tokens.owner(at);
        if owner == "given" {
            return None;
        }
        let belongs = entry_names(owner).contains(&keyword);
        return belongs.then(|| keyword_takes_no_sign(keyword, tokens.span(at + 1)));
    }
    None
}

/// `when: …`
pub(in super::super) fn keyword_takes_no_sign(keyword: &str, sign: Span) -> Diagnostic {
    let example = match keyword {
        "when" => "a rule's condition follows `when` directly: `when vip_flag`",
        "given" => "the attributes follow `given` directly: `given { priority: 3 }`",
        "expect" => "what is expected follows `expect` directly: `expect \"Rule\"` or `expect none`",
        _ => "a case's name follows `case` directly: `case \"name\" { … }`",
    };
    Diagnostic::new(&codes::WRONG_OPERATOR, sign, format!("`{keyword}` takes no sign after it"))
        .at("remove this")
        .help(example)
        .fix(Applicability::Safe, "remove it", sign, "")
}

/// Explains the word before the place at which pest wanted a `:`.
pub(super) fn suspect(tokens: &Tokens<'_>) -> Option<Diagnostic> {
    let at = tokens.bad.checked_sub(1)?;
    let (word, next) = (tokens.get(at), tokens.get(tokens.bad));
    if !is_word(word) || tokens.opener(at).is_none_or(|open| tokens.get(open) != "{") {
        return None;
    }
    if let Some(diagnostic) = without_quotes(tokens, at) {
        return Some(diagnostic);
    }
    // What is missing after `and` or `has` is no `:`.
    if is_reserved(word) {
        return None;
    }
    // `queue:`, and on the next line `when …`, which was read as its value.
    if let Some(colon) = at.checked_sub(2)
        && tokens.get(colon) == ":"
        && matches!(tokens.get(at - 1), "when" | "given" | "expect" | "case")
        && tokens.starts_line(at - 1)
    {
        let message = format!("expected a value after `{}:`", tokens.get(colon - 1));
        return Some(
            Diagnostic::new(&codes::SYNTAX_ERROR, tokens.after(colon), message).at("a value expected"),
        );
    }
    let owner = tokens.owner(at);
    if owner == "given" {
        return given(tokens, at, next);
    }
    let known = entry_names(owner);
    let value = next.starts_with('"') || next == "[" || is_integer(next) || is_word(next);
    if known.contains(&word) && value && !matches!(word, "when" | "given" | "expect" | "case") {
        return Some(missing_colon(tokens, at));
    }
    if let Some(when) = tokens.condition_before(at)
        && when + 1 < at
        && !tokens.starts_line(at)
    {
        return Some(found::after_condition(tokens, at));
    }
    if known.contains(&word) {
        return None;
    }
    let span = tokens.span(at);
    let unexpected =
        Diagnostic::new(&codes::SYNTAX_ERROR, span, format!("expected a property or `}}`, found `{word}`"));
    let lower = word.to_ascii_lowercase();
    let meant = match lower.as_str() {
        "if" | "where" | "condition" if owner == "rule" => Some("when"),
        "then" | "route" | "to" | "target" if owner == "rule" && next.starts_with('"') => Some("queue:"),
        _ => nearest(word, known.iter().copied()),
    };
    let Some(meant) = meant else {
        let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        return (!known.is_empty()).then(|| {
            let help = format!("a {} has {}", owner.replace('_', " "), super::join(&names));
            unexpected.at("a property is written `name: value`").help(help)
        });
    };
    let keyword = matches!(meant, "when" | "given" | "expect" | "case" | "queue:");
    let meant = if keyword { meant.to_owned() } else { format!("{meant}:") };
    Some(unexpected.at(format!("did you mean `{meant}`?")).fix(
        Applicability::Unsafe,
        format!("replace `{word}` with `{meant}`"),
        span,
        meant,
    ))
}

/// `queue: Front Desk`: the first word was read as the value.
fn without_quotes(tokens: &Tokens<'_>, at: usize) -> Option<Diagnostic> {
    let on_line = |at: usize| {
        let word = tokens.get(at);
        let keyword = matches!(word, "when" | "given" | "expect" | "case");
        is_word(word) && !keyword && !tokens.starts_line(at) && !matches!(tokens.get(at + 1), ":" | "=")
    };
    let (colon, name) = (at.checked_sub(2)?, at.checked_sub(3)?);
    let takes_string =
        matches!(tokens.get(name), "queue" | "description" | "name" | "was" | "division" | "id");
    let known = takes_string && entry_names(tokens.owner(at)).contains(&tokens.get(name));
    if !known || !matches!(tokens.get(colon), ":" | "=") || !on_line(colon + 1) || !on_line(at) {
        return None;
    }
    let mut last = at;
    while on_line(last + 1) {
        last += 1;
    }
    let next = tokens.get(last + 1);
    // What goes on with a string, a number or a sign is not known to be a name.
    if !(matches!(next, "}" | ",") || is_word(next) || tokens.starts_line(last + 1)) {
        return None;
    }
    let whole = tokens.span(colon + 1).to(tokens.span(last));
    let text = tokens.text.get(whole.range())?;
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b' ' | b'\t')) {
        return None;
    }
    let message = format!("expected a string after `{}:`, found `{text}`", tokens.get(name));
    Some(
        Diagnostic::new(&codes::SYNTAX_ERROR, whole, message)
            .at("a string stands in quotes")
            .help(format!("write `{}: \"{text}\"`", tokens.get(name)))
            .fix(Applicability::Safe, "put it in quotes", whole, crate::literal::encode_string(text)),
    )
}

fn missing_colon(tokens: &Tokens<'_>, at: usize) -> Diagnostic {
    let word = tokens.get(at);
    Diagnostic::new(&codes::SYNTAX_ERROR, tokens.after(at), format!("expected `:` after `{word}`"))
        .at("`:` expected")
        .help("a property is written `name: value`")
        .fix(Applicability::Safe, "insert `:`", tokens.after(at), ":")
}

/// `given { language == "en" }`
fn given(tokens: &Tokens<'_>, at: usize, sign: &str) -> Option<Diagnostic> {
    let word = tokens.get(at);
    if sign.starts_with('"') || is_integer(sign) || sign == "[" || matches!(sign, "true" | "false") {
        return Some(missing_colon(tokens, at));
    }
    if !found::is_operator(sign) {
        return None;
    }
    let span = tokens.span(tokens.bad);
    let diagnostic = Diagnostic::new(
        &codes::WRONG_OPERATOR,
        span,
        format!("`given` says what `{word}` is, and compares nothing"),
    )
    .at("`:` expected")
    .help(format!("write `{word}: value`"));
    if !matches!(sign, "==" | "===" | "=" | "is") {
        return Some(diagnostic);
    }
    let span = Span { start: tokens.span(at).end, ..span };
    let sticks = tokens.sticks(tokens.bad + 1);
    let edit = Edit { span, text: if sticks { ": ".to_owned() } else { ":".to_owned() } };
    Some(diagnostic.fix_all(Applicability::Safe, format!("replace `{sign}` with `:`"), vec![edit]))
}
