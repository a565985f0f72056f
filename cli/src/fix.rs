//! Applying fixes to the files that a command is about, in rounds. Pure: files are written elsewhere.

use std::collections::BTreeMap;

use rule_lang::fix::{MAX_ROUNDS, Round, round};
use rule_lang::{Diagnostic, FileId, Source, SourceMap};

use crate::load::{Project, Workspace};

/// What fixing did.
#[derive(Debug, Default)]
pub struct Fixed {
    /// How many fixes were applied.
    pub count: usize,
    /// The files that changed, with their text before.
    pub before: BTreeMap<FileId, Source>,
}

/// Applies fixes to the files that a command is about, in rounds, until nothing is left to fix. The workspace
/// then holds the fixed texts. No file is left with more syntax errors than it had.
pub fn fix(workspace: &mut Workspace, unsafe_too: bool) -> Fixed {
    let mut fixed = Fixed::default();
    for index in 0..workspace.projects.len() {
        for _ in 0..MAX_ROUNDS {
            let Some(project) = workspace.projects.get_mut(index) else { break };
            let Some(Round { texts, count }) = next_texts(project, &workspace.sources, unsafe_too) else {
                break;
            };
            fixed.count += count;
            for (id, text) in texts {
                if let Some(before) = workspace.sources.get(id) {
                    fixed.before.entry(id).or_insert_with(|| before.clone());
                }
                workspace.set_text(id, text);
            }
        }
    }
    fixed
}

/// One round: the new texts and how many fixes they hold; none where there is nothing left to fix.
fn next_texts(project: &mut Project, sources: &SourceMap, unsafe_too: bool) -> Option<Round> {
    let editable: Vec<FileId> = project
        .files
        .iter()
        .filter(|file| file.wanted && file.unreadable.is_none())
        .map(|file| file.id)
        .collect();
    project.program.check();
    let diagnostics: Vec<&Diagnostic> = project.found();
    round(&diagnostics, sources, unsafe_too, |file| editable.binary_search(&file).is_ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rule_lang::{Applicability, Severity, parse};

    use super::*;
    use crate::load::Overlay;

    /// Lines that programs are made of, many of them with a mistake.
    const LINES: [&str; 34] = [
        "attribute vip: bool",
        "attribute tier: enum[\"gold\", \"gold\"]",
        "attribute a b: int",
        "condition c = vip = true && tier == \"glod\"",
        "condition d = !vip || not not c",
        "condition e = vip and c or d",
        "condition f = priority == \"5\" AND vip is \"true\"",
        "condition g = language in []",
        "condition h = (vip and (c",
        "condition i = language matches /(a/",
        "queue 'Q' { external: true }",
        "queue \"Q\" { external: true,, }",
        "rule \"R\" {",
        "  queue: \"Q\" priority: 5",
        "  queue \"Q\";",
        "  priorty: 1_000",
        "  when vip == vip",
        "  when skill has technical and skill has technical",
        "}",
        "]",
        "test \"t\" { given { vip: \"true\" } expect \"R\" }",
        "# a comment",
        "/* open",
        "*/",
        "skill x\u{0}y",
        "condition j = language == \"\u{202e}\"",
        "condition and = vip",
        "rule \"A\" { queue: \"Q\"; when vip; }",
        "rule 'B' { queue 'Q' priority 5 when vip = true && !d }",
        "rule “C” { queue: “Q”, when tier == “gold” }",
        "rule \"D\" { queue \"Q\"; priority: : when vip is 'x' }",
        "attribute x bool; // “quoted”",
        "skill_group \"g\" { includes a; b }",
        "",
    ];

    fn fixed(text: &str, unsafe_too: bool) -> (String, usize) {
        let overlay = Overlay { path: None, bytes: Some(text.as_bytes().to_vec()) };
        let mut workspace = Workspace::load_overlay(overlay, false).unwrap();
        let count = fix(&mut workspace, unsafe_too).count;
        (workspace.sources.get(FileId(0)).unwrap().text().to_string(), count)
    }

    /// The syntax errors of a text.
    fn mistakes(text: &str) -> Vec<Diagnostic> {
        let (_, mut found) = parse(&Source::new(FileId(0), "", text));
        found.retain(|one| one.severity == Severity::Error);
        found
    }

    /// Checks what fixing promises of a text: no more syntax errors than before, nothing left that it could have mended,
    /// and nothing to do for a second run.
    fn keeps_its_word(text: &str, unsafe_too: bool) -> Result<(), TestCaseError> {
        let (new, count) = fixed(text, unsafe_too);
        let left = mistakes(&new);
        prop_assert!(left.len() <= mistakes(text).len(), "{text}\n----\n{new}");
        let promised =
            left.iter().find(|one| one.fixes.iter().any(|fix| fix.applicability == Applicability::Safe));
        prop_assert!(promised.is_none(), "{text}\n----\n{new}\n{promised:?}");
        prop_assert_eq!(count == 0, new == text);
        prop_assert_eq!(fixed(&new, unsafe_too), (new.clone(), 0), "from\n{}", text);
        Ok(())
    }

    proptest! {
        #[test]
        fn fixing_never_adds_syntax_errors_and_comes_to_an_end(
            lines in proptest::collection::vec(proptest::sample::select(&LINES[..]), 0..12),
            unsafe_too: bool,
        ) {
            keeps_its_word(&lines.join("\n"), unsafe_too)?;
        }

        #[test]
        fn fixing_keeps_its_word_where_characters_are_lost_or_others(
            lines in proptest::collection::vec(proptest::sample::select(&LINES[..]), 1..6),
            changes in proptest::collection::vec(
                (any::<proptest::sample::Index>(), 0usize..4, "[]:;,=&!'\"“”(){}\\[ \n/a.-]{0,2}"),
                0..4,
            ),
            unsafe_too: bool,
        ) {
            let mut text: Vec<char> = lines.join("\n").chars().collect();
            for (at, lost, new) in changes {
                let at = at.index(text.len() + 1);
                let end = (at + lost).min(text.len());
                text.splice(at..end, new.chars());
            }
            keeps_its_word(&text.into_iter().collect::<String>(), unsafe_too)?;
        }
    }
}
