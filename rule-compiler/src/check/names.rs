//! Names in conditions: attributes and named conditions.

use rule_lang::tree::{Name, Operator, Value, ValueKind};
use rule_lang::{Applicability, Diagnostic, TextRange, codes, literal};

use super::Context;
use crate::shape::Shape;
use crate::symbols::{Meaning, Slot, Space};
use crate::types::{AttributeType, TypeName};

/// An attribute that a comparison speaks of.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    pub(super) ty: &'a AttributeType,
    pub(super) slot: &'a Slot,
}

impl Subject<'_> {
    /// Whether its members are skills.
    pub(super) fn is_skill(&self) -> bool {
        self.name == "skill"
    }

    /// Adds the place that explains the type.
    pub(super) fn explain(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self.slot.type_span() {
            Some(span) => diagnostic.label(span, format!("declared as `{}` here", self.ty)),
            None => diagnostic,
        }
    }

    /// The type with its article, and whether it is built in: "an `int`", "a built-in `set`".
    pub(super) fn described(&self) -> String {
        if self.slot.type_span().is_none() {
            format!("a built-in `{}`", self.ty)
        } else {
            with_article(self.ty)
        }
    }
}

/// "an `int`", "a `set`".
pub(super) fn with_article(ty: &AttributeType) -> String {
    let article = if matches!(ty.name(), TypeName::Int | TypeName::Enum) { "an" } else { "a" };
    format!("{article} `{ty}`")
}

/// What the attribute of a comparison is compared with: where it is unknown, this tells the type to declare it with.
#[derive(Clone, Copy)]
pub(super) enum With<'v> {
    /// A member of a set, or several.
    Member,
    /// A value, or a list or range of them.
    Value(&'v Value),
    /// It is asked whether it is there at all.
    Nothing,
}

impl With<'_> {
    fn ty(self, cx: &Context<'_>) -> &'static str {
        match self {
            Self::Member => "set",
            Self::Value(value) => type_of(cx, value),
            Self::Nothing => "string",
        }
    }
}

/// The type of attribute that has such a value; of a list, that of its first item.
fn type_of(cx: &Context<'_>, value: &Value) -> &'static str {
    match value.kind {
        ValueKind::Int(_) | ValueKind::Duration(_) => "int",
        ValueKind::Float(_) => "float",
        ValueKind::Bool(_) => "bool",
        ValueKind::List(items) => {
            cx.item.nodes.values(items).first().map_or("string", |first| type_of(cx, first))
        }
        ValueKind::Range(bounds) => {
            let bounds = cx.item.nodes.values(bounds);
            if bounds.iter().any(|bound| matches!(bound.kind, ValueKind::Float(_))) { "float" } else { "int" }
        }
        _ => "string",
    }
}

/// The attribute of a comparison; none where its type cannot be judged, which is reported here or elsewhere.
pub(super) fn attribute<'a>(
    cx: &mut Context<'a>,
    name: Name,
    compared: Option<(Operator, &Value, TextRange)>,
    with: With<'_>,
) -> Option<Subject<'a>> {
    let text = cx.text(name.0);
    let Some(slot) = cx.resolve(Space::Names, text, name.0) else {
        unknown(cx, name, Wanted::Attribute(with.ty(cx)));
        return None;
    };
    match &slot.meaning {
        Meaning::Attribute(ty) => Some(Subject { name: text, ty, slot }),
        Meaning::Condition => {
            condition_as_attribute(cx, name, slot, compared);
            None
        }
        _ => None,
    }
}

/// A name that stands alone: a bool attribute, or a named condition; gives its shape.
pub(super) fn bare(cx: &mut Context<'_>, name: Name) -> Shape {
    let text = cx.text(name.0);
    let Some(slot) = cx.resolve(Space::Names, text, name.0) else {
        unknown(cx, name, Wanted::Bare);
        return Shape::LEAF;
    };
    match &slot.meaning {
        Meaning::Attribute(ty) if **ty != AttributeType::Bool => not_boolean(cx, name, slot, ty),
        Meaning::Attribute(_) => {}
        _ => return cx.symbols.condition_shape(text).unwrap_or(Shape::LEAF),
    }
    Shape::LEAF
}

fn not_boolean(cx: &mut Context<'_>, name: Name, slot: &Slot, ty: &AttributeType) {
    let text = cx.text(name.0);
    let subject = Subject { name: text, ty, slot };
    let example = match ty {
        AttributeType::Set => format!("{text} has …"),
        AttributeType::Int(_) | AttributeType::Float => format!("{text} >= …"),
        _ => format!("{text} == \"…\""),
    };
    let diagnostic = cx
        .diagnostic(
            &codes::NOT_BOOLEAN,
            name.0,
            format!("`{text}` is {}, and only a `bool` stands alone", subject.described()),
        )
        .at(format!("this is {}", with_article(ty)))
        .help(format!("compare it, like `{example}`, or write `{text} exists`"));
    let diagnostic = subject.explain(diagnostic).fix(
        Applicability::Unsafe,
        format!("ask whether `{text}` is present"),
        name.0.after(),
        " exists",
    );
    cx.report(diagnostic);
}

