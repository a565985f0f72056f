//! Faults as the admin route takes them: every effect but a call.
//!
//! ```json
//! {"on": {"method": "POST", "path": "/api/v2/routing/rules", "skip": 2}, "times": 1,
//!  "then": {"effect": "status", "status": 503, "when": "after"}}
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::faults::{Effect, Fault, JobCourse, Match, ReplyBody, RetryAfter, When};

/// A fault in JSON. `on` left out matches every request, `times` left out is once.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultJson {
    #[serde(default)]
    on: MatchJson,
    #[serde(default = "once")]
    times: u32,
    then: ThenJson,
}

fn once() -> u32 {
    1
}

#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields, default)]
struct MatchJson {
    method: Option<String>,
    path: Option<String>,
    skip: u32,
}

/// One effect, or a list of them.
#[derive(Debug)]
enum ThenJson {
    One(EffectJson),
    All(Vec<EffectJson>),
}

/// What is wrong with an effect is said of that effect, with the names there are.
impl<'de> Deserialize<'de> for ThenJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let then = if value.is_array() {
            Vec::deserialize(value).map(Self::All)
        } else {
            EffectJson::deserialize(value).map(Self::One)
        };
        then.map_err(|error| D::Error::custom(format!("`then`: {error}")))
    }
}

#[derive(Deserialize, Debug)]
#[serde(tag = "effect", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum EffectJson {
    Refuse,
    Delay {
        milliseconds: u64,
    },
    Hang {
        #[serde(default)]
        when: WhenJson,
    },
    Drop {
        #[serde(default)]
        when: WhenJson,
    },
    TooManyRequests {
        /// A number is seconds; a text is sent as it is, a date for instance.
        #[serde(default)]
        retry_after: Option<RetryAfterJson>,
    },
    Status {
        status: u16,
        #[serde(default)]
        when: WhenJson,
    },
    Reply {
        status: u16,
        #[serde(default)]
        when: WhenJson,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        body: String,
        #[serde(default)]
        ends: EndJson,
    },
    RevokeToken {
        #[serde(default)]
        when: WhenJson,
    },
    RevokeClient {
        #[serde(default)]
        when: WhenJson,
    },
    Lag {
        reads: u32,
    },
    Job {
        #[serde(default)]
        polls: Option<u32>,
        #[serde(default)]
        failure: Option<String>,
    },
}

#[derive(Deserialize, Default, Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
enum WhenJson {
    #[default]
    Before,
    After,
}

/// How the body of a reply ends.
#[derive(Deserialize, Default, Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
enum EndJson {
    #[default]
    Whole,
    Broken,
    Never,
}

#[derive(Deserialize, Debug)]
#[serde(untagged, expecting = "`retryAfter` is a number of seconds, or a text")]
enum RetryAfterJson {
    Seconds(u64),
    Raw(String),
}

impl From<FaultJson> for Fault {
    fn from(json: FaultJson) -> Self {
        let MatchJson { method, path, skip } = json.on;
        let then = match json.then {
            ThenJson::One(effect) => effect.into(),
            ThenJson::All(effects) => Effect::All(effects.into_iter().map(Effect::from).collect()),
        };
        Self { on: Match { method, path, skip }, times: json.times, then }
    }
}

impl From<WhenJson> for When {
    fn from(json: WhenJson) -> Self {
        match json {
            WhenJson::Before => Self::Before,
            WhenJson::After => Self::After,
        }
    }
}

impl From<EffectJson> for Effect {
    fn from(json: EffectJson) -> Self {
        match json {
            EffectJson::Refuse => Self::Refuse,
            EffectJson::Delay { milliseconds } => Self::Delay(Duration::from_millis(milliseconds)),
            EffectJson::Hang { when } => Self::Hang(when.into()),
            EffectJson::Drop { when } => Self::Drop(when.into()),
            EffectJson::TooManyRequests { retry_after } => Self::TooManyRequests {
                retry_after: match retry_after {
                    Some(RetryAfterJson::Seconds(seconds)) => RetryAfter::Seconds(seconds),
                    Some(RetryAfterJson::Raw(text)) => RetryAfter::Raw(text),
                    None => RetryAfter::None,
                },
            },
            EffectJson::Status { status, when } => Self::Status { status, when: when.into() },
            EffectJson::Reply { status, when, headers, body, ends } => Self::Reply {
                when: when.into(),
                status,
                headers: headers.into_iter().collect(),
                body: match ends {
                    EndJson::Whole => ReplyBody::Bytes(body.into_bytes()),
                    EndJson::Broken => ReplyBody::Broken(body.into_bytes()),
                    EndJson::Never => ReplyBody::Endless(body.into_bytes()),
                },
            },
            EffectJson::RevokeToken { when } => Self::RevokeToken(when.into()),
            EffectJson::RevokeClient { when } => Self::RevokeClient(when.into()),
            EffectJson::Lag { reads } => Self::Lag { reads },
            EffectJson::Job { polls, failure } => Self::Job(JobCourse { polls, failure }),
        }
    }
}
