//! Moments as milliseconds since 1970 began in UTC.

/// From here on a number is in milliseconds: in seconds it would be in the year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A date as of RFC 3339, alone or with a time; without an offset it is in UTC.
pub(super) fn of_text(text: &str) -> Option<i64> {
    let mut rest = text.trim().as_bytes();
    let year = number(&mut rest, 4)?;
    literal(&mut rest, b"-")?;
    let month = number(&mut rest, 2)?;
    literal(&mut rest, b"-")?;
    let day = number(&mut rest, 2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
        return None;
    }
    let midnight = days_since_1970(year, month, day) * DAY;
    if rest.is_empty() {
        return Some(midnight);
    }
    literal(&mut rest, b"Tt ")?;
    let hour = number(&mut rest, 2)?;
    literal(&mut rest, b":")?;
    let minute = number(&mut rest, 2)?;
    let second = if literal(&mut rest, b":").is_some() { number(&mut rest, 2)? } else { 0 };
    // A leap second is the one after.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut millisecond = 0;
    if literal(&mut rest, b".,").is_some() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, after) = rest.split_at_checked(digits).filter(|_| digits > 0)?;
        let thousandths = fraction.iter().chain(b"00").take(3);
        millisecond = thousandths.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        rest = after;
    }
    let offset = offset(rest)?;
    Some(midnight + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millisecond)
}

/// A number of seconds or milliseconds.
pub(super) fn of_int(number: i64) -> Option<i64> {
    if number.checked_abs()? >= MILLISECONDS_FROM { Some(number) } else { number.checked_mul(1000) }
}

/// The same with a fraction.
pub(super) fn of_float(number: f64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "a round number")]
    let milliseconds = if number.abs() >= MILLISECONDS_FROM as f64 { number } else { number * 1000.0 };
    #[expect(clippy::cast_possible_truncation, reason = "it is small enough")]
    (milliseconds.abs() < 9e15).then(|| milliseconds.floor() as i64)
}

/// Minutes east of Greenwich.
fn offset(mut rest: &[u8]) -> Option<i64> {
    if matches!(rest, b"" | b"Z" | b"z") {
        return Some(0);
    }
    let east = literal(&mut rest, b"+-")? == b'+';
    let hours = number(&mut rest, 2)?;
    let _ = literal(&mut rest, b":");
    let minutes = if rest.is_empty() { 0 } else { number(&mut rest, 2)? };
    let offset = hours * 60 + minutes;
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(if east { offset } else { -offset })
}

/// So many digits.
fn number(rest: &mut &[u8], digits: usize) -> Option<i64> {
    let (number, after) = rest.split_at_checked(digits)?;
    *rest = after;
    let digit = |sum: i64, byte: &u8| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'));
    number.iter().try_fold(0, digit)
}

/// One of these bytes.
fn literal(rest: &mut &[u8], any: &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    any.contains(first).then(|| *rest = after).map(|()| *first)
}

fn days_of(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// By the calendar of today, in years that begin in March, so that the leap day is the last one.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 306 + 5) / 10
        + day
        - 1
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_moments() {
        for (text, moment) in [
            ("1970-01-01", 0),
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31 23:59:59.999", -1),
            ("2000-02-29T12:00", 951_825_600_000),
            ("2026-11-21T22:05:24.5Z", 1_795_298_724_500),
            ("2026-11-21T23:05:24.500999+01:00", 1_795_298_724_500),
            ("2026-11-21t17:35:24-0430", 1_795_298_724_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("0000-01-01", -62_167_219_200_000),
        ] {
            assert_eq!(of_text(text), Some(moment), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in
            ["", "2026", "2026-13-01", "2025-02-29", "2026-01-01T", "2026-01-01T24:00", "2026-01-01T12:00x"]
        {
            assert_eq!(of_text(text), None, "{text}");
        }
        for text in ["2026-01-01T12:00:00.", "2026-01-01T12:00+1", "2026-01-0é", "12:00", "-026-01-01"] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds() {
        assert_eq!(of_int(1_795_298_724), Some(1_795_298_724_000));
        assert_eq!(of_int(1_795_298_724_500), Some(1_795_298_724_500));
        assert_eq!(of_int(i64::MIN), None);
        assert_eq!(of_float(1_795_298_724.5), Some(1_795_298_724_500));
        assert_eq!(of_float(1e300), None);
        assert_eq!(of_float(f64::NAN), None);
    }
}
