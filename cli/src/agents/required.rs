//! The skills that an agent needs for an interaction, and who asks for them.

use genesys_model::{Bundle, RoutingMethod, StrategyBody};
use rule_compiler::Symbols;
use rule_eval::{Attribute, Interaction};
use serde::Serialize;

use super::Roster;

/// A skill that an agent needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Required {
    /// The platform's name for it.
    pub(crate) name: String,
    /// Who asks for it: `request`, or else `interaction`, `strategy`, `queue`.
    pub(crate) wanted_by: Vec<&'static str>,
}

/// The strategy that the interaction falls under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Strategy {
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// How the platform picks among the agents who fit.
    pub(crate) method: RoutingMethod,
}

/// The skills that are required, each once; the strategy that asked for some; what ought to be known of it.
///
/// Skills that are asked for outright are all there are, none too. Else they are those of the interaction's `skill`, of the
/// strategy that the rules declare for the queue and the interaction's media type, and of the live queue's own list (D23).
pub(crate) fn required_skills(
    asked: Option<&[String]>,
    interaction: &Interaction,
    bundle: &Bundle,
    symbols: &Symbols,
    roster: &Roster,
) -> (Vec<Required>, Option<Strategy>, Vec<String>) {
    let mut required: Vec<Required> = Vec::new();
    let mut want = |name: &str, by: &'static str| match required.iter_mut().find(|one| one.name == name) {
        Some(one) if one.wanted_by.contains(&by) => {}
        Some(one) => one.wanted_by.push(by),
        None => required.push(Required { name: name.to_owned(), wanted_by: vec![by] }),
    };
    let mut notes = Vec::new();
    let own: Vec<&StrategyBody> = bundle
        .strategies
        .iter()
        .filter(|strategy| [roster.queue.as_str(), &roster.queue_id].contains(&strategy.queue.as_str()))
        .collect();
    let media_type = match interaction.get("media_type") {
        Some(Attribute::String(media_type)) => Some(media_type.as_str()),
        _ => None,
    };
    let strategy = own.iter().find(|strategy| Some(strategy.media_type.as_str()) == media_type);
    if let Some(skills) = asked {
        for name in skills {
            want(symbols.skill_platform_name(name), "request");
        }
    } else {
        if let Some(Attribute::Set(skills)) = interaction.get("skill") {
            for name in skills {
                want(name, "interaction");
            }
        }
        for name in strategy.iter().flat_map(|strategy| &strategy.require) {
            want(name, "strategy");
        }
        for name in &roster.skill_requirements {
            want(name, "queue");
        }
        if media_type.is_none() && own.iter().any(|strategy| !strategy.require.is_empty()) {
            notes.push(format!(
                "the interaction has no `media_type`, so the strategies of the queue `{}` ask for no skills",
                roster.queue
            ));
        }
    }
    let strategy = strategy
        .map(|strategy| Strategy { media_type: strategy.media_type.as_str(), method: strategy.method });
    (required, strategy, notes)
}
