//! Sets of small numbers as words of bits.

/// A set of numbers below a limit that was fixed when it was made.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Bits(Box<[u64]>);

#[expect(clippy::indexing_slicing, reason = "members are below the limit that the set was made for")]
impl Bits {
    pub(crate) fn none(limit: usize) -> Self {
        Self(vec![0; limit.div_ceil(64)].into())
    }

    pub(crate) fn of(limit: usize, members: impl IntoIterator<Item = usize>) -> Self {
        let mut bits = Self::none(limit);
        for member in members {
            bits.insert(member);
        }
        bits
    }

    #[inline]
    pub(crate) fn insert(&mut self, member: usize) {
        self.0[member / 64] |= 1 << (member % 64);
    }

    #[inline]
    pub(crate) fn remove(&mut self, member: usize) {
        self.0[member / 64] &= !(1 << (member % 64));
    }

    #[inline]
    pub(crate) fn contains(&self, member: usize) -> bool {
        self.0[member / 64] >> (member % 64) & 1 == 1
    }

    /// Whether all members of the other set are in this one.
    pub(crate) fn contains_all(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(own, other)| own & other == *other)
    }

    #[inline]
    pub(crate) fn intersects(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(own, other)| own & other != 0)
    }

    /// How many are in both.
    #[inline]
    pub(crate) fn count_common(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(own, other)| (own & other).count_ones()).sum()
    }

    /// What is in it, rising.
    pub(crate) fn members(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.common(self)
    }

    /// What is in both, rising.
    #[inline]
    pub(crate) fn common<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> + Clone + 'a {
        self.0.iter().zip(&other.0).enumerate().flat_map(|(at, (own, other))| {
            let mut word = own & other;
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros() as usize;
                word &= word.wrapping_sub(1);
                (bit < 64).then_some(at * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_meet_where_both_have_a_member() {
        let (a, b) = (Bits::of(200, [0, 63, 64, 130, 199]), Bits::of(200, [63, 130, 131, 199]));
        assert_eq!(a.common(&b).collect::<Vec<_>>(), [63, 130, 199]);
        assert_eq!(a.count_common(&b), 3);
        assert!(a.intersects(&b) && !a.contains_all(&b));
        assert!(a.contains_all(&Bits::of(200, [0, 199])) && a.contains(64) && !a.contains(65));
    }
}
