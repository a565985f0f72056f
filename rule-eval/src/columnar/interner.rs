//! Strings that are held once, each under a number.

use std::hash::{BuildHasher, Hasher};

use ahash::RandomState;
use hashbrown::HashTable;

/// Gives equal strings one code.
///
/// The hash is keyed anew in each process, so that data from outside cannot be made to collide; no order depends on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Interner {
    hasher: RandomState,
    /// The hash beside the code, so that growing and misses read no string.
    table: HashTable<(u64, u32)>,
    distinct: Vec<String>,
    /// How many strings were interned.
    asked: usize,
    /// How many batches to come are taken to have hardly any string twice, since the one before had not.
    unlike: u32,
    /// How many strings the batch before had.
    likely: usize,
    /// The short strings that were last asked for, each at the place that its words give; empty before the first.
    recent: Vec<Recent>,
}

/// As many places as there are for short strings.
const RECENT: usize = 256;

/// A string of up to 16 bytes, held in two words, so that finding it again reads no other memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Short {
    words: [u64; 2],
    length: usize,
}

/// A short string and its code.
#[derive(Clone, Copy, Debug)]
struct Recent {
    short: Short,
    code: u32,
}

/// No string: none is that short and that long.
const NONE: Recent = Recent { short: Short { words: [0; 2], length: usize::MAX }, code: 0 };

/// A batch of which more than this part (of 8) are strings that stand once says that the next ones are like it.
const UNLIKE: usize = 6;

/// For so many batches.
const UNLIKE_BATCHES: u32 = 15;

impl Interner {
    /// The code of a string. Only one that is seen for the first time is copied.
    ///
    /// Where hardly any string stands twice, looking for it would cost more than it saves: then each has a code of its own.
    #[inline]
    pub(super) fn intern(&mut self, string: &str) -> u32 {
        self.asked += 1;
        if self.unlike > 0 {
            return add(&mut self.distinct, string, self.likely);
        }
        let Some(short) = Short::new(string.as_bytes()) else { return self.find(string) };
        let place = short.place();
        if let Some(recent) = self.recent.get(place)
            && recent.short == short
        {
            return recent.code;
        }
        let code = self.find(string);
        if self.recent.is_empty() {
            self.recent.resize(RECENT, NONE);
        }
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = Recent { short, code };
        }
        code
    }

    /// The code of a string that was not asked for a moment ago.
    #[inline(never)]
    fn find(&mut self, string: &str) -> u32 {
        let Self { hasher, table, distinct, .. } = self;
        let hash = hash(hasher, string);
        let same = |(other, code): &(u64, u32)| {
            *other == hash
                && distinct.get(*code as usize).is_some_and(|known| same(known.as_bytes(), string.as_bytes()))
        };
        if let Some((_, code)) = table.find(hash, same) {
            return *code;
        }
        let code = add(distinct, string, self.likely);
        table.insert_unique(hash, (hash, code), |(hash, _)| *hash);
        code
    }

    /// The strings by their codes. Starts anew and keeps the memory of the table.
    pub(super) fn finish(&mut self) -> Vec<String> {
        self.likely = self.distinct.len();
        let asked = std::mem::take(&mut self.asked);
        self.unlike = match self.unlike {
            0 if self.likely > asked / 8 * UNLIKE && asked > 64 => UNLIKE_BATCHES,
            unlike => unlike.saturating_sub(1),
        };
        self.table.clear();
        self.recent.clear();
        std::mem::take(&mut self.distinct)
    }

    pub(super) fn clear(&mut self) {
        self.asked = 0;
        self.table.clear();
        self.recent.clear();
        self.distinct.clear();
    }
}

impl Short {
    #[inline]
    fn new(bytes: &[u8]) -> Option<Self> {
        let length = bytes.len();
        let words = match length {
            // The two ends overlap.
            8..=16 => [u64::from_le_bytes(*bytes.first_chunk()?), u64::from_le_bytes(*bytes.last_chunk()?)],
            4..=7 => [
                u32::from_le_bytes(*bytes.first_chunk()?).into(),
                u32::from_le_bytes(*bytes.last_chunk()?).into(),
            ],
            2..=3 => [
                u16::from_le_bytes(*bytes.first_chunk()?).into(),
                u16::from_le_bytes(*bytes.last_chunk()?).into(),
            ],
            1 => [(*bytes.first()?).into(), 0],
            0 => [0; 2],
            _ => return None,
        };
        Some(Self { words, length })
    }

    /// Its place among the recent ones. Strings made to share one are only slower to find.
    #[inline]
    fn place(self) -> usize {
        let [first, last] = self.words;
        let mixed =
            first.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(last.wrapping_mul(0xc2b2_ae3d_27d4_eb4f));
        usize::try_from(mixed >> (u64::BITS - RECENT.ilog2())).unwrap_or_default()
    }
}

fn add(distinct: &mut Vec<String>, string: &str, likely: usize) -> u32 {
    if distinct.capacity() == 0 {
        distinct.reserve(likely);
    }
    // A batch is bounded to far fewer strings; the code that means "missing" is never given.
    let code = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
    distinct.push(string.to_owned());
    code
}

fn hash(hasher: &RandomState, string: &str) -> u64 {
    let mut state = hasher.build_hasher();
    state.write(string.as_bytes());
    state.finish()
}

/// Whether they are equal; without a call for the short strings that most are.
#[inline]
fn same(left: &[u8], right: &[u8]) -> bool {
    match left.len() {
        length if length != right.len() => false,
        // The two ends overlap.
        8..=16 => {
            left.first_chunk::<8>() == right.first_chunk() && left.last_chunk::<8>() == right.last_chunk()
        }
        4..=7 => {
            left.first_chunk::<4>() == right.first_chunk() && left.last_chunk::<4>() == right.last_chunk()
        }
        2..=3 => left.first_chunk::<2>() == right.first_chunk() && left.last() == right.last(),
        _ => left == right,
    }
}
