//! Who works: agents of a file as a simulation has them.

use routing_sim::agent_score::Skill;
use routing_sim::event::{Agent, Names, Queue, Skilled};

use crate::agents::{Clock, DAY, FileAgent};

/// The best proficiency that a file gives.
const BEST: f64 = 5.0;

/// Agents, by the numbers of their skills. `begins` is the time of the day when the simulation begins, and it lasts so many seconds.
pub(super) fn agents(all: &[FileAgent], skills: &mut Names, begins: u32, lasts: f64) -> Vec<Agent> {
    let mut skilled =
        |skill: &Skill| Skilled { skill: skills.number(&skill.name), proficiency: weight(skill) };
    all.iter()
        .map(|one| Agent {
            skills: one.agent.skills.iter().map(&mut skilled).collect(),
            shifts: shifts(&one.shifts, begins, lasts),
        })
        .collect()
}

/// So many agents who know everything.
pub(super) fn alike(count: u32, skills: &Names) -> Vec<Agent> {
    let every = (0..skills.len()).map(|skill| Skilled { skill, proficiency: 1.0 }).collect();
    vec![Agent { skills: every, shifts: Vec::new() }; count as usize]
}

/// Says which agents serve each queue; where nobody names any, all serve all.
pub(super) fn assign(all: &[FileAgent], names: &Names, queues: &mut [Queue]) {
    if all.iter().all(|agent| agent.queues.is_none()) {
        return;
    }
    for (queue, name) in queues.iter_mut().zip(names.as_slice()) {
        let serves = |agent: &FileAgent| agent.queues.as_ref().is_none_or(|queues| queues.contains(name));
        let members = all.iter().enumerate().filter(|(_, agent)| serves(agent)).map(|(at, _)| at);
        queue.members = Some(members.collect());
    }
}

/// How well somebody knows a skill, from 0 to 1: as `simulate agents` weighs it.
fn weight(skill: &Skill) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a weight")]
    let by_priority = 1.0 / (1.0 + skill.priority.max(0) as f64);
    match skill.proficiency {
        Some(proficiency) => f64::midpoint(by_priority, (proficiency / BEST).clamp(0.0, 1.0)),
        None => by_priority,
    }
}

/// The shifts of every day from the start to the end, those that touch as one.
fn shifts(daily: &[(Clock, Clock)], begins: u32, lasts: f64) -> Vec<(f64, f64)> {
    let mut all: Vec<(f64, f64)> = Vec::new();
    for (from, until) in daily {
        // A shift that ends before it begins ends on the day after.
        let length = if until > from { until.0 - from.0 } else { until.0 + DAY - from.0 };
        let mut start = f64::from(from.0) - f64::from(begins) - f64::from(DAY);
        while start < lasts {
            let end = (start + f64::from(length)).min(lasts);
            if end > 0.0 {
                all.push((start.max(0.0), end));
            }
            start += f64::from(DAY);
        }
    }
    // Without any, an agent would work always: one whose hours are all outside works for no time.
    if all.is_empty() && !daily.is_empty() {
        return vec![(lasts, lasts + 1.0)];
    }
    all.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut merged: Vec<(f64, f64)> = Vec::with_capacity(all.len());
    for (from, until) in all {
        match merged.last_mut() {
            Some(last) if last.1 >= from => last.1 = last.1.max(until),
            _ => merged.push((from, until)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_are_those_of_every_day_within_the_simulation() {
        let clock = |hours: u32| Clock(hours * 3600);
        let hours = |daily: &[(Clock, Clock)], begins: u32, lasts: f64| {
            let all = shifts(daily, begins * 3600, lasts * 3600.0);
            all.into_iter().map(|(from, until)| (from / 3600.0, until / 3600.0)).collect::<Vec<_>>()
        };
        assert_eq!(hours(&[], 8, 10.0), []);
        assert_eq!(hours(&[(clock(9), clock(12)), (clock(13), clock(17))], 8, 8.0), [(1.0, 4.0), (5.0, 8.0)]);
        assert_eq!(hours(&[(clock(9), clock(12)), (clock(12), clock(17))], 8, 10.0), [(1.0, 9.0)]);
        assert_eq!(hours(&[(clock(22), clock(6))], 0, 48.0), [(0.0, 6.0), (22.0, 30.0), (46.0, 48.0)]);
        assert_eq!(hours(&[(clock(20), clock(22))], 8, 10.0), [(10.0, 10.0 + 1.0 / 3600.0)]);
    }
}
