//! One replication: the loop over arrivals and events.
//!
//! The order is total: by time; at one time what was foreseen before who arrives, the foreseen in the order in which it
//! was, arrivals by stream. An agent is never idle while someone waits whom they could take.

use super::arrivals::{ArrivalStreams, Caller};
use super::calendar::{Calendar, Event};
use super::error::{MAX_EVENTS, MAX_MOVES, SimError};
use super::idle::IdleAgents;
use super::lines::WaitingLines;
use super::philox::{Draws, Purpose};
use super::plan::{Line, Plan};
use super::tally::{Clock, Stay, Tally, check_littles_law};
use super::trace::{Ending, Observer, Outcome};

/// What one replication counted.
#[derive(Debug)]
pub(crate) struct Counted {
    /// Queue by queue, and last of all of them together: there a stay lasts from arrival on, wherever it is spent.
    pub(crate) tallies: Vec<Tally>,
    /// Whom no rule took.
    pub(crate) unrouted: u64,
    /// How many events there were, arrivals among them.
    pub(crate) events: u64,
    /// For how many seconds each agent was busy, and there at all.
    pub(crate) agents: Vec<(f64, f64)>,
}

/// Runs one replication.
///
/// # Errors
///
/// [`SimError::TooMany`] beyond [`MAX_EVENTS`]; [`SimError::LittlesLaw`] if the simulation is wrong.
pub(crate) fn run(plan: &Plan<'_>, draws: Draws, observer: &mut impl Observer) -> Result<Counted, SimError> {
    let mut kernel = Kernel::new(plan, draws, observer);
    let events = kernel.go()?;
    kernel.close(events)
}

/// Someone who is not yet answered.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    caller: Caller,
    /// Their number in the order of arrival.
    order: u64,
    priority: i64,
    first_queue: u32,
    line: u32,
    /// Since when they are in this queue.
    joined: f64,
    /// When they give up; not known before they have to wait.
    deadline: Option<f64>,
    /// How often overflow rules have acted on them.
    moves: u8,
    /// Whether they were in another queue before.
    rerouted: bool,
    /// The rules of this queue that have had their turn.
    depth_rules: usize,
    wait_rules: usize,
    counted: bool,
}

impl Waiting {
    fn stay(&self) -> Stay {
        Stay { since: self.joined, counted: self.counted }
    }

    fn whole_stay(&self) -> Stay {
        Stay { since: self.caller.at, counted: self.counted }
    }
}

#[derive(Clone, Copy, Default, Debug)]
struct AgentState {
    on_shift: bool,
    busy: bool,
    present_since: f64,
    present: f64,
    /// Busy time that counts.
    busy_time: f64,
    /// Busy time since the start.
    worked: f64,
}

struct Kernel<'a, O> {
    plan: &'a Plan<'a>,
    observer: &'a mut O,
    clock: Clock,
    draws: Draws,
    arrivals: ArrivalStreams<'a>,
    calendar: Calendar,
    idle: IdleAgents,
    lines: WaitingLines,
    /// By slot.
    waiting: Vec<Option<Waiting>>,
    agents: Vec<AgentState>,
    tallies: Vec<Tally>,
    arrived: u64,
    unrouted: u64,
    /// How many agents are busy, since when so many, and the integral of it.
    busy: (usize, f64, f64),
    changes: u64,
}

