//! Who is idle, since when, and which of them is chosen.

use super::bits::Bits;
use super::plan::Line;
use super::scenario::AgentChoice;

const NONE: u32 = u32::MAX;

/// The idle agents: a list from who has been idle longest to who became it last.
pub(crate) struct IdleAgents {
    idle: Bits,
    /// The neighbours of each agent in the list; at the end, its first and last.
    before: Vec<u32>,
    after: Vec<u32>,
    /// The place of each in the order in which they became idle.
    since: Vec<u64>,
    so_far: u64,
    first: u32,
    last: u32,
    count: usize,
}

#[expect(clippy::indexing_slicing, reason = "agents are the plan's")]
impl IdleAgents {
    pub(crate) fn new(agents: usize) -> Self {
        Self {
            idle: Bits::none(agents),
            before: vec![NONE; agents],
            after: vec![NONE; agents],
            since: vec![0; agents],
            so_far: 0,
            first: NONE,
            last: NONE,
            count: 0,
        }
    }

    #[inline]
    pub(crate) fn contains(&self, agent: u32) -> bool {
        self.idle.contains(agent as usize)
    }

    /// From now on this agent is idle.
    #[inline]
    pub(crate) fn add(&mut self, agent: u32) {
        self.idle.insert(agent as usize);
        self.since[agent as usize] = self.so_far;
        self.so_far += 1;
        self.before[agent as usize] = self.last;
        self.after[agent as usize] = NONE;
        match self.last {
            NONE => self.first = agent,
            last => self.after[last as usize] = agent,
        }
        self.last = agent;
        self.count += 1;
    }

    /// This agent is idle no more.
    #[inline]
    pub(crate) fn remove(&mut self, agent: u32) {
        self.idle.remove(agent as usize);
        let (before, after) = (self.before[agent as usize], self.after[agent as usize]);
        match before {
            NONE => self.first = after,
            before => self.after[before as usize] = after,
        }
        match after {
            NONE => self.last = before,
            after => self.before[after as usize] = before,
        }
        self.count -= 1;
    }

    /// The idle agent whom an interaction of this line goes to. `number` gives a number above 0 and below 1 where one is
    /// needed, `worked` what an agent has worked so far.
    #[inline]
    pub(crate) fn choose(
        &self,
        line: &Line,
        choice: AgentChoice,
        number: impl FnOnce() -> f64,
        worked: impl Fn(usize) -> f64,
    ) -> Option<u32> {
        if self.count == 0 || !self.idle.intersects(&line.agents) {
            return None;
        }
        let rank = |agent: usize| line.ranks.get(agent).copied().unwrap_or(0);
        let able = self.idle.common(&line.agents);
        let chosen = match choice {
            AgentChoice::LongestIdle | AgentChoice::MostSkilled if line.ranks.is_empty() => {
                return self.in_order().find(|agent| line.agents.contains(*agent as usize));
            }
            AgentChoice::LongestIdle | AgentChoice::MostSkilled => {
                able.min_by_key(|agent| (rank(*agent), self.since[*agent]))
            }
            AgentChoice::LeastOccupied => able.min_by(|a, b| {
                let worked = worked(*a).total_cmp(&worked(*b));
                rank(*a).cmp(&rank(*b)).then(worked).then(self.since[*a].cmp(&self.since[*b]))
            }),
            AgentChoice::Random => {
                let best = if line.ranks.is_empty() { 0 } else { able.clone().map(rank).min()? };
                let mut equals = able.filter(|agent| rank(*agent) == best);
                let count = equals.clone().count();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    clippy::cast_precision_loss,
                    reason = "from 0 to the number of them"
                )]
                let at = (number() * count as f64) as usize;
                equals.nth(at.min(count.saturating_sub(1)))
            }
        };
        chosen.and_then(|agent| u32::try_from(agent).ok())
    }

    fn in_order(&self) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(self.first), |agent| self.after.get(*agent as usize).copied())
            .take_while(|agent| *agent != NONE)
    }
}
