//! Reads that come before a write has spread: for a number of reads, an object is served as it was.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What readers still see of the past, by id.
#[derive(Debug)]
pub(crate) struct Lag<T> {
    behind: BTreeMap<String, Behind<T>>,
}

impl<T> Default for Lag<T> {
    fn default() -> Self {
        Self { behind: BTreeMap::new() }
    }
}

/// An object as readers still see it.
#[derive(Clone, Debug)]
pub(crate) struct Behind<T> {
    /// Its place in the order.
    pub(crate) place: u64,
    /// What it was; none where it did not exist.
    pub(crate) before: Option<Arc<T>>,
    reads: u32,
}

impl<T: Clone> Lag<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.behind.is_empty()
    }

    /// Hides a write for so many reads. Where an earlier one is still hidden, readers stay where they are.
    pub(crate) fn hide(&mut self, id: &str, place: u64, before: Option<Arc<T>>, reads: u32) {
        if reads == 0 {
            return;
        }
        let behind = self.behind.entry(id.to_owned()).or_insert(Behind { place, before, reads: 0 });
        behind.reads = reads;
    }

    /// The past that a read of the item sees, where there is one. Counts as one read.
    pub(crate) fn read(&mut self, id: &str) -> Option<Behind<T>> {
        let behind = self.behind.get_mut(id)?;
        behind.reads -= 1;
        let seen = behind.clone();
        if seen.reads == 0 {
            self.behind.remove(id);
        }
        Some(seen)
    }

    /// What a read of a list sees of the past. Counts as one read of every object that the list holds or would hold.
    pub(crate) fn list<'a>(
        &mut self,
        now: impl Fn(&str) -> Option<&'a Arc<T>>,
        takes: impl Fn(&T) -> bool,
    ) -> Vec<Behind<T>>
    where
        T: 'a,
    {
        let mut seen = Vec::new();
        self.behind.retain(|id, behind| {
            if !behind.before.as_ref().into_iter().chain(now(id)).any(|object| takes(object)) {
                return true;
            }
            behind.reads -= 1;
            seen.push(behind.clone());
            behind.reads > 0
        });
        seen
    }
}
