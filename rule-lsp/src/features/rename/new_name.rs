//! Whether a symbol may have a new name.

use rule_compiler::{Program, Symbol, SymbolKind};
use rule_lang::literal::encode_string;
use rule_lang::tree::is_reserved;

/// Whether a symbol may have this name. Names that only a few places cannot take are found when the program is checked
/// with them.
///
/// # Errors
///
/// What is wrong with it, and what to write instead.
pub(super) fn check(program: &Program, symbol: Symbol, new: &str) -> Result<(), String> {
    let kind = program.symbol_kind(symbol);
    match kind {
        SymbolKind::Queue | SymbolKind::Rule => {
            if new.trim().is_empty() {
                return Err(format!("a {} has a name: write one", called(kind)));
            }
        }
        SymbolKind::Attribute => {
            if new.is_empty() || !new.split('.').all(is_name) {
                return Err(format!("{} is no name: {RULE}; dots may join several of them", shown(new)));
            }
        }
        SymbolKind::Condition | SymbolKind::Skill | SymbolKind::SkillGroup => {
            if !is_name(new) {
                return Err(format!("{} is no name: {RULE}", shown(new)));
            }
        }
    }
    if !matches!(kind, SymbolKind::Queue | SymbolKind::Rule) && new.split('.').any(is_reserved) {
        return Err(format!(
            "`{new}` is a reserved word, which is never a name: add a letter, like `{new}_`"
        ));
    }
    if let Some(other) = program.symbol_beside(symbol, new) {
        let (kind, written) = (called(program.symbol_kind(other)), written(program, symbol, new));
        let place =
            if matches!(program.symbol_kind(other), SymbolKind::Rule) { " of this queue" } else { "" };
        return Err(format!(
            "another {kind}{place} is called {written} already: choose another name, or rename that one first"
        ));
    }
    Ok(())
}

const RULE: &str =
    "names are made of the letters a to z in either case, digits and `_`, and start with no digit";

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
        && word.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
}

fn shown(new: &str) -> String {
    if new.is_empty() { "an empty text".to_owned() } else { format!("`{}`", new.escape_debug()) }
}

fn written(program: &Program, symbol: Symbol, new: &str) -> String {
    if super::is_quoted(program, symbol) { format!("`{}`", encode_string(new)) } else { format!("`{new}`") }
}

fn called(kind: SymbolKind) -> &'static str {
    match kind {
        SymbolKind::Attribute => "attribute",
        SymbolKind::Condition => "condition",
        SymbolKind::Skill => "skill",
        SymbolKind::SkillGroup => "skill group",
        SymbolKind::Queue => "queue",
        SymbolKind::Rule => "rule",
    }
}
