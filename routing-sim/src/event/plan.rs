//! A scenario and a version made ready to run: every number looked up once, every way an interaction can go worked out.
//!
//! A *line* holds who waits in one queue for one set of required skills. Whoever can take one of a line can take all of
//! it, so an agent who becomes free looks at the first of each of their lines and at nothing else. Which line follows
//! when an overflow rule acts is known from the start, and so are the agents of each line.

use std::collections::HashMap;

use super::arrivals::StreamPlan;
use super::bits::Bits;
use super::error::{
    MAX_AGENTS, MAX_INTERACTIONS, MAX_INTERVALS, MAX_KINDS, MAX_LINES_BY_AGENTS, MAX_QUEUES,
    MAX_QUEUES_BY_INTERVALS, MAX_SECONDS, MAX_SHIFTS, MAX_SKILLS, MAX_STREAMS, SimError, at_most,
};
use super::scenario::{AgentChoice, OverflowThen, OverflowWhen, Queue, Scenario, Version, WorkChoice};

/// A scenario and a version, checked.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) close: f64,
    pub(crate) warm_up: f64,
    pub(crate) interval: f64,
    pub(crate) answer_within: f64,
    pub(crate) streams: Vec<StreamPlan<'a>>,
    /// When each agent works; without any, always.
    pub(crate) shifts: Vec<Vec<(f64, f64)>>,
    pub(crate) work: WorkChoice,
    /// For each kind the line that it goes to first, and its priority.
    pub(crate) first: Vec<Option<(u32, i64)>>,
    pub(crate) lines: Vec<Line>,
    /// The lines that each agent serves.
    pub(crate) served: Vec<Bits>,
    pub(crate) queues: Vec<QueuePlan>,
}

/// One queue.
#[derive(Debug)]
pub(crate) struct QueuePlan {
    pub(crate) choice: AgentChoice,
    /// How many may wait, and which rule acts beyond that; in the order of the rules.
    pub(crate) depth_rules: Vec<(usize, usize)>,
    /// After how many seconds which rule acts, rising.
    pub(crate) wait_rules: Vec<(f64, usize)>,
    /// The agents who serve at least one of its lines.
    pub(crate) staff: Bits,
}

/// Who waits in one queue for one set of skills.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) queue: u32,
    /// The agents who can take them.
    pub(crate) agents: Bits,
    /// How early each agent is chosen: the lower number first. Empty where all are alike.
    pub(crate) ranks: Vec<u32>,
    /// The line that follows when a rule of the queue acts.
    pub(crate) after: Vec<u32>,
    /// The skills asked for.
    pub(crate) required: Vec<u32>,
}

impl<'a> Plan<'a> {
    /// # Errors
    ///
    /// What [`SimError`] names: beyond a limit, a number of nothing, a time that is none.
    pub(crate) fn new(scenario: &'a Scenario, version: &Version) -> Result<Self, SimError> {
        check_limits(scenario, version)?;
        let shifts = shifts(scenario)?;
        let mut streams = Vec::with_capacity(scenario.streams.len());
        for (at, stream) in scenario.streams.iter().enumerate() {
            streams.push(StreamPlan::new(at, stream, scenario)?);
        }
        let expected = streams.iter().fold(0_usize, |sum, stream| sum.saturating_add(stream.expected));
        at_most("expected interactions", expected, MAX_INTERACTIONS)?;
        let mut lines = Lines::new(scenario, version);
        let first = lines.of_kinds()?;
        lines.follow_rules()?;
        let mut served = vec![Bits::none(lines.made.len()); scenario.agents.len()];
        let mut queues: Vec<QueuePlan> =
            version.queues.iter().map(|queue| queue_plan(queue, scenario.agents.len())).collect();
        for (at, line) in lines.made.iter().enumerate() {
            for agent in line.agents.members() {
                if let Some(lines) = served.get_mut(agent) {
                    lines.insert(at);
                }
                if let Some(queue) = queues.get_mut(line.queue as usize) {
                    queue.staff.insert(agent);
                }
            }
        }
        Ok(Self {
            close: scenario.close_s,
            warm_up: scenario.warm_up_s,
            interval: scenario.interval_s,
            answer_within: scenario.answer_within_s,
            streams,
            shifts,
            work: version.work,
            first,
            lines: lines.made,
            served,
            queues,
        })
    }
}

