//! Moments as the contract writes them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// RFC 3339 in UTC, with milliseconds. A moment before 1970 is 1970.
pub(crate) fn rfc3339(moment: SystemTime) -> String {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", since.subsec_millis())
}

/// How long after 1970 a moment is that is written like `2026-01-01T00:00:00.000Z`, with or without a fraction.
pub(crate) fn parse_rfc3339(text: &str) -> Option<Duration> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, millis) = match time.split_once('.') {
        Some((time, fraction)) => (time, number(fraction, 3)?),
        None => (time, 0),
    };
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = parts(time, ':', [2, 2, 2])?;
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // `days_from_civil`, the way back from `civil`.
    let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (shifted_year / 400, shifted_year % 400);
    let of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    // A day that the month does not have comes back as another.
    if civil(days) != (year, month, day) {
        return None;
    }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second;
    Some(Duration::from_secs(seconds) + Duration::from_millis(millis))
}

fn parts<const N: usize>(text: &str, between: char, lengths: [usize; N]) -> Option<[u64; N]> {
    let mut found = text.split(between);
    let mut numbers = [0; N];
    for (place, length) in numbers.iter_mut().zip(lengths) {
        *place = number(found.next()?, length)?;
    }
    found.next().is_none().then_some(numbers)
}

/// A number of so many digits.
fn number(text: &str, length: usize) -> Option<u64> {
    let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Milliseconds since 1970; 0 before.
pub(crate) fn milliseconds(moment: SystemTime) -> u64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The Gregorian date of a day counted from 1970-01-01 (Hinnant's `civil_from_days`): years begin in March, so that
/// the leap day is the last.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

/// Whole seconds, none lost: what is left of a second counts as one.
pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        let written = |seconds: u64, millis: u64| {
            rfc3339(UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_millis(millis))
        };
        assert_eq!(written(0, 0), "1970-01-01T00:00:00.000Z");
        assert_eq!(written(951_782_400, 7), "2000-02-29T00:00:00.007Z");
        assert_eq!(written(1_709_251_199, 999), "2024-02-29T23:59:59.999Z");
        assert_eq!(written(1_767_225_600, 0), "2026-01-01T00:00:00.000Z");
        assert_eq!(written(4_107_542_400, 0), "2100-03-01T00:00:00.000Z");
    }

    #[test]
    fn moments_are_read_as_they_are_written() {
        for text in ["1970-01-01T00:00:00.000Z", "2000-02-29T00:00:00.007Z", "2024-02-29T23:59:59.999Z"] {
            assert_eq!(rfc3339(UNIX_EPOCH + parse_rfc3339(text).unwrap()), text);
        }
        assert_eq!(parse_rfc3339("1970-01-01T00:01:00Z"), Some(Duration::from_secs(60)));
        for text in ["", "2026-01-01", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z"]
        {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
        for text in
            ["1969-01-01T00:00:00Z", "2026-01-01T00:00:00", "2026-1-1T00:00:00Z", "2026-01-01T00:00:00.+01Z"]
        {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn parts_of_a_second_are_waited_for() {
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_secs(2)), 2);
    }
}
