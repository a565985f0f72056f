//! Running the cases.

use std::sync::atomic::{AtomicUsize, Ordering};

use genesys_model::QueueRef;
use rayon::prelude::*;
use rule_compiler::{CompiledRule, Program};
use rule_eval::limits::MAX_ATTRIBUTES;
use rule_eval::{CompiledExpression, EvalError, Interaction, Patterns, precedence};
use rule_lang::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::case::{self, Batch, Case};
use crate::coverage::{ConditionCoverage, Coverage};
use crate::leaf::{self, Leaf};
use crate::reason::{Rank, Reason};
use crate::report::{CaseResult, Decided, Outcome, Report};

/// What to run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Only the cases whose name (`test / case`) contains this; all where there is none.
    pub filter: Option<String>,
}

/// Why the tests cannot be run.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The last check found errors.
    #[error("the program has errors, so its tests cannot be run")]
    HasErrors,
    /// A case gives more attributes than are ever read of an interaction.
    #[error("the case `{case}` gives more than {MAX_ATTRIBUTES} attributes")]
    TooManyAttributes {
        /// The case's full name.
        case: String,
    },
    /// A rule cannot be evaluated.
    #[error("the rule `{rule}` cannot be evaluated: {source}")]
    Rule {
        /// The rule's name.
        rule: String,
        /// What is wrong with its tree.
        source: EvalError,
    },
    /// A condition cannot be evaluated.
    #[error("the condition `{text}` cannot be evaluated: {source}")]
    Condition {
        /// The condition as it is written.
        text: String,
        /// What is wrong with it.
        source: EvalError,
    },
}

/// Runs the tests of a program that was checked without errors.
///
/// # Errors
/// A program with errors, a case that gives more than [`MAX_ATTRIBUTES`], or rules deeper than is ever evaluated
/// ([`MAX_READ_DEPTH`](genesys_model::limits::MAX_READ_DEPTH)).
pub fn run(program: &Program, options: &Options) -> Result<Report, RunError> {
    if program.has_errors() {
        return Err(RunError::HasErrors);
    }
    let batches = case::collect(program, options.filter.as_deref());
    let mut rules = program.compile_rules();
    rules.sort_by(|left, right| precedence(&left.body, &right.body));
    let leaves = leaf::collect(program);
    let runner = Runner::new(&rules, &leaves)?;
    let ran = batches.par_iter().map(|batch| runner.batch(batch)).collect::<Result<Vec<_>, _>>()?;
    let cases: Vec<CaseResult> = ran.into_iter().flatten().collect();
    let coverage = runner.coverage(cases.len());
    Ok(Report { cases, coverage })
}

struct Runner<'r> {
    /// In the order in which they decide.
    rules: Vec<(&'r CompiledRule, CompiledExpression<'r>)>,
    leaves: Vec<(&'r Leaf<'r>, CompiledExpression<'r>)>,
    /// In how many cases each leaf was true so far.
    times_true: Vec<AtomicUsize>,
    leaf_at: FxHashMap<Span, usize>,
}

