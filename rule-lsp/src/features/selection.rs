//! Selection ranges: what is selected next when the selection grows.

use rule_lang::tree::{
    Block, Entry, EntryKind, Expr, ExprKind, Item, ItemKind, Type, TypeKind, Value, ValueId, ValueKind,
};
use rule_lang::{TextRange, Tree};

/// What stands around an offset, from the smallest to the whole file: each holds the one before it, and more.
pub(crate) fn around(tree: &Tree, offset: u32) -> Vec<TextRange> {
    let whole = TextRange::new(0, u32::try_from(tree.text.len()).unwrap_or(u32::MAX));
    let at = place(&tree.text, offset as usize);
    let mut found = vec![whole];
    let index = tree.items.partition_point(|item| item.range.end <= at);
    if let Some(item) = tree.items.get(index)
        && item.range.start <= at
    {
        Walk { item, at, found: &mut found }.item();
    }
    let comment = tree.comments.partition_point(|comment| comment.range.end <= at);
    found.extend(tree.comments.get(comment).map(|comment| comment.range));
    if tree.text.as_bytes().get(at as usize) == Some(&b'"')
        || found.iter().any(|range| is_string(tree, *range))
    {
        let strings: Vec<TextRange> = found.iter().copied().filter(|range| is_string(tree, *range)).collect();
        found.extend(
            strings.into_iter().map(|range| TextRange { start: range.start + 1, end: range.end - 1 }),
        );
    }
    found.push(word(&tree.text, at as usize));
    found.retain(|range| range.start <= at && at < range.end || *range == whole);
    found.sort_unstable_by_key(|range| (range.len(), range.start));
    let mut chain: Vec<TextRange> = Vec::with_capacity(found.len());
    for range in found {
        let holds =
            |inner: &TextRange| range.start <= inner.start && inner.end <= range.end && range != *inner;
        if chain.last().is_none_or(holds) {
            chain.push(range);
        }
    }
    chain
}

fn is_string(tree: &Tree, range: TextRange) -> bool {
    let text = tree.text(range);
    text.len() >= 2 && text.starts_with('"') && text.ends_with('"')
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// The byte that is meant: the one at the offset, or the one before where a word or a bracket ends there.
fn place(text: &str, offset: usize) -> u32 {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let here = text.get(offset..).and_then(|rest| rest.chars().next());
    let before = text.get(..offset).and_then(|head| head.chars().next_back());
    let ends = |one: char| is_word(one) || matches!(one, '"' | ')' | ']' | '}' | '/');
    let meant = match before {
        Some(before) if ends(before) && !here.is_some_and(|here| is_word(here) || here == '"') => {
            offset - before.len_utf8()
        }
        _ => offset,
    };
    u32::try_from(meant).unwrap_or(u32::MAX)
}

/// The letters and digits around a byte; where there are none, nothing.
fn word(text: &str, at: usize) -> TextRange {
    let (head, tail) = text.split_at_checked(at).unwrap_or((text, ""));
    let start = head.trim_end_matches(is_word).len();
    let end = at + (tail.len() - tail.trim_start_matches(is_word).len());
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    TextRange::new(offset(start), offset(end.max(start)))
}

/// A step through one declaration; what does not hold the place is dropped afterwards.
struct Walk<'a> {
    item: &'a Item,
    at: u32,
    found: &'a mut Vec<TextRange>,
}

