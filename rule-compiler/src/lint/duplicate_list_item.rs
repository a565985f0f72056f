//! W0201: an item that is in its list already.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use rule_lang::tree::{Text, Value, ValueKind};
use rule_lang::{Applicability, TextRange, codes};
use rustc_hash::FxHashMap;

use crate::check::Context;

/// What a value says, however it is written.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Key<'a> {
    Text(Cow<'a, str>),
    Int(i64),
    Float(u64),
    Bool(bool),
    Word(&'a str),
    List(Vec<Key<'a>>),
}

impl Hash for Key<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Text(text) => (0_u8, text).hash(state),
            Self::Int(number) => (1_u8, number).hash(state),
            Self::Float(bits) => (2_u8, bits).hash(state),
            Self::Bool(truth) => (3_u8, truth).hash(state),
            Self::Word(word) => (4_u8, word).hash(state),
            Self::List(items) => (5_u8, items).hash(state),
        }
    }
}

/// What a value says. In a place for a skill, a name says what the platform's name for it says.
pub(super) fn key<'a>(cx: &Context<'a>, value: &Value, skill: bool) -> Key<'a> {
    match value.kind {
        ValueKind::String => Key::Text(cx.tree.string(Text(value.range))),
        ValueKind::Int(number) | ValueKind::Duration(number) => Key::Int(number),
        #[expect(clippy::cast_possible_truncation, reason = "whole floats of this size are integers exactly")]
        ValueKind::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Key::Int(number as i64),
        ValueKind::Float(number) => Key::Float(number.to_bits()),
        ValueKind::Bool(truth) => Key::Bool(truth),
        ValueKind::Name if skill => {
            Key::Text(Cow::Borrowed(cx.symbols.skill_platform_name(cx.text(value.range))))
        }
        ValueKind::List(items) => {
            Key::List(cx.item.nodes.values(items).iter().map(|item| key(cx, item, skill)).collect())
        }
        ValueKind::Range(bounds) => {
            let bounds = cx.item.nodes.values(bounds).iter().map(|item| key(cx, item, skill));
            Key::List([Key::Word("..")].into_iter().chain(bounds).collect())
        }
        _ => Key::Word(cx.text(value.range)),
    }
}

/// Up to so many items, each is compared with each.
const FEW: usize = 8;

fn any_equal(cx: &Context<'_>, items: &[Value], skills: bool) -> bool {
    items.iter().enumerate().any(|(at, item)| {
        let one = key(cx, item, skills);
        items.iter().take(at).any(|other| key(cx, other, skills) == one)
    })
}

/// Warns about items that are in their list already.
pub(crate) fn duplicate_items(cx: &mut Context<'_>, items: &[Value], skills: bool) {
    if items.len() < 2 {
        return;
    }
    if items.len() <= FEW && !any_equal(cx, items, skills) {
        return;
    }
    let mut seen: FxHashMap<Key<'_>, TextRange> = FxHashMap::default();
    let mut previous: Option<TextRange> = None;
    for item in items {
        if matches!(item.kind, ValueKind::Malformed) {
            previous = Some(item.range);
            continue;
        }
        let first = *seen.entry(key(cx, item, skills)).or_insert(item.range);
        if let (true, Some(previous)) = (first != item.range, previous) {
            // With the comma before it.
            let removed = TextRange { start: previous.end, ..item.range };
            let safe = !cx.has_comment(removed);
            let text = cx.text(item.range);
            cx.report(
                cx.diagnostic(
                    &codes::DUPLICATE_LIST_ITEM,
                    item.range,
                    format!("`{text}` is in this list already"),
                )
                .at("listed again here")
                .label(first, "first listed here")
                .help("remove one of them")
                .fix(
                    if safe { Applicability::Safe } else { Applicability::Unsafe },
                    format!("remove the second `{text}`"),
                    removed,
                    "",
                ),
            );
        }
        previous = Some(item.range);
    }
}