impl<'r> Runner<'r> {
    fn new(rules: &'r [CompiledRule], leaves: &'r [Leaf<'r>]) -> Result<Self, RunError> {
        let mut patterns = Patterns::default();
        let rules = rules
            .iter()
            .map(|rule| match CompiledExpression::with(&rule.body.expression, &mut patterns) {
                Ok(compiled) => Ok((rule, compiled)),
                Err(source) => Err(RunError::Rule { rule: rule.body.name.clone(), source }),
            })
            .collect::<Result<_, _>>()?;
        let leaf_at = leaves.iter().enumerate().map(|(at, leaf)| (leaf.span, at)).collect();
        let leaves: Vec<_> = leaves
            .iter()
            .map(|leaf| match CompiledExpression::with(&leaf.expression, &mut patterns) {
                Ok(compiled) => Ok((leaf, compiled)),
                Err(source) => Err(RunError::Condition { text: leaf.text.to_owned(), source }),
            })
            .collect::<Result<_, _>>()?;
        let times_true = leaves.iter().map(|_| AtomicUsize::new(0)).collect();
        Ok(Self { rules, leaves, times_true, leaf_at })
    }

    fn batch(&self, batch: &Batch<'_>) -> Result<Vec<CaseResult>, RunError> {
        let mut ran = Vec::with_capacity(batch.cases.len());
        batch.each(|case, given| {
            for ((_, compiled), times_true) in self.leaves.iter().zip(&self.times_true) {
                if compiled.matches(given) {
                    times_true.fetch_add(1, Ordering::Relaxed);
                }
            }
            ran.push(self.case(case, given));
        })?;
        Ok(ran)
    }

    fn case(&self, case: &Case<'_>, given: &Interaction) -> CaseResult {
        let got = self.decide(given, case.expected.queue.as_deref());
        let name = got.map(|(rule, _)| rule.body.name.as_str());
        let outcome = if name == case.expected.rule.as_deref() {
            Outcome::Pass
        } else {
            Outcome::Fail {
                expected: case.expected.clone(),
                got: got.map(|(rule, _)| Decided {
                    rule: rule.body.name.clone(),
                    queue: rule.body.queue.clone(),
                }),
                why: self.why(case, given, got),
            }
        };
        CaseResult {
            test: case.test.clone(),
            case: case.label.clone(),
            span: case.span,
            expect_span: case.expect_span,
            outcome,
        }
    }

    fn decide(
        &self,
        given: &Interaction,
        queue: Option<&str>,
    ) -> Option<&(&'r CompiledRule, CompiledExpression<'r>)> {
        self.rules
            .iter()
            .find(|(rule, compiled)| rule.body.enabled && in_queue(rule, queue) && compiled.matches(given))
    }

    /// Why the expected rule did not decide, or, where none was expected, why one did.
    fn why(
        &self,
        case: &Case<'_>,
        given: &Interaction,
        got: Option<&(&'r CompiledRule, CompiledExpression<'r>)>,
    ) -> Vec<Reason> {
        let queue = case.expected.queue.as_deref();
        let expected = case.expected.rule.as_ref().and_then(|name| {
            self.rules.iter().find(|(rule, _)| rule.body.name == *name && in_queue(rule, queue))
        });
        let mut why = Vec::new();
        if let Some((rule, compiled)) = expected {
            if !rule.body.enabled {
                why.push(Reason::Disabled { rule: rule.body.name.clone() });
            }
            if !compiled.matches(given) {
                self.conditions(rule, compiled, given, &mut why);
                return why;
            }
            if let Some((winner, _)) = got
                && rule.body.enabled
            {
                why.push(outranked(rule, winner));
            }
        }
        if let Some((rule, compiled)) = got {
            self.conditions(rule, compiled, given, &mut why);
        }
        why
    }

    /// The conditions of a rule that decided whether it matches, each as it is written.
    fn conditions(
        &self,
        rule: &CompiledRule,
        compiled: &CompiledExpression<'_>,
        given: &Interaction,
        why: &mut Vec<Reason>,
    ) {
        let mut seen = FxHashSet::default();
        let trace = compiled.trace(given);
        for (condition, origin) in trace.conditions().into_iter().zip(&rule.origins) {
            // `in` is one condition for its author, and several in the tree.
            if !condition.decisive || !seen.insert(*origin) {
                continue;
            }
            let Some((leaf, compiled)) = self.leaf_at.get(origin).and_then(|at| self.leaves.get(*at)) else {
                continue;
            };
            why.push(Reason::Condition {
                rule: rule.body.name.clone(),
                span: leaf.span,
                text: leaf.text.to_owned(),
                holds: compiled.matches(given),
                attribute: leaf.attribute.to_owned(),
                actual: given.get(&leaf.field).cloned(),
            });
        }
    }

    fn coverage(&self, cases: usize) -> Coverage {
        let conditions = self.leaves.iter().zip(&self.times_true).map(|((leaf, _), times_true)| {
            let times_true = times_true.load(Ordering::Relaxed);
            let (span, text) = (leaf.span, leaf.text.to_owned());
            ConditionCoverage { span, text, times_true, times_false: cases - times_true }
        });
        Coverage { conditions: conditions.collect() }
    }
}

fn in_queue(rule: &CompiledRule, queue: Option<&str>) -> bool {
    queue.is_none_or(|queue| matches!(&rule.body.queue, QueueRef::Name(name) if name == queue))
}

fn outranked(rule: &CompiledRule, winner: &CompiledRule) -> Reason {
    let because = if rule.body.priority != winner.body.priority {
        Rank::Priority { higher: winner.body.priority, lower: rule.body.priority }
    } else if rule.body.queue.as_str() != winner.body.queue.as_str() {
        Rank::QueueName
    } else {
        Rank::RuleName
    };
    Reason::Outranked { rule: rule.body.name.clone(), by: winner.body.name.clone(), because }
}
