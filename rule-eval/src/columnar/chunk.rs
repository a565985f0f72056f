//! How many rows are evaluated at a time.

use super::WORD_BITS;

/// The words of a chunk for one comparison or rule.
pub(super) const CHUNK_WORDS: usize = 32;

/// The rows that are evaluated at a time: what every comparison says to them fits into a core's own caches, and a rule
/// costs enough for what is done once for each rule to be little.
pub(super) const CHUNK_ROWS: usize = CHUNK_WORDS * 64;

/// A bit for each row of a chunk; row `64 * w + b` is bit `b` of word `w`.
pub(super) type Chunk = [u64; CHUNK_WORDS];

/// A chunk's first rows, all of them set.
pub(super) fn all(rows: usize) -> Chunk {
    std::array::from_fn(|word| match rows.saturating_sub(word * WORD_BITS) {
        0 => 0,
        rest if rest < WORD_BITS => (1 << rest) - 1,
        _ => u64::MAX,
    })
}
