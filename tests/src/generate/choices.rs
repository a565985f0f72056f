//! Where a generator's decisions come from: a random stream, or a list that a property shrinks.

/// A small, good and reproducible generator of random numbers (splitmix64).
#[derive(Clone, Debug)]
pub struct SplitMix(u64);

impl SplitMix {
    /// A stream of its own for every seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is positive.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next_u64() % limit as u64).expect("below a usize")
    }
}

/// A source of decisions. A listed one that has run out answers 0, which every generator takes as "the simplest".
#[derive(Clone)]
pub enum Choices {
    /// An endless random stream.
    Random(SplitMix),
    /// A list of decisions, and how many have been taken.
    Listed(Vec<u32>, usize),
}

impl std::fmt::Debug for Choices {
    /// The decisions themselves tell a reader nothing.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Random(_) => f.write_str("Random"),
            Self::Listed(words, at) => write!(f, "Listed({at} of {} taken)", words.len()),
        }
    }
}

impl Choices {
    /// The endless stream of a seed.
    pub fn random(seed: u64) -> Self {
        Self::Random(SplitMix::new(seed))
    }

    /// The decisions in a list.
    pub fn listed(words: Vec<u32>) -> Self {
        Self::Listed(words, 0)
    }

    /// A number below `limit`, which is positive.
    pub fn below(&mut self, limit: usize) -> usize {
        match self {
            Self::Random(random) => random.below(limit),
            Self::Listed(words, at) => {
                let word = words.get(*at).copied().unwrap_or(0);
                *at += 1;
                word as usize % limit
            }
        }
    }

    /// A number of `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = usize::try_from(high - low + 1).expect("a range of at least one number");
        low + i64::try_from(self.below(width)).expect("a small range")
    }

    /// True `times` out of `out_of`; false where the decisions have run out.
    pub fn chance(&mut self, times: usize, out_of: usize) -> bool {
        self.below(out_of) >= out_of - times
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
