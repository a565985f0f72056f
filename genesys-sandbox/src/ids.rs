//! Ids and tokens that do not repeat.

use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes ids: a keyed hash of a counter. Without a seed the keys come from the operating system.
#[derive(Debug)]
pub(crate) struct Ids {
    keys: [RandomState; 2],
    seed: Option<u64>,
    count: AtomicU64,
}

impl Ids {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self { keys: [RandomState::new(), RandomState::new()], seed, count: AtomicU64::new(0) }
    }

    /// An id in the form of a UUID: `xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx`.
    pub(crate) fn uuid(&self) -> String {
        let [high, low] = self.words();
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }

    /// An id in the form of a UUID that is not taken.
    pub(crate) fn fresh(&self, is_taken: impl Fn(&str) -> bool) -> String {
        loop {
            let id = self.uuid();
            if !is_taken(&id) {
                return id;
            }
        }
    }

    /// 128 bits in hexadecimal.
    pub(crate) fn token(&self) -> String {
        let [high, low] = self.words();
        format!("{high:016x}{low:016x}")
    }

    fn words(&self) -> [u64; 2] {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        match self.seed {
            Some(seed) => [0_u8, 1].map(|word| {
                let mut hasher = DefaultHasher::new();
                (seed, count, word).hash(&mut hasher);
                hasher.finish()
            }),
            None => self.keys.each_ref().map(|key| key.hash_one(count)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_a_uuid_and_differ() {
        let ids = Ids::new(None);
        let (one, two) = (ids.uuid(), ids.uuid());
        assert_ne!(one, two);
        let lengths: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }

    #[test]
    fn a_seed_repeats_them() {
        assert_eq!(Ids::new(Some(7)).uuid(), Ids::new(Some(7)).uuid());
        assert_ne!(Ids::new(Some(7)).uuid(), Ids::new(Some(8)).uuid());
        assert_ne!(Ids::new(None).uuid(), Ids::new(None).uuid());
    }
}