fn queue_plan(queue: &Queue, agents: usize) -> QueuePlan {
    let mut depth_rules = Vec::new();
    let mut wait_rules = Vec::new();
    for (at, rule) in queue.overflow.iter().enumerate() {
        match rule.when {
            OverflowWhen::Depth(most) => depth_rules.push((usize::try_from(most).unwrap_or(usize::MAX), at)),
            OverflowWhen::Wait(seconds) => wait_rules.push((seconds, at)),
        }
    }
    // Stable: of rules with the same threshold the first acts first.
    wait_rules.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    QueuePlan { choice: queue.choice, depth_rules, wait_rules, staff: Bits::none(agents) }
}

fn check_limits(scenario: &Scenario, version: &Version) -> Result<(), SimError> {
    at_most("agents", scenario.agents.len(), MAX_AGENTS)?;
    at_most("queues", version.queues.len(), MAX_QUEUES)?;
    at_most("skills", scenario.skills, MAX_SKILLS)?;
    at_most("kinds of interactions", scenario.kinds.len(), MAX_KINDS)?;
    at_most("streams of arrivals", scenario.streams.len(), MAX_STREAMS)?;
    let range = |what, allowed, value: f64, holds: bool| {
        if holds { Ok(()) } else { Err(SimError::Range { what, allowed, value }) }
    };
    let close = scenario.close_s;
    range(
        "the time of closing",
        "is above 0 s and at most ten years",
        close,
        close > 0.0 && close <= MAX_SECONDS,
    )?;
    let warm_up = scenario.warm_up_s;
    range("the warm-up", "is from 0 s to before the closing", warm_up, (0.0..close).contains(&warm_up))?;
    let within = scenario.answer_within_s;
    range(
        "the time to answer within",
        "is finite and not negative",
        within,
        within.is_finite() && within >= 0.0,
    )?;
    let interval = scenario.interval_s;
    range("the interval", "is above 0 s", interval, interval > 0.0)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of floats saturate")]
    let intervals = (close / interval).ceil() as usize;
    at_most("intervals", intervals, MAX_INTERVALS)?;
    at_most(
        "pairs of a queue and an interval",
        intervals.saturating_mul(version.queues.len() + 1),
        MAX_QUEUES_BY_INTERVALS,
    )?;
    if version.decisions.len() != scenario.kinds.len() {
        return Err(SimError::Decisions { decisions: version.decisions.len(), kinds: scenario.kinds.len() });
    }
    let skills = |holder, at, skills: &mut dyn Iterator<Item = usize>| {
        known(holder, at, "skill", skills, scenario.skills)
    };
    for (at, agent) in scenario.agents.iter().enumerate() {
        skills("agent", at, &mut agent.skills.iter().map(|skilled| skilled.skill))?;
        for skilled in &agent.skills {
            let value = skilled.proficiency;
            range("a proficiency", "is finite", value, value.is_finite())?;
        }
    }
    for (at, kind) in scenario.kinds.iter().enumerate() {
        skills("kind", at, &mut kind.iter().copied())?;
    }
    for (at, decision) in version.decisions.iter().enumerate() {
        known("the decision for kind", at, "queue", decision.queue, version.queues.len())?;
    }
    for (at, queue) in version.queues.iter().enumerate() {
        skills("queue", at, &mut queue.require.iter().chain(&queue.prefer).copied())?;
        known("queue", at, "agent", queue.members.iter().flatten().copied(), scenario.agents.len())?;
        for rule in &queue.overflow {
            match rule.then {
                OverflowThen::Route(target) => known("queue", at, "queue", [target], version.queues.len())?,
                OverflowThen::AddSkill(skill) | OverflowThen::DropSkill(skill) => {
                    skills("queue", at, &mut [skill].into_iter())?;
                }
            }
            if let OverflowWhen::Wait(seconds) = rule.when {
                let holds = seconds > 0.0 && seconds.is_finite();
                range("the threshold of an overflow rule", "is above 0 s", seconds, holds)?;
            }
        }
    }
    Ok(())
}

