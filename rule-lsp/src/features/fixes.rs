//! Quick fixes: those that diagnostics bring with them, comments that allow a warning, and all safe fixes at once.

use rule_compiler::Program;
use rule_lang::fix::{MAX_ROUNDS, round};
use rule_lang::{Diagnostic, FileId, Fix, SourceMap};

/// How many fixes are offered at once: more than anybody reads.
pub(crate) const MOST_OFFERS: usize = 200;

/// A fix, and what it mends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Offer<'p> {
    pub(crate) diagnostic: &'p Diagnostic,
    pub(crate) fix: Fix,
}

/// What is offered for the diagnostics that a range of a file touches: their own fixes, and then that warnings be
/// allowed. Of many diagnostics, for the first ones: [`MOST_OFFERS`] in all.
pub(crate) fn offers(program: &Program, file: FileId, start: u32, end: u32) -> Vec<Offer<'_>> {
    let touches = |one: &&Diagnostic| one.primary.span.start <= end && start <= one.primary.span.end;
    let allowances = program.allowances(file);
    let (mut own, mut allowed) = (Vec::new(), Vec::new());
    for diagnostic in program.diagnostics_of(file).filter(touches) {
        if own.len() + allowed.len() >= MOST_OFFERS {
            break;
        }
        own.extend(diagnostic.fixes.iter().map(|fix| Offer { diagnostic, fix: fix.clone() }));
        let allowing = allowances.as_ref().and_then(|allowances| allowances.allowing(diagnostic));
        allowed.extend(allowing.map(|fix| Offer { diagnostic, fix }));
    }
    own.append(&mut allowed);
    own.truncate(MOST_OFFERS);
    own
}

/// The text of a file with all safe fixes applied, round after round as `rulec check --fix` does it; none where there is
/// nothing to fix.
pub(crate) fn all_fixed(program: &Program, sources: &SourceMap, file: FileId) -> Option<String> {
    let next = |program: &Program, sources: &SourceMap| {
        let found: Vec<&Diagnostic> = program.diagnostics_of(file).collect();
        round(&found, sources, false, |one| one == file)?.texts.remove(&file)
    };
    // Most often there is nothing to fix, and so nothing to copy. The editor's own program stays as it is.
    let mut text = next(program, sources)?;
    let (mut program, mut sources) = (program.clone(), sources.clone());
    for _ in 1..MAX_ROUNDS {
        sources.replace(file, text.as_str());
        program.set(sources.get(file)?);
        program.check();
        match next(&program, &sources) {
            Some(more) => text = more,
            None => break,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use rule_lang::fix::apply;

    use super::*;
    use crate::features::fixture::Fixture;

    const TEXT: &str = "attribute tier: enum[\"gold\", \"gold\"]\ncondition c$0 = tier = \"gold\" && tier == \"glod\"\n\
        rule \"x\" { when and }\n";

    #[test]
    fn fixes_of_the_touched_diagnostics_are_offered_and_warnings_may_be_allowed() {
        let fixture = Fixture::of(&[TEXT, "rule \"x\" {"]);
        let titles = |start: u32, end: u32| -> Vec<String> {
            let offers = offers(&fixture.program, fixture.file, start, end);
            offers.into_iter().map(|offer| offer.fix.title).collect()
        };
        let first_line = u32::try_from(TEXT.find('\n').unwrap()).unwrap();
        assert_eq!(
            titles(0, first_line),
            ["remove the second `\"gold\"`", "allow `duplicate-list-item` on this line"],
        );
        assert!(titles(first_line + 1, u32::MAX).contains(&"replace `=` with `==`".to_owned()));
        assert!(titles(0, 3).is_empty());
    }

    #[test]
    fn of_many_diagnostics_the_first_ones_get_offers() {
        let text = (100..1100).map(|number| format!("skill a{number}\n")).collect::<Vec<_>>().concat();
        let fixture = Fixture::new(&text);
        let line = |offer: &Offer<'_>| text[..offer.diagnostic.primary.span.start as usize].lines().count();
        let offered = |start: u32| -> Vec<usize> {
            offers(&fixture.program, fixture.file, start, u32::MAX).iter().map(line).collect()
        };
        assert_eq!(offered(0), (1..=MOST_OFFERS).collect::<Vec<_>>());
        assert_eq!(offered(500 * 11), (501..=500 + MOST_OFFERS).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_offered_applies() {
        let fixture = Fixture::of(&[TEXT, "rule \"x\" {"]);
        for offer in offers(&fixture.program, fixture.file, 0, u32::MAX) {
            let text = fixture.sources.get(fixture.file).unwrap().text();
            assert!(apply(text, &offer.fix.edits.iter().collect::<Vec<_>>()).is_some(), "{offer:?}");
        }
    }

    #[test]
    fn all_safe_fixes_are_made_at_once_and_nothing_else() {
        let fixture = Fixture::of(&[TEXT, "condition d = priority = 5"]);
        let fixed = all_fixed(&fixture.program, &fixture.sources, fixture.file).unwrap();
        assert!(fixed.starts_with(
            "attribute tier: enum[\"gold\"]\ncondition c = tier == \"gold\" and tier == \"glod\"\nrule \"x\" { when and }"
        ));
        assert_eq!(fixture.program.diagnostics_of(FileId(1)).filter(|one| one.code.id == "E0002").count(), 1);
        let clean = Fixture::new("skill a\ncondition c = skill has a\nrule \"x\" { when and }");
        assert!(all_fixed(&clean.program, &clean.sources, clean.file).is_none());
    }
}
