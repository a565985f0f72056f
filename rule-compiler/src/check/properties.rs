//! The entries of blocks, against the table of [`schema`](crate::schema): unknown, missing, given twice, or with a value
//! that they do not take.

use std::borrow::Cow;

use rule_lang::tree::{Block, Entry, EntryKind, ItemKind, Name, Text, Value, ValueKind};
use rule_lang::{Applicability, TextRange, codes, literal::encode_string, nearest};

use super::names::{or_declare, suggest};
use super::values::{self, described, quoted};
use super::{Context, condition, strategies, tests};
use crate::declare::property;
use crate::lint;
use crate::schema::{BlockKind, Property, Takes, properties};
use crate::symbols::Space;

/// No declaration has more properties.
const MOST_PROPERTIES: usize = 8;

/// Checks the block of the item; `name` is the declared name, where what is missing is reported.
pub(super) fn check(cx: &mut Context<'_>, name: TextRange, body: Option<Block>) {
    if let Some(keyword) = cx.item.kind.keyword() {
        check_block(cx, BlockKind::Item(keyword), name, body);
    }
}

/// Checks a block.
pub(super) fn check_block(cx: &mut Context<'_>, kind: BlockKind, name: TextRange, body: Option<Block>) {
    let schema = properties(kind);
    let entries = cx.item.nodes.body(body);
    let mut first: [Option<TextRange>; MOST_PROPERTIES] = [None; MOST_PROPERTIES];
    let mut misspelt: [bool; MOST_PROPERTIES] = [false; MOST_PROPERTIES];
    for entry in entries {
        let (written, range) = entry_name(cx, entry);
        let Some(at) = schema.iter().position(|property| property.name == written) else {
            let near = unknown(cx, kind, schema, written, range);
            if let Some(near) = near.and_then(|near| misspelt.get_mut(near)) {
                *near = true;
            }
            note(cx, entry);
            continue;
        };
        let Some(property) = schema.get(at) else { continue };
        match first.get_mut(at) {
            Some(Some(earlier)) if !property.repeatable => {
                let earlier = *earlier;
                cx.report(
                    cx.diagnostic(&codes::DUPLICATE_PROPERTY, range, format!("`{written}` is given twice"))
                        .at("given again here")
                        .label(earlier, "first given here")
                        .help("keep one of them"),
                );
                note(cx, entry);
                continue;
            }
            Some(place) => *place = Some(range),
            None => {}
        }
        value(cx, *property, entry);
    }
    if cx.quiet {
        return;
    }
    let found = first.iter().zip(&misspelt).map(|(place, misspelt)| place.is_some() || *misspelt);
    let missing = schema.iter().zip(found).filter(|(property, found)| property.required && !found);
    for (property, _) in missing {
        let what = kind.described();
        cx.report(
            cx.diagnostic(&codes::MISSING_PROPERTY, name, format!("{what} needs `{}`", property.name))
                .at(format!("`{}` is missing", property.name))
                .help(format!("add `{}`, {}", example(property), property.about)),
        );
    }
}

/// The name of an entry and where it stands.
fn entry_name<'a>(cx: &Context<'a>, entry: &Entry) -> (&'a str, TextRange) {
    let keyword = |word: &'static str| {
        let length = u32::try_from(word.len()).unwrap_or(0);
        (word, TextRange { end: (entry.range.start + length).min(entry.range.end), ..entry.range })
    };
    match entry.kind {
        EntryKind::Property { name, .. } => (cx.text(name.0), name.0),
        EntryKind::When { .. } => keyword("when"),
        EntryKind::Given { .. } => keyword("given"),
        EntryKind::Expect { .. } => keyword("expect"),
        EntryKind::Case { .. } => keyword("case"),
    }
}

/// Reports a property that does not exist; gives the one that it most likely means.
fn unknown(
    cx: &mut Context<'_>,
    kind: BlockKind,
    schema: &[Property],
    written: &str,
    range: TextRange,
) -> Option<usize> {
    let what = kind.described();
    let diagnostic = cx
        .diagnostic(&codes::UNKNOWN_PROPERTY, range, format!("{what} has no property `{written}`"))
        .at("not a property of this declaration");
    let names: Vec<String> = schema.iter().map(|property| format!("`{}`", property.name)).collect();
    let otherwise = if names.is_empty() {
        format!("{what} has no properties")
    } else {
        format!("{what} has {}", names.join(", "))
    };
    let near = nearest(written, schema.iter().map(|property| property.name));
    cx.report(suggest(diagnostic, near, range, str::to_owned, &otherwise));
    schema.iter().position(|property| near == Some(property.name))
}

/// Counts the words of an entry that has no meaning as uses: once it is mended, it may use them.
fn note(cx: &mut Context<'_>, entry: &Entry) {
    super::names::note_words(cx, entry.range);
}

