//! What is read of each record.

use std::fmt;

/// What is read of each record.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// The attributes.
    pub columns: Vec<WantedColumn>,
    /// What else a caller needs to know of a record.
    pub extra: Vec<Extra>,
}

/// An attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedColumn {
    /// The platform's name of the attribute.
    pub field: String,
    /// The name of its column or key in the data. `customer.tier` is the key `tier` of the object `customer`, unless there
    /// is a key `customer.tier`.
    pub source: String,
    /// What it is declared as. Without a declaration, any type will do; cells of CSV are strings then.
    pub ty: Option<Type>,
}

/// What is no attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extra {
    /// The name of its column or key in the data, as for [`WantedColumn::source`].
    pub source: String,
    /// What is made of it.
    pub kind: ExtraKind,
}

/// What is made of an [`Extra`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExtraKind {
    /// A string; numbers and truth values as they are written. A column of strings.
    Text,
    /// A moment: a column of integers, in milliseconds since 1970 began in UTC. A string is a date as of RFC 3339, alone or
    /// with a time (UTC, where no offset is said). A number is in milliseconds from 10¹¹ on, and in seconds below.
    Time,
}

/// What an attribute is declared as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// `bool`
    Bool,
    /// `int`; a float that is a whole number will do.
    Int,
    /// `float`; an integer will do.
    Float,
    /// `string` and `enum`
    String,
    /// `set`
    Set,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::String => "string",
            Self::Set => "set",
        })
    }
}