#[expect(
    clippy::indexing_slicing,
    reason = "numbers of lines, queues and agents are the plan's, slots are the lines'"
)]
impl<'a, O: Observer> Kernel<'a, O> {
    fn new(plan: &'a Plan<'a>, draws: Draws, observer: &'a mut O) -> Self {
        let clock = Clock {
            close: plan.close,
            warm_up: plan.warm_up,
            interval: plan.interval,
            answer_within: plan.answer_within,
        };
        let mut kernel = Self {
            plan,
            observer,
            clock,
            draws,
            arrivals: ArrivalStreams::new(&plan.streams, draws),
            calendar: Calendar::default(),
            idle: IdleAgents::new(plan.shifts.len()),
            lines: WaitingLines::new(plan.lines.len(), plan.work),
            waiting: Vec::new(),
            agents: vec![AgentState::default(); plan.shifts.len()],
            tallies: (0..=plan.queues.len()).map(|_| Tally::new(clock)).collect(),
            arrived: 0,
            unrouted: 0,
            busy: (0, 0.0, 0.0),
            changes: 0,
        };
        for (agent, shifts) in (0..).zip(&plan.shifts) {
            if shifts.is_empty() {
                kernel.begin(agent, 0.0);
            }
            for (from, until) in shifts {
                kernel.calendar.add(*from, Event::Begins { agent });
                kernel.calendar.add(*until, Event::Ends { agent });
            }
        }
        kernel
    }

    /// Everything until closing; gives the number of events.
    fn go(&mut self) -> Result<u64, SimError> {
        let mut events = 0;
        loop {
            let (event, arrival) = (self.calendar.next_time(), self.arrivals.next_time());
            let foreseen = event.is_some_and(|event| arrival.is_none_or(|arrival| event <= arrival));
            let Some(now) = (if foreseen { event } else { arrival }) else { break };
            if now >= self.clock.close {
                break;
            }
            events += 1;
            if events > MAX_EVENTS {
                let limit = usize::try_from(MAX_EVENTS).unwrap_or(usize::MAX);
                return Err(SimError::TooMany { what: "events of a replication", count: limit, limit });
            }
            if !foreseen {
                if let Some(caller) = self.arrivals.take() {
                    self.arrive(caller);
                }
                continue;
            }
            match self.calendar.take() {
                Some(Event::Finished { agent }) => self.finish(agent, now),
                Some(Event::Waited { slot, generation }) => self.waited(slot, generation, now),
                Some(Event::Begins { agent }) => self.begin(agent, now),
                Some(Event::Ends { agent }) => self.end(agent, now),
                None => {}
            }
        }
        Ok(events)
    }

    fn total(&mut self) -> &mut Tally {
        let last = self.tallies.len() - 1;
        &mut self.tallies[last]
    }

