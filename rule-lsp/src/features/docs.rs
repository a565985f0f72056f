//! What authors wrote about their declarations: the `description`, and the comment right above.

use std::borrow::Cow;

use rule_compiler::{ItemId, Program};
use rule_lang::tree::{EntryKind, ItemKind, Text, ValueKind};
use rule_lang::{TextRange, Tree};

/// The most characters of an expression that are shown on a line.
const MOST: usize = 80;

/// What an author says a declaration is for.
pub(crate) fn about(program: &Program, item: ItemId) -> Option<String> {
    let parts = [property(program, item, "description"), comment(program, item)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// A property that is a string.
pub(crate) fn property(program: &Program, item: ItemId, name: &str) -> Option<String> {
    text_of(program, item, name).map(Cow::into_owned)
}

/// A property that is a string, as it stands in the text where it can.
pub(crate) fn text_of<'p>(program: &'p Program, item: ItemId, name: &str) -> Option<Cow<'p, str>> {
    let (tree, item) = program.item(item)?;
    item.nodes.body(item.kind.body()).iter().find_map(|entry| match entry.kind {
        EntryKind::Property { name: found, value } if tree.name(found) == name => {
            let value = item.nodes.value(value);
            matches!(value.kind, ValueKind::String).then(|| tree.string(Text(value.range)))
        }
        _ => None,
    })
}

/// The comments on the lines right above a declaration, without their slashes.
fn comment(program: &Program, id: ItemId) -> Option<String> {
    let (tree, item) = program.item(id)?;
    let mut lines: Vec<String> = Vec::new();
    let mut start = item.range.start;
    let before = tree.comments.partition_point(|comment| comment.range.end <= start);
    for comment in tree.comments.get(..before)?.iter().rev() {
        let gap = text(tree, comment.range.end, start);
        let stands_alone =
            text(tree, 0, comment.range.start).rsplit('\n').next().unwrap_or("").trim().is_empty();
        if gap.matches('\n').count() > 1 || !gap.trim().is_empty() || !stands_alone {
            break;
        }
        start = comment.range.start;
        let said = plain(tree.text(comment.range));
        if !said.starts_with("rulec:") {
            lines.push(said);
        }
    }
    lines.reverse();
    let all = lines.join("\n").trim().to_owned();
    (!all.is_empty()).then_some(all)
}

/// A comment's own words.
fn plain(comment: &str) -> String {
    match comment.strip_prefix("/*") {
        Some(inner) => {
            let inner = inner.strip_suffix("*/").unwrap_or(inner);
            let lines = inner.lines().map(|line| line.trim().trim_start_matches('*').trim());
            lines.collect::<Vec<_>>().join("\n").trim().to_owned()
        }
        None => comment.trim_start_matches('/').trim().to_owned(),
    }
}

/// The expression of a named condition on one line, cut where it is long.
pub(crate) fn expression(program: &Program, id: ItemId) -> Option<String> {
    let (tree, item) = program.item(id)?;
    let ItemKind::Condition { expr, .. } = item.kind else { return None };
    let text = tree.text(item.nodes.expr(expr).range);
    let mut words = text.split_whitespace();
    let mut line = words.next().unwrap_or("").to_owned();
    for word in words {
        if line.chars().count() > MOST {
            break;
        }
        line.push(' ');
        line.push_str(word);
    }
    if line.chars().count() > MOST {
        line = line.chars().take(MOST).chain(['…']).collect();
    }
    Some(line)
}

fn text(tree: &Tree, from: u32, to: u32) -> &str {
    tree.text(TextRange { start: from, end: to.max(from) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    fn said(text: &str) -> Option<String> {
        let fixture = Fixture::new(text);
        let (item, _) = fixture.program.symbols().attribute("a").unwrap().declared.unwrap();
        about(&fixture.program, item)
    }

    #[test]
    fn the_comments_right_above_belong_to_a_declaration() {
        assert_eq!(said("// one\n//\n/// two\nattribute a: int").unwrap(), "one\n\ntwo");
        assert_eq!(said("/* one\n * two\n */\nattribute a: int").unwrap(), "one\ntwo");
        assert_eq!(said("// rulec: allow(unused-attribute)\nattribute a: int"), None);
        assert_eq!(said("skill x // not this\nattribute a: int // nor this"), None);
        assert_eq!(said("// a heading\n\nattribute a: int"), None);
    }

    #[test]
    fn a_long_expression_is_cut() {
        let long = ["skill exists"; 20].join("\n  and ");
        let fixture = Fixture::new(&format!("condition c = {long}"));
        let item = fixture.program.symbols().condition("c").unwrap();
        let line = expression(&fixture.program, item).unwrap();
        assert!(line.starts_with("skill exists and skill exists") && line.ends_with('\u{2026}'));
        assert_eq!(line.chars().count(), MOST + 1);
    }
}
