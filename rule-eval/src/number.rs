//! Comparing integers with floats by what they are, not by what they round to.

use std::cmp::Ordering;

/// 2^63: the first float past every `i64`.
const PAST_INTEGERS: f64 = 9_223_372_036_854_775_808.0;

/// How an integer compares with a float; `None` where the float is no number.
///
/// Turning the integer into a float would lose its last digits above 2^53; the whole part of a float in an `i64`'s range
/// is an `i64` exactly, so the comparison happens there.
pub(crate) fn compare(integer: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float >= PAST_INTEGERS {
        return Some(Ordering::Less);
    }
    if float < -PAST_INTEGERS {
        return Some(Ordering::Greater);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the float lies in -2^63..2^63 and its fraction is cut off"
    )]
    let whole = float.trunc() as i64;
    // Where the whole parts agree, the sign of the rest decides: 3 < 3.5, and -3 > -3.5.
    Some(integer.cmp(&whole).then_with(|| 0.0_f64.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_digit_of_an_integer_counts() {
        let above = 9_007_199_254_740_993; // 2^53 + 1, which no float is
        assert_eq!(compare(above, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(compare(above - 1, 9_007_199_254_740_992.0), Some(Ordering::Equal));
        assert_eq!(compare(i64::MAX, PAST_INTEGERS), Some(Ordering::Less));
        assert_eq!(compare(i64::MIN, -PAST_INTEGERS), Some(Ordering::Equal));
        assert_eq!(compare(i64::MIN + 1, -PAST_INTEGERS), Some(Ordering::Greater));
    }

    #[test]
    fn fractions_and_extremes_fall_on_their_side() {
        assert_eq!(compare(3, 3.5), Some(Ordering::Less));
        assert_eq!(compare(-3, -3.5), Some(Ordering::Greater));
        assert_eq!(compare(0, 5e-324), Some(Ordering::Less));
        assert_eq!(compare(0, -5e-324), Some(Ordering::Greater));
        assert_eq!(compare(0, -0.0), Some(Ordering::Equal));
        assert_eq!(compare(i64::MAX, 1e308), Some(Ordering::Less));
        assert_eq!(compare(i64::MIN, -1e308), Some(Ordering::Greater));
        assert_eq!(compare(i64::MAX, f64::INFINITY), Some(Ordering::Less));
        assert_eq!(compare(0, f64::NAN), None);
    }

    proptest! {
        #[test]
        fn a_whole_float_compares_as_the_integer_that_it_is(left in any::<i64>(), right in -(1_i64 << 53)..(1 << 53)) {
            #[expect(clippy::cast_precision_loss, reason = "up to 2^53 nothing is lost")]
            let float = right as f64;
            prop_assert_eq!(compare(left, float), Some(left.cmp(&right)));
        }

        #[test]
        fn integers_in_order_stay_in_order(a in any::<i64>(), b in any::<i64>(), float in any::<f64>()) {
            prop_assume!(!float.is_nan());
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(compare(low, float) <= compare(high, float));
        }
    }
}
