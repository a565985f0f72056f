//! Values: whether they are of the type that their place takes, in its range and in its list.

use rule_lang::literal::encode_string;
use rule_lang::tree::{Operator, Text, Value, ValueKind, is_reserved};
use rule_lang::{Applicability, Diagnostic, TextRange, codes, nearest};

use super::Context;
use super::names::{Subject, or_declare, suggest, with_article};
use crate::lint;
use crate::symbols::{Meaning, Ref, Space};
use crate::types::AttributeType;

/// A value as messages call it.
pub(super) fn described(value: &Value) -> &'static str {
    match value.kind {
        ValueKind::String => "a string",
        ValueKind::Int(_) => "an integer",
        ValueKind::Float(_) => "a float",
        ValueKind::Bool(_) => "a boolean",
        ValueKind::Duration(_) => "a duration",
        ValueKind::Percent(_) => "a percentage",
        ValueKind::Regex => "a regular expression",
        ValueKind::Name => "a bare name",
        ValueKind::List(_) => "a list",
        ValueKind::Range(_) => "a range",
        ValueKind::Call(_) => "a call",
        ValueKind::Moved(_) => "a queue with a name",
        ValueKind::Threshold(_) => "a threshold",
        ValueKind::Malformed => "no value",
    }
}

/// The author's text in backticks, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("`{}…`", text.get(..cut).unwrap_or("")),
        None => format!("`{text}`"),
    }
}

/// Counts skills in a value whose type cannot be judged as used.
pub(super) fn note(cx: &mut Context<'_>, value: &Value) {
    match value.kind {
        ValueKind::Name => {
            cx.resolve(Space::Skills, cx.text(value.range), value.range);
        }
        ValueKind::String => {
            let text = cx.tree.string(Text(value.range));
            cx.resolve_platform_skill(&text, value.range);
        }
        ValueKind::List(items) => {
            for item in cx.item.nodes.values(items) {
                note(cx, item);
            }
        }
        _ => {}
    }
}

/// Whether a value is the null of other languages.
pub(super) fn is_null(cx: &Context<'_>, value: &Value) -> bool {
    matches!(value.kind, ValueKind::Name)
        && ["null", "nil", "none", "undefined"].contains(&cx.text(value.range).to_ascii_lowercase().as_str())
}

/// Checks a value of an attribute's type, which is sent.
pub(super) fn check(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value) {
    if scalar(cx, subject, value) && matches!(value.kind, ValueKind::String) {
        lint::literal_spells_boolean(cx, value.range);
    }
}

/// Checks a value of an attribute's type, which is not a set; gives whether it is one.
pub(super) fn scalar(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value) -> bool {
    match (subject.ty, value.kind) {
        (_, ValueKind::Malformed | ValueKind::Regex) => false,
        (AttributeType::Bool, ValueKind::Bool(_))
        | (AttributeType::String, ValueKind::String)
        | (AttributeType::Float, ValueKind::Int(_) | ValueKind::Duration(_) | ValueKind::Float(_)) => true,
        (AttributeType::Int(range), ValueKind::Int(number) | ValueKind::Duration(number)) => {
            match range {
                Some((low, high)) if !(*low..=*high).contains(&number) => {
                    out_of_range(cx, subject, value, *low, *high);
                }
                _ => {}
            }
            true
        }
        (AttributeType::Enum(values), ValueKind::String) => {
            let text = cx.tree.string(Text(value.range));
            if values.contains(&text) {
                return true;
            }
            let diagnostic = cx
                .diagnostic(
                    &codes::NOT_IN_ENUM,
                    value.range,
                    format!("{} is no value of `{}`", quoted(cx.text(value.range)), subject.name),
                )
                .at("not in its list");
            let near = nearest(&text, values.iter());
            let otherwise = format!("`{}` is {}", subject.name, with_article(subject.ty));
            let diagnostic = suggest(diagnostic, near, value.range, encode_string, &otherwise);
            cx.report(subject.explain(diagnostic));
            false
        }
        _ => {
            mismatch(cx, subject, value);
            false
        }
    }
}

fn out_of_range(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value, low: i64, high: i64) {
    let text = cx.text(value.range);
    let diagnostic = cx
        .diagnostic(
            &codes::OUT_OF_RANGE,
            value.range,
            format!("`{text}` is outside the range of `{}`", subject.name),
        )
        .at(format!("not in {low}..{high}"))
        .help(format!("write a number from {low} to {high}, or widen the attribute's range"));
    cx.report(subject.explain(diagnostic));
}

/// A value of another type than the attribute's.
pub(super) fn type_mismatch(cx: &Context<'_>, subject: &Subject<'_>, value: &Value) -> Diagnostic {
    let text = quoted(cx.text(value.range));
    let (is, but) = (subject.described(), described(value));
    let message = format!("`{}` is {is}, but {text} is {but}", subject.name);
    cx.diagnostic(&codes::TYPE_MISMATCH, value.range, message)
}

