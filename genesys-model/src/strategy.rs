//! Routing strategies: one per queue and media type (contract 1.1, "Strategy object").

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How the interactions of one media type find their agents.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Strategy {
    /// Its id, given by the platform, kept for as long as its queue has a strategy for its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The media type, once per queue.
    pub media_type: MediaType,
    /// The method.
    pub strategy: RoutingMethod,
    /// What happens under load.
    #[serde(default)]
    pub overflow: Overflow,
    /// Skills that agents need; the contract shows `required` and `preferred`, each a list of names.
    #[serde(default)]
    pub skills: Map<String, Value>,
}

/// The strategies of one queue (contract 0, "Strategies").
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct QueueStrategies {
    /// Goes up by one with every change, also with one that removes; 0 when none was ever set.
    pub version: u64,
    /// At most one for each media type.
    #[serde(default)]
    pub strategies: Vec<Strategy>,
}

/// A strategy in the list of all (`GET /api/v2/routing/strategies`; contract 1.5).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedStrategy {
    /// The id of its queue.
    pub queue_id: String,
    /// The strategy.
    #[serde(flatten)]
    pub strategy: Strategy,
}

/// The kind of an interaction, as far as strategies go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaType {
    /// A call.
    Voice,
    /// A chat.
    Chat,
    /// A call that the agent makes later.
    Callback,
}

impl MediaType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Voice, Self::Chat, Self::Callback];

    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Chat => "chat",
            Self::Callback => "callback",
        }
    }
}

/// How an agent is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RoutingMethod {
    /// Who has waited longest.
    LongestIdleAgent,
    /// Who knows most.
    MostSkilled,
    /// Anyone.
    Random,
    /// As something else decides.
    Custom,
}

impl RoutingMethod {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::LongestIdleAgent, Self::MostSkilled, Self::Random, Self::Custom];

    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LongestIdleAgent => "longestIdleAgent",
            Self::MostSkilled => "mostSkilled",
            Self::Random => "random",
            Self::Custom => "custom",
        }
    }
}

/// What happens under load.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Overflow {
    /// What to watch, and what to do.
    #[serde(default)]
    pub rules: Vec<OverflowRule>,
}

/// One thing to watch, and what to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OverflowRule {
    /// What is watched.
    pub condition: OverflowCondition,
    /// From where on it is too much: interactions for `queueDepth`, seconds for `waitTime`. Never 0.
    pub threshold: u64,
    /// What is done then.
    pub action: OverflowAction,
}

/// What is watched.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OverflowCondition {
    /// How many interactions wait.
    QueueDepth,
    /// For how many seconds the first has waited.
    WaitTime,
}

impl OverflowCondition {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::QueueDepth, Self::WaitTime];

    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QueueDepth => "queueDepth",
            Self::WaitTime => "waitTime",
        }
    }
}

/// What is done under load.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OverflowAction {
    /// The interaction moves on.
    RouteToNextQueue,
    /// The interaction asks for one more skill.
    AddSkillToInteraction,
}

impl OverflowAction {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::RouteToNextQueue, Self::AddSkillToInteraction];

    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RouteToNextQueue => "routeToNextQueue",
            Self::AddSkillToInteraction => "addSkillToInteraction",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    fn spelled(value: impl Serialize) -> String {
        serde_json::from_value(serde_json::to_value(value).unwrap()).unwrap()
    }

    #[test]
    fn words_are_spelled_as_they_are_sent() {
        for word in MediaType::ALL {
            assert_eq!(spelled(word), word.as_str());
        }
        for word in RoutingMethod::ALL {
            assert_eq!(spelled(word), word.as_str());
        }
        for word in OverflowCondition::ALL {
            assert_eq!(spelled(word), word.as_str());
        }
        for word in OverflowAction::ALL {
            assert_eq!(spelled(word), word.as_str());
        }
    }

    #[test]
    fn what_is_left_out_is_empty() {
        let strategy: Strategy =
            serde_json::from_value(json!({"mediaType": "voice", "strategy": "mostSkilled"})).unwrap();
        assert_eq!(
            serde_json::to_value(strategy).unwrap(),
            json!({"mediaType": "voice", "strategy": "mostSkilled", "overflow": {"rules": []}, "skills": {}})
        );
    }
}
