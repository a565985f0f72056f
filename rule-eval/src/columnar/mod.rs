//! Rules over many records at once: records in columns, every distinct comparison once for a batch, rules as algebra of
//! bitmaps.

#![expect(
    clippy::inline_always,
    reason = "only what becomes part of a loop in `wide` is compiled for wide vectors"
)]

mod bitmap;
mod boundary;
mod builder;
mod chunk;
mod column;
mod evaluate;
mod interner;
mod line;
mod operands;
mod predicate;
mod program;
mod rules;
mod table;
mod transpose;
mod wide;

pub use bitmap::{Bitmap, WORD_BITS};
pub use builder::ColumnBuilder;
pub use column::{Batch, Column, MISSING, Sets, Strings};
pub use evaluate::{Matches, Memory, UNDECIDED};
pub use rules::ColumnRules;
