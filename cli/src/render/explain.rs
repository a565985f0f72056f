//! What rules said to an interaction, and why, condition by condition: for people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use genesys_model::{Condition, ConditionOperator, Scalar};
use rule_eval::{RuleOutcome, Trace, TraceNode};

use super::clean::clean;
use crate::terminal::{BOLD, FAINT, GREEN, RED, paint};

/// The most rules that are explained, apart from the one that decides.
const MAX_RULES: usize = 100;

/// Writes decisions for people.
pub(crate) struct Explainer<'a> {
    /// Where to.
    pub(crate) out: &'a mut dyn Write,
    /// Whether colours are taken.
    pub(crate) color: bool,
    /// What rules call an attribute, by the platform's name.
    pub(crate) names: BTreeMap<&'a str, &'a str>,
}

impl Explainer<'_> {
    /// The decision, and what each rule said.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub(crate) fn decision(&mut self, rules: &[RuleOutcome<'_>]) -> io::Result<()> {
        match rules.iter().find(|rule| rule.decides) {
            Some(rule) => {
                let name = paint(self.color, GREEN, &clean(rule.rule));
                writeln!(self.out, "decision: {name} (queue {})", clean(rule.queue))?;
            }
            None => writeln!(self.out, "decision: {}", paint(self.color, BOLD, "none"))?,
        }
        for (_, rule) in rules.iter().enumerate().filter(|(index, rule)| *index < MAX_RULES || rule.decides) {
            self.rule(rule)?;
        }
        if let Some(more) = rules.len().checked_sub(MAX_RULES).filter(|more| *more > 0) {
            writeln!(
                self.out,
                "\n… of {more} more rules only the deciding one is shown; `--json` has them all"
            )?;
        }
        Ok(())
    }

    /// One rule, and why.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub(crate) fn rule(&mut self, rule: &RuleOutcome<'_>) -> io::Result<()> {
        let says = match (rule.matched, rule.decides, rule.enabled) {
            (true, true, _) => "matches, and decides",
            (true, false, true) => "matches, but a rule above decides",
            (true, _, false) => "would match, but is not enabled",
            (false, _, false) => "does not match, and is not enabled",
            (false, _, true) => "does not match",
        };
        let name = paint(self.color, BOLD, &clean(rule.rule));
        writeln!(self.out, "\n{name} (queue {}, priority {}): {says}", clean(rule.queue), rule.priority)?;
        // Where everything played its part, nothing stands out.
        let mark_decisive = rule.trace.conditions().iter().any(|condition| !condition.decisive);
        self.branch(&rule.trace, 1, mark_decisive)
    }

    /// One node and those below it; `mark_decisive` points out the conditions that decided.
    fn branch(&mut self, trace: &Trace<'_>, depth: usize, mark_decisive: bool) -> io::Result<()> {
        let sign =
            if trace.outcome { paint(self.color, GREEN, "✓") } else { paint(self.color, RED, "✗") };
        let indent = "  ".repeat(depth);
        let words = match &trace.node {
            TraceNode::Condition { condition, actual } => {
                let actual = actual.map_or("missing".to_owned(), |actual| format!("given {actual}"));
                let actual = paint(self.color, FAINT, &format!("({})", clean(&actual)));
                format!("{} {actual}", clean(&self.written(condition)))
            }
            TraceNode::And(_) => "all of".to_owned(),
            TraceNode::Or(_) => "any of".to_owned(),
            TraceNode::Not(_) => "not".to_owned(),
        };
        let is_condition = trace.children().is_empty();
        let decisive = if mark_decisive && is_condition && trace.decisive { " ← decides" } else { "" };
        writeln!(self.out, "{indent}{sign} {words}{decisive}")?;
        trace.children().iter().try_for_each(|child| self.branch(child, depth + 1, mark_decisive))
    }

    /// A condition as an author would write it.
    fn written(&self, condition: &Condition) -> String {
        let field = condition.field.as_str();
        let name = self.names.get(field).copied().unwrap_or(field);
        let Some(value) = &condition.value else {
            let operator =
                if condition.operator == ConditionOperator::NotExists { "not exists" } else { "exists" };
            return format!("{name} {operator}");
        };
        let operator = match condition.operator {
            ConditionOperator::Eq => "==",
            ConditionOperator::Neq => "!=",
            ConditionOperator::Gt => ">",
            ConditionOperator::Lt => "<",
            ConditionOperator::Gte => ">=",
            ConditionOperator::Lte => "<=",
            ConditionOperator::Exists => "has",
            ConditionOperator::NotExists => "lacks",
            ConditionOperator::Contains => "contains",
            ConditionOperator::Regex => "matches",
        };
        match (condition.operator, value) {
            (ConditionOperator::Regex, Scalar::String(pattern)) => {
                format!("{name} matches /{}/", pattern.replace('/', "\\/"))
            }
            _ => format!("{name} {operator} {}", serde_json::to_string(value).unwrap_or_default()),
        }
    }
}
