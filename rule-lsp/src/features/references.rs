//! Find references, and highlights: all places of what stands under the cursor.

use rule_compiler::{Occurrence, Program, Role};
use rule_lang::{FileId, Span};

/// The places of the symbol at an offset, in all files; its declarations too where they are asked for.
pub(crate) fn references(program: &Program, file: FileId, offset: u32, with_declarations: bool) -> Vec<Span> {
    let Some(found) = program.symbol_at(file, offset) else { return Vec::new() };
    let is_wanted = |one: &Occurrence| with_declarations || one.role != Role::Declaration;
    let all = program.occurrences_of(found.symbol).into_iter();
    all.filter(is_wanted).map(|one| one.span).collect()
}

/// The places of the symbol at an offset in its own file.
pub(crate) fn highlights(program: &Program, file: FileId, offset: u32) -> Vec<Occurrence> {
    let Some(found) = program.symbol_at(file, offset) else { return Vec::new() };
    program.occurrences(file).into_iter().filter(|one| one.symbol == found.symbol).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    const USES: &str = "condition a = not vip\nrule \"x\" { when and }\ncondition b = vip or a";

    fn found(texts: &[&str], with_declarations: bool) -> Vec<String> {
        let fixture = Fixture::of(texts);
        let spans = references(&fixture.program, fixture.file, fixture.offset, with_declarations);
        spans.into_iter().map(|span| fixture.shown(span)).collect()
    }

    #[test]
    fn all_places_are_found_from_each_of_them_beside_broken_ones() {
        let expected = ["0:1 vip", "0:3 vip", "1:1 vip"];
        assert_eq!(found(&[USES, "attribute $0vip: bool\nrule \"x\" {"], true), expected);
        assert_eq!(
            found(&[&USES.replacen("vip", "vip$0", 1), "attribute vip: bool\nrule \"x\" {"], true),
            expected
        );
        assert_eq!(found(&[USES, "attribute v$0ip: bool\nrule \"x\" {"], false), expected[..2]);
    }

    #[test]
    fn rules_are_told_apart_by_their_queues() {
        let text = "queue \"A\"\nqueue \"B\"\nattribute vip: bool\n\
            rule \"$0R\" { queue: \"A\", when vip }\nrule \"R\" { queue: \"B\", when vip }\n\
            test \"t\" { given { vip: true } expect queue \"B\" -> \"R\" }";
        assert_eq!(found(&[text], true), ["0:4 \"R\""]);
    }

    #[test]
    fn a_skill_is_found_by_the_platforms_name_too() {
        let text = "skill a$0 { name: \"A!\" }\ncondition c = skill has \"A!\" or skill has a";
        assert_eq!(found(&[text], false), ["0:2 \"A!\"", "0:2 a"]);
    }

    #[test]
    fn highlights_stay_in_their_file_and_know_declarations() {
        let fixture = Fixture::of(&["attribute vip: bool\ncondition a = v$0ip\nrule \"x\" {", USES]);
        let found = highlights(&fixture.program, fixture.file, fixture.offset);
        let roles: Vec<Role> = found.iter().map(|one| one.role).collect();
        assert_eq!(roles, [Role::Declaration, Role::Use]);
        assert!(found.iter().all(|one| one.span.file == fixture.file));
    }
}
