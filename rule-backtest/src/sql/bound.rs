//! Comparing a column of one kind of number with a constant of the other, by a constant of the column's own kind.
//!
//! Engines compare a 64-bit integer with a float as floats, which loses the integer's last digits above 2^53. Between an
//! integer column and a float there is always an integer that says the same, and between a float column and an integer a
//! float.

/// How a column is compared with a constant. `!=` is written as not `=`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comparison {
    Eq,
    Gt,
    Gte,
    Lt,
    Lte,
}

impl Comparison {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Gt => ">",
            Self::Gte => ">=",
            Self::Lt => "<",
            Self::Lte => "<=",
        }
    }
}

/// What a comparison comes to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Bound<T> {
    /// No value satisfies it.
    Never,
    /// Every value does.
    Always,
    /// Those do that compare so.
    By(Comparison, T),
}

/// 2^63: the first float past every `i64`.
const PAST_INTEGERS: f64 = 9_223_372_036_854_775_808.0;

/// `column <comparison> constant` for an integer column and a finite float.
pub(super) fn integer(comparison: Comparison, constant: f64) -> Bound<i64> {
    use Comparison::{Eq, Gt, Gte, Lt, Lte};
    if constant >= PAST_INTEGERS {
        return if matches!(comparison, Lt | Lte) { Bound::Always } else { Bound::Never };
    }
    if constant < -PAST_INTEGERS {
        return if matches!(comparison, Gt | Gte) { Bound::Always } else { Bound::Never };
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float in -2^63..2^63 that is whole is an i64; floats that large have no fraction"
    )]
    let whole = |float: f64| float as i64;
    match comparison {
        Eq if constant.fract() == 0.0 => Bound::By(Eq, whole(constant)),
        Eq => Bound::Never,
        Gt | Lte => Bound::By(comparison, whole(constant.floor())),
        Gte | Lt => Bound::By(comparison, whole(constant.ceil())),
    }
}

/// `column <comparison> constant` for a column of floats, none of them NaN, and an integer.
pub(super) fn float(comparison: Comparison, constant: i64) -> Bound<f64> {
    use Comparison::{Eq, Gt, Gte, Lt, Lte};
    #[expect(clippy::cast_precision_loss, reason = "what is lost is looked at next")]
    let near = constant as f64;
    #[expect(clippy::cast_possible_truncation, reason = "a whole float within ±2^63")]
    let loss = i128::from(constant) - near as i128;
    match (comparison, loss) {
        (_, 0) => Bound::By(comparison, near),
        // No float is the integer: it lies between `near` and a neighbour of it.
        (Eq, _) => Bound::Never,
        (Gt | Gte, 1..) => Bound::By(Gt, near),
        (Gt | Gte, _) => Bound::By(Gte, near),
        (Lt | Lte, 1..) => Bound::By(Lte, near),
        (Lt | Lte, _) => Bound::By(Lt, near),
    }
}

#[cfg(test)]
mod tests {
    use genesys_model::{Condition, ConditionOperator};
    use proptest::prelude::*;
    use rule_eval::{Attribute, Interaction};

    use super::*;

    const COMPARISONS: [(Comparison, ConditionOperator); 5] = [
        (Comparison::Eq, ConditionOperator::Eq),
        (Comparison::Gt, ConditionOperator::Gt),
        (Comparison::Gte, ConditionOperator::Gte),
        (Comparison::Lt, ConditionOperator::Lt),
        (Comparison::Lte, ConditionOperator::Lte),
    ];

    fn holds<T: PartialOrd + Copy>(bound: Bound<T>, value: T) -> bool {
        match bound {
            Bound::Never => false,
            Bound::Always => true,
            Bound::By(comparison, bound) => match comparison {
                Comparison::Eq => value == bound,
                Comparison::Gt => value > bound,
                Comparison::Gte => value >= bound,
                Comparison::Lt => value < bound,
                Comparison::Lte => value <= bound,
            },
        }
    }

    fn reference(operator: ConditionOperator, value: Attribute, constant: genesys_model::Scalar) -> bool {
        let expression = Condition::new("a", operator, constant).into();
        let interaction = Interaction::from_iter([("a", value)]);
        rule_eval::matches(&expression, &interaction).expect("a condition")
    }

    /// Integers where floats become sparse or end, and any.
    fn integers() -> impl Strategy<Value = i64> + Clone {
        let near = |middle: i64| (-3_i64..=3).prop_map(move |offset| middle.saturating_add(offset));
        prop_oneof![any::<i64>(), near(0), near(1 << 53), near(-(1 << 53)), near(i64::MAX), near(i64::MIN)]
    }

    fn floats() -> impl Strategy<Value = f64> {
        let finite = any::<f64>().prop_filter("finite", |float| float.is_finite());
        #[expect(clippy::cast_precision_loss, reason = "floats near integers are wanted")]
        let whole = integers().prop_map(|integer| integer as f64);
        prop_oneof![
            finite,
            whole.clone(),
            whole.clone().prop_map(f64::next_up),
            whole.prop_map(f64::next_down),
            (-9_i32..9).prop_map(|half| f64::from(half) / 2.0)
        ]
    }

    proptest! {
        #[test]
        fn bounds_say_what_the_evaluator_says(integer in integers(), float in floats()) {
            for (comparison, operator) in COMPARISONS {
                prop_assert_eq!(
                    holds(super::integer(comparison, float), integer),
                    reference(operator, integer.into(), float.into()),
                    "{} {:?} {}", integer, comparison, float
                );
                prop_assert_eq!(
                    holds(super::float(comparison, integer), float),
                    reference(operator, float.into(), integer.into()),
                    "{} {:?} {}", float, comparison, integer
                );
            }
        }
    }
}
