//! The distinct comparisons of rules, by field. What is left are those that are false where the attribute is missing.

use std::collections::HashMap;
use std::sync::Arc;

use genesys_model::{Condition, ConditionOperator, Scalar};
use regex::Regex;

use crate::Attribute;
use crate::compare::holds;

/// A comparison that is false of what is missing: `neq` and `not_exists` are kept as what they negate.
#[derive(Debug)]
pub(super) struct Predicate {
    condition: Condition,
    pattern: Option<Arc<Regex>>,
}

impl Predicate {
    /// Whether it holds of a value that is there.
    pub(super) fn holds(&self, value: &Attribute) -> bool {
        holds(&self.condition, self.pattern.as_deref(), Some(value))
    }

    /// With what it compares.
    pub(super) fn value(&self) -> Option<&Scalar> {
        self.condition.value.as_ref()
    }

    /// The string that a value (or a member of a set) has to equal, where nothing else can make it true of strings.
    pub(super) fn equal_string(&self) -> Option<&str> {
        match (self.condition.operator, &self.condition.value) {
            (ConditionOperator::Eq | ConditionOperator::Exists, Some(Scalar::String(value))) => Some(value),
            _ => None,
        }
    }

    /// Whether what it says to a string depends on more than whether the string equals one.
    pub(super) fn reads_strings(&self) -> bool {
        matches!(self.condition.operator, ConditionOperator::Contains | ConditionOperator::Regex)
    }

    /// The string that a member of a set has to equal for the set to have it.
    pub(super) fn member(&self) -> Option<&str> {
        match (self.condition.operator, &self.condition.value) {
            (ConditionOperator::Contains | ConditionOperator::Exists, Some(Scalar::String(value))) => {
                Some(value)
            }
            _ => None,
        }
    }
}

/// The comparisons of one field.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// In the order in which they were first seen.
    pub(super) predicates: Vec<Predicate>,
}

/// The comparisons of all rules.
#[derive(Debug, Default)]
pub(super) struct Predicates {
    /// The names of the fields, in the order in which they were first seen.
    pub(super) names: Vec<String>,
    /// The comparisons of each.
    pub(super) fields: Vec<Field>,
    by_name: HashMap<String, usize>,
    known: HashMap<Key, usize>,
}

/// What makes two comparisons the same.
#[derive(PartialEq, Eq, Hash, Debug)]
struct Key {
    field: usize,
    operator: ConditionOperator,
    value: Option<Value>,
}

#[derive(PartialEq, Eq, Hash, Debug)]
enum Value {
    String(String),
    Int(i64),
    Float(u64),
    Bool(bool),
}

impl From<&Scalar> for Value {
    fn from(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::String(value) => Self::String(value.clone()),
            Scalar::Int(value) => Self::Int(*value),
            Scalar::Float(value) => Self::Float(value.to_bits()),
            Scalar::Bool(value) => Self::Bool(*value),
        }
    }
}

/// Where a comparison is: its field, its place among the comparisons of the field, and whether it is meant negated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) field: usize,
    pub(super) index: usize,
    pub(super) negated: bool,
}

impl Predicates {
    /// The place of a condition's comparison, which is new or was there before.
    pub(super) fn place(&mut self, condition: &Condition, pattern: Option<&Arc<Regex>>) -> Place {
        let (operator, negated) = match condition.operator {
            ConditionOperator::Neq => (ConditionOperator::Eq, true),
            ConditionOperator::NotExists => (ConditionOperator::Exists, true),
            operator => (operator, false),
        };
        let fields = self.fields.len();
        let field = *self.by_name.entry(condition.field.clone()).or_insert(fields);
        if field == fields {
            self.names.push(condition.field.clone());
            self.fields.push(Field::default());
        }
        let key = Key { field, operator, value: condition.value.as_ref().map(Value::from) };
        let predicates = self.fields.get_mut(field).map(|field| &mut field.predicates);
        let index = *self.known.entry(key).or_insert_with(|| {
            predicates.map_or(0, |predicates| {
                predicates.push(Predicate {
                    condition: Condition { operator, ..condition.clone() },
                    pattern: pattern.cloned(),
                });
                predicates.len() - 1
            })
        });
        Place { field, index, negated }
    }
}
