//! What became of each interaction of a replication, for whoever wants to look.

/// Is told how each interaction ended, in that order.
pub trait Observer {
    /// One has been answered, has given up, or is left at closing.
    fn ended(&mut self, outcome: &Outcome<'_>);
}

/// Looks away.
impl Observer for () {
    #[inline]
    fn ended(&mut self, _: &Outcome<'_>) {}
}

/// How an interaction ended. Times are in seconds from the start.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome<'a> {
    /// Its stream.
    pub stream: usize,
    /// Its number in the stream. Stream and number name the same caller under all versions of the rules.
    pub id: u32,
    /// Its kind.
    pub kind: usize,
    /// Its priority.
    pub priority: i64,
    /// When it arrived.
    pub arrived_s: f64,
    /// The queue that the rules decided.
    pub first_queue: usize,
    /// The queue that it ended in.
    pub queue: usize,
    /// When it came into that queue.
    pub joined_s: f64,
    /// The skills that it asked for at the end, rising.
    pub required: &'a [u32],
    /// How often overflow rules acted on it.
    pub moves: u8,
    /// When it ended: for an answered one, when an agent took it.
    pub ended_s: f64,
    /// How.
    pub ending: Ending,
}

/// How an interaction ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Ending {
    /// An agent took it.
    Answered {
        /// Who.
        agent: usize,
        /// Until when it and the wrap-up took, in seconds from the start.
        until_s: f64,
    },
    /// The caller gave up.
    Abandoned,
    /// It still waited at closing.
    Unserved,
}
