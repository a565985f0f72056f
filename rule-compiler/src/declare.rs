//! What the items of one file declare.

use std::sync::Arc;

use rule_lang::tree::{
    Block, EntryKind, Item, ItemKind, Keyword, Name, Text, Type, TypeKind, Value, ValueKind,
};
use rule_lang::{TextRange, Tree, literal};

use crate::symbols::{AttributeDecl, Decl, DeclKind, ItemId, Ref, Space, Symbols, UNKNOWN_GROUP};
use crate::types::{AttributeType, EnumValues};

/// The media types that a strategy may be for.
pub(crate) const MEDIA: [&str; 3] = ["voice", "chat", "callback"];

/// Enters the declarations of a file; gives the names that it declares.
pub(crate) fn declare(tree: &Tree, symbols: &mut Symbols) -> Vec<Ref> {
    let mut declared = Vec::with_capacity(tree.items.len());
    let rules = tree.items.iter().filter(|item| matches!(item.kind, ItemKind::Rule { .. })).count();
    symbols.table_mut(Space::Rules).reserve(rules);
    for (index, item) in tree.items.iter().enumerate() {
        let id = ItemId { file: tree.file, index: u32::try_from(index).unwrap_or(u32::MAX) };
        if let Some(one) = declare_item(tree, item, id, symbols) {
            declared.push(one);
        }
    }
    declared
}

fn declare_item(tree: &Tree, item: &Item, id: ItemId, symbols: &mut Symbols) -> Option<Ref> {
    let mut enter = |space: Space, name: &str, range: TextRange, group: u32, kind: DeclKind| {
        Some(symbols.enter(space, name, Decl { item: id, name: tree.span(range), group, kind }))
    };
    match item.kind {
        ItemKind::Attribute { name, ty, body } => {
            let attribute = AttributeDecl {
                ty: read_type(tree, item, name, &ty).map(Arc::new),
                type_span: tree.span(ty.range),
                field: property(tree, item, body.map(|body| item.nodes.entries(body.entries)), "field")
                    .filter(|value| matches!(value.kind, ValueKind::String))
                    .map(|value| tree.string(Text(value.range)).into()),
            };
            enter(Space::Names, tree.name(name), name.0, 0, DeclKind::Attribute(Box::new(attribute)))
        }
        ItemKind::Condition { name, .. } => {
            enter(Space::Names, tree.name(name), name.0, 0, DeclKind::Condition)
        }
        ItemKind::Skill { name, body } => {
            let kind = on_platform(tree, item, body, Keyword::Skill, DeclKind::Skill);
            enter(Space::Skills, tree.name(name), name.0, 0, kind)
        }
        ItemKind::SkillGroup { name, body } => {
            let kind = on_platform(tree, item, body, Keyword::SkillGroup, DeclKind::SkillGroup);
            enter(Space::SkillGroups, tree.name(name), name.0, 0, kind)
        }
        ItemKind::Queue { name, .. } => enter(Space::Queues, &tree.string(name), name.0, 0, DeclKind::Plain),
        ItemKind::Rule { name, body } => {
            let queue = property(tree, item, Some(item.nodes.entries(body.entries)), "queue");
            let group = queue.map_or(UNKNOWN_GROUP, |queue| queue_group(tree, item, queue, symbols));
            let decl = Decl { item: id, name: tree.span(name.0), group, kind: DeclKind::Plain };
            Some(symbols.enter(Space::Rules, &tree.string(name), decl))
        }
        ItemKind::Strategy { queue, media, .. } => {
            let media = tree.name(media);
            let group = MEDIA.iter().position(|one| *one == media);
            let group = group.and_then(|group| u32::try_from(group).ok()).unwrap_or(UNKNOWN_GROUP);
            enter(Space::Strategies, &tree.string(queue), queue.0, group, DeclKind::Plain)
        }
        ItemKind::Test { .. } => None,
        ItemKind::Broken { keyword, name } => {
            let (keyword, range) = (keyword?, name?);
            let space = match keyword {
                Keyword::Attribute | Keyword::Condition => Space::Names,
                Keyword::Skill => Space::Skills,
                Keyword::SkillGroup => Space::SkillGroups,
                Keyword::Queue => Space::Queues,
                Keyword::Rule => Space::Rules,
                Keyword::Strategy | Keyword::Test => return None,
            };
            let name = literal::decode_string(tree.text(range));
            enter(space, &name, range, UNKNOWN_GROUP, DeclKind::Broken(keyword))
        }
    }
}

/// What an item declares, with the platform's name for it, where it has another one.
fn on_platform(
    tree: &Tree,
    item: &Item,
    body: Option<Block>,
    keyword: Keyword,
    kind: fn(Option<Box<str>>) -> DeclKind,
) -> DeclKind {
    match property(tree, item, Some(item.nodes.body(body)), "name") {
        None => kind(None),
        Some(Value { range, kind: ValueKind::String }) => kind(Some(tree.string(Text(*range)).into())),
        Some(_) => DeclKind::Broken(keyword),
    }
}

/// The value of a property, at its first place.
pub(crate) fn property<'a>(
    tree: &Tree,
    item: &'a Item,
    entries: Option<&[rule_lang::tree::Entry]>,
    wanted: &str,
) -> Option<&'a Value> {
    entries?.iter().find_map(|entry| match entry.kind {
        EntryKind::Property { name, value } if tree.name(name) == wanted => Some(item.nodes.value(value)),
        _ => None,
    })
}

fn queue_group(tree: &Tree, item: &Item, queue: &Value, symbols: &mut Symbols) -> u32 {
    match queue.kind {
        ValueKind::String => symbols.table_mut(Space::Queues).intern(&tree.string(Text(queue.range))),
        ValueKind::Call(parts) => match item.nodes.values(parts) {
            [_, id] if matches!(id.kind, ValueKind::String) => symbols.queue_id(&tree.string(Text(id.range))),
            _ => UNKNOWN_GROUP,
        },
        _ => UNKNOWN_GROUP,
    }
}

/// The type that an attribute is declared with; none where it is wrong, which the check reports.
fn read_type(tree: &Tree, item: &Item, name: Name, ty: &Type) -> Option<AttributeType> {
    let read = match ty.kind {
        TypeKind::Bool => AttributeType::Bool,
        TypeKind::Int(None) => AttributeType::Int(None),
        TypeKind::Int(Some(range)) => match item.nodes.value(range).kind {
            ValueKind::Range(bounds) => match item.nodes.values(bounds) {
                [
                    Value { kind: ValueKind::Int(low) | ValueKind::Duration(low), .. },
                    Value { kind: ValueKind::Int(high) | ValueKind::Duration(high), .. },
                ] if low <= high => AttributeType::Int(Some((*low, *high))),
                _ => AttributeType::Int(None),
            },
            _ => AttributeType::Int(None),
        },
        TypeKind::Float => AttributeType::Float,
        TypeKind::String => AttributeType::String,
        TypeKind::Set => AttributeType::Set,
        TypeKind::Enum(values) => {
            let values = item.nodes.values(values);
            if values.is_empty() || !values.iter().all(|value| matches!(value.kind, ValueKind::String)) {
                return None;
            }
            AttributeType::Enum(EnumValues::new(values.iter().map(|value| tree.string(Text(value.range)))))
        }
        TypeKind::Unknown(_) => return None,
    };
    let wide = AttributeType::of_built_in(tree.name(name));
    if wide.is_some_and(|wide| !read.narrows(wide)) { None } else { Some(read) }
}
