//! One condition on one attribute: the meaning of the ten operators (contract 0 and 1.3).

use std::cmp::Ordering;

use genesys_model::{Condition, ConditionOperator, Scalar};
use regex::Regex;

use crate::{Attribute, number};

/// Whether a condition holds on the value of its attribute. `pattern` is its compiled value, where it is a regular
/// expression.
pub(crate) fn holds(condition: &Condition, pattern: Option<&Regex>, actual: Option<&Attribute>) -> bool {
    let Some(actual) = actual else {
        return matches!(condition.operator, ConditionOperator::Neq | ConditionOperator::NotExists);
    };
    let value = condition.value.as_ref();
    let ordered = |wanted: fn(Ordering) -> bool| {
        value.and_then(|value| numeric_order(actual, value)).is_some_and(wanted)
    };
    match condition.operator {
        ConditionOperator::Eq => value.is_some_and(|value| equal(actual, value)),
        ConditionOperator::Neq => !value.is_some_and(|value| equal(actual, value)),
        ConditionOperator::Gt => ordered(Ordering::is_gt),
        ConditionOperator::Lt => ordered(Ordering::is_lt),
        ConditionOperator::Gte => ordered(Ordering::is_ge),
        ConditionOperator::Lte => ordered(Ordering::is_le),
        ConditionOperator::Exists => value.is_none_or(|value| has(actual, value)),
        ConditionOperator::NotExists => !value.is_none_or(|value| has(actual, value)),
        ConditionOperator::Contains => value.is_some_and(|value| contains(actual, value)),
        ConditionOperator::Regex => match (actual, pattern) {
            (Attribute::String(text), Some(pattern)) => pattern.is_match(text),
            _ => false,
        },
    }
}

/// Strings by case, numbers as numbers; different types, and sets, equal no value.
fn equal(actual: &Attribute, value: &Scalar) -> bool {
    match (actual, value) {
        (Attribute::Bool(actual), Scalar::Bool(value)) => actual == value,
        (Attribute::String(actual), Scalar::String(value)) => actual == value,
        _ => numeric_order(actual, value) == Some(Ordering::Equal),
    }
}

/// How two numbers compare; `None` where one is none.
fn numeric_order(actual: &Attribute, value: &Scalar) -> Option<Ordering> {
    match (actual, value) {
        (Attribute::Int(actual), Scalar::Int(value)) => Some(actual.cmp(value)),
        (Attribute::Float(actual), Scalar::Float(value)) => actual.partial_cmp(value),
        (Attribute::Int(actual), Scalar::Float(value)) => number::compare(*actual, *value),
        (Attribute::Float(actual), Scalar::Int(value)) => {
            number::compare(*value, *actual).map(Ordering::reverse)
        }
        _ => None,
    }
}

/// Membership in a set, equality on a scalar.
fn has(actual: &Attribute, value: &Scalar) -> bool {
    match actual {
        Attribute::Set(_) => contains(actual, value),
        _ => equal(actual, value),
    }
}

/// Membership in a set, substring of a string.
fn contains(actual: &Attribute, value: &Scalar) -> bool {
    match (actual, value) {
        (Attribute::Set(members), Scalar::String(value)) => members.contains(value),
        (Attribute::String(text), Scalar::String(value)) => text.contains(value.as_str()),
        _ => false,
    }
}
