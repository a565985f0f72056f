//! The values of one attribute over many records.

use super::Bitmap;
use crate::Attribute;

/// The code of a missing value among [`Strings`] and [`Sets`].
pub const MISSING: u32 = u32::MAX;

/// The values of one attribute, a row for each record. What is missing (or null) has none.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Column {
    /// No record has it.
    #[default]
    Missing,
    /// Truth values; where `present` is not set, the value's bit is 0.
    Bool {
        /// The values.
        values: Bitmap,
        /// Which records have one; all, where nothing is said.
        present: Option<Bitmap>,
    },
    /// Whole numbers; any number stands where none is present.
    Int {
        /// The values.
        values: Vec<i64>,
        /// Which records have one; all, where nothing is said.
        present: Option<Bitmap>,
    },
    /// Floats, never NaN; any number stands where none is present.
    Float {
        /// The values.
        values: Vec<f64>,
        /// Which records have one; all, where nothing is said.
        present: Option<Bitmap>,
    },
    /// Strings.
    String(Strings),
    /// Sets of strings.
    Set(Sets),
    /// Values of several types: slow, and rare.
    Mixed(Vec<Option<Attribute>>),
}

/// Strings, each of which is held once.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Strings {
    /// For each row the index of its string in `distinct`, or [`MISSING`].
    pub codes: Vec<u32>,
    /// The strings. One may stand twice (a dictionary of several files), and some may not be used.
    pub distinct: Vec<String>,
}

/// Sets of strings.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sets {
    /// For each row the index of its set in `ends`, or [`MISSING`]. Equal sets may share one.
    pub codes: Vec<u32>,
    /// For each set where its members end in `members`; they start where those of the set before end.
    pub ends: Vec<u32>,
    /// The members, as indexes in `distinct`.
    pub members: Vec<u32>,
    /// The strings.
    pub distinct: Vec<String>,
}

/// Records in columns: the columns stand in the order of the fields that were asked for.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Batch {
    /// How many records there are.
    pub rows: usize,
    /// A column for each field; each has `rows` rows, apart from [`Column::Missing`].
    pub columns: Vec<Column>,
}

impl Sets {
    /// The members of the set with this code.
    pub fn set(&self, code: u32) -> impl Iterator<Item = &str> {
        let code = code as usize;
        let start = code.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(code).copied().unwrap_or(start);
        let members = self.members.get(start as usize..end as usize).unwrap_or_default();
        members.iter().filter_map(|member| self.distinct.get(*member as usize)).map(String::as_str)
    }
}

impl Column {
    /// A row's value; nothing where it is missing.
    pub fn value(&self, row: usize) -> Option<Attribute> {
        let there = |present: &Option<Bitmap>| present.as_ref().is_none_or(|present| present.get(row));
        match self {
            Self::Missing => None,
            Self::Bool { values, present } => {
                (row < values.rows() && there(present)).then(|| Attribute::Bool(values.get(row)))
            }
            Self::Int { values, present } => {
                values.get(row).filter(|_| there(present)).copied().map(Attribute::Int)
            }
            Self::Float { values, present } => {
                values.get(row).filter(|_| there(present)).copied().map(Attribute::Float)
            }
            Self::String(strings) => {
                let code = *strings.codes.get(row)?;
                strings.distinct.get(code as usize).cloned().map(Attribute::String)
            }
            Self::Set(sets) => {
                let code = sets.codes.get(row).copied().filter(|code| *code != MISSING)?;
                Some(Attribute::Set(sets.set(code).map(str::to_owned).collect()))
            }
            Self::Mixed(values) => values.get(row).cloned().flatten(),
        }
    }
}
