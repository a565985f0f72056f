//! What holds of every text: that nothing panics, that places are places, and that what is undone leaves no trace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rule_compiler::{Program, Settings};
use rule_lang::fix::apply;
use rule_lang::{Edit, FileId, Severity, Source, SourceMap, Span, format};

use super::{fixes, folding, formatting, outline, references, rename, selection};

/// Lines that programs are made of, many of them with a mistake.
const LINES: [&str; 30] = [
    "attribute vip: bool // é\u{1f600}",
    "attribute tier: enum[\"gold\", \"gold\"] { field: \"Tier\" }",
    "attribute a b: int",
    "condition c = vip = true && tier == \"glod\"",
    "condition d = not not c or (tier in [\"gold\",\n  \"x\"] and vip)",
    "condition e = vip and c or d",
    "condition f = skill has billing or skill has \"Billing!\"",
    "condition h = (vip and (c",
    "condition i = language matches /(a/",
    "skill billing { name: \"Billing!\" }",
    "skill_group office {\n  skills: [billing]\n}",
    "queue \"Q\"",
    "queue \"é\" { was: \"Q\", skill_group: office, }",
    "queue 'Q' { external: true }",
    "rule \"R\" {\n  queue: \"Q\"\n  when c and vip\n}",
    "rule \"R\" { queue: \"é\", priority: 5, when vip == vip }",
    "rule \"R\" {",
    "  queue: \"Q\" priority: 5",
    "  when skill has billing and skill has billing",
    "strategy for \"Q\" on voice { method: random, overflow: queue_depth > 3 -> route_to_next_queue(\"é\") }",
    "}",
    "]",
    "test \"t\" { given { vip: \"true\" } case \"x\" { expect queue \"Q\" -> \"R\" } }",
    "// a comment",
    "// rulec: allow(unused-attribute)",
    "/* open",
    "*/",
    "skill x\u{0}y",
    "attribute late: int\r",
    "",
];

fn text() -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec(proptest::sample::select(&LINES[..]), 0..10);
    // One character is taken out, or another put in.
    (
        lines,
        any::<proptest::sample::Index>(),
        0..3,
        proptest::sample::select(&["{", "\"", "é", ",", "/*", " "][..]),
    )
        .prop_map(|(lines, at, what, new)| {
            let mut text = lines.join("\n");
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            if !places.is_empty() {
                let at = *at.get(&places);
                match what {
                    0 => {
                        text.remove(at);
                    }
                    1 => text.insert_str(at, new),
                    _ => {}
                }
            }
            text
        })
}

struct Checked {
    program: Program,
    sources: SourceMap,
}

fn checked<T: AsRef<str>>(texts: &[T]) -> Checked {
    let mut sources = SourceMap::new();
    for text in texts {
        sources.add("x.rule", text.as_ref());
    }
    let mut program = Program::new(Settings::default());
    program.set_all(&sources.iter().cloned().collect::<Vec<_>>());
    program.check();
    Checked { program, sources }
}

impl Checked {
    fn is_place(&self, span: Span) -> bool {
        self.sources.get(span.file).is_some_and(|source| source.text().get(span.range()).is_some())
    }

    /// The texts after some edits, which must not overlap.
    fn edited(&self, edits: &[Edit]) -> Vec<String> {
        let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(edit.span.file).or_default().push(edit);
        }
        let edited = self.sources.iter().map(|source| {
            let edits = by_file.remove(&source.id()).unwrap_or_default();
            apply(source.text(), &edits).unwrap_or_else(|| panic!("{edits:?}\n{}", source.text()))
        });
        edited.collect()
    }

    fn errors(&self) -> usize {
        self.program.diagnostics().filter(|one| one.severity == Severity::Error).count()
    }
}

/// The offset of the first place of each symbol that may be renamed, by files.
fn symbols(checked: &Checked) -> Vec<(FileId, u32)> {
    let mut seen = BTreeSet::new();
    let mut places = Vec::new();
    for source in checked.sources.iter() {
        for one in checked.program.occurrences(source.id()) {
            let may_be = rename::prepare(&checked.program, source.id(), one.span.start).is_ok();
            if may_be && seen.insert(one.symbol) {
                places.push((source.id(), one.span.start));
            }
        }
    }
    places
}

const FRESH: &str = "entirely_fresh";

