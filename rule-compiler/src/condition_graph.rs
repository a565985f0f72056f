//! Which conditions use which: circles are found here, and shapes are passed from the used to the users.
//!
//! Everything is iterative: a chain of conditions may be as long as a program.

use rule_lang::tree::{Expr, ExprKind, Nodes};
use rustc_hash::{FxHashMap, FxHashSet};

/// The conditions of a program by their slots in the table of names.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConditionGraph {
    uses: FxHashMap<u32, Box<[u32]>>,
    users: FxHashMap<u32, FxHashSet<u32>>,
    /// Each circle once, under its first member, as a shortest way round from there.
    pub(crate) cycles: FxHashMap<u32, Vec<u32>>,
}

/// Conditions that are to be looked at again.
pub(crate) struct Settled {
    /// Those that are not part of a circle: the used ones come before their users.
    pub(crate) order: Vec<u32>,
    /// Those that are, whether on the way that is reported or not.
    pub(crate) circular: Vec<u32>,
}

impl ConditionGraph {
    /// Replaces what a condition uses, ordered by name; an empty list takes it out.
    pub(crate) fn set(&mut self, condition: u32, uses: Vec<u32>) {
        for used in self.uses.remove(&condition).iter().flat_map(|old| old.iter()) {
            if let Some(users) = self.users.get_mut(used) {
                users.remove(&condition);
            }
        }
        for used in &uses {
            self.users.entry(*used).or_default().insert(condition);
        }
        if !uses.is_empty() {
            self.uses.insert(condition, uses.into_boxed_slice());
        }
    }

    /// The changed conditions and all that use them, however far away. The circles among them are renewed. A circle starts at its least by `place`.
    pub(crate) fn settle<P: Ord>(&mut self, changed: &FxHashSet<u32>, place: impl Fn(u32) -> P) -> Settled {
        let mut affected = changed.clone();
        let mut queue: Vec<u32> = changed.iter().copied().collect();
        while let Some(one) = queue.pop() {
            for user in self.users.get(&one).into_iter().flatten() {
                if affected.insert(*user) {
                    queue.push(*user);
                }
            }
        }
        self.cycles.retain(|_, members| !members.iter().any(|member| affected.contains(member)));
        let mut order = Vec::with_capacity(affected.len());
        let mut circular = Vec::new();
        let mut sorted: Vec<u32> = affected.iter().copied().collect();
        sorted.sort_unstable();
        for component in self.components(&sorted) {
            match component.as_slice() {
                [one] if !self.used_by(*one).contains(one) => order.push(*one),
                members => {
                    circular.extend_from_slice(members);
                    if let Some(first) = members.iter().copied().min_by_key(|member| place(*member)) {
                        self.cycles.insert(first, self.way_round(first, members));
                    }
                }
            }
        }
        Settled { order, circular }
    }

    pub(crate) fn used_by(&self, condition: u32) -> &[u32] {
        self.uses.get(&condition).map_or(&[], |uses| uses)
    }

    /// Tarjan's strongly connected components of some conditions, those used first.
    fn components(&self, nodes: &[u32]) -> Vec<Vec<u32>> {
        let places: FxHashMap<u32, usize> = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        let mut seen: Vec<Option<Seen>> = vec![None; nodes.len()];
        let mut open: Vec<usize> = Vec::new();
        let mut found = Vec::new();
        let mut work: Vec<(usize, usize)> = Vec::new();
        let mut next = 0;
        for root in 0..nodes.len() {
            if seen.get(root).is_some_and(Option::is_some) {
                continue;
            }
            work.push((root, 0));
            while let Some((place, at)) = work.pop() {
                let Some(node) = nodes.get(place) else { continue };
                if at == 0
                    && let Some(new) = seen.get_mut(place)
                {
                    *new = Some(Seen { index: next, low: next, open: true });
                    next += 1;
                    open.push(place);
                }
                if let Some(used) = self.used_by(*node).get(at) {
                    work.push((place, at + 1));
                    if let Some(used) = places.get(used) {
                        match seen.get(*used).copied().flatten() {
                            None => work.push((*used, 0)),
                            Some(other) if other.open => lower(&mut seen, place, other.index),
                            Some(_) => {}
                        }
                    }
                    continue;
                }
                let Some(done) = seen.get(place).copied().flatten() else { continue };
                if let Some((parent, _)) = work.last() {
                    lower(&mut seen, *parent, done.low);
                }
                if done.low == done.index {
                    let from = open.iter().rposition(|member| *member == place).unwrap_or(0);
                    let members = open.split_off(from);
                    for member in &members {
                        if let Some(Some(member)) = seen.get_mut(*member) {
                            member.open = false;
                        }
                    }
                    found.push(members.iter().filter_map(|member| nodes.get(*member).copied()).collect());
                }
            }
        }
        found
    }

    /// A shortest way from a condition through its circle back to it.
    fn way_round(&self, first: u32, members: &[u32]) -> Vec<u32> {
        let members: FxHashSet<u32> = members.iter().copied().collect();
        let mut came_from: FxHashMap<u32, u32> = FxHashMap::default();
        let mut queue = std::collections::VecDeque::from([first]);
        while let Some(one) = queue.pop_front() {
            for used in self.used_by(one) {
                if *used == first {
                    let mut way = vec![one];
                    let mut at = one;
                    while at != first {
                        let Some(before) = came_from.get(&at) else { break };
                        at = *before;
                        way.push(at);
                    }
                    way.reverse();
                    return way;
                }
                if members.contains(used) && !came_from.contains_key(used) {
                    came_from.insert(*used, one);
                    queue.push_back(*used);
                }
            }
        }
        vec![first]
    }
}

/// What the search for circles knows of a condition.
#[derive(Clone, Copy)]
struct Seen {
    index: u32,
    low: u32,
    open: bool,
}

fn lower(seen: &mut [Option<Seen>], place: usize, to: u32) {
    if let Some(Some(node)) = seen.get_mut(place) {
        node.low = node.low.min(to);
    }
}

/// Calls with every bare name of an expression.
pub(crate) fn names<'t>(nodes: &'t Nodes, expr: &'t Expr, visit: &mut impl FnMut(rule_lang::tree::Name)) {
    match expr.kind {
        ExprKind::Logic { children, .. } => {
            for child in nodes.exprs(children) {
                names(nodes, child, visit);
            }
        }
        ExprKind::Not { operand } => names(nodes, nodes.expr(operand), visit),
        ExprKind::Group { inner } => names(nodes, nodes.expr(inner), visit),
        ExprKind::Name(name) => visit(name),
        ExprKind::Compare { .. } | ExprKind::Presence { .. } | ExprKind::Membership { .. } => {}
    }
}