fn example(property: &Property) -> String {
    let value = match property.takes {
        Takes::When => return "when …".to_owned(),
        Takes::Given => return "given { … }".to_owned(),
        Takes::Expect => return "expect …".to_owned(),
        Takes::Case => return "case \"…\" { … }".to_owned(),
        Takes::Text | Takes::PlatformName | Takes::FormerName | Takes::Queue | Takes::FormerRule => "\"…\"",
        Takes::Integer => "10",
        Takes::Boolean => "true",
        Takes::SkillGroup => "…",
        Takes::Skills => "[…]",
        Takes::Word(words) => words.first().copied().unwrap_or("…"),
        Takes::Overflow => "queue_depth > 15 -> route_to_next_queue",
        Takes::Guard => "licenses >= 20",
    };
    format!("{}: {value}", property.name)
}

fn value(cx: &mut Context<'_>, property: Property, entry: &Entry) {
    let nodes = &cx.item.nodes;
    let value = match entry.kind {
        EntryKind::When { expr } => return condition(cx, expr),
        EntryKind::Given { body } => return tests::given(cx, body),
        EntryKind::Expect { queue, rule } => return tests::expect(cx, queue, rule),
        EntryKind::Case { label, body } => return check_block(cx, BlockKind::Case, label.0, Some(body)),
        EntryKind::Property { value, .. } => nodes.value(value),
    };
    match (property.takes, value.kind) {
        (Takes::FormerRule | Takes::FormerName, ValueKind::String) => former(cx, property, value),
        (_, ValueKind::Malformed)
        | (Takes::Text, ValueKind::String)
        | (Takes::Integer, ValueKind::Int(_))
        | (Takes::Boolean, ValueKind::Bool(_))
        | (Takes::FormerRule, ValueKind::Moved(_)) => {}
        (Takes::PlatformName, ValueKind::String) => {
            if cx.tree.string(Text(value.range)).is_empty() {
                wrong(cx, property, value, "a name on the platform is not empty");
            }
        }
        (Takes::Queue, ValueKind::String) => {
            queue(cx, Text(value.range));
        }
        (Takes::Queue, ValueKind::Call(parts)) => match nodes.values(parts) {
            [name, id] if cx.text(name.range) == "id" && matches!(id.kind, ValueKind::String) => {}
            _ => wrong(cx, property, value, "a queue is given by its name, or as `id(\"…\")`"),
        },
        (Takes::SkillGroup, ValueKind::Name) => skill_group(cx, value),
        (Takes::Skills, ValueKind::List(items)) => skills(cx, property, value.range, nodes.values(items)),
        (Takes::Word(words), ValueKind::Name) => word(cx, property, value, words),
        (Takes::Overflow, ValueKind::Threshold(id)) => {
            strategies::overflow(cx, nodes.threshold(id), value.range);
        }
        (Takes::Guard, ValueKind::Threshold(id)) => strategies::guard(cx, nodes.threshold(id)),
        _ => {
            let help = takes(property);
            wrong(cx, property, value, &help);
            super::names::note_words(cx, value.range);
        }
    }
}

/// Checks a former name: a rule's within the same queue, another object's on the platform.
fn former(cx: &mut Context<'_>, property: Property, value: &Value) {
    let (name, whose) = match cx.item.kind {
        ItemKind::Rule { name, .. } => (cx.tree.string(name), "the rule's own"),
        ItemKind::Queue { name, .. } => (cx.tree.string(name), "the queue's own"),
        ItemKind::Skill { name, body } => (platform_name(cx, name, body), "the skill's own"),
        ItemKind::SkillGroup { name, body } => (platform_name(cx, name, body), "the skill group's own"),
        _ => return,
    };
    let former = cx.tree.string(Text(value.range));
    if former == name {
        wrong(cx, property, value, &format!("a former name is another one than {whose}; remove the line"));
    } else if former.is_empty() && property.takes == Takes::FormerName {
        wrong(cx, property, value, "a name on the platform is not empty");
    }
}

/// What the platform calls a declared skill or skill group.
fn platform_name<'a>(cx: &Context<'a>, name: Name, body: Option<Block>) -> Cow<'a, str> {
    match property(cx.tree, cx.item, Some(cx.item.nodes.body(body)), "name") {
        Some(value) if matches!(value.kind, ValueKind::String) => cx.tree.string(Text(value.range)),
        _ => Cow::Borrowed(cx.text(name.0)),
    }
}

fn takes(property: Property) -> String {
    let name = property.name;
    match property.takes {
        Takes::Text | Takes::PlatformName | Takes::FormerName => format!("`{name}` takes a string in quotes"),
        Takes::Integer => format!("`{name}` takes a whole number"),
        Takes::Boolean => format!("`{name}` takes `true` or `false`"),
        Takes::Queue => format!("`{name}` takes a queue's name in quotes, or `id(\"…\")`"),
        Takes::SkillGroup => format!("`{name}` takes the name of a skill group"),
        Takes::Skills => format!("`{name}` takes a list of skills: `[billing, support]`"),
        Takes::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("`{name}` takes one of {}", words.join(", "))
        }
        Takes::FormerRule => {
            format!("`{name}` takes a rule's former name in quotes, or `queue \"Q\" \"Old name\"`")
        }
        Takes::Overflow => format!("`{name}` takes a threshold: `queue_depth > 15 -> route_to_next_queue`"),
        Takes::Guard => format!("`{name}` takes a threshold: `licenses >= 20`"),
        Takes::When | Takes::Given | Takes::Expect | Takes::Case => {
            format!("write `{}`, without a colon", example(&property))
        }
    }
}