#[derive(Clone, Copy)]
enum Wanted {
    Bare,
    /// With the type that its use lets one guess.
    Attribute(&'static str),
}

fn unknown(cx: &mut Context<'_>, name: Name, wanted: Wanted) {
    let text = cx.text(name.0);
    let (what, near, declare) = match wanted {
        Wanted::Bare => (
            "attribute and no condition",
            cx.nearest(Space::Names, text),
            format!("declare it with `attribute {text}: bool` or `condition {text} = …`"),
        ),
        Wanted::Attribute(ty) => {
            let near = cx.nearest(Space::Names, text);
            ("attribute", near, format!("declare it with `attribute {text}: {ty}`"))
        }
    };
    let diagnostic = cx.diagnostic(&codes::UNKNOWN_NAME, name.0, format!("`{text}` is no {what}"));
    let diagnostic = suggest(diagnostic.at("not declared"), near.as_deref(), name.0, str::to_owned, &declare);
    let ty = if let Wanted::Attribute(ty) = wanted { ty } else { "bool" };
    let diagnostic = or_declare(cx, diagnostic, near.as_deref(), &format!("attribute {text}: {ty}"));
    cx.report(diagnostic);
}

/// Where no name is near, offers to declare it before the declaration that uses it, and before the comments above that.
pub(super) fn or_declare(
    cx: &Context<'_>,
    diagnostic: Diagnostic,
    near: Option<&str>,
    declaration: &str,
) -> Diagnostic {
    if near.is_some() {
        return diagnostic;
    }
    let text = cx.tree.text.as_ref();
    let mut start = cx.item.range.start;
    let above = cx.tree.comments.partition_point(|comment| comment.range.end <= start);
    for comment in cx.tree.comments.get(..above).unwrap_or_default().iter().rev() {
        let (from, to) = (comment.range.start as usize, comment.range.end as usize);
        let gap = text.get(to..start as usize).unwrap_or("");
        let is_alone = text.get(..from).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
        if !is_alone || !gap.trim().is_empty() || gap.matches('\n').count() > 1 {
            break;
        }
        start = comment.range.start;
    }
    let place = TextRange::new(start, start);
    let title = format!("declare `{declaration}`");
    diagnostic.fix(Applicability::Alternative, title, place, format!("{declaration}\n"))
}

/// Offers the nearest name, or says what else to do.
pub(super) fn suggest(
    diagnostic: Diagnostic,
    near: Option<&str>,
    range: TextRange,
    write: impl FnOnce(&str) -> String,
    otherwise: &str,
) -> Diagnostic {
    match near {
        Some(near) => {
            let written = write(near);
            diagnostic.help(format!("did you mean `{written}`?")).fix(
                Applicability::Unsafe,
                format!("replace it with `{written}`"),
                range,
                written,
            )
        }
        None => diagnostic.help(otherwise),
    }
}

fn condition_as_attribute(
    cx: &mut Context<'_>,
    name: Name,
    slot: &Slot,
    compared: Option<(Operator, &Value, TextRange)>,
) {
    let text = cx.text(name.0);
    let mut diagnostic = cx
        .diagnostic(
            &codes::CONDITION_AS_ATTRIBUTE,
            name.0,
            format!("`{text}` is a condition, and only attributes are compared"),
        )
        .at("this is a condition")
        .help(format!("a condition stands alone: `{text}`, or `not {text}`"));
    if let Some(decl) = slot.first() {
        diagnostic = diagnostic.label(decl.name, "declared as a condition here");
    }
    if let Some((operator, value, whole)) = compared
        && let ValueKind::Bool(truth) = value.kind
        && matches!(operator, Operator::Eq | Operator::Neq)
    {
        let holds = truth == (operator == Operator::Eq);
        let written = if holds { text.to_owned() } else { format!("not {text}") };
        diagnostic = diagnostic.fix(Applicability::Safe, format!("write `{written}` alone"), whole, written);
    }
    cx.report(diagnostic);
}

/// Counts every word of a text that could not be read as a use, so that what stands in it is not called unused.
pub(super) fn note_words(cx: &mut Context<'_>, range: TextRange) {
    let mut rest = cx.text(range);
    while let Some(start) = rest.find(|c: char| c == '"' || c == '_' || c.is_ascii_alphabetic()) {
        rest = rest.get(start..).unwrap_or("");
        let length = match rest.strip_prefix('"') {
            Some(inner) => inner.find(['"', '\n']).map_or(rest.len(), |end| end + 2).min(rest.len()),
            None => rest
                .find(|c: char| !(c == '_' || c == '.' || c.is_ascii_alphanumeric()))
                .unwrap_or(rest.len()),
        };
        let Some((word, tail)) = rest.split_at_checked(length) else { break };
        if word.starts_with('"') {
            let string = literal::decode_string(word.trim_end_matches('\n'));
            cx.seek(Space::Queues, &string);
            cx.findings.unresolved |= Space::Skills.bit();
            if let Some(slot) = cx.symbols.platform_skill(&string) {
                cx.findings.uses.insert(crate::symbols::Ref { space: Space::Skills, slot });
            }
        } else {
            for space in [Space::Names, Space::Skills, Space::SkillGroups] {
                cx.seek(space, word);
            }
        }
        rest = tail;
    }
}
