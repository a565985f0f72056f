//! The rules in memory, indexed for every question that requests ask.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use genesys_model::Rule;

use crate::lag::Lag;

/// The rules, in the order in which they were created.
#[derive(Debug, Default)]
pub(crate) struct State {
    rules: BTreeMap<u64, Arc<Rule>>,
    by_id: HashMap<String, u64>,
    by_queue: HashMap<String, BTreeSet<u64>>,
    /// By queue, then by name.
    by_name: HashMap<String, HashMap<String, u64>>,
    next: u64,
    pub(crate) lag: Lag,
}

/// Which rules a list holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) queue: Option<String>,
    pub(crate) name: Option<String>,
}

impl Filter {
    pub(crate) fn takes(&self, rule: &Rule) -> bool {
        self.queue.as_ref().is_none_or(|queue| *queue == rule.queue.id)
            && self.name.as_ref().is_none_or(|name| *name == rule.name)
    }
}

impl State {
    /// The place in the order that the next new rule takes.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    pub(crate) fn get(&self, id: &str) -> Option<(u64, Arc<Rule>)> {
        let place = *self.by_id.get(id)?;
        Some((place, Arc::clone(self.rules.get(&place)?)))
    }

    /// The rule of this name in this queue.
    pub(crate) fn named(&self, queue: &str, name: &str) -> Option<&Arc<Rule>> {
        self.rules.get(self.by_name.get(queue)?.get(name)?)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules.values()
    }

    /// Puts the rule at its place, in the place of what stood there.
    pub(crate) fn put(&mut self, place: u64, rule: Arc<Rule>) {
        self.remove(place);
        self.by_id.insert(rule.id.clone(), place);
        self.by_queue.entry(rule.queue.id.clone()).or_default().insert(place);
        self.by_name.entry(rule.queue.id.clone()).or_default().insert(rule.name.clone(), place);
        self.rules.insert(place, rule);
        self.next = self.next.max(place + 1);
    }

    pub(crate) fn remove(&mut self, place: u64) {
        let Some(rule) = self.rules.remove(&place) else { return };
        self.by_id.remove(&rule.id);
        if let Some(places) = self.by_queue.get_mut(&rule.queue.id) {
            places.remove(&place);
        }
        if let Some(names) = self.by_name.get_mut(&rule.queue.id) {
            names.remove(&rule.name);
        }
    }

    /// What a reader sees of this rule, who may be behind.
    pub(crate) fn read(&mut self, id: &str) -> Option<Arc<Rule>> {
        match self.lag.read(id) {
            Some(behind) => behind.before,
            None => self.get(id).map(|(_, rule)| rule),
        }
    }

    /// One page of what a reader sees, who may be behind, and how many there are on all pages.
    pub(crate) fn list(&mut self, filter: &Filter, skip: usize, take: usize) -> (Vec<Arc<Rule>>, usize) {
        if !self.lag.is_empty() {
            return self.list_behind(filter, skip, take);
        }
        let rule = |place: &u64| self.rules.get(place).cloned();
        match filter {
            Filter { queue: None, name: None } => {
                (self.rules.values().skip(skip).take(take).cloned().collect(), self.rules.len())
            }
            Filter { queue: Some(queue), name: None } => {
                let Some(places) = self.by_queue.get(queue) else { return (Vec::new(), 0) };
                (places.iter().skip(skip).take(take).filter_map(rule).collect(), places.len())
            }
            Filter { queue: Some(queue), name: Some(name) } => {
                let found: Vec<_> = self.named(queue, name).into_iter().cloned().collect();
                let total = found.len();
                (found.into_iter().skip(skip).take(take).collect(), total)
            }
            Filter { queue: None, name: Some(name) } => {
                let places: BTreeSet<u64> =
                    self.by_name.values().filter_map(|names| names.get(name).copied()).collect();
                (places.iter().skip(skip).take(take).filter_map(rule).collect(), places.len())
            }
        }
    }

    fn list_behind(&mut self, filter: &Filter, skip: usize, take: usize) -> (Vec<Arc<Rule>>, usize) {
        let mut seen = self.rules.clone();
        for behind in self.lag.list(|id| self.by_id.get(id).and_then(|place| self.rules.get(place)), filter) {
            match behind.before {
                Some(rule) => seen.insert(behind.place, rule),
                None => seen.remove(&behind.place),
            };
        }
        let found: Vec<_> = seen.into_values().filter(|rule| filter.takes(rule)).collect();
        let total = found.len();
        (found.into_iter().skip(skip).take(take).collect(), total)
    }
}