fn known(
    holder: &'static str,
    at: usize,
    what: &'static str,
    indexes: impl IntoIterator<Item = usize>,
    count: usize,
) -> Result<(), SimError> {
    match indexes.into_iter().find(|index| *index >= count) {
        Some(index) => Err(SimError::Unknown { holder, at, what, index, count }),
        None => Ok(()),
    }
}

fn shifts(scenario: &Scenario) -> Result<Vec<Vec<(f64, f64)>>, SimError> {
    at_most("shifts", scenario.agents.iter().map(|agent| agent.shifts.len()).sum(), MAX_SHIFTS)?;
    for (at, agent) in scenario.agents.iter().enumerate() {
        let mut before = 0.0;
        for (from, until) in &agent.shifts {
            if !(*from >= before && until > from && until.is_finite()) {
                return Err(SimError::Order { what: "a shift of agent", at });
            }
            before = *until;
        }
    }
    Ok(scenario.agents.iter().map(|agent| agent.shifts.clone()).collect())
}

/// The lines that interactions can come to, as they are found.
struct Lines<'a> {
    scenario: &'a Scenario,
    version: &'a Version,
    /// What each agent knows.
    skills: Vec<Bits>,
    /// The sets of skills that interactions ask for by themselves.
    own: HashMap<Vec<u32>, u32>,
    own_sets: Vec<Vec<u32>>,
    known: HashMap<Key, u32>,
    made: Vec<Line>,
    keys: Vec<Key>,
}

/// What makes a line: its queue, what its interactions ask for by themselves, and all that they ask for.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    queue: usize,
    own: u32,
    required: Vec<u32>,
}

