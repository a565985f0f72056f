//! Mistakes that beginners make: each is one finding, at its place, with the fix that is right.
#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test that fails should stop right there")]

use rule_lang::{Applicability, Diagnostic, FileId, Source, parse};

fn read(text: &str) -> Vec<Diagnostic> {
    parse(&Source::new(FileId(0), "test.rule", text)).1
}

/// The text after the first fix of a finding.
fn mend(text: &str, found: &Diagnostic) -> Option<String> {
    let mut edits = found.fixes.first()?.edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    let mut fixed = text.to_owned();
    for edit in edits {
        fixed.replace_range(edit.span.range(), &edit.text);
    }
    Some(fixed)
}

/// A text with its place between `«` and `»`, the finding's code, and what the fix makes of it: nothing where there
/// is to be none.
fn check(marked: &str, code: &str, fixed: Option<&str>, applicability: Applicability) -> Result<(), String> {
    let start = marked.find('«').unwrap_or(0);
    let unmarked = marked.replace('«', "");
    let end = unmarked.find('»').unwrap_or(0);
    let text = unmarked.replace('»', "");
    let found = read(&text);
    let [one] = found.as_slice() else { return Err(format!("{marked}: {found:#?}")) };
    let at = one.primary.span.range();
    if one.code.id != code || at != (start..end) {
        return Err(format!("{marked}: {} at {at:?} instead of {start}..{end}: {one:?}", one.code.id));
    }
    let made = mend(&text, one);
    if made.as_deref() != fixed {
        return Err(format!("{marked}: mended to {made:?}: {one:?}"));
    }
    if let Some(made) = made {
        if one.fixes[0].applicability != applicability {
            return Err(format!("{marked}: {:?}", one.fixes[0].applicability));
        }
        let after = read(&made);
        if !after.is_empty() && applicability == Applicability::Safe {
            return Err(format!("{made}: {after:#?}"));
        }
    }
    Ok(())
}

