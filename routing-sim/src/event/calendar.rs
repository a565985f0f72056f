//! What is going to happen, in order of time; at one time in the order in which it was foreseen.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something that happens at a time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Event {
    /// An agent has finished, wrap-up and all.
    Finished { agent: u32 },
    /// Someone who waits may have waited long enough, if they are still there.
    Waited { slot: u32, generation: u32 },
    /// A shift begins.
    Begins { agent: u32 },
    /// A shift ends.
    Ends { agent: u32 },
}

/// The events to come.
#[derive(Default)]
pub(crate) struct Calendar {
    heap: BinaryHeap<Reverse<Entry>>,
    foreseen: u64,
}

/// Times are not negative, so that their bits have their order. No two entries were foreseen at once, so that the event
/// itself is never compared.
type Entry = (u64, u64, Event);

impl Calendar {
    #[inline]
    pub(crate) fn add(&mut self, time: f64, event: Event) {
        self.heap.push(Reverse((time.to_bits(), self.foreseen, event)));
        self.foreseen += 1;
    }

    #[inline]
    pub(crate) fn next_time(&self) -> Option<f64> {
        self.heap.peek().map(|Reverse((time, ..))| f64::from_bits(*time))
    }

    #[inline]
    pub(crate) fn take(&mut self) -> Option<Event> {
        self.heap.pop().map(|Reverse((.., event))| event)
    }
}
