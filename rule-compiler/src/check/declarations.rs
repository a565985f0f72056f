//! Declarations of attributes, skills and queues: what one property says of the others, beyond what each takes.

use rule_lang::tree::{Block, EntryKind, Name, Text, Type, TypeKind, Value, ValueKind};
use rule_lang::{Applicability, TextRange, codes, literal::encode_string, nearest};

use super::Context;
use super::names::with_article;
use super::values::{self, described, quoted};
use crate::lint;
use crate::types::{AttributeType, EnumValues, TypeName};

/// What authors call the types elsewhere.
const ALIASES: &[(&str, TypeName)] = &[
    ("boolean", TypeName::Bool),
    ("flag", TypeName::Bool),
    ("integer", TypeName::Int),
    ("i64", TypeName::Int),
    ("long", TypeName::Int),
    ("double", TypeName::Float),
    ("decimal", TypeName::Float),
    ("real", TypeName::Float),
    ("text", TypeName::String),
    ("str", TypeName::String),
    ("varchar", TypeName::String),
    ("list", TypeName::Set),
    ("array", TypeName::Set),
];

/// Checks the type of an attribute.
pub(super) fn attribute(cx: &mut Context<'_>, name: Name, ty: &Type) {
    let nodes = &cx.item.nodes;
    let declared = match ty.kind {
        TypeKind::Unknown(written) => return unknown_type(cx, ty, written),
        TypeKind::Bool => AttributeType::Bool,
        TypeKind::Float => AttributeType::Float,
        TypeKind::String => AttributeType::String,
        TypeKind::Set => AttributeType::Set,
        TypeKind::Int(None) => AttributeType::Int(None),
        TypeKind::Int(Some(range)) => {
            let range = nodes.value(range);
            let ValueKind::Range(bounds) = range.kind else { return };
            match int_range(cx, range, nodes.values(bounds)) {
                Some(bounds) => AttributeType::Int(Some(bounds)),
                None => return,
            }
        }
        TypeKind::Enum(items) => match enum_values(cx, ty, nodes.values(items)) {
            Some(values) => AttributeType::Enum(values),
            None => return,
        },
    };
    let text = cx.text(name.0);
    let Some(wide) = AttributeType::of_built_in(text) else { return };
    if !declared.narrows(wide) {
        cx.report(
            cx.diagnostic(
                &codes::BAD_NARROWING,
                ty.range,
                format!("`{text}` is a built-in `{wide}`, and `{declared}` does not narrow it"),
            )
            .at(format!("not narrower than {}", with_article(wide)))
            .help(narrower(wide, text)),
        );
    }
}

fn narrower(wide: &AttributeType, name: &str) -> String {
    match wide {
        AttributeType::String => {
            format!("write `string`, or list its values: `attribute {name}: enum[\"…\"]`")
        }
        AttributeType::Int(_) => format!("write `int`, or give its range: `attribute {name}: int 0..10`"),
        AttributeType::Enum(_) => format!("list some of its values: {}", with_article(wide)),
        other => format!("write `{other}`, or remove the declaration"),
    }
}

/// Reports a type that has values or a range which it cannot have, or lacks those that it needs.
fn wrong_detail(cx: &mut Context<'_>, ty: TypeName, written: Name, detail: Option<&Value>) {
    let article = if matches!(ty, TypeName::Int | TypeName::Enum) { "an" } else { "a" };
    let name = ty.as_str();
    let is_list = detail.is_some_and(|detail| matches!(detail.kind, ValueKind::List(_)));
    let Some(detail) = detail.filter(|_| ty != TypeName::Enum || !is_list) else {
        cx.report(
            cx.diagnostic(&codes::UNKNOWN_TYPE, written.0, "an `enum` lists its values")
                .at("its values are missing")
                .help("write its values: `enum[\"a\", \"b\"]`"),
        );
        return;
    };
    let (has, at) = if is_list {
        ("lists no values", "not for this type")
    } else {
        ("has no range", "only an `int` has one")
    };
    let diagnostic =
        cx.diagnostic(&codes::UNKNOWN_TYPE, detail.range, format!("{article} `{name}` {has}")).at(at);
    let removed = TextRange { start: written.0.end, ..detail.range };
    let remove = match ty {
        TypeName::Enum => {
            cx.report(diagnostic.help("write its values: `enum[\"a\", \"b\"]`"));
            return;
        }
        // Whoever lists the values of a string means an enum.
        TypeName::String if is_list => diagnostic.help("write `enum` to list the values").fix(
            Applicability::Unsafe,
            "replace `string` with `enum`",
            written.0,
            "enum",
        ),
        _ if cx.has_comment(removed) => diagnostic.help(format!("write `{name}` alone")),
        _ => diagnostic.help(format!("write `{name}` alone")).fix(
            Applicability::Unsafe,
            format!("remove {}", quoted(cx.text(detail.range))),
            removed,
            "",
        ),
    };
    cx.report(remove);
}

