//! From a word for each row to a word for each comparison.

use super::chunk::Chunk;
use super::wide::wide;

/// Transposes the squares of 64 by 64 bits that lie one beside the other: bit `b` of word `w` of the `a`th chunk
/// changes places with bit `a` of word `w` of the `b`th.
pub(super) fn transpose(square: &mut [Chunk; 64]) {
    wide(
        #[inline(always)]
        || {
            // Hacker's Delight, 7-3: swap the quarters across the diagonal, then those within each quarter, and so on.
            step::<32>(square, 0x0000_0000_FFFF_FFFF);
            step::<16>(square, 0x0000_FFFF_0000_FFFF);
            step::<8>(square, 0x00FF_00FF_00FF_00FF);
            step::<4>(square, 0x0F0F_0F0F_0F0F_0F0F);
            step::<2>(square, 0x3333_3333_3333_3333);
            step::<1>(square, 0x5555_5555_5555_5555);
        },
    );
}

#[inline(always)]
fn step<const WIDTH: usize>(square: &mut [Chunk; 64], low: u64) {
    for pair in square.chunks_exact_mut(2 * WIDTH) {
        let (above, below) = pair.split_at_mut(WIDTH);
        for (above, below) in above.iter_mut().zip(below) {
            for (above, below) in above.iter_mut().zip(below) {
                let swap = (*above >> WIDTH ^ *below) & low;
                *below ^= swap;
                *above ^= swap << WIDTH;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_changes_places_with_its_mirror() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 29
        };
        let before: [Chunk; 64] = std::array::from_fn(|_| std::array::from_fn(|_| random()));
        let mut after = before;
        transpose(&mut after);
        for (a, chunk) in before.iter().enumerate() {
            for (w, word) in chunk.iter().enumerate() {
                for (b, mirror) in after.iter().enumerate() {
                    assert_eq!(word >> b & 1, mirror[w] >> a & 1);
                }
            }
        }
    }
}