fn mismatch(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value) {
    let diagnostic = type_mismatch(cx, subject, value).at(format!("expected {}", expected(subject.ty)));
    let diagnostic = subject.explain(diagnostic);
    cx.report(match conversion(cx, subject.ty, value) {
        Conversion::To(written, applicability) => diagnostic.help(format!("write {}", quoted(&written))).fix(
            applicability,
            format!("replace it with {}", quoted(&written)),
            value.range,
            written,
        ),
        Conversion::Help(help) => diagnostic.help(help),
    });
}

fn expected(ty: &AttributeType) -> &'static str {
    match ty {
        AttributeType::Bool => "`true` or `false`",
        AttributeType::Int(_) => "a whole number",
        AttributeType::Float => "a number",
        AttributeType::String => "a string in quotes",
        AttributeType::Enum(_) => "one of its values in quotes",
        AttributeType::Set => "a list of strings",
    }
}

enum Conversion {
    To(String, Applicability),
    Help(String),
}

/// What a value of a wrong type was to be.
fn conversion(cx: &Context<'_>, ty: &AttributeType, value: &Value) -> Conversion {
    use Applicability::{Safe, Unsafe};
    let text = cx.text(value.range);
    let string = || cx.tree.string(Text(value.range)).trim().to_owned();
    let is_name = |name: &str| cx.symbols.table(Space::Names).declared(name).is_some();
    let otherwise = || Conversion::Help(format!("write {}", expected(ty)));
    if let (ValueKind::Name, true) = (value.kind, is_name(text)) {
        return Conversion::Help(format!(
            "an attribute is compared with a literal, never with another name; write {}",
            expected(ty)
        ));
    }
    match (ty, value.kind) {
        (AttributeType::Bool, ValueKind::String | ValueKind::Name) => {
            let spelt = if matches!(value.kind, ValueKind::Name) { text.to_owned() } else { string() };
            match spelt.to_ascii_lowercase().as_str() {
                truth @ ("true" | "false") => Conversion::To(truth.to_owned(), Safe),
                "yes" | "1" => Conversion::To("true".to_owned(), Unsafe),
                "no" | "0" => Conversion::To("false".to_owned(), Unsafe),
                _ => otherwise(),
            }
        }
        (AttributeType::Bool, ValueKind::Int(number @ (0 | 1))) => {
            Conversion::To((number == 1).to_string(), Unsafe)
        }
        (AttributeType::Int(_), ValueKind::Float(number)) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Conversion::To(format!("{number:.0}"), Safe)
        }
        (AttributeType::Int(_), ValueKind::String) => match string().parse::<i64>() {
            Ok(number) => Conversion::To(number.to_string(), Safe),
            Err(_) => otherwise(),
        },
        (AttributeType::Float, ValueKind::String) => match string().parse::<f64>() {
            Ok(number) if number.is_finite() => {
                let written = if number.fract() == 0.0 { format!("{number:.1}") } else { number.to_string() };
                Conversion::To(written, Safe)
            }
            _ => otherwise(),
        },
        (AttributeType::String, ValueKind::Int(_) | ValueKind::Float(_)) => {
            Conversion::To(encode_string(text), Safe)
        }
        (AttributeType::String, ValueKind::Name) => Conversion::To(encode_string(text), Safe),
        (AttributeType::Enum(values), ValueKind::Name | ValueKind::Int(_)) => {
            if values.contains(text) {
                Conversion::To(encode_string(text), Safe)
            } else {
                match nearest(text, values.iter()) {
                    Some(near) => Conversion::To(encode_string(near), Unsafe),
                    None => Conversion::Help(format!("write one of the values of {}", with_article(ty))),
                }
            }
        }
        (_, ValueKind::List(_)) => Conversion::Help("a list follows `in`".to_owned()),
        _ => otherwise(),
    }
}

/// Checks a part of a string: `contains`, `starts_with`, `ends_with`.
pub(super) fn part(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value, operator: Operator) {
    match value.kind {
        ValueKind::String if operator == Operator::Contains => {
            lint::literal_spells_boolean(cx, value.range);
        }
        ValueKind::String | ValueKind::Malformed | ValueKind::Regex => {}
        _ => mismatch(cx, subject, value),
    }
}

/// Checks a member of a set.
pub(super) fn member(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value) {
    if subject.is_skill() && matches!(value.kind, ValueKind::Name | ValueKind::String) {
        skill(cx, value);
    } else {
        match value.kind {
            ValueKind::Malformed | ValueKind::Regex | ValueKind::String => {}
            _ => not_a_member(cx, subject, value),
        }
    }
    if matches!(value.kind, ValueKind::String) {
        lint::literal_spells_boolean(cx, value.range);
    }
}