    fn line(&self, line: u32) -> &'a Line {
        &self.plan.lines[line as usize]
    }

    fn tally(&mut self, line: u32) -> &mut Tally {
        let queue = self.line(line).queue;
        &mut self.tallies[queue as usize]
    }

    fn arrive(&mut self, caller: Caller) {
        let now = caller.at;
        let counted = now >= self.clock.warm_up;
        let Some((line, priority)) = self.plan.first[caller.kind as usize] else {
            self.unrouted += u64::from(counted);
            return;
        };
        let someone = Waiting {
            caller,
            order: self.arrived,
            priority,
            first_queue: self.line(line).queue,
            line,
            joined: now,
            deadline: None,
            moves: 0,
            rerouted: false,
            depth_rules: 0,
            wait_rules: 0,
            counted,
        };
        self.arrived += 1;
        self.total().offer(someone.stay());
        self.tally(line).offer(someone.stay());
        self.place(someone, now);
    }

    /// Gives someone who has come into a queue an agent, or a place in its line, as far as its depth allows.
    fn place(&mut self, mut someone: Waiting, now: f64) {
        loop {
            if let Some(agent) = self.idle_agent(&someone) {
                self.idle.remove(agent);
                self.start(agent, &someone, now);
                return;
            }
            let line = self.line(someone.line);
            let depth = self.tallies[line.queue as usize].depth;
            let rules = &self.plan.queues[line.queue as usize].depth_rules;
            let due =
                rules.iter().enumerate().skip(someone.depth_rules).find(|(_, (most, _))| depth >= *most);
            let Some((at, (_, rule))) = due.filter(|_| someone.moves < MAX_MOVES) else { break };
            someone.depth_rules = at + 1;
            self.change_line(&mut someone, line.after[*rule], now);
        }
        self.tally(someone.line).deepen(now);
        self.total().deepen(now);
        self.queue_up(someone, now);
    }

    /// An overflow rule acts: gives whether the queue is another one now.
    fn change_line(&mut self, someone: &mut Waiting, line: u32, now: f64) -> bool {
        if line == someone.line {
            return false;
        }
        let same_queue = self.line(line).queue == self.line(someone.line).queue;
        someone.moves += 1;
        if !same_queue {
            self.tally(someone.line).overflowed += u64::from(someone.counted);
            if !someone.rerouted {
                self.total().overflowed += u64::from(someone.counted);
            }
            (someone.joined, someone.rerouted, someone.depth_rules, someone.wait_rules) = (now, true, 0, 0);
            self.tally(line).offer(someone.stay());
        }
        someone.line = line;
        !same_queue
    }

    #[inline]
    fn idle_agent(&self, someone: &Waiting) -> Option<u32> {
        let line = self.line(someone.line);
        let choice = self.plan.queues[line.queue as usize].choice;
        let (draws, caller) = (self.draws, someone.caller);
        let number = || draws.pair(caller.stream, caller.id, Purpose::Agent).0;
        self.idle.choose(line, choice, number, |agent| self.agents[agent].worked)
    }

    /// Someone takes their place in their line and waits for the first that may happen to them there.
    fn queue_up(&mut self, mut someone: Waiting, now: f64) {
        if someone.deadline.is_none() {
            someone.deadline = Some(someone.caller.at + self.arrivals.patience(&someone.caller));
        }
        let slot = self.lines.slot();
        if self.waiting.len() <= slot.0 as usize {
            self.waiting.resize(slot.0 as usize + 1, None);
        }
        self.waiting[slot.0 as usize] = Some(someone);
        self.lines.join(someone.line, slot, someone.priority, someone.order);
        self.watch(&someone, slot, now);
    }

    fn watch(&mut self, someone: &Waiting, (slot, generation): (u32, u32), now: f64) {
        let queue = &self.plan.queues[self.line(someone.line).queue as usize];
        let rule = queue.wait_rules.get(someone.wait_rules).filter(|_| someone.moves < MAX_MOVES);
        let time = rule.map_or(f64::INFINITY, |(seconds, _)| someone.joined + seconds);
        let time = time.min(someone.deadline.unwrap_or(f64::INFINITY));
        if time < self.clock.close {
            self.calendar.add(time.max(now), Event::Waited { slot, generation });
        }
    }

    fn waited(&mut self, slot: u32, generation: u32, now: f64) {
        if !self.lines.holds(slot, generation) {
            return;
        }
        let Some(mut someone) = self.waiting[slot as usize] else { return };
        if someone.deadline.is_some_and(|deadline| now >= deadline) {
            self.lines.leave(someone.line, slot);
            self.waiting[slot as usize] = None;
            self.stop_waiting(&someone, now);
            self.tally(someone.line).abandon(someone.stay(), now);
            self.total().abandon(someone.whole_stay(), now);
            self.note(&someone, now, Ending::Abandoned);
            return;
        }
        let line = self.line(someone.line);
        let Some((_, rule)) = self.plan.queues[line.queue as usize].wait_rules.get(someone.wait_rules) else {
            return;
        };
        someone.wait_rules += 1;
        let next = line.after[*rule];
        if next == someone.line {
            self.waiting[slot as usize] = Some(someone);
            self.watch(&someone, (slot, generation), now);
            return;
        }
        self.lines.leave(someone.line, slot);
        self.waiting[slot as usize] = None;
        let before = someone;
        if self.change_line(&mut someone, next, now) {
            self.stop_waiting(&before, now);
            self.place(someone, now);
        } else if let Some(agent) = self.idle_agent(&someone) {
            self.stop_waiting(&someone, now);
            self.idle.remove(agent);
            self.start(agent, &someone, now);
        } else {
            self.queue_up(someone, now);
        }
    }

    fn stop_waiting(&mut self, someone: &Waiting, now: f64) {
        self.tally(someone.line).lighten(someone.joined, now);
        self.total().lighten(someone.joined, now);
    }

    /// An agent who is not among the idle takes someone who is not in a line.
    fn start(&mut self, agent: u32, someone: &Waiting, now: f64) {
        self.tally(someone.line).answer(someone.stay(), now);
        self.total().answer(someone.whole_stay(), now);
        let until = now + someone.caller.work;
        let state = &mut self.agents[agent as usize];
        state.busy = true;
        state.worked += someone.caller.work;
        state.busy_time += self.clock.counted(now, until);
        self.count_busy(now, 1);
        self.calendar.add(until, Event::Finished { agent });
        self.note(someone, now, Ending::Answered { agent: agent as usize, until_s: until });
    }

    fn finish(&mut self, agent: u32, now: f64) {
        self.count_busy(now, -1);
        let state = &mut self.agents[agent as usize];
        state.busy = false;
        if state.on_shift {
            self.take_work(agent, now);
        } else {
            state.present += self.clock.counted(state.present_since, now);
        }
    }

    /// An agent who has become free takes who is first among all whom they can take, or is idle.
    fn take_work(&mut self, agent: u32, now: f64) {
        let taken = self.lines.take(&self.plan.served[agent as usize]);
        let someone = taken.and_then(|slot| self.waiting[slot as usize].take());
        let Some(someone) = someone else { return self.idle.add(agent) };
        self.stop_waiting(&someone, now);
        self.start(agent, &someone, now);
    }

    fn begin(&mut self, agent: u32, now: f64) {
        let state = &mut self.agents[agent as usize];
        state.on_shift = true;
        if !state.busy {
            state.present_since = now;
            self.take_work(agent, now);
        }
    }

    fn end(&mut self, agent: u32, now: f64) {
        let state = &mut self.agents[agent as usize];
        state.on_shift = false;
        if self.idle.contains(agent) {
            self.idle.remove(agent);
            state.present += self.clock.counted(state.present_since, now);
        }
    }

    fn count_busy(&mut self, now: f64, change: isize) {
        let (count, since, area) = self.busy;
        #[expect(clippy::cast_precision_loss, reason = "at most the limit of agents")]
        let area = area + self.clock.counted(since, now) * count as f64;
        self.busy = (count.saturating_add_signed(change), now, area);
        self.changes += 1;
    }

    fn note(&mut self, someone: &Waiting, now: f64, ending: Ending) {
        self.observer.ended(&Outcome {
            stream: someone.caller.stream as usize,
            id: someone.caller.id,
            kind: someone.caller.kind as usize,
            priority: someone.priority,
            arrived_s: someone.caller.at,
            first_queue: someone.first_queue as usize,
            queue: self.line(someone.line).queue as usize,
            joined_s: someone.joined,
            required: &self.line(someone.line).required,
            moves: someone.moves,
            ended_s: now,
            ending,
        });
    }

    /// Counts who is left, and checks what must hold.
    fn close(mut self, events: u64) -> Result<Counted, SimError> {
        let now = self.clock.close;
        for slot in 0..self.waiting.len() {
            let Some(someone) = self.waiting[slot].take() else { continue };
            self.stop_waiting(&someone, now);
            self.tally(someone.line).unserved += u64::from(someone.counted);
            self.total().unserved += u64::from(someone.counted);
            self.note(&someone, now, Ending::Unserved);
        }
        for (queue, tally) in self.tallies.iter_mut().enumerate() {
            tally.advance(now);
            tally.check_littles_law(queue)?;
        }
        self.count_busy(now, 0);
        for state in &mut self.agents {
            if state.on_shift || state.busy {
                state.present += self.clock.counted(state.present_since, now);
            }
        }
        // The law holds for agents as well: how many are busy, and for how long interactions keep them so.
        let busy_time = self.agents.iter().map(|state| state.busy_time).sum();
        check_littles_law(self.tallies.len(), self.busy.2, busy_time, self.changes, self.clock)?;
        Ok(Counted {
            tallies: self.tallies,
            unrouted: self.unrouted,
            events,
            agents: self.agents.iter().map(|state| (state.busy_time, state.present)).collect(),
        })
    }
}
