//! The tree-sitter grammar against the parser: the same programs, the same declarations, the same tokens.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use rule_lang::Diagnostic;
use rule_lang::tree::{Item, ItemKind};
use rulec_tests::classes::{self, Class};
use rulec_tests::generate::{Options, decisions, programs};
use rulec_tests::{invariants, tokens};
use tree_sitter::{Language, Node, Parser, Query, QueryCursor, StreamingIterator as _, Tree};

fn editors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../editors")
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_rule::LANGUAGE.into()).expect("the versions fit");
    parser.parse(text, None).expect("there is a language and no time limit")
}

/// The keyword, the place and the name of a declaration.
type Declared = (String, std::ops::Range<usize>, std::ops::Range<usize>);

fn declared(item: &Item) -> Declared {
    let name = match item.kind {
        ItemKind::Attribute { name, .. }
        | ItemKind::Condition { name, .. }
        | ItemKind::Skill { name, .. }
        | ItemKind::SkillGroup { name, .. } => name.0,
        ItemKind::Queue { name, .. } | ItemKind::Rule { name, .. } | ItemKind::Test { name, .. } => name.0,
        ItemKind::Strategy { queue, .. } => queue.0,
        ItemKind::Broken { .. } => panic!("a program without syntax errors has no broken item"),
    };
    let keyword = item.kind.keyword().expect("it is not broken").as_str();
    (keyword.to_owned(), item.range.bytes(), name.bytes())
}

fn seen(node: Node<'_>) -> Declared {
    let keyword = node.kind().strip_suffix("_declaration").expect("only declarations stand at the top");
    let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("queue"));
    (keyword.to_owned(), node.byte_range(), name.expect("every declaration has a name").byte_range())
}

/// What a capture of a query for highlights stands for; nothing for parts of a token.
fn class_of(capture: &str) -> Option<Class> {
    Some(match capture {
        "comment" | "comment.line" | "comment.block" => Class::Comment,
        "string" => Class::String,
        "string.regexp" | "string.regex" => Class::Regex,
        "number" | "constant.numeric" | "constant.numeric.integer" | "constant.numeric.float" => {
            Class::Number
        }
        "boolean" | "constant.builtin.boolean" => Class::Boolean,
        "operator" => Class::Operator,
        "punctuation.delimiter" | "punctuation.bracket" => Class::Punctuation,
        "type" | "type.builtin" => Class::Type,
        "constant.builtin" => Class::Keyword,
        "string.escape" | "constant.character.escape" => return None,
        _ if capture.starts_with("keyword") => Class::Keyword,
        _ if ["variable", "function", "constant", "property"]
            .iter()
            .any(|name| capture.split('.').next() == Some(name)) =>
        {
            Class::Name
        }
        _ => panic!("`{capture}` stands for no class of tokens"),
    })
}

/// What a query for highlights makes of every node that it names: of several patterns the last one counts.
fn highlights(query: &Query, tree: &Tree, text: &str) -> HashMap<(usize, usize), Class> {
    let mut found: HashMap<(usize, usize), (usize, Class)> = HashMap::new();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(query, tree.root_node(), text.as_bytes());
    while let Some(matched) = matches.next() {
        for capture in matched.captures() {
            let Some(class) = class_of(query.capture_names()[capture.index as usize]) else { continue };
            let range = capture.node.byte_range();
            let here = found.entry((range.start, range.end)).or_insert((matched.pattern_index, class));
            if here.0 <= matched.pattern_index {
                *here = (matched.pattern_index, class);
            }
        }
    }
    found.into_iter().map(|(range, (_, class))| (range, class)).collect()
}

