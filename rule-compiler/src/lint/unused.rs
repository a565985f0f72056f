//! W0101 to W0105: declarations that nothing uses.

use rule_lang::{Code, Diagnostic, codes};

use crate::symbols::{DeclKind, Space, Symbols};

/// All of them, in no particular order.
pub(crate) fn unused(symbols: &Symbols) -> impl Iterator<Item = Diagnostic> {
    symbols.unused.iter().filter_map(|of| {
        let slot = symbols.slot(*of)?;
        let decl = slot.first()?;
        let (code, what): (&'static Code, &str) = match (of.space, &decl.kind) {
            (Space::Names, DeclKind::Condition) => (&codes::UNUSED_CONDITION, "condition"),
            (Space::Names, _) => (&codes::UNUSED_ATTRIBUTE, "attribute"),
            (Space::Skills, _) => (&codes::UNUSED_SKILL, "skill"),
            (Space::SkillGroups, _) => (&codes::UNUSED_SKILL_GROUP, "skill group"),
            (Space::Queues, _) => (&codes::UNUSED_QUEUE, "queue"),
            (Space::Rules | Space::Strategies, _) => return None,
        };
        let diagnostic = Diagnostic::new(
            code,
            decl.name,
            format!("the {what} `{}` is declared, but nothing uses it", slot.name),
        )
        .at("never used");
        Some(
            diagnostic
                .help(format!("use it or remove it; to keep it, write `// rulec: allow({}) why`", code.name)),
        )
    })
}
