//! How much is read at once.

/// The longest line of JSON and the longest record of CSV, in bytes.
pub const MAX_LINE_BYTES: usize = rule_eval::limits::MAX_JSON_BYTES;

/// How much is read at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The most rows of a batch.
    pub rows: usize,
    /// The most bytes of a chunk of text, apart from one whose only line is longer, and about the most bytes of a batch
    /// of a table.
    pub bytes: usize,
    /// The most rejects of a chunk: reading it ends with the one after.
    pub rejects: u64,
}

impl Default for Limits {
    /// For up to 16 readers: with these, memory stays far below 500 MB.
    fn default() -> Self {
        Self { rows: 16 * 1024, bytes: 8 * 1024 * 1024, rejects: 0 }
    }
}

impl Limits {
    /// With so many readers at the same time.
    #[must_use]
    pub fn shared_by(self, readers: usize) -> Self {
        const ALL: usize = 128 * 1024 * 1024;
        let bytes = self.bytes.min(ALL / readers.max(1)).max(64 * 1024);
        Self { bytes, ..self }
    }
}
