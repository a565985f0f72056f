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
    pub(crate) lag: Lag<Rule>,
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
        let now = |id: &str| self.by_id.get(id).and_then(|place| self.rules.get(place));
        for behind in self.lag.list(now, |rule| filter.takes(rule)) {
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

#[cfg(test)]
mod tests {
    use genesys_model::QueueIdentity;
    use serde_json::Value;

    use super::*;

    fn rule(id: u64, name: u64, queue: u64) -> Arc<Rule> {
        Arc::new(Rule {
            id: format!("id {id}"),
            name: format!("name {name}"),
            description: None,
            expression: Value::Null,
            priority: 10,
            enabled: true,
            queue: QueueIdentity { id: format!("queue {queue}"), name: None },
            version: 1,
            date_modified: String::new(),
            self_uri: String::new(),
        })
    }

    /// Every way to ask, against a plain list of the same rules.
    #[test]
    fn the_indexes_say_what_a_search_through_everything_says() {
        let mut state = State::default();
        let mut plain: BTreeMap<u64, Arc<Rule>> = BTreeMap::new();
        let mut random = 1_u64;
        let mut below = |bound: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % bound
        };
        for _ in 0..3_000 {
            let place = below(12).min(state.next());
            let (name, queue) = (below(6), below(3));
            let id = plain.get(&place).map_or(place, |rule| rule.id[3..].parse().unwrap());
            let new = rule(id, name, queue);
            if below(3) == 0 {
                state.remove(place);
                plain.remove(&place);
            } else if state.named(&new.queue.id, &new.name).is_none() {
                state.put(place, Arc::clone(&new));
                plain.insert(place, new);
            }
            let filter = Filter {
                queue: (below(2) == 0).then(|| format!("queue {}", below(4))),
                name: (below(2) == 0).then(|| format!("name {}", below(7))),
            };
            let [skip, take] = [below(5), below(5)].map(|number| usize::try_from(number).unwrap());
            let all: Vec<_> = plain.values().filter(|rule| filter.takes(rule)).cloned().collect();
            let page = all.iter().skip(skip).take(take).cloned().collect();
            assert_eq!(state.list(&filter, skip, take), (page, all.len()), "{filter:?}");
            for rule in plain.values() {
                assert_eq!(state.get(&rule.id).unwrap().1, *rule);
                assert_eq!(state.named(&rule.queue.id, &rule.name), Some(rule));
            }
        }
    }
}