impl Walk<'_> {
    /// Adds a range; gives whether it holds the place, so that what is in it matters.
    fn add(&mut self, range: TextRange) -> bool {
        let holds = range.start <= self.at && self.at < range.end;
        if holds {
            self.found.push(range);
        }
        holds
    }

    fn item(&mut self) {
        let nodes = &self.item.nodes;
        self.add(self.item.range);
        match self.item.kind {
            ItemKind::Attribute { name, ty, body } => {
                self.add(name.0);
                self.type_of(&ty);
                self.body(body);
            }
            ItemKind::Condition { name, expr } => {
                self.add(name.0);
                self.expr(nodes.expr(expr));
            }
            ItemKind::Skill { name, body } | ItemKind::SkillGroup { name, body } => {
                self.add(name.0);
                self.body(body);
            }
            ItemKind::Queue { name, body } => {
                self.add(name.0);
                self.body(body);
            }
            ItemKind::Rule { name, body } | ItemKind::Test { name, body } => {
                self.add(name.0);
                self.body(Some(body));
            }
            ItemKind::Strategy { queue, media, body } => {
                self.add(queue.0);
                self.add(media.0);
                self.body(Some(body));
            }
            ItemKind::Broken { name, .. } => {
                name.map(|name| self.add(name));
            }
        }
    }

    fn type_of(&mut self, ty: &Type) {
        if !self.add(ty.range) {
            return;
        }
        if let TypeKind::Enum(values) = ty.kind {
            self.item.nodes.values(values).iter().for_each(|value| self.value(value));
        }
        let detail = match ty.kind {
            TypeKind::Int(range) => range,
            _ => ty.detail,
        };
        if let Some(detail) = detail {
            self.value_of(detail);
        }
    }

    fn body(&mut self, block: Option<Block>) {
        let Some(block) = block.filter(|block| self.add(block.range)) else { return };
        let nodes = &self.item.nodes;
        let entries: &[Entry] = nodes.entries(block.entries);
        if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
            self.add(first.range.to(last.range));
        }
        for entry in entries {
            if !self.add(entry.range) {
                continue;
            }
            match entry.kind {
                EntryKind::Property { name, value } => {
                    self.add(name.0);
                    self.value_of(value);
                }
                EntryKind::When { expr } => self.expr(nodes.expr(expr)),
                EntryKind::Given { body } => self.body(Some(body)),
                EntryKind::Expect { queue, rule } => {
                    queue.map(|queue| self.add(queue.0));
                    rule.map(|rule| self.add(rule.0));
                }
                EntryKind::Case { label, body } => {
                    self.add(label.0);
                    self.body(Some(body));
                }
            }
        }
    }

    fn value_of(&mut self, value: ValueId) {
        self.value(self.item.nodes.value(value));
    }

    fn value(&mut self, value: &Value) {
        if !self.add(value.range) {
            return;
        }
        let nodes = &self.item.nodes;
        match value.kind {
            ValueKind::List(values)
            | ValueKind::Range(values)
            | ValueKind::Call(values)
            | ValueKind::Moved(values) => nodes.values(values).iter().for_each(|value| self.value(value)),
            ValueKind::Threshold(threshold) => {
                let threshold = nodes.threshold(threshold);
                let amount = nodes.value(threshold.amount);
                self.add(threshold.metric.0);
                self.add(threshold.metric.0.to(amount.range));
                self.value(amount);
                if let Some(action) = threshold.action {
                    self.value_of(action);
                }
            }
            _ => {}
        }
    }

    /// Nesting is bounded by the parser's limit.
    fn expr(&mut self, expr: &Expr) {
        if !self.add(expr.range) {
            return;
        }
        let nodes = &self.item.nodes;
        match expr.kind {
            ExprKind::Logic { children, .. } => {
                nodes.exprs(children).iter().for_each(|child| self.expr(child));
            }
            ExprKind::Not { operand } => self.expr(nodes.expr(operand)),
            ExprKind::Group { inner } => self.expr(nodes.expr(inner)),
            ExprKind::Compare { attribute, value, .. } => {
                self.add(attribute.0);
                self.value_of(value);
            }
            ExprKind::Membership { attribute, set, .. } => {
                self.add(attribute.0);
                self.value_of(set);
            }
            ExprKind::Presence { attribute, .. } => {
                self.add(attribute.0);
            }
            ExprKind::Name(name) => {
                self.add(name.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    fn chain(text: &str) -> Vec<String> {
        let fixture = Fixture::new(text);
        let tree = fixture.program.tree(fixture.file).unwrap();
        let ranges = around(tree, fixture.offset);
        ranges.into_iter().map(|range| tree.text(range).to_owned()).collect()
    }

    #[test]
    fn a_selection_grows_from_the_word_to_the_file() {
        let text =
            "rule \"r\" { queue: \"q\", when a and (tier in [\"gold st$0ar\", \"x\"] or b) }\nrule \"x\" {";
        assert_eq!(
            chain(text),
            [
                "star",
                "gold star",
                "\"gold star\"",
                "[\"gold star\", \"x\"]",
                "tier in [\"gold star\", \"x\"]",
                "tier in [\"gold star\", \"x\"] or b",
                "(tier in [\"gold star\", \"x\"] or b)",
                "a and (tier in [\"gold star\", \"x\"] or b)",
                "when a and (tier in [\"gold star\", \"x\"] or b)",
                "queue: \"q\", when a and (tier in [\"gold star\", \"x\"] or b)",
                "{ queue: \"q\", when a and (tier in [\"gold star\", \"x\"] or b) }",
                "rule \"r\" { queue: \"q\", when a and (tier in [\"gold star\", \"x\"] or b) }",
                &text.replace("$0", ""),
            ]
        );
    }

    #[test]
    fn the_end_of_a_word_belongs_to_it() {
        assert_eq!(chain("condition a = (b or customer.tier$0)")[..2], ["tier", "customer.tier"]);
        assert_eq!(chain("condition a = (b or c)$0")[0], "(b or c)");
        assert_eq!(
            chain("strategy for \"q\" on voice { guard: licenses >= 5$0 }")[..2],
            ["5", "licenses >= 5"]
        );
    }

    #[test]
    fn comments_and_what_is_broken_have_their_words() {
        assert_eq!(chain("skill a // say w$0hy\n")[..2], ["why", "// say why"]);
        assert_eq!(chain("skill a\nrule \"x\" { when an$0d or }")[0], "and");
        assert_eq!(chain("$0"), [""]);
    }
}
