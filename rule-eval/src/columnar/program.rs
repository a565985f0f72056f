//! Expressions as conjunctions over comparisons, each distinct one of which is there once.

use std::collections::HashMap;

use super::predicate::{Place, Predicates};
use crate::compiled::Node;

/// A node of the graph, or its negation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Term {
    pub(super) node: u32,
    pub(super) negated: bool,
}

impl Term {
    fn not(self, negate: bool) -> Self {
        Self { negated: self.negated != negate, ..self }
    }
}

/// A comparison, or a conjunction: `a or b` is `not (not a and not b)`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Logic {
    Predicate { field: usize, index: usize },
    And(Vec<Term>),
}

/// The expressions of rules; equal parts are one node. Parts stand before what they are part of.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Logic>,
    /// How many nodes and rules each is part of.
    pub(super) uses: Vec<u32>,
    known: HashMap<Logic, u32>,
}

impl Graph {
    /// Adds a rule's expression.
    pub(super) fn add(&mut self, root: &Node<'_>, predicates: &mut Predicates) -> Term {
        let term = self.term(root, predicates);
        self.count(term);
        term
    }

    /// It recurses no deeper than the reference evaluator.
    fn term(&mut self, node: &Node<'_>, predicates: &mut Predicates) -> Term {
        match node {
            Node::Leaf { condition, pattern } => {
                let Place { field, index, negated } = predicates.place(condition, pattern.as_ref());
                Term { node: self.node(Logic::Predicate { field, index }), negated }
            }
            Node::Not(child) => self.term(child, predicates).not(true),
            Node::And(children) => self.and(children, false, predicates),
            Node::Or(children) => self.and(children, true, predicates),
        }
    }

    fn and(&mut self, children: &[Node<'_>], negated: bool, predicates: &mut Predicates) -> Term {
        let mut terms: Vec<_> =
            children.iter().map(|child| self.term(child, predicates).not(negated)).collect();
        terms.sort_unstable();
        terms.dedup();
        if let [term] = terms[..] {
            return term.not(negated);
        }
        Term { node: self.node(Logic::And(terms)), negated }
    }

    fn node(&mut self, logic: Logic) -> u32 {
        if let Some(node) = self.known.get(&logic) {
            return *node;
        }
        if let Logic::And(terms) = &logic {
            for term in terms {
                self.count(*term);
            }
        }
        let node = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(logic.clone());
        self.uses.push(0);
        self.known.insert(logic, node);
        node
    }

    fn count(&mut self, term: Term) {
        if let Some(uses) = self.uses.get_mut(term.node as usize) {
            *uses += 1;
        }
    }
}

/// A step of what makes a bitmap. There is a stack of bitmaps; the step is about the uppermost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Keeps the rows of an operand.
    And(u32),
    /// Takes the rows of an operand away.
    AndNot(u32),
    /// Puts all rows onto the stack. The matching end stands that many steps further.
    Begin(u32),
    /// Takes the uppermost bitmap off the stack, and takes its rows away.
    EndNot,
}

impl Graph {
    /// The steps that make one term out of all rows, where these nodes are operands.
    pub(super) fn steps(&self, operands: &[Option<u32>], term: Term) -> Vec<Step> {
        let mut steps = Vec::new();
        append(self, operands, term, &mut steps);
        steps
    }

    /// The steps that make a conjunction out of all rows.
    pub(super) fn steps_of_all(&self, operands: &[Option<u32>], terms: &[Term]) -> Vec<Step> {
        let mut steps = Vec::new();
        append_all(self, operands, terms, &mut steps);
        steps
    }
}

fn operand(operands: &[Option<u32>], term: Term) -> Option<u32> {
    operands.get(term.node as usize).copied().flatten()
}

fn append(graph: &Graph, operands: &[Option<u32>], term: Term, steps: &mut Vec<Step>) {
    if let Some(operand) = operand(operands, term) {
        steps.push(if term.negated { Step::AndNot(operand) } else { Step::And(operand) });
        return;
    }
    let Some(Logic::And(terms)) = graph.nodes.get(term.node as usize) else { return };
    if !term.negated {
        return append_all(graph, operands, terms, steps);
    }
    let start = steps.len();
    steps.push(Step::Begin(0));
    append_all(graph, operands, terms, steps);
    let length = u32::try_from(steps.len() - start).unwrap_or(u32::MAX);
    if let Some(begin) = steps.get_mut(start) {
        *begin = Step::Begin(length);
    }
    steps.push(Step::EndNot);
}

/// What is ready comes first: often nothing is left, and the rest need not be looked at.
fn append_all(graph: &Graph, operands: &[Option<u32>], terms: &[Term], steps: &mut Vec<Step>) {
    let (ready, rest): (Vec<Term>, Vec<Term>) =
        terms.iter().copied().partition(|term| operand(operands, *term).is_some());
    for term in ready.into_iter().chain(rest) {
        append(graph, operands, term, steps);
    }
}
