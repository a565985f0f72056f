//! Who waits: the lines, and which of them an agent takes from next.

use std::collections::BinaryHeap;

use super::bits::Bits;
use super::scenario::WorkChoice;

/// Someone's place in a line. The greater one is first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    priority: i64,
    /// Who arrived earlier has the greater number.
    age: u64,
    slot: u32,
    generation: u32,
}

/// All lines of a replication.
///
/// Who leaves without being taken stays in the heap until they come up or until half of the heap is such: their slot has
/// another generation by then.
pub(crate) struct WaitingLines {
    /// The first of each line, side by side: an agent who becomes free looks at many.
    firsts: Vec<Option<Place>>,
    /// All of each line.
    heaps: Vec<BinaryHeap<Place>>,
    /// How many really wait in each.
    waiting: Vec<usize>,
    /// The lines in which someone waits.
    occupied: Bits,
    /// The generation of each slot: it goes up when who held it is gone.
    generations: Vec<u32>,
    free: Vec<u32>,
    work: WorkChoice,
}

#[expect(clippy::indexing_slicing, reason = "lines are the plan's, slots those given out here")]
impl WaitingLines {
    pub(crate) fn new(lines: usize, work: WorkChoice) -> Self {
        Self {
            firsts: vec![None; lines],
            heaps: vec![BinaryHeap::new(); lines],
            waiting: vec![0; lines],
            occupied: Bits::none(lines),
            generations: Vec::new(),
            free: Vec::new(),
            work,
        }
    }

    /// A slot for someone who is going to wait, and its generation.
    #[inline]
    pub(crate) fn slot(&mut self) -> (u32, u32) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.generations.push(0);
            u32::try_from(self.generations.len() - 1).unwrap_or(u32::MAX)
        });
        (slot, self.generations[slot as usize])
    }

    /// Whether a slot still has the holder that it had.
    #[inline]
    pub(crate) fn holds(&self, slot: u32, generation: u32) -> bool {
        self.generations[slot as usize] == generation
    }

    /// Puts the holder of a slot into a line. `arrived` is their number in the order of arrival.
    #[inline]
    pub(crate) fn join(&mut self, line: u32, (slot, generation): (u32, u32), priority: i64, arrived: u64) {
        let priority = match self.work {
            WorkChoice::PriorityThenAge => priority,
            WorkChoice::Age => 0,
        };
        let line = line as usize;
        let place = Place { priority, age: u64::MAX - arrived, slot, generation };
        self.heaps[line].push(place);
        self.firsts[line] = self.firsts[line].max(Some(place));
        self.waiting[line] += 1;
        self.occupied.insert(line);
    }

    /// Takes the holder of a slot out of their line, wherever they stand in it, and frees the slot.
    #[inline]
    pub(crate) fn leave(&mut self, line: u32, slot: u32) {
        let line = line as usize;
        self.free_slot(slot);
        self.fewer(line);
        if self.heaps[line].len() > 2 * self.waiting[line] + 64 {
            let generations = &self.generations;
            self.heaps[line].retain(|place| generations[place.slot as usize] == place.generation);
        }
        if self.firsts[line].is_some_and(|first| first.slot == slot) {
            self.find_first(line);
        }
    }

    /// The first of these lines, whose slot is free from now on; none where nobody waits in them.
    #[inline]
    pub(crate) fn take(&mut self, lines: &Bits) -> Option<u32> {
        let best = lines.common(&self.occupied).max_by_key(|line| self.firsts[*line])?;
        let slot = self.firsts[best]?.slot;
        self.free_slot(slot);
        self.fewer(best);
        self.find_first(best);
        Some(slot)
    }

    /// Drops from the head of a line who has left it.
    #[inline]
    fn find_first(&mut self, line: usize) {
        let heap = &mut self.heaps[line];
        while heap.peek().is_some_and(|place| self.generations[place.slot as usize] != place.generation) {
            heap.pop();
        }
        self.firsts[line] = heap.peek().copied();
    }

    #[inline]
    fn free_slot(&mut self, slot: u32) {
        let generation = &mut self.generations[slot as usize];
        *generation = generation.wrapping_add(1);
        self.free.push(slot);
    }

    #[inline]
    fn fewer(&mut self, line: usize) {
        self.waiting[line] -= 1;
        if self.waiting[line] == 0 {
            self.occupied.remove(line);
        }
    }
}
