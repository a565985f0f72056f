//! The head of a strategy: `for` left out, or several media types.

use super::tokens::{Tokens, is_word};
use crate::{Applicability, Diagnostic, literal};

/// Help for the token at `at`, where it stands before a strategy's block.
pub(super) fn head(diagnostic: &Diagnostic, tokens: &Tokens<'_>, at: usize) -> Option<Diagnostic> {
    if tokens.get(0) != "strategy" {
        return None;
    }
    let (found, span) = (tokens.get(at), tokens.span(at));
    let diagnostic = diagnostic.clone();
    if at == 1 {
        let diagnostic = diagnostic.help("a strategy is written `strategy for \"Queue\" on voice { … }`");
        if found.starts_with('"') {
            return Some(diagnostic.fix(Applicability::Safe, "insert `for`", span.before(), "for "));
        }
        let mut last = at;
        while is_word(tokens.get(last + 1)) && !tokens.starts_line(last + 1) && tokens.get(last + 1) != "on" {
            last += 1;
        }
        if !is_word(found) || found == "on" || tokens.get(last + 1) != "on" {
            return Some(diagnostic);
        }
        let whole = span.to(tokens.span(last));
        let queue = literal::encode_string(tokens.text.get(whole.range()).unwrap_or(found));
        let right = format!("for {queue}");
        return Some(diagnostic.fix(Applicability::Safe, format!("write `{right}`"), whole, right));
    }
    let joins = at == 5 && matches!(found, "," | "and" | "or" | "&" | "|" | "/" | "+");
    let several = tokens.get(3) == "on" && (joins || at == 4 && found == "[");
    several.then(|| {
        diagnostic.at("a strategy is for one media type").help("write one strategy for each media type")
    })
}