fn not_a_member(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value) {
    let text = cx.text(value.range);
    let what = if subject.is_skill() { "skills" } else { "strings" };
    let diagnostic = cx
        .diagnostic(
            &codes::TYPE_MISMATCH,
            value.range,
            format!(
                "the members of `{}` are {what}, but {} is {}",
                subject.name,
                quoted(text),
                described(value)
            ),
        )
        .at(if subject.is_skill() { "expected a skill" } else { "expected a string in quotes" });
    let diagnostic = subject.explain(diagnostic);
    cx.report(match value.kind {
        ValueKind::Name | ValueKind::Int(_) | ValueKind::Float(_) => {
            let written = encode_string(text);
            diagnostic.help(format!("write `{written}`")).fix(
                Applicability::Safe,
                format!("replace it with `{written}`"),
                value.range,
                written,
            )
        }
        ValueKind::List(_) => diagnostic.help("ask for one member at a time, joined with `and` or `or`"),
        _ => diagnostic.help(format!("write one of the {what}")),
    });
}

/// Checks a name or a string in a place for a skill.
pub(super) fn skill(cx: &mut Context<'_>, value: &Value) {
    let symbols = cx.symbols;
    if matches!(value.kind, ValueKind::Name) {
        let text = cx.text(value.range);
        if cx.resolve(Space::Skills, text, value.range).is_none() && symbols.declares_skills() {
            let diagnostic = cx
                .diagnostic(&codes::UNKNOWN_SKILL, value.range, format!("no skill is called `{text}`"))
                .at("not declared");
            let near = cx.nearest(Space::Skills, text);
            let otherwise = format!("declare it with `skill {text}`");
            let diagnostic = suggest(diagnostic, near.as_deref(), value.range, str::to_owned, &otherwise);
            cx.report(or_declare(cx, diagnostic, near.as_deref(), &format!("skill {text}")));
        }
        return;
    }
    let text = cx.tree.string(Text(value.range));
    if cx.resolve_platform_skill(&text, value.range).is_some() {
        return;
    }
    if !symbols.declares_skills() || symbols.has_broken_skills() {
        return;
    }
    let diagnostic = cx
        .diagnostic(
            &codes::UNKNOWN_SKILL,
            value.range,
            format!("the platform's name of no declared skill is {}", quoted(cx.text(value.range))),
        )
        .at("not declared");
    let skills = symbols.table(Space::Skills);
    let diagnostic = if let Some((slot, declared)) = skills.declared(&text) {
        cx.findings.uses.insert(Ref { space: Space::Skills, slot });
        diagnostic
            .help(format!(
                "a string is the platform's name; the skill `{}` is written without quotes",
                declared.name
            ))
            .fix(Applicability::Unsafe, "remove the quotes", value.range, &*declared.name)
    } else {
        let names = skills.slots().filter_map(|slot| match &slot.meaning {
            Meaning::Skill(platform) => Some(&**platform),
            _ => None,
        });
        let near = nearest(&text, names);
        if let Some(slot) = near.and_then(|near| symbols.platform_skill(near)) {
            cx.findings.uses.insert(Ref { space: Space::Skills, slot });
        }
        let is_name = text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
            && text.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
            && !is_reserved(&text);
        let otherwise = if is_name {
            format!("declare it with `skill {text}`")
        } else {
            format!("declare it with `skill NAME {{ name: {} }}`", cx.text(value.range))
        };
        suggest(diagnostic, near, value.range, encode_string, &otherwise)
    };
    cx.report(diagnostic);
}

/// Checks the bounds of a range after `in`.
pub(super) fn range(cx: &mut Context<'_>, subject: &Subject<'_>, range: TextRange, bounds: &[Value]) {
    if descends(cx, range, bounds) {
        return;
    }
    for bound in bounds {
        check(cx, subject, bound);
    }
}

/// Reports a range whose start is above its end.
pub(super) fn descends(cx: &mut Context<'_>, range: TextRange, bounds: &[Value]) -> bool {
    let [low, high] = bounds else { return false };
    let above = match (low.kind, high.kind) {
        (
            ValueKind::Int(low) | ValueKind::Duration(low),
            ValueKind::Int(high) | ValueKind::Duration(high),
        ) => low > high,
        _ => match (number(low), number(high)) {
            (Some(low), Some(high)) => low > high,
            _ => false,
        },
    };
    if !above {
        return false;
    }
    let (low, high) = (cx.text(low.range), cx.text(high.range));
    cx.report(
        cx.diagnostic(
            &codes::DESCENDING_RANGE,
            range,
            format!("this range starts at `{low}`, above its end"),
        )
        .at(format!("`{high}` is less than `{low}`"))
        .help(format!("write `{high}..{low}`"))
        .fix(Applicability::Unsafe, "swap the bounds", range, format!("{high}..{low}")),
    );
    true
}

/// A number of whichever kind, as a float.
#[expect(clippy::cast_precision_loss, reason = "only an order between an integer and a float is asked for")]
pub(super) fn number(value: &Value) -> Option<f64> {
    match value.kind {
        ValueKind::Int(number) | ValueKind::Duration(number) => Some(number as f64),
        ValueKind::Float(number) => Some(number),
        _ => None,
    }
}
