//! Where on the line of numbers a comparison with a constant changes its answer.

use std::cmp::Ordering;

use genesys_model::Scalar;

use crate::number;

/// 2^63: the first float past every `i64`.
const PAST_INTEGERS: f64 = 9_223_372_036_854_775_808.0;

/// The least integer that is not below a number, and the least that is above it; none where there is none.
pub(super) fn of_integers(scalar: &Scalar) -> [Option<i64>; 2] {
    match scalar {
        Scalar::Int(value) => [Some(*value), value.checked_add(1)],
        Scalar::Float(value) if *value < -PAST_INTEGERS => [Some(i64::MIN); 2],
        Scalar::Float(value) if *value < PAST_INTEGERS => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the float lies in -2^63..2^63, and is whole"
            )]
            let whole = value.floor() as i64;
            let next = whole.checked_add(1);
            [if number::compare(whole, *value) == Some(Ordering::Equal) { Some(whole) } else { next }, next]
        }
        _ => [None; 2],
    }
}

/// The least float that is not below a number, and the least that is above it; none where there is none.
pub(super) fn of_floats(scalar: &Scalar) -> [Option<f64>; 2] {
    let above = |value: f64| (value < f64::INFINITY).then(|| value.next_up());
    match scalar {
        Scalar::Float(value) if !value.is_nan() => [Some(*value), above(*value)],
        Scalar::Int(value) => {
            #[expect(
                clippy::cast_precision_loss,
                reason = "how the nearest float compares is looked at next"
            )]
            let nearest = *value as f64;
            match number::compare(*value, nearest) {
                Some(Ordering::Less) => [Some(nearest); 2],
                Some(Ordering::Equal) => [Some(nearest), above(nearest)],
                _ => [above(nearest); 2],
            }
        }
        _ => [None; 2],
    }
}
