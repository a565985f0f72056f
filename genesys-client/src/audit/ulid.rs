//! Ids that sort by time and do not collide: ULIDs, 48 bits of milliseconds and 80 of chance, in Crockford's base 32.

use std::time::{SystemTime, UNIX_EPOCH};

const DIGITS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// 2^40 - 1.
const LARGEST: f64 = 1_099_511_627_775.0;

/// The ULID of this moment with these two numbers from 0 to 1, of which 40 bits each are taken.
pub(super) fn ulid(moment: SystemTime, chances: [f64; 2]) -> String {
    let milliseconds = moment.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() & ((1 << 48) - 1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 2^40 - 1")]
    let forty = |chance: f64| (chance.clamp(0.0, 1.0) * LARGEST) as u128;
    let bits = chances.into_iter().fold(milliseconds, |bits, chance| (bits << 40) | forty(chance));
    // 26 digits of five bits each: the first has three.
    (0..26).rev().filter_map(|place| DIGITS.get(((bits >> (place * 5)) & 31) as usize)).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_ulid_has_26_digits_that_sort_by_time() {
        // The first ten digits are the time.
        let moment = UNIX_EPOCH + Duration::from_millis(1_469_922_850_259);
        assert_eq!(ulid(moment, [0.0, 0.0]), "01ARZ3NDEK0000000000000000");
        let later = ulid(moment + Duration::from_millis(1), [0.0, 0.0]);
        assert!(ulid(moment, [0.999, 0.999]) < later);
        assert_ne!(ulid(moment, [0.25, 0.5]), ulid(moment, [0.25, 0.501]));
        assert_eq!(later.len(), 26);
    }
}
