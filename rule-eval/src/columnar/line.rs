//! The line of numbers, cut into cells where any comparison of a field changes its answer.

use std::cmp::Ordering;

use super::boundary;
use super::predicate::{Field, Predicate};
use super::table::{Answers, BYTE_CELLS, Slot, answers};
use super::wide::wide;
use crate::Attribute;

/// The cells of a line of numbers, and how a number's cell is found.
///
/// Cell 1 starts at the least number, and cell `n + 2` at `starts[n]`.
#[derive(Debug)]
pub(super) struct Line<T: Number> {
    /// Where the second and every further cell starts.
    starts: Vec<T>,
    search: Search<T>,
    pub(super) answers: Answers,
}

/// How a number's cell is found: the line is cut into buckets, too, which are all of one width. So a number's bucket is
/// computed, and there is little left to look at.
#[derive(Debug)]
enum Search<T: Number> {
    /// All numbers of a bucket are of one cell.
    Exact(T::Scale, Vec<u32>),
    /// No more cells start in a bucket than one.
    Near(T::Scale, Vec<Near<T, 1>>),
    /// No more than two: around a number that is asked for, one starts at it, and one right after it.
    Nearly(T::Scale, Vec<Near<T, 2>>),
    /// Cells lie so close together here, and so far apart there, that buckets are of no use.
    Far,
}

/// A bucket.
#[derive(Clone, Copy, Debug)]
struct Near<T, const STARTS: usize> {
    /// The cell that reaches into it from before.
    cell: u32,
    /// Where the next cells start, here or after it.
    starts: [T; STARTS],
}

/// Buckets for each start: so many that few have to share one.
const BUCKETS_EACH: usize = 8;
/// No more buckets than what the nearest caches have room for.
const MOST_BUCKETS: usize = 4_096;

/// How many numbers are looked for at a time.
const BLOCK: usize = 64;

/// A number of a column.
pub(super) trait Number: Copy + PartialOrd + Into<Attribute> {
    /// How numbers fall into buckets.
    type Scale: Copy + std::fmt::Debug;
    /// The first number.
    const LEAST: Self;
    /// The last number.
    const GREATEST: Self;

    /// Where a comparison with a constant may change its answer.
    fn cuts(predicate: &Predicate) -> [Option<Self>; 2];

    /// So many buckets from before one number to another, or at most [`MOST_BUCKETS`] where each of them then has a number
    /// of its own.
    fn scale(first: Self, last: Self, buckets: usize) -> Self::Scale;

    /// Whether each bucket has but one number, apart from those before and after all cells' starts.
    fn is_exact(scale: Self::Scale) -> bool;

    /// The bucket of a number: that of a greater one is never less.
    fn bucket(self, scale: Self::Scale) -> u16;
}

impl Number for i64 {
    /// The first number, by how many bits to shift, and the last bucket.
    type Scale = (i64, u32, u64);
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    fn cuts(predicate: &Predicate) -> [Option<Self>; 2] {
        predicate.value().map_or([None; 2], boundary::of_integers)
    }

    fn scale(first: Self, last: Self, buckets: usize) -> Self::Scale {
        let first = first.saturating_sub(1);
        let width = last.abs_diff(first);
        if width < MOST_BUCKETS as u64 {
            return (first, 0, width);
        }
        let last_bucket = buckets.saturating_sub(1) as u64;
        let shift = (0..u64::BITS).find(|shift| width >> shift <= last_bucket).unwrap_or(u64::BITS - 1);
        (first, shift, last_bucket)
    }

    fn is_exact((_, shift, _): Self::Scale) -> bool {
        shift == 0
    }

    #[inline(always)]
    fn bucket(self, (first, shift, last): Self::Scale) -> u16 {
        #[expect(clippy::cast_possible_truncation, reason = "there are few buckets")]
        let bucket = (self.max(first).wrapping_sub(first).cast_unsigned() >> shift).min(last) as u16;
        bucket
    }
}

impl Number for f64 {
    /// The first number, what to multiply with, and the last bucket.
    type Scale = (f64, f64, f64);
    const LEAST: Self = Self::NEG_INFINITY;
    const GREATEST: Self = Self::INFINITY;

