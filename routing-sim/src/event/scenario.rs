//! What a simulation is given: who calls, who works, and how one version of the rules and strategies routes.
//!
//! Skills, queues, agents and kinds are numbered from 0; names stay with whoever calls.

use genesys_model::RoutingMethod;
use serde::{Deserialize, Serialize};

use super::durations::Durations;

/// What all versions of the rules share.
#[derive(Clone, PartialEq, Debug)]
pub struct Scenario {
    /// When it ends, in seconds from the start. Who still waits then is unserved.
    pub close_s: f64,
    /// From when on callers and times count, in seconds; 0 for a day that begins empty as real days do.
    pub warm_up_s: f64,
    /// The length of an interval of the time series, in seconds.
    pub interval_s: f64,
    /// Within how many seconds an answer counts for the service level.
    pub answer_within_s: f64,
    /// How many skills there are.
    pub skills: usize,
    /// Who works.
    pub agents: Vec<Agent>,
    /// The skills that each kind of interaction asks for, whatever its queue. A kind is an interaction as the rules see
    /// it: most often a record.
    pub kinds: Vec<Vec<usize>>,
    /// Who calls.
    pub streams: Vec<Stream>,
}

/// Someone who works.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Agent {
    /// What they know.
    pub skills: Vec<Skilled>,
    /// When they work, from and until, in seconds, rising and disjoint; without any, always. An interaction that was
    /// begun is finished.
    pub shifts: Vec<(f64, f64)>,
}

/// A skill that an agent has.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Skilled {
    /// The skill.
    pub skill: usize,
    /// How well; the higher number is better.
    pub proficiency: f64,
}

/// Interactions that arrive.
#[derive(Clone, PartialEq, Debug)]
pub struct Stream {
    /// When they arrive and of which kinds.
    pub arrivals: Arrivals,
    /// How long an agent talks.
    pub service: Durations,
    /// How long a caller waits before they give up; none never does.
    pub patience: Option<Durations>,
    /// How long the agent is busy afterwards.
    pub wrap_up: Option<Durations>,
}

/// When interactions arrive.
#[derive(Clone, PartialEq, Debug)]
pub enum Arrivals {
    /// At random, at a rate that is constant within an interval.
    Rates {
        /// The length of an interval, in seconds.
        interval_s: f64,
        /// How many arrive an hour, on average, interval by interval; none after the last.
        per_hour: Vec<f64>,
        /// The kinds; every interaction is one of them, each as likely as any other.
        kinds: Vec<usize>,
    },
    /// At the times of records.
    Given(Vec<Arrival>),
}

/// One interaction of a record.
#[derive(Clone, Copy, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// When, in seconds from the start; not before the arrival in front of it.
    pub at_s: f64,
    /// Its kind.
    pub kind: usize,
    /// How long it took, where that is known.
    pub service_s: Option<f64>,
    /// How long the caller waits, where that is known.
    pub patience_s: Option<f64>,
}

/// How one version of rules and strategies routes.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Version {
    /// The queues with their strategies.
    pub queues: Vec<Queue>,
    /// What the rules decide, kind by kind.
    pub decisions: Vec<Decision>,
    /// What an agent takes next.
    pub work: WorkChoice,
}

/// What the rules decide about an interaction.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Decision {
    /// The queue; none where no rule takes it: it is counted as unrouted and goes nowhere.
    pub queue: Option<usize>,
    /// Who comes first where several wait: the higher number.
    pub priority: i64,
}

/// A queue with its strategy.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Queue {
    /// The agents that serve it, if they have the skills; none where the skills alone decide.
    pub members: Option<Vec<usize>>,
    /// The skills that an agent must have.
    pub require: Vec<usize>,
    /// The skills that are preferred: of the idle agents, those with most of them come first, then the method decides.
    pub prefer: Vec<usize>,
    /// Which of several idle agents it is.
    pub choice: AgentChoice,
    /// What happens under load, in order.
    pub overflow: Vec<OverflowRule>,
}

/// Which of several idle agents gets an interaction.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentChoice {
    /// Who has been idle longest.
    #[default]
    LongestIdle,
    /// Whose proficiency in the required and preferred skills is highest in sum, or in all of their skills where none
    /// is named; of equals, who has been idle longest.
    MostSkilled,
    /// Who has worked least so far; of equals, who has been idle longest.
    LeastOccupied,
    /// Anyone, each as likely as any other.
    Random,
}

/// `custom` is decided elsewhere and cannot be simulated: the agent who has been idle longest stands in.
impl From<RoutingMethod> for AgentChoice {
    fn from(method: RoutingMethod) -> Self {
        match method {
            RoutingMethod::LongestIdleAgent | RoutingMethod::Custom => Self::LongestIdle,
            RoutingMethod::MostSkilled => Self::MostSkilled,
            RoutingMethod::Random => Self::Random,
        }
    }
}

/// Which of several waiting interactions an agent takes who becomes free, across all queues that they serve.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkChoice {
    /// The highest priority, then the oldest.
    #[default]
    PriorityThenAge,
    /// The oldest.
    Age,
}

/// What happens to an interaction under load.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OverflowRule {
    /// When.
    pub when: OverflowWhen,
    /// What.
    pub then: OverflowThen,
}

/// When an overflow rule acts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum OverflowWhen {
    /// An interaction finds no agent, and with it more than so many would wait in the queue.
    Depth(u64),
    /// An interaction has waited for so many seconds in this queue.
    Wait(f64),
}

/// What an overflow rule does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OverflowThen {
    /// The interaction moves to this queue, and what it asked for on top of its own skills is forgotten. Its age stays.
    Route(usize),
    /// It asks for one more skill: fewer agents can take it, but never one who lacks the skill.
    AddSkill(usize),
    /// It no longer asks for this skill: more agents can take it, as with rings of a bullseye.
    DropSkill(usize),
}
