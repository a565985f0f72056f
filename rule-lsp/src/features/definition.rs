//! Go to definition.

use rule_compiler::Program;
use rule_lang::{FileId, Span};

use super::hover;

/// Where the symbol at an offset is declared, the declaration that counts first.
pub(crate) fn definition(program: &Program, file: FileId, offset: u32) -> Vec<Span> {
    match program.symbol_at(file, offset) {
        Some(found) => program.declarations(found.symbol).into_iter().map(|(_, name)| name).collect(),
        None => hover::declared_by_word(program, file, offset).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    fn found(texts: &[&str]) -> Vec<String> {
        let fixture = Fixture::of(texts);
        let spans = definition(&fixture.program, fixture.file, fixture.offset);
        spans.into_iter().map(|span| fixture.shown(span)).collect()
    }

    #[test]
    fn a_name_leads_to_its_declaration_in_whichever_file() {
        assert_eq!(found(&["attribute vip: bool", "condition a = not v$0ip"]), ["0:1 vip"]);
        assert_eq!(found(&["condition a = not vip$0", "\nattribute vip: bool"]), ["1:2 vip"]);
        assert_eq!(
            found(&["queue \"Desk\"", "rule \"R\" { queue: \"De$0sk\", when skill exists }"]),
            ["0:1 \"Desk\""]
        );
    }

    #[test]
    fn what_is_built_in_or_unknown_leads_nowhere() {
        assert!(found(&["condition a = ski$0ll has x"]).is_empty());
        assert!(found(&["condition a = bo$0gus"]).is_empty());
    }

    #[test]
    fn a_name_in_a_broken_declaration_still_leads_to_its_own() {
        assert_eq!(found(&["attribute vip: bool\nrule \"x\" { when vi$0p and "]), ["0:1 vip"]);
    }

    #[test]
    fn a_mistake_elsewhere_changes_nothing() {
        assert_eq!(
            found(&["rule \"x\" { when and }\nattribute vip: bool\ncondition a = v$0ip"]),
            ["0:2 vip"]
        );
    }
}
