//! `GET /program`: what the rules declare, so that an interaction can be built from it.

use std::collections::{BTreeMap, BTreeSet};

use genesys_model::{Expression, Scalar};
use rule_compiler::{Attribute, AttributeType, Symbols};
use serde::Serialize;

use super::{Loaded, Service};
use crate::agents::Source;

/// The most values that are suggested for an attribute.
const MAX_SUGGESTIONS: usize = 200;

/// What the rules declare.
#[derive(Serialize)]
pub(super) struct Program<'a> {
    version: u32,
    rules_version: &'a str,
    read_at: &'a str,
    /// Why the files say something else by now, where they do.
    outdated: Option<String>,
    rules: usize,
    queues: BTreeSet<&'a str>,
    attributes: Vec<Field<'a>>,
    agents: Agents<'a>,
}

/// An attribute that an interaction may carry.
#[derive(Serialize)]
struct Field<'a> {
    /// As rules call it.
    name: &'a str,
    /// As the platform calls it.
    #[serde(rename = "field")]
    platform: &'a str,
    /// `bool`, `int`, `float`, `string`, `enum` or `set`.
    #[serde(rename = "type")]
    ty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<i64>,
    /// All values of an enum.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<&'a str>,
    /// Values of a string or members of a set that rules know.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    suggestions: BTreeSet<&'a str>,
    /// Whether a rule asks for it, or the choice of agents depends on it.
    used: bool,
}

/// Where agents come from.
#[derive(Serialize)]
struct Agents<'a> {
    /// `file`, `organization`, or null where there are none.
    source: Option<&'static str>,
    /// The organization.
    organization: Option<String>,
    /// Why there are none.
    reason: Option<&'a str>,
}

impl<'a> Program<'a> {
    /// What these rules declare.
    pub(super) fn of(service: &'a Service, loaded: &'a Loaded) -> Self {
        let symbols = loaded.program.symbols();
        let known = known_values(loaded);
        let agents = match &service.source {
            Ok(Source::File(_)) => Agents { source: Some("file"), organization: None, reason: None },
            Ok(Source::Live(session)) => {
                Agents { source: Some("organization"), organization: Some(session.shown()), reason: None }
            }
            Err(why) => Agents { source: None, organization: None, reason: Some(why) },
        };
        let bundle = &loaded.bundle;
        let by_agents: &[&str] = match (&service.source, bundle.strategies.is_empty()) {
            (Err(_), _) => &[],
            (Ok(_), true) => &["skill"],
            (Ok(_), false) => &["skill", "media_type"],
        };
        Self {
            version: 1,
            rules_version: &loaded.version,
            read_at: &loaded.read_at,
            outdated: service.outdated(),
            rules: bundle.rules.len(),
            queues: bundle
                .queues
                .iter()
                .map(|queue| queue.name.as_str())
                .chain(bundle.rules.iter().map(|rule| rule.queue.as_str()))
                .collect(),
            attributes: symbols
                .attributes()
                .filter_map(|one| Field::of(&one, symbols, &known, by_agents))
                .collect(),
            agents,
        }
    }
}

impl<'a> Field<'a> {
    /// `by_agents`: the attributes that decide on agents, whatever the rules ask for.
    fn of(
        attribute: &Attribute<'a>,
        symbols: &'a Symbols,
        known: &Known<'a>,
        by_agents: &[&str],
    ) -> Option<Self> {
        let (mut minimum, mut maximum, mut values) = (None, None, Vec::new());
        let mut suggestions: BTreeSet<&str> =
            known.get(attribute.field).into_iter().flatten().copied().take(MAX_SUGGESTIONS).collect();
        let ty = match attribute.ty? {
            AttributeType::Bool => "bool",
            AttributeType::Int(range) => {
                (minimum, maximum) = (range.map(|(low, _)| low), range.map(|(_, high)| high));
                "int"
            }
            AttributeType::Float => "float",
            AttributeType::String => "string",
            AttributeType::Enum(listed) => {
                values = listed.iter().collect();
                suggestions.clear();
                "enum"
            }
            AttributeType::Set => {
                if attribute.name == "skill" {
                    suggestions.extend(symbols.skills().map(|(skill, _)| symbols.skill_platform_name(skill)));
                }
                "set"
            }
        };
        let used = known.contains_key(attribute.field) || by_agents.contains(&attribute.name);
        let (name, platform) = (attribute.name, attribute.field);
        Some(Self { name, platform, ty, minimum, maximum, values, suggestions, used })
    }
}

/// The strings that rules compare each attribute with, by the platform's names; those without any too.
type Known<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

fn known_values(loaded: &Loaded) -> Known<'_> {
    let mut known = Known::new();
    for rule in &loaded.bundle.rules {
        for (node, _) in rule.expression.walk() {
            let Expression::Condition(condition) = node else { continue };
            let values = known.entry(&condition.field).or_default();
            let is_pattern = condition.operator == genesys_model::ConditionOperator::Regex;
            if let (Some(Scalar::String(value)), false) = (&condition.value, is_pattern) {
                values.insert(value);
            }
        }
    }
    known
}
