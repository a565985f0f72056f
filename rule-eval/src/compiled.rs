//! An expression made ready: checked once, its regular expressions compiled once.

use std::collections::HashMap;
use std::sync::Arc;

use genesys_model::limits::MAX_REGEX_BYTES;
use genesys_model::{Condition, ConditionOperator, Expression, Scalar, TreeError};
use regex::{Regex, RegexBuilder};

use crate::compare::holds;
use crate::trace::{Trace, TraceNode};
use crate::{Attribute, Interaction};

/// Why an expression cannot be evaluated.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// The contract does not take the tree.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A `regex` with a value that is not text.
    #[error("the value of `regex` on `{field}` is not a string")]
    PatternType {
        /// The condition's field.
        field: String,
    },
    /// A regular expression that cannot be read, or that takes more than [`MAX_REGEX_BYTES`].
    #[error("the regular expression `{pattern}` on `{field}` cannot be used: {reason}")]
    Pattern {
        /// The condition's field.
        field: String,
        /// The regular expression.
        pattern: String,
        /// What is wrong with it.
        reason: regex::Error,
    },
}

/// Regular expressions compiled so far: those that several rules share are compiled once, and share what a search
/// builds up (a clone of a `Regex` would build it up again).
#[derive(Default, Debug)]
pub struct Patterns {
    compiled: HashMap<String, Arc<Regex>>,
}

impl Patterns {
    fn get(&mut self, field: &str, pattern: &str) -> Result<Arc<Regex>, EvalError> {
        if let Some(compiled) = self.compiled.get(pattern) {
            return Ok(Arc::clone(compiled));
        }
        let compiled = RegexBuilder::new(pattern).size_limit(MAX_REGEX_BYTES).build().map_err(|reason| {
            EvalError::Pattern { field: field.to_owned(), pattern: pattern.to_owned(), reason }
        })?;
        let compiled = Arc::new(compiled);
        self.compiled.insert(pattern.to_owned(), Arc::clone(&compiled));
        Ok(compiled)
    }
}

/// An expression made ready for any number of interactions.
///
/// It is at most [`MAX_READ_DEPTH`](genesys_model::limits::MAX_READ_DEPTH) levels deep, so evaluating recurses safely.
#[derive(Debug)]
pub struct CompiledExpression<'a> {
    root: Node<'a>,
}

#[derive(Debug)]
pub(crate) enum Node<'a> {
    Leaf { condition: &'a Condition, pattern: Option<Arc<Regex>> },
    And(Vec<Node<'a>>),
    Or(Vec<Node<'a>>),
    Not(Box<Node<'a>>),
}

impl<'a> CompiledExpression<'a> {
    /// Makes an expression ready.
    ///
    /// # Errors
    /// A tree that the contract does not take, or a regular expression that does not compile.
    pub fn new(expression: &'a Expression) -> Result<Self, EvalError> {
        Self::with(expression, &mut Patterns::default())
    }

    /// Makes an expression ready; its regular expressions are taken from `patterns`, or added there.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn with(expression: &'a Expression, patterns: &mut Patterns) -> Result<Self, EvalError> {
        expression.validate()?;
        Ok(Self { root: Node::new(expression, patterns)? })
    }

    /// The tree.
    pub(crate) fn root(&self) -> &Node<'a> {
        &self.root
    }

    /// Whether the expression holds on an interaction.
    pub fn matches(&self, interaction: &Interaction) -> bool {
        self.root.matches(interaction)
    }

    /// Whether it holds, and why: every node's outcome, and which of them decided.
    pub fn trace<'t>(&self, interaction: &'t Interaction) -> Trace<'t>
    where
        'a: 't,
    {
        let mut trace = self.root.trace(interaction);
        trace.mark_decisive();
        trace
    }
}

impl<'a> Node<'a> {
    fn new(expression: &'a Expression, patterns: &mut Patterns) -> Result<Self, EvalError> {
        let mut all = |children: &'a [Expression]| -> Result<Vec<Self>, EvalError> {
            children.iter().map(|child| Self::new(child, patterns)).collect()
        };
        Ok(match expression {
            Expression::And(children) => Self::And(all(children)?),
            Expression::Or(children) => Self::Or(all(children)?),
            Expression::Not(child) => Self::Not(Box::new(Self::new(child, patterns)?)),
            Expression::Condition(condition) => {
                let pattern = match (condition.operator, &condition.value) {
                    (ConditionOperator::Regex, Some(Scalar::String(pattern))) => {
                        Some(patterns.get(&condition.field, pattern)?)
                    }
                    (ConditionOperator::Regex, _) => {
                        return Err(EvalError::PatternType { field: condition.field.clone() });
                    }
                    _ => None,
                };
                Self::Leaf { condition, pattern }
            }
        })
    }

    fn matches(&self, interaction: &Interaction) -> bool {
        match self {
            Self::Leaf { condition, pattern } => {
                holds(condition, pattern.as_deref(), interaction.get(&condition.field))
            }
            Self::And(children) => children.iter().all(|child| child.matches(interaction)),
            Self::Or(children) => children.iter().any(|child| child.matches(interaction)),
            Self::Not(child) => !child.matches(interaction),
        }
    }

    fn trace<'t>(&self, interaction: &'t Interaction) -> Trace<'t>
    where
        'a: 't,
    {
        let all = |children: &[Self]| -> Vec<Trace<'t>> {
            children.iter().map(|child| child.trace(interaction)).collect()
        };
        let (outcome, node) = match self {
            Self::Leaf { condition, pattern } => {
                let actual: Option<&Attribute> = interaction.get(&condition.field);
                (holds(condition, pattern.as_deref(), actual), TraceNode::Condition { condition, actual })
            }
            Self::And(children) => {
                let children = all(children);
                (children.iter().all(|child| child.outcome), TraceNode::And(children))
            }
            Self::Or(children) => {
                let children = all(children);
                (children.iter().any(|child| child.outcome), TraceNode::Or(children))
            }
            Self::Not(child) => {
                let child = child.trace(interaction);
                (!child.outcome, TraceNode::Not(Box::new(child)))
            }
        };
        Trace { outcome, decisive: false, node }
    }
}

/// Whether an expression holds on an interaction. For more than one interaction, make a [`CompiledExpression`].
///
/// # Errors
/// A tree that the contract does not take, or a regular expression that does not compile.
pub fn matches(expression: &Expression, interaction: &Interaction) -> Result<bool, EvalError> {
    Ok(CompiledExpression::new(expression)?.matches(interaction))
}
