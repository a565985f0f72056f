//! Why an expression holds or does not.

use genesys_model::{Condition, Expression};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::compiled::{CompiledExpression, EvalError};
use crate::{Attribute, Interaction};

/// The outcome of a node, mirroring the expression.
///
/// As JSON it has the expression's own keys, `outcome` and `decisive`; a condition has `actual`, or `"missing": true`.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace<'t> {
    /// Whether the node holds.
    pub outcome: bool,
    /// Whether it decided the whole: the root did, and so did below it every child of a `not`, every child of an `and`
    /// that holds or an `or` that does not, and of others those children that alone sufficed.
    pub decisive: bool,
    /// What the node is.
    pub node: TraceNode<'t>,
}

/// What a node of a trace is.
#[derive(Clone, PartialEq, Debug)]
pub enum TraceNode<'t> {
    /// A comparison.
    Condition {
        /// The condition.
        condition: &'t Condition,
        /// What the interaction carries there; nothing where it is missing.
        actual: Option<&'t Attribute>,
    },
    /// All children.
    And(Vec<Trace<'t>>),
    /// At least one child.
    Or(Vec<Trace<'t>>),
    /// Not the child.
    Not(Box<Trace<'t>>),
}

impl<'t> Trace<'t> {
    /// The node's children; a condition has none.
    pub fn children(&self) -> &[Trace<'t>] {
        match &self.node {
            TraceNode::Condition { .. } => &[],
            TraceNode::And(children) | TraceNode::Or(children) => children,
            TraceNode::Not(child) => std::slice::from_ref(child),
        }
    }

    /// The traces of all conditions, in the order in which the conditions are written.
    pub fn conditions(&self) -> Vec<&Trace<'t>> {
        let mut conditions = Vec::new();
        let mut pending = vec![self];
        while let Some(trace) = pending.pop() {
            if matches!(trace.node, TraceNode::Condition { .. }) {
                conditions.push(trace);
            }
            pending.extend(trace.children().iter().rev());
        }
        conditions
    }

    pub(crate) fn mark_decisive(&mut self) {
        self.decisive = true;
        let outcome = self.outcome;
        match &mut self.node {
            TraceNode::Condition { .. } => {}
            TraceNode::Not(child) => child.mark_decisive(),
            // Those that agree with an `and` or `or` decided it: all of them, or any one alone.
            TraceNode::And(children) | TraceNode::Or(children) => {
                children.iter_mut().filter(|child| child.outcome == outcome).for_each(Self::mark_decisive);
            }
        }
    }
}

impl Serialize for Trace<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.node {
            TraceNode::Condition { condition, actual } => {
                map.serialize_entry("type", "condition")?;
                map.serialize_entry("field", &condition.field)?;
                map.serialize_entry("operator", condition.operator.as_str())?;
                if let Some(value) = &condition.value {
                    map.serialize_entry("value", value)?;
                }
                match actual {
                    Some(actual) => map.serialize_entry("actual", actual)?,
                    None => map.serialize_entry("missing", &true)?,
                }
            }
            TraceNode::And(_) => map.serialize_entry("type", "and")?,
            TraceNode::Or(_) => map.serialize_entry("type", "or")?,
            TraceNode::Not(_) => map.serialize_entry("type", "not")?,
        }
        map.serialize_entry("outcome", &self.outcome)?;
        map.serialize_entry("decisive", &self.decisive)?;
        if !self.children().is_empty() {
            map.serialize_entry("children", self.children())?;
        }
        map.end()
    }
}

/// Whether an expression holds on an interaction, and why. For more than one interaction, make a
/// [`CompiledExpression`].
///
/// # Errors
/// A tree that the contract does not take, or a regular expression that does not compile.
pub fn trace<'t>(expression: &'t Expression, interaction: &'t Interaction) -> Result<Trace<'t>, EvalError> {
    Ok(CompiledExpression::new(expression)?.trace(interaction))
}