fn unknown_type(cx: &mut Context<'_>, ty: &Type, written: Name) {
    let text = cx.text(written.0);
    if let Some(known) = TypeName::ALL.into_iter().find(|ty| ty.as_str() == text) {
        let detail = ty.detail.map(|detail| cx.item.nodes.value(detail));
        return wrong_detail(cx, known, written, detail);
    }
    let diagnostic = cx
        .diagnostic(&codes::UNKNOWN_TYPE, written.0, format!("no type is called `{text}`"))
        .at("not a type");
    let folded = text.to_ascii_lowercase();
    let exact = TypeName::ALL.into_iter().find(|ty| ty.as_str() == folded);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == folded).map(|(_, ty)| *ty);
    let all = "the types are `bool`, `int`, `float`, `string`, `enum[\"…\"]` and `set`";
    let near = nearest(&folded, TypeName::ALL.into_iter().map(TypeName::as_str));
    let diagnostic = if folded == "number" {
        diagnostic
            .help("write `int` for whole numbers, `float` for others")
            .fix(Applicability::Alternative, "replace it with `int`", written.0, "int")
            .fix(Applicability::Alternative, "replace it with `float`", written.0, "float")
    } else if let Some(ty) = exact.or(alias).filter(|ty| *ty != TypeName::Enum) {
        let ty = ty.as_str();
        diagnostic.help(format!("write `{ty}`")).fix(
            Applicability::Safe,
            format!("replace it with `{ty}`"),
            written.0,
            ty,
        )
    } else if let Some(near) = near.filter(|near| *near != "enum") {
        diagnostic.help(format!("did you mean `{near}`?")).fix(
            Applicability::Unsafe,
            format!("replace it with `{near}`"),
            written.0,
            near,
        )
    } else if near.is_some() {
        diagnostic.help("an enum lists its values: `enum[\"a\", \"b\"]`")
    } else {
        diagnostic.help(all)
    };
    cx.report(diagnostic);
}

/// The bounds of a type's range, where they are integers in order.
fn int_range(cx: &mut Context<'_>, range: &Value, bounds: &[Value]) -> Option<(i64, i64)> {
    let mut sound = true;
    for bound in bounds {
        match bound.kind {
            ValueKind::Int(_) | ValueKind::Duration(_) => {}
            ValueKind::Malformed => sound = false,
            _ => {
                sound = false;
                let text = cx.text(bound.range);
                cx.report(
                    cx.diagnostic(
                        &codes::TYPE_MISMATCH,
                        bound.range,
                        format!("the range of an `int` is of integers, but `{text}` is {}", described(bound)),
                    )
                    .at("expected a whole number")
                    .help("write a whole number, or declare a `float` without a range"),
                );
            }
        }
    }
    if !sound || values::descends(cx, range.range, bounds) {
        return None;
    }
    match bounds {
        [
            Value { kind: ValueKind::Int(low) | ValueKind::Duration(low), .. },
            Value { kind: ValueKind::Int(high) | ValueKind::Duration(high), .. },
        ] => Some((*low, *high)),
        _ => None,
    }
}

fn enum_values(cx: &mut Context<'_>, ty: &Type, items: &[Value]) -> Option<EnumValues> {
    if items.is_empty() {
        cx.report(
            cx.diagnostic(&codes::EMPTY_LIST, ty.range, "this enum has no values")
                .at("empty")
                .help("list its values, `enum[\"a\", \"b\"]`, or write `string`"),
        );
        return None;
    }
    let mut sound = true;
    for item in items {
        match item.kind {
            ValueKind::String => {}
            ValueKind::Malformed => sound = false,
            _ => {
                sound = false;
                let text = cx.text(item.range);
                let diagnostic = cx
                    .diagnostic(
                        &codes::TYPE_MISMATCH,
                        item.range,
                        format!(
                            "the values of an enum are strings, but {} is {}",
                            quoted(text),
                            described(item)
                        ),
                    )
                    .at("expected a string in quotes");
                let written = encode_string(text);
                cx.report(diagnostic.help(format!("write `{written}`")).fix(
                    Applicability::Safe,
                    "put it in quotes",
                    item.range,
                    written,
                ));
            }
        }
    }
    if !sound {
        return None;
    }
    lint::duplicate_items(cx, items, false);
    Some(EnumValues::new(items.iter().map(|item| cx.tree.string(Text(item.range)))))
}

/// Checks the name that a skill has on the platform.
pub(super) fn skill(cx: &mut Context<'_>, name: Name) {
    let text = cx.text(name.0);
    let entries = cx.item.nodes.body(cx.item.kind.body());
    match crate::declare::property(cx.tree, cx.item, Some(entries), "name") {
        Some(value) if matches!(value.kind, ValueKind::String) => {
            lint::string_spells_boolean(cx, value.range, &cx.tree.string(Text(value.range)));
        }
        Some(_) => {}
        None => lint::string_spells_boolean(cx, name.0, text),
    }
}

/// Nothing is written to an external queue, so it takes nothing that would be.
pub(super) fn external_queue(cx: &mut Context<'_>, body: Option<Block>) {
    let nodes = &cx.item.nodes;
    let entries = nodes.body(body);
    let external = entries.iter().find(|entry| match entry.kind {
        EntryKind::Property { name, value } => {
            cx.text(name.0) == "external" && matches!(nodes.value(value).kind, ValueKind::Bool(true))
        }
        _ => false,
    });
    let Some(external) = external else { return };
    for entry in entries {
        let EntryKind::Property { name, .. } = entry.kind else { continue };
        let written = cx.text(name.0);
        if !matches!(written, "skill_group" | "description" | "was") {
            continue;
        }
        cx.report(
            cx.diagnostic(
                &codes::UNKNOWN_PROPERTY,
                name.0,
                format!("an external queue has no property `{written}`"),
            )
            .at("nothing is written to this queue")
            .label(external.range, "external because of this")
            .help("remove one of the two; an external queue has `division` and `id` only"),
        );
    }
}
