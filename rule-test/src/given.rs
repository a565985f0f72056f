//! What a test gives: attributes with their values, under the platform's names.

use rule_compiler::Symbols;
use rule_eval::Attribute;
use rule_lang::Tree;
use rule_lang::tree::{EntryKind, Item, Slice, Text, Value, ValueKind};

/// Sets what the `given` blocks among these entries give, each as `set` does.
pub(crate) fn apply(
    entries: &[rule_lang::tree::Entry],
    tree: &Tree,
    item: &Item,
    symbols: &Symbols,
    set: &mut impl FnMut(&str, Attribute),
) {
    for entry in entries {
        let EntryKind::Given { body } = entry.kind else { continue };
        for given in item.nodes.entries(body.entries) {
            let EntryKind::Property { name, value } = given.kind else { continue };
            if let Some(value) = attribute(item.nodes.value(value), tree, item, symbols) {
                let name = tree.name(name);
                let field = symbols.attribute(name).map_or(name, |attribute| attribute.field);
                set(field, value);
            }
        }
    }
}

/// The value as an interaction carries it; nothing for what the checker has refused.
fn attribute(value: &Value, tree: &Tree, item: &Item, symbols: &Symbols) -> Option<Attribute> {
    Some(match value.kind {
        ValueKind::Bool(truth) => Attribute::Bool(truth),
        ValueKind::Int(number) | ValueKind::Duration(number) => Attribute::Int(number),
        ValueKind::Float(number) => Attribute::Float(number),
        ValueKind::String | ValueKind::Name => Attribute::String(text(value, tree, symbols)?),
        ValueKind::List(members) => Attribute::Set(self::members(members, tree, item, symbols)?),
        _ => return None,
    })
}

fn members(members: Slice<Value>, tree: &Tree, item: &Item, symbols: &Symbols) -> Option<Vec<String>> {
    item.nodes.values(members).iter().map(|member| text(member, tree, symbols)).collect()
}

/// A string's text, or the platform's name of the skill that a bare name stands for.
fn text(value: &Value, tree: &Tree, symbols: &Symbols) -> Option<String> {
    match value.kind {
        ValueKind::String => Some(tree.string(Text(value.range)).into_owned()),
        ValueKind::Name => Some(symbols.skill_platform_name(tree.text(value.range)).to_owned()),
        _ => None,
    }
}