fn all(table: &[(&str, &str, Option<&str>)], applicability: Applicability) {
    let wrong: Vec<_> = table
        .iter()
        .filter_map(|(text, code, fixed)| check(text, code, *fixed, applicability).err())
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[test]
fn what_has_one_right_answer_is_mended() {
    all(
        &[
            ("rule \"r\" {\n  when«:» a exists\n}", "E0002", Some("rule \"r\" {\n  when a exists\n}")),
            (
                "test \"t\" { given«:» { a: 1 } expect none }",
                "E0002",
                Some("test \"t\" { given { a: 1 } expect none }"),
            ),
            ("test \"t\" { expect«:» \"M\" }", "E0002", Some("test \"t\" { expect \"M\" }")),
            (
                "test \"t\" { case«:» \"M\" { expect none } }",
                "E0002",
                Some("test \"t\" { case \"M\" { expect none } }"),
            ),
            (
                "rule \"r\" {\n  queue«» \"F\"\n  when a\n}",
                "E0001",
                Some("rule \"r\" {\n  queue: \"F\"\n  when a\n}"),
            ),
            (
                "rule \"r\"«»\n  queue: \"F\"\n  when a\n}",
                "E0010",
                Some("rule \"r\" {\n  queue: \"F\"\n  when a\n}"),
            ),
            (
                "test \"t\" { given { a «==» 1 } expect none }",
                "E0002",
                Some("test \"t\" { given { a: 1 } expect none }"),
            ),
            (
                "test \"t\" { given { a«=»1 } expect none }",
                "E0002",
                Some("test \"t\" { given { a: 1 } expect none }"),
            ),
            ("test \"t\" { expect «nothing» }", "E0001", Some("test \"t\" { expect none }")),
            ("test \"t\" { expect «Mortgage» }", "E0001", Some("test \"t\" { expect \"Mortgage\" }")),
            ("test \"t\" { expect «->» \"M\" }", "E0001", Some("test \"t\" { expect  \"M\" }")),
            (
                "test \"t\" { expect queue \"Q\" «=>» \"M\" }",
                "E0001",
                Some("test \"t\" { expect queue \"Q\" -> \"M\" }"),
            ),
            ("attribute a «=» int", "E0002", Some("attribute a: int")),
            ("attribute a «int»", "E0001", Some("attribute a: int")),
            ("condition a«:» b", "E0002", Some("condition a = b")),
            ("attribute a: enum«(»\"x\", \"y\")", "E0001", Some("attribute a: enum[\"x\", \"y\"]")),
            ("attribute a: int«(»0..20)", "E0001", Some("attribute a: int 0..20")),
            ("attribute a: int «0»-20", "E0001", Some("attribute a: int 0..20")),
            ("attribute a: integer «between» 1 and 3", "E0001", Some("attribute a: int 1..3")),
            ("condition c = a in «(»\"x\", \"y\")", "E0001", Some("condition c = a in [\"x\", \"y\"]")),
            ("rule \"r\" {\n when a IN «(»1, 2)\n}", "E0001", None),
            ("condition c = a > 100«,»000", "E0001", Some("condition c = a > 100_000")),
            ("condition c = a > «$»100", "E0001", Some("condition c = a > 100")),
            ("condition c = a «BETWEEN» 16 AND 25", "E0001", Some("condition c = a in 16..25")),
            ("rule \"r\" {\n when a «between» 1 and 3\n}", "E0001", Some("rule \"r\" {\n when a in 1..3\n}")),
            ("condition c = a in 16«...»25", "E0001", Some("condition c = a in 16..25")),
            ("rule \"r\" {\n when a in 1 «to» 3\n}", "E0001", Some("rule \"r\" {\n when a in 1..3\n}")),
            ("rule \"r\" {\n when a > «90 seconds»\n}", "E0002", Some("rule \"r\" {\n when a > 90s\n}")),
            ("rule \"r\" {\n when «not_exists a»\n}", "E0002", Some("rule \"r\" {\n when a not exists\n}")),
            (
                "rule \"r\" {\n when skill «has not» fraud\n}",
                "E0002",
                Some("rule \"r\" {\n when skill lacks fraud\n}"),
            ),
            ("condition c = a «IS NOT NULL»", "E0002", Some("condition c = a exists")),
            ("condition c = a «is null»", "E0002", Some("condition c = a not exists")),
            ("condition c = a «!= null»", "E0002", Some("condition c = a exists")),
            (
                "rule \"r\" {\n when a matches /x/«i»\n}",
                "E0009",
                Some("rule \"r\" {\n when a matches /(?i)x/\n}"),
            ),
            ("condition c = a matches /a[«/»]b/", "E0009", Some("condition c = a matches /a[\\/]b/")),
            ("skill «\"cards\"»", "E0001", Some("skill cards")),
            ("queue «Fraud» { external: true }", "E0001", Some("queue \"Fraud\" { external: true }")),
            ("rule «Big» deal {\n when a\n}", "E0001", Some("rule \"Big deal\" {\n when a\n}")),
            (
                "test \"t\" { given { «\"a\"»: 3 } expect none }",
                "E0001",
                Some("test \"t\" { given { a: 3 } expect none }"),
            ),
        ]
        .iter()
        .filter(|(_, _, fixed)| fixed.is_some())
        .copied()
        .collect::<Vec<_>>(),
        Applicability::Safe,
    );
}

#[test]
fn what_is_guessed_is_offered() {
    all(
        &[
            ("rule \"r\" {\n  «wehn» a\n}", "E0001", Some("rule \"r\" {\n  when a\n}")),
            (
                "rule \"r\" {\n  queue: \"Q\"\n  «if» a\n}",
                "E0001",
                Some("rule \"r\" {\n  queue: \"Q\"\n  when a\n}"),
            ),
            ("rule \"r\" {\n  «WHERE» a == 1\n}", "E0001", Some("rule \"r\" {\n  when a == 1\n}")),
            (
                "test \"t\" {\n «cases» \"x\" { expect none }\n}",
                "E0001",
                Some("test \"t\" {\n case \"x\" { expect none }\n}"),
            ),
            ("skill a\n«attributes» {\n}", "E0014", Some("skill a\nattribute {\n}")),
            ("attribute customer«-»age: int", "E0001", Some("attribute customer_age: int")),
            ("rule \"r\" {\n  when (a or b)«)»\n}", "E0010", Some("rule \"r\" {\n  when (a or b)\n}")),
            ("rule \"r\" {\n  when a «adn» b\n}", "E0001", Some("rule \"r\" {\n  when a and b\n}")),
        ],
        Applicability::Unsafe,
    );
}

#[test]
fn what_is_missing_is_told_where_it_is_missing() {
    all(
        &[
            ("rule \"r\" {\n  when a and«»\n}", "E0001", None),
            ("rule \"r\" {\n  when a ==«»\n}", "E0001", None),
            ("rule \"r\" {\n  when«»\n}", "E0001", None),
            ("test \"t\" {\n  expect«»\n}", "E0001", None),
            ("rule \"r\" {\n  when a «then» \"Cards\"\n}", "E0001", None),
            ("rule \"r\" {\n  when a «xor» b\n}", "E0001", None),
            ("rule \"r\" {\n  when a«,» b in [1]\n}", "E0001", None),
            ("rule \"r\" {\n  when a matches «//»\n}", "E0009", None),
            ("condition c = a «like» \"x%\"", "E0002", None),
            ("rule \"r\" {\n  when «==» \"en\"\n}", "E0001", None),
            ("rule \"r\" {\n  when «and» a == 1\n}", "E0001", None),
            ("rule \"r\" {\n  queue:«»\n  when a == 1\n}", "E0001", None),
            ("«-» rule: X", "E0001", None),
            ("«{» \"rule\": 1 }", "E0001", None),
        ],
        Applicability::Safe,
    );
}

#[test]
fn a_name_on_the_next_line_is_read() {
    for text in [
        "skill\nbilling\nskill b",
        "strategy for \"Q\"\non voice { method: random }",
        "condition a = s matches // why\n /x/",
    ] {
        assert_eq!(read(text), [], "{text}");
    }
}

#[test]
fn a_conflict_of_a_merge_is_one_mistake() {
    let whole = "attribute a: bool\n<<<<<<< HEAD\ncondition c = a\n||||||| base\ncondition c = b\n=======\n\
        condition c = not a\n>>>>>>> other\nrule \"R\" { queue: \"Q\", when c }\n";
    let inside =
        "rule \"R\" {\n  queue: \"Q\"\n<<<<<<< HEAD\n  when a\n=======\n  when (b\n>>>>>>> other\n}\n";
    for (text, declarations, labels) in
        [(whole, 3, 3), (inside, 1, 2), (">>>>>>> x\nskill a\n", 1, 0), ("=======\r\nskill a\n", 1, 0)]
    {
        let (tree, found) = parse(&Source::new(FileId(0), "", text));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].message, "a merge conflict is not resolved");
        assert_eq!((tree.items.len(), found[0].labels.len()), (declarations, labels), "{text}");
    }
    let twice = format!("{whole}{whole}");
    assert_eq!(parse(&Source::new(FileId(0), "", twice.as_str())).1.len(), 2);
    let (_, found) = parse(&Source::new(FileId(0), "", "condition c = a\n======= b\n"));
    assert_eq!(found.len(), 1);
}

#[test]
fn many_markers_are_read_in_time_that_grows_with_their_number() {
    let text = "<<<<<<<\n|||||||\n=======\n".repeat(100_000);
    let (_, found) = parse(&Source::new(FileId(0), "", text.as_str()));
    assert_eq!(found.len(), 10_001);
}
