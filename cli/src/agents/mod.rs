//! Who would get an interaction: the queue that the rules decide, the skills that it takes there, the agents of that queue,
//! ranked (contract 1.2).

mod clock;
mod file;
mod report;
mod required;
mod roster;

pub(crate) use clock::{Clock, DAY};
pub(crate) use file::{FileAgent, FileAgents, read_agents};
pub(crate) use report::{Decision, Question, Ranked, Report};
pub(crate) use required::Required;
use required::required_skills;
pub(crate) use roster::{Roster, Source};
