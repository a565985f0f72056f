//! Random numbers by key: what an interaction draws depends on who it is, never on who was asked before.
//!
//! Philox 4×32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011) turns a counter
//! and a key into four words without keeping any state. With the interaction in the counter, two versions of the rules
//! meet the same callers, in whatever order they ask for them, and threads share nothing.

/// What is drawn for an interaction: each has numbers of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    /// The time since the arrival before, and the kind.
    Arrival = 0,
    /// How long it takes, and how long the caller waits.
    Service = 1,
    /// What the agent has to do afterwards.
    WrapUp = 2,
    /// Which of the agents.
    Agent = 3,
}

/// The random numbers of one replication.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws {
    seed: u64,
    replication: u32,
}

impl Draws {
    pub(crate) fn new(seed: u64, replication: u32) -> Self {
        Self { seed, replication }
    }

    /// Two numbers above 0 and below 1 for interaction `id` of a stream.
    #[inline]
    pub(crate) fn pair(self, stream: u32, id: u32, purpose: Purpose) -> (f64, f64) {
        let [a, b, c, d] =
            philox([id, stream, self.replication, purpose as u32], [low(self.seed), low(self.seed >> 32)]);
        (unit(a, b), unit(c, d))
    }
}

/// The middle of one of 2^52 equal parts between 0 and 1: neither end is ever drawn, so logarithms are finite.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "52 bits are exact")]
fn unit(high: u32, low: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 12;
    (bits as f64 + 0.5) / (1_u64 << 52) as f64
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn low(word: u64) -> u32 {
    word as u32
}

#[inline]
fn philox([mut c0, mut c1, mut c2, mut c3]: [u32; 4], [mut k0, mut k1]: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let (p0, p1) = (u64::from(c0) * 0xD251_1F53, u64::from(c2) * 0xCD9E_8D57);
        (c0, c1, c2, c3) = (low(p1 >> 32) ^ c1 ^ k0, low(p1), low(p0 >> 32) ^ c3 ^ k1, low(p0));
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    [c0, c1, c2, c3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_that_the_authors_of_philox_publish() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([!0; 4], [!0; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn the_ends_are_never_drawn() {
        assert!(unit(0, 0) > 0.0 && unit(!0, !0) < 1.0);
    }
}
