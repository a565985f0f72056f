//! Rules made ready for batches.

use genesys_model::RuleBody;

use super::predicate::{Field, Predicates};
use super::program::{Graph, Logic, Step};
use super::table::{Slot, Table};
use crate::compiled::Patterns;
use crate::decide::{DecideError, precedence, prepare};

/// Rules made ready for any number of batches, in the order in which they decide.
///
/// To let only the rules of one queue decide, make this of those rules alone.
#[derive(Debug)]
pub struct ColumnRules<'a> {
    rules: Vec<&'a RuleBody>,
    names: Vec<String>,
    pub(super) fields: Vec<(Field, Table)>,
    /// How many words the answers of all fields take for each row.
    pub(super) words: usize,
    /// Parts of several rules: each is the operand after those of the comparisons and of the parts before it.
    pub(super) shared: Vec<Vec<Step>>,
    /// For each rule whether it may decide, and its steps.
    pub(super) programs: Vec<(bool, Vec<Step>)>,
}

impl<'a> ColumnRules<'a> {
    /// Makes rules ready, those too that are not enabled.
    ///
    /// # Errors
    /// The first rule that cannot be evaluated.
    pub fn new(rules: impl IntoIterator<Item = &'a RuleBody>) -> Result<Self, DecideError> {
        let mut patterns = Patterns::default();
        let (mut predicates, mut graph) = (Predicates::default(), Graph::default());
        let mut terms = rules
            .into_iter()
            .map(|rule| Ok((rule, graph.add(prepare(rule, &mut patterns)?.root(), &mut predicates))))
            .collect::<Result<Vec<_>, DecideError>>()?;
        terms.sort_by(|(left, _), (right, _)| precedence(left, right));

        let (slots, words) = slots(&predicates.fields);
        let mut operands = vec![None; graph.nodes.len()];
        let mut shared = Vec::new();
        for (node, logic) in graph.nodes.iter().enumerate() {
            let operand = match logic {
                Logic::Predicate { field, index } => {
                    let slot = slots.get(*field).and_then(|slots| slots.get(index / 64));
                    slot.map(|slot| slot.word * 64 + slot.shift + index % 64)
                }
                Logic::And(terms) if graph.uses.get(node).is_some_and(|uses| *uses > 1) => {
                    shared.push(graph.steps_of_all(&operands, terms));
                    Some(words * 64 + shared.len() - 1)
                }
                Logic::And(_) => None,
            };
            if let Some(known) = operands.get_mut(node) {
                *known = operand.and_then(|operand| u32::try_from(operand).ok());
            }
        }
        let programs =
            terms.iter().map(|(rule, term)| (rule.enabled, graph.steps(&operands, *term))).collect();
        let tables = predicates.fields.into_iter().zip(slots).map(|(field, slots)| {
            let table = Table::new(&field, slots);
            (field, table)
        });
        Ok(Self {
            rules: terms.iter().map(|(rule, _)| *rule).collect(),
            fields: tables.collect(),
            names: predicates.names,
            words,
            shared,
            programs,
        })
    }

    /// The fields whose columns a batch must hold, in this order.
    pub fn fields(&self) -> &[String] {
        &self.names
    }

    /// The rules in the order in which they decide, those not enabled among them.
    pub fn rules(&self) -> &[&'a RuleBody] {
        &self.rules
    }

    /// How many distinct comparisons the rules make; `neq` is the same as `eq`, and `not_exists` as `exists`.
    pub fn comparisons(&self) -> usize {
        self.fields.iter().map(|(field, _)| field.predicates.len()).sum()
    }
}

/// Where the answers of each field stand, and in how many words. A field of many comparisons has words of its own;
/// the rest goes where there is room, in one word, for every further word costs a look at each row.
fn slots(fields: &[Field]) -> (Vec<Vec<Slot>>, usize) {
    let mut taken: Vec<usize> = Vec::new();
    let mut place = |bits: usize| {
        let word = taken.iter().position(|taken| taken + bits <= 64).unwrap_or(taken.len());
        if word == taken.len() {
            taken.push(0);
        }
        let shift = taken.get(word).copied().unwrap_or_default();
        if let Some(taken) = taken.get_mut(word) {
            *taken += bits;
        }
        Slot { word, shift }
    };
    let slots = fields
        .iter()
        .map(|field| {
            let predicates = field.predicates.len();
            (0..predicates).step_by(64).map(|first| place((predicates - first).min(64))).collect()
        })
        .collect();
    (slots, taken.len())
}
