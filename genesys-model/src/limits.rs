//! What the platform allows, and what is read at most. Counts are counts; sizes are bytes.

/// The deepest tree that the platform takes (contract 1.3): a lone condition is 1, every `and`, `or`, `not` adds 1.
pub const MAX_DEPTH: u32 = 10;

/// The deepest tree that is read, written or evaluated, whatever limit a project sets for itself.
///
/// Every level of a tree takes two of JSON's (an object and its `children`), and common readers refuse 128 of them
/// (`serde_json` among those), so a deeper tree could be sent but not be read back from inside a bundle.
pub const MAX_READ_DEPTH: u32 = 60;

/// The most nodes of one tree, conditions and logic together.
pub const MAX_NODES: usize = 10_000;

/// The longest bundle that is read.
pub const MAX_BUNDLE_BYTES: usize = 512 * 1024 * 1024;

/// The most memory that one compiled regular expression may take.
pub const MAX_REGEX_BYTES: usize = 10 * 1024 * 1024;
