//! Applying fixes to text. Pure: files are written elsewhere.

use std::collections::BTreeMap;

use rule_lang::{Applicability, Diagnostic, Edit, FileId, Fix, Severity, Source, SourceMap, parse};

use crate::load::{Project, Workspace};

/// How often fixes are applied anew, since one may bring out another. Far more than any text that people write
/// needs; each round costs a check.
const MAX_ROUNDS: usize = 200;

/// How many fixes that would break their file are left out in one round. Each costs a few parses.
const MAX_REFUSED: usize = 32;

/// Applies edits that do not overlap; none where they do, or do not fit the text.
///
/// Line ends in what is inserted become those of the text.
pub fn apply(text: &str, edits: &[&Edit]) -> Option<String> {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let windows_lines = text.contains("\r\n");
    let mut out = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(text.get(done..range.start)?);
        text.get(range.clone())?;
        if windows_lines {
            out.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            out.push_str(&edit.text);
        }
        done = range.end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// The fixes to apply together: of each diagnostic the first that may be applied without asking, as far as they
/// do not touch each other. What is left over has its turn in the next round.
pub fn choose<'a>(
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
    unsafe_too: bool,
    may_apply: impl Fn(&Fix) -> bool,
) -> Vec<&'a Fix> {
    let mut taken: BTreeMap<FileId, Vec<(u32, u32, bool)>> = BTreeMap::new();
    let mut chosen = Vec::new();
    for diagnostic in diagnostics {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| match fix.applicability {
            Applicability::Safe => true,
            Applicability::Unsafe => unsafe_too,
            Applicability::Alternative => false,
        }) else {
            continue;
        };
        let free = fix.edits.iter().all(|edit| {
            let (start, end) = (edit.span.start, edit.span.end);
            let others = taken.get(&edit.span.file).map_or(&[][..], Vec::as_slice);
            // Ends that touch count as overlapping, since where both insert, nobody can say in which order. What
            // only removes text may stand side by side, like all but the first of many equal items.
            let removes = edit.text.is_empty() && start < end;
            others.iter().all(|(from, to, also_removes)| {
                let touching = removes && *also_removes && (end == *from || *to == start);
                touching || end < *from || *to < start
            })
        });
        if free && !fix.edits.is_empty() && may_apply(fix) {
            for edit in &fix.edits {
                let (start, end) = (edit.span.start, edit.span.end);
                let removes = edit.text.is_empty() && start < end;
                taken.entry(edit.span.file).or_default().push((start, end, removes));
            }
            chosen.push(fix);
        }
    }
    chosen
}

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
            let texts = next_texts(project, &workspace.sources, unsafe_too);
            let Some((texts, count)) = texts else { break };
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
fn next_texts(
    project: &mut Project,
    sources: &SourceMap,
    unsafe_too: bool,
) -> Option<(BTreeMap<FileId, String>, usize)> {
    let editable: Vec<FileId> = project
        .files
        .iter()
        .filter(|file| file.wanted && file.unreadable.is_none())
        .map(|file| file.id)
        .collect();
    project.program.check();
    let diagnostics = project.found();
    let may_edit = |edit: &Edit| editable.binary_search(&edit.span.file).is_ok();
    let mut refused: Vec<&Fix> = Vec::new();
    loop {
        let may_apply = |fix: &Fix| fix.edits.iter().all(may_edit) && !refused.contains(&fix);
        let mut chosen = choose(diagnostics.iter().copied(), unsafe_too, may_apply);
        // Where all together break a file, fewer may still do; one that breaks it alone is left out.
        while let Some(first) = chosen.first().copied() {
            match texts_of(&chosen, sources) {
                Some(texts) if texts.is_empty() => return None,
                Some(texts) => return Some((texts, chosen.len())),
                None if chosen.len() == 1 => {
                    if refused.len() == MAX_REFUSED {
                        return None;
                    }
                    refused.push(first);
                    break;
                }
                None => chosen.truncate(chosen.len() / 2),
            }
        }
        if chosen.is_empty() {
            return None;
        }
    }
}

/// The texts that these fixes give; none where one of them would have more syntax errors than before.
fn texts_of(fixes: &[&Fix], sources: &SourceMap) -> Option<BTreeMap<FileId, String>> {
    let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        edits.entry(edit.span.file).or_default().push(edit);
    }
    let mut texts = BTreeMap::new();
    for (id, edits) in edits {
        let source = sources.get(id)?;
        let text = apply(source.text(), &edits)?;
        if text == **source.text() {
            continue;
        }
        if !adds_none(&mistakes(source), &mistakes(&Source::new(id, "", text.as_str()))) {
            return None;
        }
        texts.insert(id, text);
    }
    Some(texts)
}

/// The syntax errors of a text: their codes and messages, in order.
fn mistakes(source: &Source) -> Vec<(&'static str, String)> {
    let (_, found) = parse(source);
    let errors = found.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let mut errors: Vec<_> = errors.map(|diagnostic| (diagnostic.code.id, diagnostic.message)).collect();
    errors.sort_unstable();
    errors
}

