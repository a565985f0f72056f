//! The tree as a value, for whoever evaluates or measures it.

use genesys_model::{Condition, ConditionOperator, Expression, Scalar};
use rule_lang::Span;

use crate::lower::{ExpressionBuilder, Group, ScalarRef};

/// Builds an [`Expression`], and keeps where each of its comparisons was written.
#[derive(Default, Debug)]
pub struct ExpressionTarget {
    open: Vec<(Group, Vec<Expression>)>,
    done: Option<Expression>,
    origins: Vec<Span>,
}

impl ExpressionTarget {
    /// The tree, and the origin of each comparison in the order of the tree; nothing where nothing was built.
    pub fn finish(self) -> Option<(Expression, Vec<Span>)> {
        Some((self.done?, self.origins))
    }

    fn add(&mut self, node: Expression) {
        match self.open.last_mut() {
            Some((_, children)) => children.push(node),
            None => self.done = Some(node),
        }
    }
}

impl ExpressionBuilder for ExpressionTarget {
    fn open(&mut self, group: Group) {
        self.open.push((group, Vec::new()));
    }

    fn condition(
        &mut self,
        origin: Span,
        field: &str,
        operator: ConditionOperator,
        value: Option<ScalarRef<'_>>,
    ) {
        self.origins.push(origin);
        let value = value.map(|value| match value {
            ScalarRef::String(text) => Scalar::String(text.to_owned()),
            ScalarRef::Int(number) => Scalar::Int(number),
            ScalarRef::Float(number) => Scalar::Float(number),
            ScalarRef::Bool(truth) => Scalar::Bool(truth),
        });
        self.add(Expression::Condition(Condition { field: field.to_owned(), operator, value }));
    }

    fn close(&mut self) {
        let Some((group, mut children)) = self.open.pop() else { return };
        let node = match group {
            Group::And => Expression::And(children),
            Group::Or => Expression::Or(children),
            Group::Not => match children.pop() {
                Some(child) => Expression::Not(Box::new(child)),
                None => return,
            },
        };
        self.add(node);
    }
}
