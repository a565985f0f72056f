//! What a condition says of its field: which types an attribute may have that is so compared.

use std::collections::BTreeMap;

use genesys_model::limits::MAX_REGEX_BYTES;
use genesys_model::{Condition, ConditionOperator, Expression, Scalar};
use regex::RegexBuilder;
use rule_lang::literal::is_bidirectional;

use super::names::Known;
use crate::types::{AttributeType, TypeName};

/// The types that each field of a tree may have.
pub(super) type Uses = BTreeMap<String, Types>;

/// A set of types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const ALL: Self = Self(0b11_1111);
    pub(super) const NONE: Self = Self(0);
    const NUMBER: Self = Self::of(TypeName::Int).or(Self::of(TypeName::Float));
    const TEXT: Self = Self::of(TypeName::String).or(Self::of(TypeName::Enum));

    pub(super) const fn of(ty: TypeName) -> Self {
        Self(1 << ty as u8)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    pub(super) fn has(self, ty: TypeName) -> bool {
        !self.and(Self::of(ty)).is_empty()
    }

    /// As messages call an attribute that may be any of them.
    pub(super) fn described(self) -> &'static str {
        match (self.has(TypeName::String) || self.has(TypeName::Enum), self.has(TypeName::Set)) {
            (true, true) => "a string or a set",
            (true, false) => "a string",
            (false, true) => "a set of strings",
            _ if self.has(TypeName::Bool) => "a boolean",
            _ => "a number",
        }
    }
}

/// The types that the fields of a tree may have, or why one of them has none.
pub(super) fn of(expression: &Expression) -> Result<Uses, String> {
    let mut uses = Uses::new();
    for condition in expression.conditions() {
        let here = types(condition)?;
        let Some(before) = uses.get_mut(&condition.field) else {
            uses.insert(condition.field.clone(), here);
            continue;
        };
        if before.and(here).is_empty() {
            let (field, before, here) = (shown(&condition.field), before.described(), here.described());
            return Err(format!(
                "its condition compares {field} as {before} and as {here}, and an attribute has one type"
            ));
        }
        *before = before.and(here);
    }
    Ok(uses)
}

/// The types that a condition's field may have.
fn types(condition: &Condition) -> Result<Types, String> {
    let (operator, field) = (condition.operator, shown(&condition.field));
    let compares = |with: &str, takes: &str| {
        Err(format!(
            "`{}` on {field} compares with {with}, and the language has it for {takes} only",
            operator.as_str()
        ))
    };
    let Some(value) = &condition.value else { return Ok(Types::ALL) };
    match (operator, value) {
        (ConditionOperator::Exists | ConditionOperator::NotExists, Scalar::String(_)) => {
            Ok(Types::of(TypeName::Set))
        }
        (ConditionOperator::Contains, Scalar::String(_)) => {
            Ok(Types::of(TypeName::String).or(Types::of(TypeName::Set)))
        }
        (ConditionOperator::Regex, Scalar::String(pattern)) => {
            sayable(pattern).map_err(|why| format!("the regular expression on {field} {why}"))?;
            Ok(Types::of(TypeName::String))
        }
        (
            ConditionOperator::Exists
            | ConditionOperator::NotExists
            | ConditionOperator::Contains
            | ConditionOperator::Regex,
            other,
        ) => compares(kind(other), "strings"),
        (ConditionOperator::Eq | ConditionOperator::Neq, Scalar::Bool(_)) => Ok(Types::of(TypeName::Bool)),
        (ConditionOperator::Eq | ConditionOperator::Neq, Scalar::String(_)) => Ok(Types::TEXT),
        (_, Scalar::Int(_)) => Ok(Types::NUMBER),
        (_, Scalar::Float(_)) => Ok(Types::of(TypeName::Float)),
        (_, other) => compares(kind(other), "numbers"),
    }
}

fn kind(value: &Scalar) -> &'static str {
    match value {
        Scalar::String(_) => "a string",
        Scalar::Int(_) | Scalar::Float(_) => "a number",
        Scalar::Bool(_) => "a boolean",
    }
}

/// Whether a regular expression can be written between slashes.
fn sayable(pattern: &str) -> Result<(), String> {
    if pattern.is_empty() {
        return Err("is empty".to_owned());
    }
    if let Err(error) = RegexBuilder::new(pattern).size_limit(MAX_REGEX_BYTES).build() {
        let error = error.to_string();
        let why = error.lines().last().unwrap_or("it cannot be read").trim_start_matches("error: ");
        return Err(format!(
            "{} is none of Rust's `regex` crate: {}",
            shown(pattern),
            why.trim_end_matches('.')
        ));
    }
    if super::write::is_affix(pattern) {
        return Ok(());
    }
    if pattern.contains(['\n', '\r']) {
        return Err("has a line break in it, and stands on one line here".to_owned());
    }
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character == '\\' && characters.next() == Some('/') {
            return Err(format!("{} escapes a slash, which is sent without its backslash", shown(pattern)));
        }
        if character.is_control() || is_bidirectional(character) {
            return Err(format!("{} has an invisible character in it", shown(pattern)));
        }
    }
    Ok(())
}

/// Whether a condition suits an attribute whose type is settled.
pub(super) fn suit(condition: &Condition, known: &Known) -> Result<(), String> {
    let (name, ty) = (&known.name, &known.ty);
    let declared = || format!("`{name}` is declared as `{ty}`");
    if !types(condition)?.has(ty.name()) {
        return Err(format!(
            "{}, and its condition uses it as {}",
            declared(),
            types(condition)?.described()
        ));
    }
    let fits = match (ty, &condition.value) {
        (AttributeType::Int(Some((low, high))), Some(Scalar::Int(number))) => (low..=high).contains(&number),
        (AttributeType::Enum(values), Some(Scalar::String(text))) => values.contains(text),
        _ => true,
    };
    match &condition.value {
        Some(value) if !fits => Err(format!("{}, which leaves out {}", declared(), shown_value(value))),
        _ => Ok(()),
    }
}

fn shown_value(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => shown(text),
        Scalar::Int(number) => format!("`{number}`"),
        Scalar::Float(number) => format!("`{number:?}`"),
        Scalar::Bool(truth) => format!("`{truth}`"),
    }
}

/// A text of the platform in backticks, cut where it is long, with nothing in it that moves the cursor.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("`{}…`", visible(text.get(..cut).unwrap_or(""))),
        None => format!("`{}`", visible(text)),
    }
}

/// A text with escapes for characters that cannot be seen.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_bidirectional(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}
