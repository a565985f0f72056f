//! Which rule decides: the highest priority, then the queue's name, then the rule's (contract 0).

use std::cmp::Ordering;

use genesys_model::RuleBody;
use serde::Serialize;

use crate::Interaction;
use crate::compiled::{CompiledExpression, EvalError, Patterns};
use crate::trace::Trace;

/// A rule that cannot be evaluated.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("the rule `{rule}` of the queue `{queue}` cannot be evaluated: {source}")]
pub struct DecideError {
    /// The rule's name.
    pub rule: String,
    /// Its queue's name or id.
    pub queue: String,
    /// What is wrong with its expression.
    pub source: EvalError,
}

/// Rules made ready for any number of interactions, in the order in which they decide.
#[derive(Debug)]
pub struct Rules<'a> {
    ordered: Vec<(&'a RuleBody, CompiledExpression<'a>)>,
}

/// Which of two matching rules decides: the lesser. Strings compare by bytes, which for UTF-8 is by code points.
pub fn precedence(left: &RuleBody, right: &RuleBody) -> Ordering {
    right
        .priority
        .cmp(&left.priority)
        .then_with(|| left.queue.as_str().cmp(right.queue.as_str()))
        .then_with(|| left.name.cmp(&right.name))
}

fn counts(rule: &RuleBody, queue: Option<&str>) -> bool {
    queue.is_none_or(|queue| rule.queue.as_str() == queue)
}

pub(crate) fn prepare<'a>(
    rule: &'a RuleBody,
    patterns: &mut Patterns,
) -> Result<CompiledExpression<'a>, DecideError> {
    CompiledExpression::with(&rule.expression, patterns).map_err(|source| DecideError {
        rule: rule.name.clone(),
        queue: rule.queue.as_str().to_owned(),
        source,
    })
}

impl<'a> Rules<'a> {
    /// Makes rules ready, those too that are not enabled.
    ///
    /// # Errors
    /// The first rule that cannot be evaluated.
    pub fn new(rules: impl IntoIterator<Item = &'a RuleBody>) -> Result<Self, DecideError> {
        let mut patterns = Patterns::default();
        let mut ordered = rules
            .into_iter()
            .map(|rule| Ok((rule, prepare(rule, &mut patterns)?)))
            .collect::<Result<Vec<_>, _>>()?;
        ordered.sort_by(|(left, _), (right, _)| precedence(left, right));
        Ok(Self { ordered })
    }

    /// The rules in the order in which they decide.
    pub fn iter(&self) -> impl Iterator<Item = (&'a RuleBody, &CompiledExpression<'a>)> {
        self.ordered.iter().map(|(rule, compiled)| (*rule, compiled))
    }

    /// The rule that decides an interaction; within a queue, where one is given. Rules that are not enabled do not.
    pub fn decide(&self, interaction: &Interaction, queue: Option<&str>) -> Option<&'a RuleBody> {
        self.iter()
            .find(|(rule, compiled)| rule.enabled && counts(rule, queue) && compiled.matches(interaction))
            .map(|(rule, _)| rule)
    }

    /// What every rule (of a queue, where one is given) says to an interaction, in the order in which they decide.
    pub fn evaluate<'t>(&self, interaction: &'t Interaction, queue: Option<&str>) -> Evaluation<'t>
    where
        'a: 't,
    {
        let mut decision = None;
        let rules = self.iter().filter(|(rule, _)| counts(rule, queue)).map(|(rule, compiled)| {
            let trace = compiled.trace(interaction);
            let decides = trace.outcome && rule.enabled && decision.is_none();
            if decides {
                decision = Some(rule.name.as_str());
            }
            RuleOutcome {
                rule: &rule.name,
                queue: rule.queue.as_str(),
                priority: rule.priority,
                enabled: rule.enabled,
                matched: trace.outcome,
                decides,
                trace,
            }
        });
        let rules = rules.collect();
        Evaluation { decision, rules }
    }
}

/// What the rules say to an interaction.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Evaluation<'t> {
    /// The name of the rule that decides; null where none does.
    pub decision: Option<&'t str>,
    /// All rules, in the order in which they decide.
    pub rules: Vec<RuleOutcome<'t>>,
}

/// What one rule says to an interaction.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RuleOutcome<'t> {
    /// Its name.
    pub rule: &'t str,
    /// Its queue's name or id.
    pub queue: &'t str,
    /// Its priority.
    pub priority: i64,
    /// Whether it may decide at all.
    pub enabled: bool,
    /// Whether its expression holds, enabled or not.
    pub matched: bool,
    /// Whether it is the one that decides.
    pub decides: bool,
    /// Why its expression holds or does not.
    pub trace: Trace<'t>,
}

/// The rule that decides an interaction; within a queue, where one is given. For more than one interaction, make
/// [`Rules`].
///
/// # Errors
/// A rule that cannot be evaluated, where it could have decided.
pub fn decide<'a>(
    rules: impl IntoIterator<Item = &'a RuleBody>,
    interaction: &Interaction,
    queue: Option<&str>,
) -> Result<Option<&'a RuleBody>, DecideError> {
    let mut rules: Vec<_> = rules.into_iter().filter(|rule| rule.enabled && counts(rule, queue)).collect();
    rules.sort_by(|left, right| precedence(left, right));
    let mut patterns = Patterns::default();
    for rule in rules {
        if prepare(rule, &mut patterns)?.matches(interaction) {
            return Ok(Some(rule));
        }
    }
    Ok(None)
}