    fn cuts(predicate: &Predicate) -> [Option<Self>; 2] {
        predicate.value().map_or([None; 2], boundary::of_floats)
    }

    fn scale(first: Self, last: Self, buckets: usize) -> Self::Scale {
        #[expect(clippy::cast_precision_loss, reason = "there are few buckets")]
        let last_bucket = buckets.saturating_sub(1) as f64;
        (first, last_bucket / (last - first), last_bucket)
    }

    fn is_exact(_: Self::Scale) -> bool {
        false
    }

    /// Subtracting, multiplying and rounding keep order. Where the scale is no number, everything falls into bucket 0.
    #[inline(always)]
    fn bucket(self, (first, factor, last): Self::Scale) -> u16 {
        // 2^52: from here on a float's last bits are the whole number that it is.
        const WHOLE: f64 = 4_503_599_627_370_496.0;
        let near = (self - first) * factor;
        // Other than `clamp`, this makes 0 of NaN, and costs nothing for it.
        let near = if near > 0.0 { near } else { 0.0 };
        let near = if near < last { near } else { last };
        #[expect(clippy::cast_possible_truncation, reason = "there are few buckets")]
        let bucket = (near + WHOLE).to_bits() as u16;
        bucket
    }
}

impl<T: Number> Line<T> {
    /// Cuts the line for the comparisons of a field.
    pub(super) fn new(field: &Field, slots: &[Slot]) -> Self {
        let mut starts: Vec<T> = field.predicates.iter().flat_map(changes).flatten().collect();
        starts.sort_unstable_by(|left, right| left.partial_cmp(right).unwrap_or(Ordering::Equal));
        starts.dedup();
        let answers = line_answers(field, slots, &starts);
        let search = Search::new(&starts);
        Self { starts, search, answers }
    }

    /// Past the greatest number of a cell that [`find`](Self::find) gives.
    pub(super) fn cells(&self) -> usize {
        self.starts.len() + 2 + SPARE
    }

    /// Finds each number's cell, as `cell` writes it.
    #[inline(never)]
    pub(super) fn find<C>(&self, values: &[T], cells: &mut [C], cell: impl Fn(u32) -> C) {
        wide(
            #[inline(always)]
            || self.find_all(values, cells, cell),
        );
    }

    #[inline(always)]
    fn find_all<C>(&self, values: &[T], cells: &mut [C], cell: impl Fn(u32) -> C) {
        // Blocks of one length, for which the compiler needs no loop for a rest.
        let (blocks, rest) = values.as_chunks();
        let mut last = [T::LEAST; BLOCK];
        last.iter_mut().zip(rest).for_each(|(last, value)| *last = *value);
        for (block, cells) in blocks.iter().chain([&last]).zip(cells.as_chunks_mut().0) {
            match &self.search {
                Search::Exact(scale, buckets) => exact(*scale, buckets, block, cells, &cell),
                Search::Near(scale, buckets) => near(*scale, buckets, block, cells, &cell),
                Search::Nearly(scale, buckets) => near(*scale, buckets, block, cells, &cell),
                Search::Far => {
                    for (target, value) in cells.iter_mut().zip(block) {
                        let before = self.starts.partition_point(|start| start <= value);
                        *target = cell(cell_after(before));
                    }
                }
            }
        }
    }
}

/// The buckets of a block's numbers: computed side by side, before any is looked at.
#[inline(always)]
fn buckets<T: Number>(scale: T::Scale, block: &[T; BLOCK]) -> [u16; BLOCK] {
    let mut places = [0; BLOCK];
    places.iter_mut().zip(block).for_each(|(place, value)| *place = value.bucket(scale));
    places
}

#[inline(always)]
fn exact<T: Number, C>(
    scale: T::Scale,
    table: &[u32],
    block: &[T; BLOCK],
    cells: &mut [C; BLOCK],
    cell: impl Fn(u32) -> C,
) {
    for (target, place) in cells.iter_mut().zip(buckets(scale, block)) {
        *target = cell(table.get(usize::from(place)).copied().unwrap_or_default());
    }
}

