//! What arrives, and how long each takes; the ranges that figures must keep.

use serde::Serialize;

use super::LoadError;

/// The most agents that are calculated, which bounds the time of every call.
pub const MAX_AGENTS: u32 = 10_000_000;

/// The most arrivals within one's patience: it bounds how many states of a queue are added up.
pub(super) const MAX_PATIENT: f64 = 1e10;

/// The shortest and the longest time, in seconds: a microsecond, thirty years.
const TIMES: (f64, f64) = (1e-6, 1e9);

/// The arrivals of a queue, and their work.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    arrivals_per_hour: f64,
    #[serde(skip)]
    rate: f64,
    service_seconds: f64,
    offered_load: f64,
}

impl Traffic {
    /// That many arrivals an hour, each of which takes an agent that many seconds on average.
    ///
    /// # Errors
    ///
    /// As [`Traffic::per_period`].
    pub fn per_hour(arrivals: f64, service_seconds: f64) -> Result<Self, LoadError> {
        Self::per_period(arrivals, 3600.0, service_seconds)
    }

    /// That many arrivals in a period of so many seconds, each of which takes an agent `service_seconds` on average.
    ///
    /// # Errors
    ///
    /// A figure that is no number, negative, infinite or beyond all sense; more work than [`MAX_AGENTS`] can do.
    pub fn per_period(arrivals: f64, period_seconds: f64, service_seconds: f64) -> Result<Self, LoadError> {
        within("arrivals", arrivals, 0.0, 1e15)?;
        time("period", period_seconds)?;
        time("service time", service_seconds)?;
        // Multiplied before it is divided: 100 in 1800 s at 180 s each are 10 agents' work exactly, not a rounding more.
        let offered_load = arrivals * service_seconds / period_seconds;
        if offered_load > f64::from(MAX_AGENTS) {
            return Err(LoadError::TooMuchLoad { offered: offered_load });
        }
        let arrivals_per_hour = arrivals * (3600.0 / period_seconds);
        Ok(Self { arrivals_per_hour, rate: arrivals / period_seconds, service_seconds, offered_load })
    }

    /// Arrivals an hour.
    pub fn arrivals_per_hour(&self) -> f64 {
        self.arrivals_per_hour
    }

    /// Arrivals a second.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Seconds that one takes an agent, on average.
    pub fn service_seconds(&self) -> f64 {
        self.service_seconds
    }

    /// The work that arrives, in agents that it would keep busy all the time ("erlangs").
    pub fn offered_load(&self) -> f64 {
        self.offered_load
    }
}

/// Whether a figure lies in a range, ends included.
pub(super) fn within(what: &'static str, value: f64, least: f64, most: f64) -> Result<(), LoadError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(LoadError::OutOfRange { what, value, least, most })
}

/// Whether a figure is a time in seconds, and not 0.
pub(super) fn time(what: &'static str, seconds: f64) -> Result<(), LoadError> {
    within(what, seconds, TIMES.0, TIMES.1)
}

/// Whether a figure is a time in seconds, or 0.
pub(super) fn time_or_none(what: &'static str, seconds: f64) -> Result<(), LoadError> {
    within(what, seconds, 0.0, TIMES.1)
}

/// Whether a figure is a share of something, neither none nor all.
pub(super) fn share(what: &'static str, value: f64) -> Result<(), LoadError> {
    if value > 0.0 && value < 1.0 {
        return Ok(());
    }
    Err(LoadError::NotAShare { what, value })
}

/// Whether so many agents are calculated.
pub(super) fn countable(agents: u32) -> Result<(), LoadError> {
    if agents <= MAX_AGENTS {
        return Ok(());
    }
    Err(LoadError::TooManyAgents { agents })
}

/// The least whole number of agents that is no less than a figure, which must be from 0 to [`MAX_AGENTS`].
pub(super) fn whole_agents(figure: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast keeps to the range of its type"
    )]
    let whole = figure.ceil() as u32;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_are_no_figures_are_refused() {
        for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -1e-300, 1e300] {
            assert!(matches!(Traffic::per_hour(wrong, 1.0), Err(LoadError::OutOfRange { .. })), "{wrong}");
            assert!(matches!(Traffic::per_hour(1.0, wrong), Err(LoadError::OutOfRange { .. })), "{wrong}");
            assert!(
                matches!(Traffic::per_period(1.0, wrong, 1.0), Err(LoadError::OutOfRange { .. })),
                "{wrong}"
            );
        }
        assert_eq!(
            Traffic::per_hour(1.0, 0.0).unwrap_err().to_string(),
            "`service time` is 0; it must be from 0.000001 to 1000000000"
        );
        assert!(matches!(Traffic::per_period(1e8, 1.0, 1.0), Err(LoadError::TooMuchLoad { .. })));
    }

    #[test]
    fn no_arrivals_are_a_load() {
        assert!(Traffic::per_hour(0.0, 240.0).unwrap().offered_load().abs() < f64::MIN_POSITIVE);
    }
}
