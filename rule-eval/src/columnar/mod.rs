//! Rules over many records at once: records in columns, every distinct comparison once for a batch, rules as algebra of
//! bitmaps.

mod bitmap;
mod builder;
mod column;
mod interner;

pub use bitmap::{Bitmap, WORD_BITS};
pub use builder::ColumnBuilder;
pub use column::{Batch, Column, MISSING, Sets, Strings};
