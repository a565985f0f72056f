//! Figures as people write them: times, shares, and what is required of them.

use std::str::FromStr;

/// A time in seconds: `240s`, `4m`, `1h 30m`, or a number of seconds.
///
/// # Errors
///
/// What is no time.
pub fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number
        .or_else(|| humantime::parse_duration(text).ok().map(|time| time.as_secs_f64()))
        .ok_or_else(|| "a time is written `240s`, `4m` or `1h`".to_owned())
}

/// A share: `80%` or `0.8`.
///
/// # Errors
///
/// What is no share, or less than nothing, or more than all.
pub fn share(text: &str) -> Result<f64, String> {
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim_end().parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    number
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "a share is written `80%` or `0.8`".to_owned())
}

/// A number that is not negative.
///
/// # Errors
///
/// What is none.
pub fn amount(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "this is a number, not negative".to_owned())
}

/// What a measure is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A share of something.
    Share,
    /// Seconds.
    Seconds,
    /// Interactions.
    Count,
}

/// The measures that something may be required of, under the names that reports give them.
const MEASURES: [(&str, Unit); 22] = [
    ("service_level_of_offered", Unit::Share),
    ("service_level_without_short_abandons", Unit::Share),
    ("service_level_of_answered", Unit::Share),
    ("abandonment", Unit::Share),
    ("waiting_share", Unit::Share),
    ("occupancy", Unit::Share),
    ("mean_wait", Unit::Seconds),
    ("mean_wait_of_answered", Unit::Seconds),
    ("wait_p50", Unit::Seconds),
    ("wait_p90", Unit::Seconds),
    ("wait_p95", Unit::Seconds),
    ("wait_p99", Unit::Seconds),
    ("mean_depth", Unit::Count),
    ("depth_p50", Unit::Count),
    ("depth_p95", Unit::Count),
    ("depth_max", Unit::Count),
    ("offered", Unit::Count),
    ("answered", Unit::Count),
    ("abandoned", Unit::Count),
    ("overflowed", Unit::Count),
    ("unserved", Unit::Count),
    ("unrouted", Unit::Count),
];

/// The measures of a ranking of agents: how many are there, and the best score among them.
const AGENT_MEASURES: [(&str, Unit); 2] = [("available_agents", Unit::Count), ("best_score", Unit::Count)];

/// The unit of a measure; none of a name that is none.
pub fn unit_of(measure: &str) -> Option<Unit> {
    MEASURES.iter().find(|(name, _)| *name == measure).map(|(_, unit)| *unit)
}

/// On which side of a bound a measure has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `<`
    Below,
}

/// Something that must hold of a simulation: `service_level>=80%`, `change_mean_wait<=5s`, `best_score>=0.6`.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// As it was written.
    pub text: String,
    /// The measure, as reports call it.
    pub measure: &'static str,
    /// Whether it is about the change from the rules that are compared with.
    pub is_change: bool,
    /// On which side.
    pub side: Side,
    /// Of what.
    pub bound: f64,
}

impl Requirement {
    /// Whether a figure is as it has to be.
    pub fn is_met_by(&self, value: f64) -> bool {
        match self.side {
            Side::AtLeast => value >= self.bound,
            Side::AtMost => value <= self.bound,
            Side::Above => value > self.bound,
            Side::Below => value < self.bound,
        }
    }

    /// What its measure is a number of.
    pub fn unit(&self) -> Unit {
        unit_of(self.measure).unwrap_or(Unit::Count)
    }

    /// One of a ranking of agents.
    ///
    /// # Errors
    ///
    /// What is none.
    pub fn of_agents(text: &str) -> Result<Self, String> {
        Self::read(text, &AGENT_MEASURES)
    }
}

/// One of a load.
impl FromStr for Requirement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::read(text, &MEASURES)
    }
}

impl Requirement {
    fn read(text: &str, measures: &'static [(&'static str, Unit)]) -> Result<Self, String> {
        const SIDES: [(&str, Side); 4] =
            [(">=", Side::AtLeast), ("<=", Side::AtMost), (">", Side::Above), ("<", Side::Below)];
        let split = SIDES.iter().find_map(|(word, side)| Some((text.split_once(word)?, *side)));
        let Some(((name, bound), relation)) = split else {
            let name = measures.first().map_or("", |(name, _)| *name);
            return Err(format!("it is written as a measure, a relation and a figure: `{name}>=…`"));
        };
        let (name, bound) = (name.trim(), bound.trim());
        let (name, is_change) = match name.strip_prefix("change_") {
            Some(name) => (name, true),
            None => (name, false),
        };
        // The sense that is meant where none is named.
        let name = if name == "service_level" { "service_level_of_offered" } else { name };
        let Some((measure, unit)) = measures.iter().find(|(known, _)| *known == name) else {
            let near = rule_lang::nearest(name, measures.iter().map(|(known, _)| *known));
            let hint = near.map_or_else(
                || {
                    let all: Vec<String> = measures.iter().map(|(name, _)| format!("`{name}`")).collect();
                    format!("there are {}", all.join(", "))
                },
                |near| format!("did you mean `{near}`?"),
            );
            return Err(format!("there is no measure `{name}`; {hint}"));
        };
        // A change may be to the better: less than nothing.
        let (sign, figure) = match bound.strip_prefix('-').filter(|_| is_change) {
            Some(figure) => (-1.0, figure),
            None => (1.0, bound),
        };
        let least = match unit {
            Unit::Share => share(figure),
            Unit::Seconds => seconds(figure),
            Unit::Count => amount(figure),
        }?;
        Ok(Self { text: text.to_owned(), measure, is_change, side: relation, bound: sign * least })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_are_written() {
        assert_eq!([seconds("240s"), seconds("4m"), seconds("240")], [Ok(240.0), Ok(240.0), Ok(240.0)]);
        assert_eq!([share("80%"), share("0.8"), share("80 %")], [Ok(0.8), Ok(0.8), Ok(0.8)]);
        for wrong in ["", "80", "-1%", "NaN", "120%"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "-3s", "inf", "soon"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn requirements_hold_or_not() {
        let read = |text: &str| text.parse::<Requirement>();
        let level = read("service_level >= 80%").unwrap();
        assert_eq!((level.measure, level.side), ("service_level_of_offered", Side::AtLeast));
        assert!(level.is_met_by(0.8) && !level.is_met_by(0.799));
        let change = read("change_mean_wait<=-5s").unwrap();
        assert!(change.is_change && change.is_met_by(-5.0) && !change.is_met_by(-4.0));
        for (wrong, says) in [
            ("mean_wait", "it is written as a measure"),
            ("mean_wat<=3s", "did you mean `mean_wait`?"),
            ("service_level>=80", "a share is written"),
            ("mean_wait<=-3s", "a time is written"),
        ] {
            let why = read(wrong).unwrap_err();
            assert!(why.contains(says), "{wrong}: {why}");
        }
    }
}
