//! Applying fixes to texts. Pure: who asks writes the files, or tells the editor.

use std::collections::BTreeMap;

use crate::{Applicability, Diagnostic, Edit, FileId, Fix, Severity, Source, SourceMap, parse};

/// How often fixes are applied anew, since one may bring out another. Far more than any text that people write
/// needs; each round costs a check.
pub const MAX_ROUNDS: usize = 200;

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

/// What one round of fixes gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The new texts of the files that change.
    pub texts: BTreeMap<FileId, String>,
    /// How many fixes they hold.
    pub count: usize,
}

/// One round: as many of the fixes at once as can be, in files that may be edited; none where there is nothing left to
/// fix. No file gets a syntax error that it did not have. Asked again after the next check, until it gives none or
/// [`MAX_ROUNDS`] are over, it fixes everything.
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
                Some(texts) if texts.is_empty() => return None,
                Some(texts) => return Some(Round { texts, count: chosen.len() }),
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
        if adds_mistakes(source, &text) {
            return None;
        }
        texts.insert(id, text);
    }
    Some(texts)
}

/// Whether a text has a syntax error that the one before it did not have, or has it more often: one that is gone makes
/// up for no other.
pub fn adds_mistakes(before: &Source, now: &str) -> bool {
    let now = mistakes(&Source::new(before.id(), "", now));
    if now.is_empty() {
        return false;
    }
    let before = mistakes(before);
    let mut before = before.iter();
    !now.iter().all(|one| before.any(|other| other == one))
}

/// The syntax errors of a text: their codes and messages, in order.
fn mistakes(source: &Source) -> Vec<(&'static str, String)> {
    let (_, found) = parse(source);
    let errors = found.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let mut errors: Vec<_> = errors.map(|diagnostic| (diagnostic.code.id, diagnostic.message)).collect();
    errors.sort_unstable();
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Span, codes};

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
}