fn queries(name: &str) -> Vec<(PathBuf, Query)> {
    let language: Language = tree_sitter_rule::LANGUAGE.into();
    let mut found = Vec::new();
    let mut folders = vec![editors()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
            let path = entry.expect("a folder can be listed").path();
            let file_name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && file_name != "node_modules" {
                folders.push(path);
            } else if file_name.ends_with(name) {
                let text = std::fs::read_to_string(&path).expect("a query is UTF-8");
                let query = Query::new(&language, &text)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                found.push((path, query));
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// Holds a program that the parser takes against the grammar; says what differs.
fn compare(text: &str, highlighting: &[(PathBuf, Query)]) -> Result<(), String> {
    let (ours, diagnostics) = invariants::parse(text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    let tree = parse(text);
    let root = tree.root_node();
    if root.has_error() {
        return Err(format!("{}\n{}", root.to_sexp(), first_error(root, text)));
    }
    let mut cursor = root.walk();
    let declarations = root.named_children(&mut cursor).filter(|node| !node.is_extra());
    let theirs: Vec<_> = declarations.map(seen).collect();
    let expected: Vec<_> = ours.items.iter().map(declared).collect();
    if theirs != expected {
        return Err(format!("declarations: {theirs:?} rather than {expected:?}"));
    }
    for (path, query) in highlighting {
        let found = highlights(query, &tree, text);
        for (range, class) in classes::classes(&ours) {
            let seen = found.get(&(range.start, range.end)).copied();
            if seen != Some(class) {
                let token = &text[range.clone()];
                return Err(format!("{}: `{token}` at {range:?} is {seen:?}, not {class:?}", path.display()));
            }
        }
    }
    Ok(())
}

fn first_error(node: Node<'_>, text: &str) -> String {
    let mut cursor = node.walk();
    let below = node.children(&mut cursor).find(Node::has_error);
    below.filter(|_| !node.is_error()).map_or_else(
        || format!("at {:?}: {}", node.range(), &text[node.byte_range()]),
        |below| first_error(below, text),
    )
}

#[test]
fn every_program_of_the_project_that_parses_has_the_same_declarations_and_tokens_in_editors() {
    assert!(!HIGHLIGHTING.is_empty(), "there are queries for highlights");
    let (mut compared, mut wrong) = (0, Vec::new());
    for sample in classes::committed().into_iter().chain(classes::generated(100)) {
        if invariants::parse(&sample.text).1.is_empty() {
            compared += 1;
            wrong.extend(
                compare(&sample.text, &HIGHLIGHTING).err().map(|why| format!("{}: {why}", sample.name)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared >= 200, "{compared} programs");
}

/// Programs of the corpus in which the parser finds a mistake and editors' grammar none. It takes a little more than the
/// language on purpose: colours and folds need not wait for what only counting, or a look at a word, can tell.
const TAKEN_BY_EDITORS: [&str; 11] = [
    "bidi_in_comment",
    "bidi_in_string",
    "nesting_of_not",
    "nesting_of_parentheses",
    "number_float_too_large",
    "number_too_large",
    "reserved_attribute",
    "reserved_condition",
    "reserved_skill",
    "separator_between_properties",
    "separator_in_given",
];

/// Whether a mistake is one of those: of their codes, or a comparison with `none`, which is a name to editors.
fn taken_by_editors(mistake: &Diagnostic) -> bool {
    ["E0005", "E0007", "E0008", "E0011", "E0015"].contains(&mistake.code.id)
        || mistake.code.id == "E0002" && mistake.message.contains("none")
}

#[test]
fn programs_with_syntax_errors_have_errors_in_editors_but_for_named_ones() {
    let mut taken = BTreeSet::new();
    for sample in classes::committed() {
        let broken = !invariants::parse(&sample.text).1.is_empty();
        if broken && !parse(&sample.text).root_node().has_error() {
            taken.insert(sample.name.trim_start_matches("corpus ").to_owned());
        }
    }
    let expected = BTreeSet::from(TAKEN_BY_EDITORS.map(str::to_owned));
    assert_eq!(taken, expected);
}

#[test]
fn every_query_names_nodes_that_there_are() {
    assert!(queries(".scm").len() >= 5);
}

#[test]
fn every_tree_of_the_grammars_own_corpus_is_as_it_says() {
    let folder = editors().join("tree-sitter-rule/test/corpus");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the corpus can be listed") {
        let path = entry.expect("the corpus can be listed").path();
        let text = std::fs::read_to_string(&path).expect("the corpus is UTF-8");
        // `===`, a name, `===`, a program, `---`, its tree.
        let mut parts = text.split("================\n").skip(1);
        while let (Some(name), Some(case)) = (parts.next(), parts.next()) {
            let (program, expected) = case.split_once("\n---\n").expect("a program and its tree");
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" )", ")");
            assert_eq!(words(&parse(program).root_node().to_sexp()), words(expected), "{}", name.trim());
            count += 1;
        }
    }
    assert!(count >= 5, "{count} cases");
}

/// Compiled once: that takes longer than a comparison.
static HIGHLIGHTING: LazyLock<Vec<(PathBuf, Query)>> = LazyLock::new(|| queries("highlights.scm"));

proptest! {
    #[test]
    fn generated_programs_with_comments_anywhere_have_the_same_declarations_and_tokens_in_editors(
        program in programs(Options::free()),
        mut choices in decisions(),
    ) {
        let text = tokens::plant_comments(&program.text(), &mut choices);
        let compared = compare(&text, &HIGHLIGHTING);
        prop_assert!(compared.is_ok(), "{}\n{text}", compared.unwrap_err());
    }

    #[test]
    fn a_program_with_a_token_lost_doubled_or_replaced_is_taken_by_editors_where_the_parser_takes_it(
        program in programs(Options::free()),
        mut choices in decisions(),
    ) {
        let text = program.text();
        let all = tokens::tokens(&text);
        let (token, other) = (choices.pick(&all), choices.pick(&all));
        let (before, word, after) = (&text[..token.start], &text[token.start..token.end], &text[token.end..]);
        let other = &text[other.start..other.end];
        for changed in [
            format!("{before}{after}"),
            format!("{before} {word} {word} {after}"),
            format!("{before} {other} {after}"),
            format!("{before} {other} {word} {after}"),
        ] {
            let (_, diagnostics) = invariants::parse(&changed);
            if diagnostics.is_empty() {
                let compared = compare(&changed, &HIGHLIGHTING);
                prop_assert!(compared.is_ok(), "{}\n{changed}", compared.unwrap_err());
            } else if !parse(&changed).root_node().has_error() {
                let found = diagnostics.iter().find(|found| !taken_by_editors(found));
                prop_assert!(found.is_none(), "editors take this: {found:#?}\n{changed}");
            }
        }
    }
}