/// Renames a symbol to a fresh name and back; gives the texts between and after. The other way is found by the place
/// of the fresh name.
fn there_and_back(before: &Checked, (file, offset): (FileId, u32)) -> Option<(Checked, Vec<String>)> {
    let found = rename::prepare(&before.program, file, offset).unwrap().unwrap();
    let edits = rename::rename(&before.program, &before.sources, file, offset, FRESH).ok()??;
    let between = checked(&before.edited(&edits));
    let (file, at) = between.sources.iter().find_map(|source| {
        let mut occurrences = between.program.occurrences(source.id()).into_iter();
        occurrences.find_map(|one| {
            let is_it = between.program.symbol_name(one.symbol) == FRESH
                && rename::prepare(&between.program, source.id(), one.span.start).is_ok();
            is_it.then_some((source.id(), one.span.start))
        })
    })?;
    let edits = rename::rename(&between.program, &between.sources, file, at, &found.name).ok()??;
    let after = between.edited(&edits);
    Some((between, after))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_panics_at_any_place_and_all_places_are_in_the_text(one in text(), other in text()) {
        let texts = [one, other];
        let checked = checked(&texts);
        let file = FileId(0);
        let source = checked.sources.get(file).unwrap();
        let tree = checked.program.tree(file).unwrap();
        let end = u32::try_from(source.text().len()).unwrap();
        let whole = Span::new(file, 0, end);
        for (at, _) in source.text().char_indices().chain([(source.text().len(), ' ')]) {
            let at = u32::try_from(at).unwrap();
            for span in references::references(&checked.program, file, at, true) {
                prop_assert!(checked.is_place(span));
            }
            for one in references::highlights(&checked.program, file, at) {
                prop_assert!(checked.is_place(one.span));
            }
            if let Ok(Some(found)) = rename::prepare(&checked.program, file, at) {
                prop_assert!(checked.is_place(found.span));
            }
            let around = selection::around(tree, at);
            prop_assert_eq!(around.last().copied(), Some(whole.text_range()));
            for (inner, outer) in around.iter().zip(around.iter().skip(1)) {
                prop_assert!(outer.start <= inner.start && inner.end <= outer.end && inner != outer);
                prop_assert!(checked.is_place(inner.in_file(file)));
            }
        }
        for fold in folding::folds(tree) {
            prop_assert!(checked.is_place(fold.range.in_file(file)));
        }
        for one in outline::outline(tree) {
            prop_assert!(one.range.start <= one.name_range.start && one.name_range.end <= one.range.end);
            prop_assert!(checked.is_place(one.range.in_file(file)) && checked.is_place(one.name_range.in_file(file)));
        }
        for offer in fixes::offers(&checked.program, file, 0, end) {
            checked.edited(&offer.fix.edits);
        }
        if let Some(fixed) = fixes::all_fixed(&checked.program, &checked.sources, file) {
            prop_assert!(fixed.as_str() != &**source.text());
        }
        for place in symbols(&checked) {
            if let Some((between, _)) = there_and_back(&checked, place) {
                prop_assert!(between.errors() <= checked.errors());
            }
        }
    }

    #[test]
    fn formatting_is_that_of_the_command_and_of_the_range_of_everything(text in text(), from in 0u32..200, length in 0u32..200) {
        let checked = checked(&[&text]);
        let source = checked.sources.get(FileId(0)).unwrap();
        let edits = formatting::document(source);
        let formatted = checked.edited(&edits).remove(0);
        match format::format_source(source) {
            Ok(expected) => {
                // A mark at the start is the editor's.
                prop_assert_eq!(&formatted, &expected);
                prop_assert_eq!(formatting::range(source, 0, u32::MAX), edits);
            }
            Err(_) => prop_assert!(edits.is_empty()),
        }
        // Of a part, what was sound stays so, and is read as it was.
        let part = checked.edited(&formatting::range(source, from, from + length)).remove(0);
        let part = Source::new(FileId(0), "", part.as_str());
        let (tree, diagnostics) = rule_lang::parse(&part);
        let (before, errors) = rule_lang::parse(source);
        prop_assert_eq!(diagnostics.len(), errors.len());
        if errors.is_empty() {
            prop_assert!(format::same_tree(&before, &tree) && format::same_comments(&before, &tree));
            prop_assert_eq!(format::format_source(&part), format::format_source(source));
        }
    }
}

/// The `.rule` files of an example project.
fn example(name: &str) -> Vec<String> {
    fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rule") {
                into.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name), &mut paths);
    paths.sort();
    paths.into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_name_of_the_examples_can_be_renamed_and_renamed_back() {
    for name in ["support", "contact-centre"] {
        let texts = example(name);
        let before = checked(&texts);
        let bundle = serde_json::to_string(&before.program.compile()).unwrap();
        let places = symbols(&before);
        assert!(places.len() > 20);
        for place in places {
            let (between, after) = there_and_back(&before, place).unwrap();
            assert_eq!(between.errors(), 0);
            let renamed = serde_json::to_string(&between.program.compile()).unwrap();
            // What the platform calls by its own name has the new one, and says what it was; another queue that is
            // external is another one.
            let says_what_it_was = renamed.contains("\"was\":");
            let is_external = renamed.contains(&format!("\"name\":\"{FRESH}\",\"external\":true"));
            assert!(renamed == bundle || says_what_it_was || is_external, "{renamed}");
            assert_eq!(after, texts);
        }
    }
}
