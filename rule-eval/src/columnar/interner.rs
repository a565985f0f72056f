//! Strings that are held once, each under a number.

use std::hash::{BuildHasher, Hasher};

use ahash::RandomState;
use hashbrown::HashTable;

/// Gives equal strings one code, in the order of their first appearance.
///
/// The hash is keyed anew in each process, so that data from outside cannot be made to collide; no order depends on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Interner {
    hasher: RandomState,
    /// The hash beside the code, so that growing and misses read no string.
    table: HashTable<(u64, u32)>,
    distinct: Vec<String>,
}

impl Interner {
    /// The code of a string. Only one that is seen for the first time is copied.
    pub(super) fn intern(&mut self, string: &str) -> u32 {
        let Self { hasher, table, distinct } = self;
        let hash = hash(hasher, string);
        let same = |(other, code): &(u64, u32)| {
            *other == hash && distinct.get(*code as usize).is_some_and(|known| known == string)
        };
        if let Some((_, code)) = table.find(hash, same) {
            return *code;
        }
        // A batch is bounded to far fewer strings; the code that means "missing" is never given.
        let code = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
        distinct.push(string.to_owned());
        table.insert_unique(hash, (hash, code), |(hash, _)| *hash);
        code
    }

    /// The strings by their codes. Starts anew and keeps the memory of the table.
    pub(super) fn finish(&mut self) -> Vec<String> {
        self.table.clear();
        std::mem::take(&mut self.distinct)
    }

    pub(super) fn clear(&mut self) {
        self.table.clear();
        self.distinct.clear();
    }
}

fn hash(hasher: &RandomState, string: &str) -> u64 {
    let mut state = hasher.build_hasher();
    state.write(string.as_bytes());
    state.finish()
}
