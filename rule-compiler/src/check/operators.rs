//! Which operators a type has, as data.

use rule_lang::tree::Operator;

use crate::types::TypeName::{self, Bool, Enum, Float, Int, Set, String};

/// What stands between an attribute and a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comparison {
    Operator(Operator),
    /// `in [v, w]`
    InList,
    /// `in 5..10`
    InRange,
}

/// What is on the right of an operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Right {
    /// A value of the attribute's type.
    Value,
    /// A member of the set, or a part of the string.
    Part,
    /// A regular expression.
    Pattern,
}

struct Row {
    comparison: Comparison,
    right: Right,
    types: &'static [TypeName],
}

const fn row(comparison: Comparison, right: Right, types: &'static [TypeName]) -> Row {
    Row { comparison, right, types }
}

const TABLE: &[Row] = &[
    row(Comparison::Operator(Operator::Eq), Right::Value, &[Bool, Int, Float, String, Enum]),
    row(Comparison::Operator(Operator::Neq), Right::Value, &[Bool, Int, Float, String, Enum]),
    row(Comparison::Operator(Operator::Gt), Right::Value, &[Int, Float]),
    row(Comparison::Operator(Operator::Gte), Right::Value, &[Int, Float]),
    row(Comparison::Operator(Operator::Lt), Right::Value, &[Int, Float]),
    row(Comparison::Operator(Operator::Lte), Right::Value, &[Int, Float]),
    row(Comparison::Operator(Operator::Has), Right::Part, &[Set]),
    row(Comparison::Operator(Operator::Lacks), Right::Part, &[Set]),
    row(Comparison::Operator(Operator::Contains), Right::Part, &[String, Set]),
    row(Comparison::Operator(Operator::Matches), Right::Pattern, &[String]),
    row(Comparison::Operator(Operator::StartsWith), Right::Part, &[String]),
    row(Comparison::Operator(Operator::EndsWith), Right::Part, &[String]),
    row(Comparison::InList, Right::Value, &[Bool, Int, Float, String, Enum]),
    row(Comparison::InRange, Right::Value, &[Int, Float]),
];

impl Comparison {
    /// As it is written, with its negation where that has a spelling of its own.
    fn written(self) -> &'static [&'static str] {
        match self {
            Self::Operator(Operator::Eq) => &["=="],
            Self::Operator(Operator::Neq) => &["!="],
            Self::Operator(Operator::Gt) => &[">"],
            Self::Operator(Operator::Gte) => &[">="],
            Self::Operator(Operator::Lt) => &["<"],
            Self::Operator(Operator::Lte) => &["<="],
            Self::Operator(Operator::Has) => &["has"],
            Self::Operator(Operator::Lacks) => &["lacks"],
            Self::Operator(Operator::Contains) => &["contains"],
            Self::Operator(Operator::Matches) => &["matches"],
            Self::Operator(Operator::StartsWith) => &["starts_with"],
            Self::Operator(Operator::EndsWith) => &["ends_with"],
            Self::InList => &["in", "not in"],
            Self::InRange => &["in …..…"],
        }
    }
}

/// What stands on the right of an operator, where the type has that operator.
pub(super) fn right(comparison: Comparison, ty: TypeName) -> Option<Right> {
    // Operators stand in the table in their own order.
    let place = match comparison {
        Comparison::Operator(operator) => operator as usize,
        Comparison::InList => TABLE.len() - 2,
        Comparison::InRange => TABLE.len() - 1,
    };
    let row = TABLE.get(place)?;
    row.types.contains(&ty).then_some(row.right)
}

/// The operators of a type, as they are written.
pub(crate) fn operators_of(ty: TypeName) -> impl Iterator<Item = &'static str> {
    let with_value = TABLE.iter().filter(move |row| row.types.contains(&ty));
    with_value.flat_map(|row| row.comparison.written()).copied().chain(["exists", "not exists"])
}

/// The operator that an author most likely means by one which the type does not have.
pub(super) fn instead(operator: Operator, ty: TypeName) -> Option<Operator> {
    Some(match (operator, ty) {
        (Operator::Eq, Set) => Operator::Has,
        (Operator::Neq, Set) => Operator::Lacks,
        (Operator::Has, String) => Operator::Contains,
        (Operator::Has | Operator::Contains, Enum | Int | Float | Bool) => Operator::Eq,
        (Operator::Lacks, String | Enum | Int | Float | Bool) => Operator::Neq,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_where_they_are_looked_for() {
        for row in TABLE {
            for ty in TypeName::ALL {
                assert_eq!(right(row.comparison, ty), row.types.contains(&ty).then_some(row.right));
            }
        }
    }

    #[test]
    fn every_type_has_an_operator_and_every_row_a_type() {
        assert!(TypeName::ALL.iter().all(|ty| operators_of(*ty).count() > 1));
        assert!(TABLE.iter().all(|row| !row.types.is_empty()));
    }

    #[test]
    fn what_is_offered_instead_is_an_operator_of_the_type() {
        for row in TABLE {
            let Comparison::Operator(operator) = row.comparison else { continue };
            for ty in TypeName::ALL.into_iter().filter(|ty| right(row.comparison, *ty).is_none()) {
                if let Some(other) = instead(operator, ty) {
                    assert!(right(Comparison::Operator(other), ty).is_some(), "{operator:?} {ty:?}");
                }
            }
        }
    }
}
