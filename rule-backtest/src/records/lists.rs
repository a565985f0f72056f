//! Lists as they are written, and the rows that have them: most lists of a column stand there many times.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// How many lists are remembered, each at the place that its bytes give.
const PLACES: usize = 1024;

/// Longer ones are not remembered.
const MAX_BYTES: usize = 128;

/// The lists of a batch. It never holds one that was read in a row that was taken back.
#[derive(Debug, Default)]
pub(super) struct Lists {
    known: Vec<Known>,
    /// What is older is forgotten.
    age: u64,
}

#[derive(Clone, Debug, Default)]
struct Known {
    written: Vec<u8>,
    slot: usize,
    row: usize,
    age: u64,
}

impl Lists {
    /// Forgets all: rows are taken back, or a batch begins.
    pub(super) fn forget(&mut self) {
        self.age += 1;
    }

    /// A row that has the list that is written so.
    #[inline]
    pub(super) fn row(&self, slot: usize, written: &[u8]) -> Option<usize> {
        let known = self.known.get(place(slot, written))?;
        (known.age == self.age && known.slot == slot && known.written == written).then_some(known.row)
    }

    /// Remembers that the row has it.
    pub(super) fn note(&mut self, slot: usize, written: &[u8], row: usize) {
        if written.len() > MAX_BYTES {
            return;
        }
        if self.known.is_empty() {
            // What is as old as nothing has no row.
            self.age += 1;
            self.known.resize(PLACES, Known::default());
        }
        if let Some(known) = self.known.get_mut(place(slot, written)) {
            known.written.clear();
            known.written.extend(written);
            (known.slot, known.row, known.age) = (slot, row, self.age);
        }
    }
}

/// Lists made to share a place are only read each time.
#[inline]
fn place(slot: usize, written: &[u8]) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(written);
    hasher.write_usize(slot);
    usize::try_from(hasher.finish() % PLACES as u64).unwrap_or_default()
}
