//! Records of the past: JSON lines, CSV and Parquet, read as batches of columns.
//!
//! A file is cut into [`Chunk`]s, one after the other, by [`Chunks`]; a [`Reader`] makes batches of a chunk. Chunks do not
//! depend on each other, so each core may have a reader of its own and take the next chunk when it is done with one.
//! [`Records`] is both in one, for a single core.
//!
//! Only what is [`Wanted`] is looked at. The rest must be well formed, and may be anything.

mod batch;
mod cells;
mod chunk;
mod csv;
mod error;
mod found;
mod json;
mod keys;
mod limits;
mod lines;
mod lists;
mod parquet;
mod positioned;
mod scan;
mod stream;
mod table;
mod time;
mod wanted;

pub use batch::{RecordBatch, Reject};
pub use chunk::{Chunk, Chunks, Input};
pub use error::{RecordError, Unit, Why};
pub use found::{Absent, Found};
pub use limits::{Limits, MAX_LINE_BYTES};
pub use stream::{Reader, Records};
pub use wanted::{Extra, ExtraKind, Type, Wanted, WantedColumn};
