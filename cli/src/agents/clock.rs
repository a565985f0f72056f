//! Times of the day.

use serde::Deserialize;

/// The seconds of a day.
pub(crate) const DAY: u32 = 86_400;

/// A time of the day, in seconds since it began: `08:30`. The end of the day is `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Clock(pub(crate) u32);

impl TryFrom<String> for Clock {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let read = || {
            let (hours, minutes) = text.split_once(':')?;
            let two = |part: &str| {
                (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
                    .then(|| part.parse::<u32>().ok())
            };
            let (hours, minutes) = (two(hours)??, two(minutes)??);
            let seconds = hours * 3600 + minutes * 60;
            (minutes < 60 && seconds <= DAY).then_some(Self(seconds))
        };
        read().ok_or_else(|| format!("a time of the day is written `08:30`, and not `{text}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_day_have_two_digits_each() {
        let read = |text: &str| Clock::try_from(text.to_owned());
        assert_eq!(
            [read("00:00"), read("08:30"), read("24:00")],
            [Ok(Clock(0)), Ok(Clock(30_600)), Ok(Clock(DAY))]
        );
        for wrong in ["8:30", "08:60", "24:01", "+8:30", "08", "08:30:00", ""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
