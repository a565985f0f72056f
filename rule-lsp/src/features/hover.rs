//! Hover: what is known of a name, in Markdown.

use std::fmt::Write as _;

use rule_compiler::{Occurrence, Program, SymbolKind};
use rule_lang::{FileId, Span};

/// What is shown of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hover {
    /// What it is shown of.
    pub(crate) span: Span,
    /// The text, in Markdown.
    pub(crate) markdown: String,
}

/// What is known of the symbol at an offset.
pub(crate) fn hover(program: &Program, file: FileId, offset: u32) -> Option<Hover> {
    let found = program.symbol_at(file, offset)?;
    Some(Hover { span: found.span, markdown: describe(program, &found) })
}

fn describe(program: &Program, found: &Occurrence) -> String {
    let name = program.symbol_name(found.symbol);
    let mut text = String::new();
    let head = match program.symbol_kind(found.symbol) {
        SymbolKind::Attribute => match program.symbols().attribute(name).and_then(|attribute| attribute.ty) {
            Some(ty) => format!("attribute {name}: {ty}"),
            None => format!("attribute {name}"),
        },
        SymbolKind::Condition => format!("condition {name}"),
        SymbolKind::Skill => format!("skill {name}"),
        SymbolKind::SkillGroup => format!("skill_group {name}"),
        SymbolKind::Queue => format!("queue \"{name}\""),
        SymbolKind::Rule => format!("rule \"{name}\""),
    };
    let _ = writeln!(text, "```rule\n{head}\n```");
    text
}
