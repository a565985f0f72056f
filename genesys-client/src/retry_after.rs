//! How long an answer asks to wait.

use std::time::{Duration, SystemTime};

/// Reads `Retry-After`: seconds (also with a fraction) or a date of HTTP. A date that has passed is no wait; nonsense is
/// nothing.
pub(crate) fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    seconds(value).or_else(|| {
        let date = httpdate::parse_http_date(value).ok()?;
        Some(date.duration_since(now).unwrap_or(Duration::ZERO))
    })
}

/// Seconds in plain decimal notation. More than ten digits are nonsense.
pub(crate) fn seconds(value: &str) -> Option<Duration> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let is_digits =
        |text: &str| (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    Duration::try_from_secs_f64(value.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wait_is_told_in_seconds_or_as_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        let cases = [
            ("0", Some(0.0)),
            ("12", Some(12.0)),
            (" 7 ", Some(7.0)),
            ("1.5", Some(1.5)),
            ("86400", Some(86_400.0)),
            ("Sun, 06 Nov 1994 08:50:00 GMT", Some(23.0)),
            ("Sunday, 06-Nov-94 08:50:00 GMT", Some(23.0)),
            ("Sun Nov  6 08:50:00 1994", Some(23.0)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0.0)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1e9", None),
            ("NaN", None),
            ("inf", None),
            ("soon", None),
            ("1,5", None),
            (".5", None),
            ("5.", None),
            ("99999999999999999999", None),
            ("Sun, 06 Nov 1994", None),
        ];
        for (value, expected) in cases {
            assert_eq!(parse(value, now), expected.map(Duration::from_secs_f64), "{value}");
        }
    }

    proptest! {
        #[test]
        fn nonsense_never_panics(value in any::<String>(), now in 0_u64..10_000_000_000) {
            let _ = parse(&value, UNIX_EPOCH + Duration::from_secs(now));
        }

        #[test]
        fn nearly_sense_never_panics(value in "[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:.-]{0,12} ?(GMT)?") {
            let _ = parse(&value, UNIX_EPOCH);
        }

        #[test]
        fn seconds_are_read_as_they_are(seconds in 0_u32..) {
            prop_assert_eq!(parse(&seconds.to_string(), UNIX_EPOCH), Some(Duration::from_secs(u64::from(seconds))));
        }
    }
}