impl<'a> Lines<'a> {
    fn new(scenario: &'a Scenario, version: &'a Version) -> Self {
        let skills = scenario
            .agents
            .iter()
            .map(|agent| Bits::of(scenario.skills, agent.skills.iter().map(|skilled| skilled.skill)))
            .collect();
        Self {
            scenario,
            version,
            skills,
            own: HashMap::new(),
            own_sets: Vec::new(),
            known: HashMap::new(),
            made: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// The line and priority of each kind.
    fn of_kinds(&mut self) -> Result<Vec<Option<(u32, i64)>>, SimError> {
        let scenario = self.scenario;
        let mut first = Vec::with_capacity(scenario.kinds.len());
        for (kind, decision) in scenario.kinds.iter().zip(&self.version.decisions) {
            first.push(match decision.queue {
                None => None,
                Some(queue) => {
                    let own = self.own(sorted(kind));
                    Some((self.entered(queue, own)?, decision.priority))
                }
            });
        }
        Ok(first)
    }

    /// The lines that rules lead to, and those that rules lead to from there.
    fn follow_rules(&mut self) -> Result<(), SimError> {
        let version = self.version;
        let mut at = 0;
        while let Some(key) = self.keys.get(at).cloned() {
            let rules = version.queues.get(key.queue).map_or(&[][..], |queue| &queue.overflow);
            let mut after = Vec::with_capacity(rules.len());
            for rule in rules {
                after.push(match rule.then {
                    OverflowThen::Route(target) => self.entered(target, key.own)?,
                    OverflowThen::AddSkill(skill) => {
                        let required = key.required.iter().copied().chain([small(skill)]).collect();
                        self.line(key.queue, key.own, required)?
                    }
                    OverflowThen::DropSkill(skill) => {
                        let required =
                            key.required.iter().copied().filter(|one| *one != small(skill)).collect();
                        self.line(key.queue, key.own, required)?
                    }
                });
            }
            if let Some(line) = self.made.get_mut(at) {
                line.after = after;
            }
            at += 1;
        }
        Ok(())
    }

    fn own(&mut self, skills: Vec<u32>) -> u32 {
        let next = small(self.own_sets.len());
        *self.own.entry(skills).or_insert_with_key(|skills| {
            self.own_sets.push(skills.clone());
            next
        })
    }

    /// The line of an interaction that comes into a queue.
    fn entered(&mut self, queue: usize, own: u32) -> Result<u32, SimError> {
        let required = self.version.queues.get(queue).map_or(&[][..], |queue| &queue.require);
        let required = required.iter().map(|skill| small(*skill));
        let required =
            self.own_sets.get(own as usize).into_iter().flatten().copied().chain(required).collect();
        self.line(queue, own, required)
    }

    fn line(&mut self, queue: usize, own: u32, mut required: Vec<u32>) -> Result<u32, SimError> {
        required.sort_unstable();
        required.dedup();
        let Some(settings) = self.version.queues.get(queue) else { return Ok(0) };
        // Where no rule ever moves anyone, what was asked for by whom does not matter.
        let own = if settings.overflow.is_empty() { u32::MAX } else { own };
        let key = Key { queue, own, required };
        if let Some(line) = self.known.get(&key) {
            return Ok(*line);
        }
        let agents = self.scenario.agents.len();
        at_most("pairs of a line and an agent", (self.made.len() + 1) * agents.max(64), MAX_LINES_BY_AGENTS)?;
        let needed = Bits::of(self.scenario.skills, key.required.iter().map(|skill| *skill as usize));
        let skilled = self.skills.iter().enumerate().filter(|(_, skills)| skills.contains_all(&needed));
        let mut able = Bits::of(agents, skilled.map(|(agent, _)| agent));
        if let Some(members) = &settings.members {
            let members = Bits::of(agents, members.iter().copied());
            able = Bits::of(agents, able.common(&members));
        }
        let line = small(self.made.len());
        self.made.push(Line {
            queue: small(queue),
            ranks: self.ranks(settings, &key.required),
            agents: able,
            after: Vec::new(),
            required: key.required.clone(),
        });
        self.keys.push(key.clone());
        self.known.insert(key, line);
        Ok(line)
    }

    /// The order in which idle agents are chosen, as far as it is the same at all times.
    fn ranks(&self, queue: &Queue, required: &[u32]) -> Vec<u32> {
        let by_skill = queue.choice == AgentChoice::MostSkilled;
        if !by_skill && queue.prefer.is_empty() {
            return Vec::new();
        }
        let preferred = Bits::of(self.scenario.skills, queue.prefer.iter().copied());
        let mut named = preferred.clone();
        for skill in required {
            named.insert(*skill as usize);
        }
        let all = required.is_empty() && queue.prefer.is_empty();
        let merit: Vec<(u32, f64)> = (self.skills.iter().zip(&self.scenario.agents))
            .map(|(skills, agent)| {
                let counted =
                    agent.skills.iter().filter(|one| by_skill && (all || named.contains(one.skill)));
                // `+ 0.0`: an empty sum is -0.0, which orders below 0.0.
                (preferred.count_common(skills), counted.map(|one| one.proficiency).sum::<f64>() + 0.0)
            })
            .collect();
        let better = |a: &(u32, f64), b: &(u32, f64)| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1));
        let mut distinct = merit.clone();
        distinct.sort_by(better);
        distinct.dedup_by(|a, b| better(a, b).is_eq());
        let rank =
            |one: &(u32, f64)| distinct.binary_search_by(|other| better(other, one)).unwrap_or_default();
        merit.iter().map(|one| small(rank(one))).collect()
    }
}

fn sorted(skills: &[usize]) -> Vec<u32> {
    let mut skills: Vec<u32> = skills.iter().map(|skill| small(*skill)).collect();
    skills.sort_unstable();
    skills.dedup();
    skills
}

/// Numbers here are below the limits, which are far below this type's.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
