//! Document symbols and workspace symbols: declarations by their names.

use std::borrow::Cow;

use rule_lang::tree::{EntryKind, Item, ItemKind, Keyword, Text, ValueKind};
use rule_lang::{TextRange, Tree, literal};

/// A declaration, or a case of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outlined {
    /// Its name, without quotes.
    pub(crate) name: String,
    /// What else tells it: a type, a queue, a medium.
    pub(crate) detail: Option<String>,
    pub(crate) kind: OutlineKind,
    /// All of it.
    pub(crate) range: TextRange,
    /// Where its name stands.
    pub(crate) name_range: TextRange,
    /// A test's cases.
    pub(crate) children: Vec<Outlined>,
}

/// What stands in an outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutlineKind {
    Declaration(Keyword),
    Case,
}

/// The declarations of a file that have a name, in the order of its text.
pub(crate) fn outline(tree: &Tree) -> Vec<Outlined> {
    tree.items.iter().filter_map(|item| outlined(tree, item)).collect()
}

fn outlined(tree: &Tree, item: &Item) -> Option<Outlined> {
    let (keyword, name, name_range) = named(tree, item)?;
    let nodes = &item.nodes;
    let mut children = Vec::new();
    if let ItemKind::Test { body, .. } = item.kind {
        for entry in nodes.entries(body.entries) {
            if let EntryKind::Case { label, .. } = entry.kind {
                children.push(Outlined {
                    name: shown(tree.string(label)),
                    detail: None,
                    kind: OutlineKind::Case,
                    range: entry.range,
                    name_range: label.0,
                    children: Vec::new(),
                });
            }
        }
    }
    let detail = match item.kind {
        ItemKind::Attribute { ty, .. } => {
            Some(tree.text(ty.range).split_whitespace().collect::<Vec<_>>().join(" "))
        }
        ItemKind::Strategy { media, .. } => Some(tree.name(media).to_owned()),
        _ => container(tree, item).map(Cow::into_owned),
    };
    Some(Outlined {
        name: shown(name),
        detail,
        kind: OutlineKind::Declaration(keyword),
        range: item.range.to(name_range).to(item.range),
        name_range,
        children,
    })
}

/// A name as it is shown: editors refuse an empty one.
fn shown(name: Cow<'_, str>) -> String {
    if name.trim().is_empty() { "\"\"".to_owned() } else { name.into_owned() }
}

/// What names a declaration: its keyword, its name, and where that stands.
fn named<'t>(tree: &'t Tree, item: &Item) -> Option<(Keyword, Cow<'t, str>, TextRange)> {
    let range = match item.kind {
        ItemKind::Attribute { name, .. }
        | ItemKind::Condition { name, .. }
        | ItemKind::Skill { name, .. }
        | ItemKind::SkillGroup { name, .. } => name.0,
        ItemKind::Queue { name, .. } | ItemKind::Rule { name, .. } | ItemKind::Test { name, .. } => name.0,
        ItemKind::Strategy { queue, .. } => queue.0,
        ItemKind::Broken { name, .. } => name?,
    };
    Some((item.kind.keyword()?, literal::decode_string(tree.text(range)), range))
}

/// The queue of a rule.
fn container<'t>(tree: &'t Tree, item: &Item) -> Option<Cow<'t, str>> {
    let ItemKind::Rule { body, .. } = item.kind else { return None };
    item.nodes.entries(body.entries).iter().find_map(|entry| match entry.kind {
        EntryKind::Property { name, value } if tree.name(name) == "queue" => {
            let value = item.nodes.value(value);
            matches!(value.kind, ValueKind::String).then(|| tree.string(Text(value.range)))
        }
        _ => None,
    })
}

/// A declaration that was sought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sought {
    /// How well it fits, the best first: its name is the query, starts with it, holds it, or holds its characters in
    /// their order.
    pub(crate) rank: u8,
    pub(crate) name: String,
    pub(crate) keyword: Keyword,
    /// The queue of a rule.
    pub(crate) container: Option<String>,
    pub(crate) name_range: TextRange,
}

/// The declarations of a file whose names have the characters of a query in its order, in whichever case. Strategies,
/// which have no name of their own, are found by their queue's.
pub(crate) fn seek(tree: &Tree, query: &str) -> Vec<Sought> {
    let mut found = Vec::new();
    let wanted: Vec<char> = lowercase(query).filter(|one| !one.is_whitespace()).collect();
    let plain: String = lowercase(query.trim()).collect();
    for item in &tree.items {
        let Some((keyword, name, name_range)) = named(tree, item) else { continue };
        let Some(rank) = rank(&name, &plain, &wanted) else { continue };
        let container = container(tree, item).map(Cow::into_owned);
        found.push(Sought { rank, name: shown(name), keyword, container, name_range });
    }
    found
}

fn lowercase(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn rank(name: &str, plain: &str, wanted: &[char]) -> Option<u8> {
    let mut rest = wanted.iter();
    let mut next = rest.next();
    for one in lowercase(name) {
        if next == Some(&one) {
            next = rest.next();
        }
    }
    if next.is_some() {
        return None;
    }
    let name: String = lowercase(name).collect();
    Some(match name.find(plain) {
        Some(0) if name.len() == plain.len() => 0,
        Some(0) => 1,
        Some(_) => 2,
        None => 3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    const TEXT: &str = "attribute tier: enum[\n \"a\"]\nrule \"Big $0 sales\" { queue: \"Desk\", when tier exists }\n\
        rule \"Broken\" { when and }\nstrategy for \"Desk\" on chat { method: random }\n\
        test \"t\" { case \"one\" { expect none } case \"two\" { expect none } }\nrule";

    fn lines(outline: &[Outlined], indent: usize, into: &mut Vec<String>) {
        for one in outline {
            let detail = one.detail.as_deref().unwrap_or("-");
            into.push(format!("{}{} {detail} {:?}", " ".repeat(indent), one.name, one.kind));
            lines(&one.children, indent + 1, into);
        }
    }

    #[test]
    fn declarations_are_listed_with_the_cases_of_tests_and_broken_ones() {
        let fixture = Fixture::new(TEXT);
        let found = outline(fixture.program.tree(fixture.file).unwrap());
        let mut shown = Vec::new();
        lines(&found, 0, &mut shown);
        assert_eq!(
            shown,
            [
                "tier enum[ \"a\"] Declaration(Attribute)",
                "Big  sales Desk Declaration(Rule)",
                "Broken - Declaration(Rule)",
                "Desk chat Declaration(Strategy)",
                "t - Declaration(Test)",
                " one - Case",
                " two - Case",
            ]
        );
        assert!(
            found
                .iter()
                .all(|one| one.range.start <= one.name_range.start && one.name_range.end <= one.range.end)
        );
    }

    #[test]
    fn what_is_sought_fits_by_its_characters_and_the_best_comes_first() {
        let fixture =
            Fixture::of(&[TEXT, "skill sales\nskill presales\nskill salesman\nskill s_a_l_e_s\nskill x"]);
        let mut found: Vec<Sought> = fixture.program.trees().flat_map(|tree| seek(tree, "SaLes")).collect();
        found.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
        let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["sales", "salesman", "Big  sales", "presales", "s_a_l_e_s"]);
        assert_eq!(
            found.iter().find(|one| one.rank == 2).and_then(|one| one.container.as_deref()),
            Some("Desk")
        );
        assert_eq!(seek(fixture.program.tree(fixture.file).unwrap(), "").len(), 5);
    }
}