/// Reports a value that a property does not take; offers the one reading that it may have.
fn wrong(cx: &mut Context<'_>, property: Property, value: &Value, help: &str) {
    let text = cx.text(value.range);
    let diagnostic = cx
        .diagnostic(
            &codes::WRONG_PROPERTY_VALUE,
            value.range,
            format!("`{}` does not take {}", property.name, quoted(text)),
        )
        .at(if matches!(value.kind, ValueKind::String) && text == "\"\"" {
            "empty"
        } else {
            described(value)
        })
        .help(help);
    let string = cx.tree.string(Text(value.range));
    let written = match (property.takes, value.kind) {
        (
            Takes::Text | Takes::PlatformName | Takes::FormerName | Takes::Queue | Takes::FormerRule,
            ValueKind::Name | ValueKind::Int(_),
        ) => Some(encode_string(text)),
        (Takes::Integer, ValueKind::String) => string.parse::<i64>().ok().map(|number| number.to_string()),
        (Takes::Boolean, ValueKind::String | ValueKind::Name) => {
            let spelt = string.to_ascii_lowercase();
            matches!(&*spelt, "true" | "false").then_some(spelt)
        }
        (Takes::SkillGroup | Takes::Word(_), ValueKind::String) => {
            let is_name = string.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
                && string.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
            is_name.then(|| string.into_owned())
        }
        (Takes::Skills, ValueKind::Name | ValueKind::String) => Some(format!("[{text}]")),
        _ => None,
    };
    cx.report(match written {
        Some(written) => {
            diagnostic.fix(Applicability::Safe, format!("replace it with `{written}`"), value.range, written)
        }
        None => diagnostic,
    });
}

/// Checks the name of a queue.
pub(super) fn queue(cx: &mut Context<'_>, name: Text) -> bool {
    let text = cx.tree.string(name);
    if cx.resolve(Space::Queues, &text, name.0).is_some() {
        return true;
    }
    let written = cx.text(name.0);
    let diagnostic = cx
        .diagnostic(&codes::UNKNOWN_QUEUE, name.0, format!("no queue is called {}", quoted(written)))
        .at("not declared");
    let near = cx.nearest(Space::Queues, &text);
    let otherwise = format!(
        "declare it with `queue {written}`, or `queue {written} {{ external: true }}` where it exists already"
    );
    let diagnostic = suggest(diagnostic, near.as_deref(), name.0, encode_string, &otherwise);
    cx.report(or_declare(cx, diagnostic, near.as_deref(), &format!("queue {written}")));
    false
}

fn skill_group(cx: &mut Context<'_>, value: &Value) {
    let text = cx.text(value.range);
    if cx.resolve(Space::SkillGroups, text, value.range).is_some() {
        return;
    }
    let diagnostic = cx
        .diagnostic(&codes::UNKNOWN_SKILL_GROUP, value.range, format!("no skill group is called `{text}`"))
        .at("not declared");
    let near = cx.nearest(Space::SkillGroups, text);
    let otherwise = format!("declare it with `skill_group {text} {{ skills: […] }}`");
    cx.report(suggest(diagnostic, near.as_deref(), value.range, str::to_owned, &otherwise));
}

fn word(cx: &mut Context<'_>, property: Property, value: &Value, words: &[&str]) {
    let text = cx.text(value.range);
    if words.contains(&text) {
        return;
    }
    let diagnostic = cx
        .diagnostic(
            &codes::WRONG_PROPERTY_VALUE,
            value.range,
            format!("`{}` does not take `{text}`", property.name),
        )
        .at("not one of its words");
    let near = nearest(text, words.iter().copied());
    cx.report(suggest(diagnostic, near, value.range, str::to_owned, &takes(property)));
}

fn skills(cx: &mut Context<'_>, property: Property, range: TextRange, items: &[Value]) {
    if items.is_empty() {
        cx.report(
            cx.diagnostic(&codes::EMPTY_LIST, range, format!("`{}` lists no skills", property.name))
                .at("empty")
                .help(if property.required {
                    "write the skills"
                } else {
                    "write the skills, or remove the line"
                }),
        );
    }
    for item in items {
        match item.kind {
            ValueKind::Name | ValueKind::String => values::skill(cx, item),
            ValueKind::Malformed => {}
            _ => {
                wrong(
                    cx,
                    property,
                    item,
                    "write skills by their names, or by the platform's names in quotes",
                );
            }
        }
    }
    lint::duplicate_items(cx, items, true);
}
