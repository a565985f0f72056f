//! One bit a row.

/// A row's bits in one word.
pub const WORD_BITS: usize = u64::BITS as usize;

/// One bit for each row of a batch, 64 rows a word; the bits past the last row are 0.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Bitmap {
    words: Vec<u64>,
    rows: usize,
}

impl Bitmap {
    /// A bitmap of no rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// A bitmap of this many rows, none of them set.
    pub fn zeros(rows: usize) -> Self {
        Self { words: vec![0; rows.div_ceil(WORD_BITS)], rows }
    }

    /// A bitmap of this many rows, all of them set.
    pub fn all(rows: usize) -> Self {
        let mut bitmap = Self { words: vec![u64::MAX; rows.div_ceil(WORD_BITS)], rows };
        bitmap.cut();
        bitmap
    }

    /// A bitmap of these words, cut or filled with zeros to this many rows.
    pub fn from_words(words: impl IntoIterator<Item = u64>, rows: usize) -> Self {
        let mut words: Vec<u64> = words.into_iter().take(rows.div_ceil(WORD_BITS)).collect();
        words.resize(rows.div_ceil(WORD_BITS), 0);
        let mut bitmap = Self { words, rows };
        bitmap.cut();
        bitmap
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, bit: bool) {
        let place = self.rows % WORD_BITS;
        if place == 0 {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(bit) << place;
        }
        self.rows += 1;
    }

    /// A row's bit; false past the last row.
    pub fn get(&self, row: usize) -> bool {
        self.words.get(row / WORD_BITS).is_some_and(|word| word >> (row % WORD_BITS) & 1 == 1)
    }

    /// The words, 64 rows each, the first row in the lowest bit.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many rows are set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows that are set, in order.
    pub fn ones(&self) -> impl Iterator<Item = usize> {
        ones(&self.words)
    }

    /// Takes away the rows from this one on.
    pub fn truncate(&mut self, rows: usize) {
        self.rows = rows.min(self.rows);
        self.words.truncate(self.rows.div_ceil(WORD_BITS));
        self.cut();
    }

    /// Clears the bits past the last row.
    fn cut(&mut self) {
        let rest = self.rows % WORD_BITS;
        if let Some(word) = self.words.last_mut().filter(|_| rest > 0) {
            *word &= (1 << rest) - 1;
        }
    }

    /// Takes all rows away and keeps the memory.
    pub fn clear(&mut self) {
        self.words.clear();
        self.rows = 0;
    }
}

/// The rows that are set in these words, in order.
pub(super) fn ones(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(index, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(index * WORD_BITS + bit)
        })
    })
}

impl FromIterator<bool> for Bitmap {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let mut bitmap = Self::new();
        bits.into_iter().for_each(|bit| bitmap.push(bit));
        bitmap
    }
}