#[inline(always)]
fn near<T: Number, C, const STARTS: usize>(
    scale: T::Scale,
    table: &[Near<T, STARTS>],
    block: &[T; BLOCK],
    cells: &mut [C; BLOCK],
    cell: impl Fn(u32) -> C,
) {
    for ((target, value), place) in cells.iter_mut().zip(block).zip(buckets(scale, block)) {
        let Some(near) = table.get(usize::from(place)) else { continue };
        let past = near.starts.iter().map(|start| u32::from(start <= value)).sum::<u32>();
        *target = cell(near.cell + past);
    }
}

/// The greatest number may be counted as if it were past so many starts that there are not.
const SPARE: usize = 2;

impl<T: Number> Search<T> {
    fn new(starts: &[T]) -> Self {
        let [Some(first), Some(last)] = [starts.first(), starts.last()] else {
            return Self::Far;
        };
        let scale = T::scale(*first, *last, (starts.len() * BUCKETS_EACH).min(MOST_BUCKETS));
        if T::is_exact(scale) {
            let buckets = 0..=T::GREATEST.bucket(scale);
            let before = |bucket| starts.partition_point(|start| start.bucket(scale) <= bucket);
            return Self::Exact(scale, buckets.map(|bucket| cell_after(before(bucket))).collect());
        }
        if let Some(buckets) = Near::all(scale, starts) {
            return Self::Near(scale, buckets);
        }
        Near::all(scale, starts).map_or(Self::Far, |buckets| Self::Nearly(scale, buckets))
    }
}

impl<T: Number, const STARTS: usize> Near<T, STARTS> {
    /// The buckets of a line, if no more cells start in any of them.
    fn all(scale: T::Scale, starts: &[T]) -> Option<Vec<Self>> {
        let mut rest = starts;
        let bucket = |bucket: u16| {
            let here = rest.partition_point(|start| start.bucket(scale) <= bucket);
            let next = std::array::from_fn(|n| rest.get(n).copied().unwrap_or(T::GREATEST));
            let cell = cell_after(starts.len() - rest.len());
            rest = rest.get(here..).unwrap_or_default();
            (here <= STARTS).then_some(Self { cell, starts: next })
        };
        (0..=T::GREATEST.bucket(scale)).map(bucket).collect()
    }
}

/// The cell of the numbers that are past so many starts.
fn cell_after(starts: usize) -> u32 {
    u32::try_from(starts).map_or(1, |starts| starts + 1)
}

/// Where a comparison changes its answer.
fn changes<T: Number>(predicate: &Predicate) -> [Option<T>; 2] {
    let mut before = predicate.holds(&T::LEAST.into());
    T::cuts(predicate).map(|cut| {
        let now = predicate.holds(&cut?.into());
        cut.filter(|_| std::mem::replace(&mut before, now) != now)
    })
}

/// The answers for each cell of a line. Each comparison is asked at its own cuts only: what changes there is noted, and
/// added up from left to right.
fn line_answers<T: Number>(field: &Field, slots: &[Slot], starts: &[T]) -> Answers {
    let cells = starts.len() + 2 + SPARE;
    let mut all: Answers = vec![vec![0; cells.max(BYTE_CELLS)]; slots.len()];
    for (words, word) in all.iter_mut().zip(answers(field, slots, &T::LEAST.into())) {
        if let Some(first) = words.get_mut(1) {
            *first = word;
        }
    }
    for (index, predicate) in field.predicates.iter().enumerate() {
        for start in changes::<T>(predicate).into_iter().flatten() {
            let cell = starts.partition_point(|other| *other <= start) + 1;
            let change = all.get_mut(index / 64).and_then(|words| words.get_mut(cell));
            if let (Some(change), Some(slot)) = (change, slots.get(index / 64)) {
                *change ^= 1 << (slot.shift + index % 64);
            }
        }
    }
    for words in &mut all {
        let mut sum = 0;
        for word in words.iter_mut().skip(1) {
            sum ^= *word;
            *word = sum;
        }
    }
    all
}