/// Whether all errors that there are now were there before, each as often: one that is gone makes up for no other.
fn adds_none(before: &[(&str, String)], now: &[(&str, String)]) -> bool {
    let mut before = before.iter();
    now.iter().all(|one| before.any(|other| other == one))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rule_lang::{Span, codes};

    use super::*;
    use crate::load::Overlay;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(FileId(0), start, end), text: text.to_owned() }
    }

    fn finding(applicability: Applicability, edit: Edit) -> Diagnostic {
        let mut finding = Diagnostic::new(&codes::SYNTAX_ERROR, edit.span, "");
        finding.fixes.push(Fix { title: String::new(), edits: vec![edit], applicability });
        finding
    }

    #[test]
    fn edits_apply_in_the_order_of_their_places() {
        let edits = [edit(4, 5, "=="), edit(0, 1, "b"), edit(9, 9, "!")];
        assert_eq!(apply("a b = c d", &edits.iter().collect::<Vec<_>>()).as_deref(), Some("b b == c d!"));
    }

    #[test]
    fn inserted_line_ends_are_those_of_the_file() {
        assert_eq!(apply("a\r\nb", &[&edit(1, 1, "\nx\r\n")]).as_deref(), Some("a\r\nx\r\n\r\nb"));
    }

    #[test]
    fn edits_that_overlap_or_split_characters_are_refused() {
        assert_eq!(apply("abc", &[&edit(0, 2, ""), &edit(1, 3, "")]), None);
        assert_eq!(apply("é", &[&edit(1, 2, "")]), None);
        assert_eq!(apply("a", &[&edit(5, 6, "")]), None);
    }

    #[test]
    fn a_fix_that_mends_one_error_and_adds_another_is_refused() {
        let mut sources = SourceMap::new();
        let id = sources.add("a.rule", "attribute a bool\ncondition c = a == true\n");
        let edits = [
            Edit { span: Span::new(id, 11, 11), text: ":".to_owned() },
            Edit { span: Span::new(id, 31, 33), text: "=".to_owned() },
        ];
        let fix = |edits: &[Edit]| Fix {
            title: String::new(),
            edits: edits.to_vec(),
            applicability: Applicability::Safe,
        };
        assert!(texts_of(&[&fix(&edits[..1])], &sources).is_some());
        assert!(texts_of(&[&fix(&edits)], &sources).is_none());
    }

    #[test]
    fn only_what_may_be_done_unasked_is_chosen() {
        let found = [
            finding(Applicability::Safe, edit(0, 1, "x")),
            finding(Applicability::Unsafe, edit(3, 4, "x")),
            finding(Applicability::Alternative, edit(6, 7, "x")),
        ];
        assert_eq!(choose(&found, false, |_| true).len(), 1);
        assert_eq!(choose(&found, true, |_| true).len(), 2);
        assert_eq!(choose(&found, true, |_| false).len(), 0);
    }

    proptest! {
        #[test]
        fn what_is_chosen_always_applies_and_leaves_the_rest_alone(
            text in "[a-zé\n]{0,60}",
            ranges in proptest::collection::vec((0usize..60, 0usize..6, "[A-Z]{0,3}"), 0..12),
        ) {
            let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let found: Vec<Diagnostic> = ranges
                .iter()
                .map(|(at, length, new)| {
                    let at = (*at).min(borders.len() - 1);
                    let end = (at + length).min(borders.len() - 1);
                    let narrow = |index: usize| u32::try_from(borders[index]).unwrap();
                    finding(Applicability::Safe, edit(narrow(at), narrow(end), new))
                })
                .collect();
            let chosen = choose(&found, false, |_| true);
            prop_assert!(found.is_empty() || !chosen.is_empty());
            let edits: Vec<&Edit> = chosen.iter().flat_map(|fix| &fix.edits).collect();
            let new = apply(&text, &edits).unwrap();
            let removed: usize = edits.iter().map(|edit| edit.span.len()).sum();
            let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
            prop_assert_eq!(new.len(), text.len() - removed + added);
        }
    }

    /// Lines that programs are made of, many of them with a mistake.
    const LINES: [&str; 28] = [
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
        "",
    ];

    fn fixed(text: &str, unsafe_too: bool) -> (String, usize) {
        let overlay = Overlay { path: None, bytes: Some(text.as_bytes().to_vec()) };
        let mut workspace = Workspace::load_overlay(overlay, false).unwrap();
        let count = fix(&mut workspace, unsafe_too).count;
        (workspace.sources.get(FileId(0)).unwrap().text().to_string(), count)
    }

    proptest! {
        #[test]
        fn fixing_never_adds_syntax_errors_and_comes_to_an_end(
            lines in proptest::collection::vec(proptest::sample::select(&LINES[..]), 0..12),
            unsafe_too: bool,
        ) {
            let text = lines.join("\n");
            let (new, count) = fixed(&text, unsafe_too);
            let source = |text: &str| Source::new(FileId(0), "", text);
            prop_assert!(adds_none(&mistakes(&source(&text)), &mistakes(&source(&new))), "{text}\n----\n{new}");
            prop_assert_eq!(count == 0, new == text);
            prop_assert_eq!(fixed(&new, unsafe_too), (new.clone(), 0), "from\n{}", text);
        }
    }
}
