//! The file that describes a scenario: who works, what arrives, how long it takes.

use std::path::Path;

use genesys_model::MediaType;
use routing_sim::event::Durations;
use serde::Deserialize;

use crate::agents::{Clock, FileAgents};
use crate::args::figure;
use crate::failure::Failure;
use crate::name::shown;
use crate::read;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What a file looks like.
const SHAPE: &str = "it is an object: {\"begins\": \"08:00\", \"lasts\": \"8h\", \"agents\": […], \"arrivals\": \
                     [{\"attributes\": {\"language\": \"en\"}, \"per_hour\": 45, \"service\": \"4m\", \"patience\": \"2m\"}]}";

/// A scenario as it stands in a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// What time of the day it is at the start.
    #[serde(default)]
    pub(super) begins: Clock,
    /// How long it lasts. Who still waits then is unserved.
    pub(super) lasts: Time,
    /// How much of the start does not count.
    #[serde(default)]
    pub(super) warm_up: Time,
    /// The steps of figures over time.
    pub(super) interval: Option<Time>,
    /// The time of the service level.
    pub(super) answer_within: Option<Time>,
    /// Whose strategies they are routed by.
    pub(super) media_type: Option<MediaType>,
    /// Who works.
    pub(super) agents: Option<FileAgents>,
    /// What arrives.
    pub(super) arrivals: Vec<Arriving>,
}

/// Interactions of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arriving {
    /// What the rules see of each.
    #[serde(default)]
    pub(super) attributes: serde_json::Map<String, serde_json::Value>,
    /// How many arrive an hour, on average: always, or interval by interval.
    pub(super) per_hour: PerHour,
    /// How long those intervals are.
    pub(super) every: Option<Time>,
    /// How long an agent talks.
    pub(super) service: Option<Times>,
    /// How long one waits before one leaves.
    pub(super) patience: Option<Times>,
    /// How long the agent is busy afterwards.
    pub(super) wrap_up: Option<Times>,
}

/// Arrivals an hour.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "`per_hour` is a number, or a list of numbers, one for each interval of `every`"
)]
pub(super) enum PerHour {
    Always(f64),
    ByInterval(Vec<f64>),
}

/// A time in seconds: a number, or a text like `4m`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(try_from = "NumberOrText")]
pub(super) struct Time(pub(super) f64);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a time is a number of seconds, or a text like `4m`")]
enum NumberOrText {
    Number(f64),
    Text(String),
}

impl TryFrom<NumberOrText> for Time {
    type Error = String;

    fn try_from(written: NumberOrText) -> Result<Self, String> {
        match written {
            NumberOrText::Number(number) if number >= 0.0 => Ok(Self(number)),
            NumberOrText::Number(number) => Err(format!("{number} is no time")),
            NumberOrText::Text(text) => figure::seconds(&text).map(Self),
        }
    }
}

/// How long things take: a mean alone, or a distribution.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "it is a mean time, or one of {\"fixed\": 30}, {\"exponential\": {\"mean\": 240}}, {\"log_normal\": {\"mean\": 240, \
                 \"cv\": 0.8}}, {\"weibull\": {\"mean\": 120, \"shape\": 1.5}}, {\"empirical\": [200, 310]}, all in seconds"
)]
pub(super) enum Times {
    Mean(Time),
    As(Durations),
}

impl Times {
    /// A mean alone is that of an exponential time, as the formulas have it.
    pub(super) fn durations(&self) -> Durations {
        match self {
            Self::Mean(mean) => Durations::Exponential { mean: mean.0 },
            Self::As(durations) => durations.clone(),
        }
    }
}

/// Reads a file.
///
/// # Errors
///
/// What cannot be read, or is no scenario.
pub(super) fn read_scenario(path: &Path) -> Result<Written, Failure> {
    let name = shown(path);
    let bytes = read::bytes(path, MAX_BYTES).map_err(|error| Failure::file("read", path, &error))?;
    let bytes = bytes.ok_or_else(|| {
        Failure::new(format!("`{name}` is larger than {} MiB", MAX_BYTES / 1024 / 1024)).about(&name)
    })?;
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    serde_json::from_slice(bytes)
        .map_err(|why| Failure::new(format!("`{name}` holds no scenario: {why}")).help(SHAPE).about(name))
}
