//! What can be wrong with records.

use std::fmt;
use std::io;
use std::sync::Arc;

use rule_eval::limits::{MAX_SET_ITEMS, MAX_STRING_BYTES};

use super::{MAX_LINE_BYTES, Type};

/// Why reading ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The file cannot be read.
    #[error("`{file}` cannot be read: {source}")]
    Read {
        /// What the file is called.
        file: Arc<str>,
        /// The system's error.
        source: io::Error,
    },
    /// A record is wrong, and no more wrong ones are tolerated.
    #[error("`{file}`, {unit} {number}: {why}")]
    Record {
        /// What the file is called.
        file: Arc<str>,
        /// What is counted in such a file.
        unit: Unit,
        /// The record's number in the file, from 1.
        number: u64,
        /// What is wrong.
        why: Why,
    },
    /// The file as a whole is wrong.
    #[error("`{file}` {why}")]
    File {
        /// What the file is called.
        file: Arc<str>,
        /// What is wrong, as the end of a sentence about the file.
        why: String,
    },
}

/// What records of a file are counted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Lines of text.
    Line,
    /// Rows of a table.
    Row,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line => "line",
            Self::Row => "row",
        })
    }
}

/// What is wrong with a record.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// The line is no JSON.
    #[error("this is not JSON: {what} at column {column}")]
    Json {
        /// What the JSON reader says.
        what: String,
        /// The column in bytes, from 1.
        column: usize,
        /// Whether the line ends too early.
        cut: bool,
    },
    /// The line is JSON, and no object.
    #[error("this is not a JSON object")]
    NoObject,
    /// The file ends within the record.
    #[error("the file ends in the middle of a record")]
    Truncated,
    /// Bytes that are no text.
    #[error("this is not UTF-8 text")]
    NotUtf8,
    /// A line longer than [`MAX_LINE_BYTES`].
    #[error("the line has {found} bytes, and at most {MAX_LINE_BYTES} are read")]
    LineTooLong {
        /// Its length in bytes.
        found: u64,
    },
    /// A record of CSV with more or fewer cells than there are columns.
    #[error("the record has {found} cells, and there are {expected} columns")]
    Ragged {
        /// How many cells it has.
        found: usize,
        /// How many columns there are.
        expected: usize,
    },
    /// A quote that is not closed, or text behind one that is.
    #[error("a quoted cell does not end at its closing quote")]
    Quotes,
    /// A key that stands twice.
    #[error("`{column}` stands twice")]
    Duplicate {
        /// The key.
        column: String,
    },
    /// A value that is no attribute's.
    #[error("`{column}` is {found}; a value is a string, a number, a boolean or a list of strings")]
    NoValue {
        /// The column or key.
        column: String,
        /// What it is.
        found: &'static str,
    },
    /// A value that is not what is declared.
    #[error("`{column}` is {found}, and it is declared as {declared}")]
    Type {
        /// The column or key.
        column: String,
        /// What it is.
        found: String,
        /// What it should be.
        declared: Type,
    },
    /// What is no moment.
    #[error("`{column}` is {found}, which is not a time like `2026-01-31T12:00:00Z`")]
    Time {
        /// The column or key.
        column: String,
        /// What it is.
        found: String,
    },
    /// A string longer than [`MAX_STRING_BYTES`].
    #[error("a string of `{column}` has {found} bytes, and at most {MAX_STRING_BYTES} are read")]
    StringTooLong {
        /// The column or key.
        column: String,
        /// The length in bytes.
        found: usize,
    },
    /// A set of more members than [`MAX_SET_ITEMS`].
    #[error("`{column}` has more than {MAX_SET_ITEMS} members")]
    SetTooLarge {
        /// The column or key.
        column: String,
    },
    /// A number that is none.
    #[error("`{column}` is {found}, which is not a number")]
    NotFinite {
        /// The column.
        column: String,
        /// `NaN`
        found: String,
    },
}
