//! Applying fixes to texts. Pure: who asks writes the files, or tells the editor.

use std::collections::BTreeMap;

use crate::format::{line_end, with_line_end};
use crate::parse::{declarations, read};
use crate::{Applicability, Diagnostic, Edit, FileId, Fix, Severity, Source, SourceMap, Span, TextRange};

/// How often fixes are applied anew, since one may bring out another. Far more than any text that people write
/// needs; each round costs a check.
pub const MAX_ROUNDS: usize = 200;

/// How many fixes that would break their file are left out in one round. Each costs a few parses.
const MAX_REFUSED: usize = 32;

/// How often in a row mistakes that a fix uncovers are mended with it.
const MAX_UNCOVERED: usize = 16;

/// Applies edits that do not overlap; none where they do, or do not fit the text.
///
/// Line ends in what is inserted become that of the text's first line.
pub fn apply(text: &str, edits: &[&Edit]) -> Option<String> {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let end = line_end(text);
    let mut out = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(text.get(done..range.start)?);
        text.get(range.clone())?;
        match end {
            "\n" => out.push_str(&edit.text),
            end => out.push_str(&with_line_end(&edit.text, end)),
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

/// What one round of fixes gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The new texts of the files that change.
    pub texts: BTreeMap<FileId, String>,
    /// How many fixes they hold.
    pub count: usize,
}

/// One round: as many of the fixes at once as can be, in files that may be edited; none where there is nothing left to
/// fix. No declaration gets more syntax errors than it had; one that was hidden by another may take its place. Asked again
/// after the next check, until it gives none or [`MAX_ROUNDS`] are over, it fixes everything.
pub fn round(
    diagnostics: &[&Diagnostic],
    sources: &SourceMap,
    unsafe_too: bool,
    may_edit: impl Fn(FileId) -> bool,
) -> Option<Round> {
    let mut refused: Vec<&Fix> = Vec::new();
    loop {
        let may_apply =
            |fix: &Fix| fix.edits.iter().all(|edit| may_edit(edit.span.file)) && !refused.contains(&fix);
        let mut chosen = choose(diagnostics.iter().copied(), unsafe_too, may_apply);
        // Where all together break a file, fewer may still do; one that breaks it alone is left out.
        while let Some(first) = chosen.first().copied() {
            match texts_of(&chosen, sources) {
                Some(round) if round.texts.is_empty() => return None,
                Some(round) => return Some(round),
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

/// The texts that these fixes give, and how many fixes they hold; none where one of them would be worse than before.
fn texts_of(fixes: &[&Fix], sources: &SourceMap) -> Option<Round> {
    let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        edits.entry(edit.span.file).or_default().push(edit);
    }
    let mut round = Round { texts: BTreeMap::new(), count: fixes.len() };
    for (id, edits) in edits {
        let source = sources.get(id)?;
        let text = apply(source.text(), &edits)?;
        if text == **source.text() {
            continue;
        }
        let (text, more) = settled(source, text)?;
        round.count += more;
        round.texts.insert(id, text);
    }
    Some(round)
}

/// A text after fixes, and how many more fixes it took until it was no worse than before: one mistake may hide several
/// others behind it, all of which can be mended. None where that can't be had.
fn settled(before: &Source, mut text: String) -> Option<(String, usize)> {
    let mut was = None;
    let mut more = 0;
    for _ in 0..MAX_UNCOVERED {
        let now = Mistakes::of(&Source::new(before.id(), "", text.as_str()));
        if now.found.is_empty() {
            return Some((text, more));
        }
        let worse = now.worse_than(was.get_or_insert_with(|| Mistakes::of(before)))?;
        if worse.is_empty() {
            return Some((text, more));
        }
        let hidden = now.found.iter().filter(|one| worse.contains(&now.declaration(one)));
        let chosen = choose(hidden, false, |_| true);
        if chosen.is_empty() {
            return None;
        }
        more += chosen.len();
        text = apply(&text, &chosen.iter().flat_map(|fix| &fix.edits).collect::<Vec<_>>())?;
    }
    None
}

/// The most mistakes in one declaration whose fixes are tried beforehand, and its size: each costs reading it again.
const MAX_TRIED: usize = 32;
const MAX_TRIED_BYTES: u32 = 64 * 1024;

/// Leaves it to people to choose those fixes of the parser that [`round`] would refuse, so that nothing promises what
/// does not happen.
pub(crate) fn keep_what_mends(source: &Source, found: &mut [Diagnostic]) {
    let is_promise = |fix: &Fix| fix.applicability != Applicability::Alternative;
    if !found.iter().any(|one| one.severity == Severity::Error && one.fixes.iter().any(is_promise)) {
        return;
    }
    let declarations = declarations(source);
    let (mut last, mut tried) = (None, 0);
    for one in found.iter_mut().filter(|one| one.severity == Severity::Error) {
        let number = declaration_at(&declarations, one.primary.span.start);
        let Some(range) = declarations.get(number) else { continue };
        // With the next declaration, which a fix may turn into a part of this one.
        let end = declarations.get(number + 1).unwrap_or(range).end;
        let Some(text) = source.text().get(range.start as usize..end as usize) else { continue };
        let promises = one.fixes.iter_mut().filter(|fix| is_promise(fix));
        for fix in promises {
            tried = if last == Some(number) { tried + 1 } else { 1 };
            last = Some(number);
            if tried > MAX_TRIED || end - range.start > MAX_TRIED_BYTES {
                break;
            }
            if !mends(text, range.start, fix) {
                fix.applicability = Applicability::Alternative;
            }
        }
    }
}

/// Whether a fix leaves a declaration, which starts at `base`, no worse than it is.
fn mends(text: &str, base: u32, fix: &Fix) -> bool {
    let before = Source::new(FileId(0), "", text);
    let moved = |edit: &Edit| {
        let (start, end) = (edit.span.start.checked_sub(base)?, edit.span.end.checked_sub(base)?);
        Some(Edit { span: Span::new(before.id(), start, end), text: edit.text.clone() })
    };
    // What reaches further is seen when it is applied.
    let Some(edits) = fix.edits.iter().map(moved).collect::<Option<Vec<_>>>() else { return true };
    apply(text, &edits.iter().collect::<Vec<_>>()).is_none_or(|text| settled(&before, text).is_some())
}

/// The number of the declaration that a place is in, or after.
fn declaration_at(declarations: &[TextRange], place: u32) -> usize {
    declarations.partition_point(|range| range.start <= place).saturating_sub(1)
}

/// The syntax errors of a text, and its declarations.
struct Mistakes {
    declarations: Vec<TextRange>,
    found: Vec<Diagnostic>,
}

impl Mistakes {
    fn of(source: &Source) -> Self {
        let (_, mut found) = read(source);
        found.retain(|diagnostic| diagnostic.severity == Severity::Error);
        let declarations = if found.is_empty() { Vec::new() } else { declarations(source) };
        Self { declarations, found }
    }

    /// The number of the declaration that a mistake stands in, or after.
    fn declaration(&self, one: &Diagnostic) -> usize {
        declaration_at(&self.declarations, one.primary.span.start)
    }

    /// The declarations with more mistakes than before. One that is gone may bring out others of its declaration, which
    /// could not be seen as long as it was there. None where a mistake is new in any other way.
    fn worse_than(&self, before: &Self) -> Option<Vec<usize>> {
        if self.declarations.len() != before.declarations.len() {
            // Nobody can tell which declaration has become which.
            return self.are_among(before).then(Vec::new);
        }
        let counts = |all: &Self| {
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            for one in &all.found {
                *counts.entry(all.declaration(one)).or_default() += 1;
            }
            counts
        };
        let (had, mut worse) = (counts(before), Vec::new());
        for (declaration, count) in counts(self) {
            let had = had.get(&declaration).copied().unwrap_or(0);
            if had == 0 {
                return None;
            }
            if count > had {
                worse.push(declaration);
            }
        }
        Some(worse)
    }

    /// Whether all mistakes were there before: one that is gone makes up for no other.
    fn are_among(&self, before: &Self) -> bool {
        let sorted = |all: &Self| {
            let mut all: Vec<_> = all.found.iter().map(|one| (one.code.id, one.message.clone())).collect();
            all.sort_unstable();
            all
        };
        let before = sorted(before);
        let mut before = before.iter();
        sorted(self).iter().all(|one| before.any(|other| other == one))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{codes, parse};

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(FileId(0), start, end), text: text.to_owned() }
    }

    fn finding(applicability: Applicability, edit: Edit) -> Diagnostic {
        let mut finding = Diagnostic::new(&codes::SYNTAX_ERROR, edit.span, "");
        finding.fixes.push(Fix { title: String::new(), edits: vec![edit], applicability });
        finding
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

    /// A text after all rounds of what the parser alone can mend, and how many mistakes it has then.
    fn mended(text: &str) -> (String, usize) {
        let mut sources = SourceMap::new();
        let id = sources.add("a.rule", text);
        for _ in 0..MAX_ROUNDS {
            let (_, found) = parse(sources.get(id).unwrap());
            let Some(mut round) = round(&found.iter().collect::<Vec<_>>(), &sources, false, |_| true) else {
                return (sources.get(id).unwrap().text().to_string(), found.len());
            };
            sources.replace(id, round.texts.remove(&id).unwrap());
        }
        panic!("no end");
    }

    #[test]
    fn mistakes_behind_one_another_in_a_declaration_are_all_mended() {
        for (text, wanted) in [
            ("rule \"R\" { queue: \"S\"; when vip; }", "rule \"R\" { queue: \"S\" when vip }"),
            (
                "rule \"R\" { queue \"S\"\n priority 5\n when vip }",
                "rule \"R\" { queue: \"S\"\n priority: 5\n when vip }",
            ),
            ("rule 'R' { queue: 'S' when vip }", "rule \"R\" { queue: \"S\" when vip }"),
            ("rule “R” { queue: “S” when tier == “a” }", "rule \"R\" { queue: \"S\" when tier == \"a\" }"),
            (
                "rule \"R\" { queue \"S\" when tier = \"a\" && !vip }",
                "rule \"R\" { queue: \"S\" when tier == \"a\" and not vip }",
            ),
        ] {
            let (now, left) = mended(text);
            assert_eq!((now.as_str(), left), (wanted, 0));
        }
    }

    #[test]
    fn what_cannot_be_mended_to_the_end_is_mended_as_far_as_it_goes() {
        let (now, left) = mended("rule \"R\" { queue \"S\"; priority: : when vip }");
        assert_eq!((now.as_str(), left), ("rule \"R\" { queue: \"S\" priority: : when vip }", 1));
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
}
