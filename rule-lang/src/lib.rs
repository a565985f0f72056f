//! The `.rule` language: text to tree and back.
//!
//! [`parse`] turns a [`Source`] into a [`Tree`] and [`Diagnostic`]s; it never fails. [`format`](format::format)
//! turns a tree back into text. Nothing here knows of Genesys, of files or of the network.

// The code that pest generates without `std` names it.
extern crate alloc;

pub mod codes;
mod diagnostic;
mod entry_names;
pub mod fix;
pub mod format;
pub mod literal;
mod nearest;
mod parse;
mod source;
mod span;
pub mod tree;
mod utf16;

pub use codes::Code;
pub use diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, Severity};
pub use entry_names::entry_names;
pub use nearest::nearest;
pub use parse::{as_pest_gets_it, parse, pest_alone};
pub use source::{LineColumn, MAX_FILE_BYTES, Source, SourceMap, too_large};
pub use span::{FileId, IntoSpan, Span, TextRange};
pub use tree::Tree;
pub use utf16::Utf16;
