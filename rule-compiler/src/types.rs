//! The types of attributes.

use std::fmt;
use std::sync::{Arc, LazyLock};

/// What an attribute may carry.
#[derive(Clone, PartialEq, Debug)]
pub enum AttributeType {
    /// `bool`
    Bool,
    /// `int`, or `int 0..10`, both ends included.
    Int(Option<(i64, i64)>),
    /// `float`
    Float,
    /// `string`
    String,
    /// `enum["a", "b"]`
    Enum(EnumValues),
    /// `set`, of strings.
    Set,
}

/// The values of an enum.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnumValues {
    listed: Vec<Arc<str>>,
    sorted: Vec<Arc<str>>,
}

impl EnumValues {
    /// These values; each counts once.
    pub fn new<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Self {
        let listed: Vec<Arc<str>> = values.into_iter().map(|value| Arc::from(value.as_ref())).collect();
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        sorted.dedup();
        Self { listed, sorted }
    }

    /// As the author listed them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.listed.iter().map(AsRef::as_ref)
    }

    /// Whether the list has this value.
    pub fn contains(&self, value: &str) -> bool {
        match &*self.sorted {
            few if few.len() <= 8 => few.iter().any(|one| &**one == value),
            many => many.binary_search_by(|one| (**one).cmp(value)).is_ok(),
        }
    }
}

/// The kinds of types, without their ranges and lists: what the tables of operators speak of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TypeName {
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `float`
    Float,
    /// `string`
    String,
    /// `enum`
    Enum,
    /// `set`
    Set,
}

impl TypeName {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Bool, Self::Int, Self::Float, Self::String, Self::Enum, Self::Set];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::String => "string",
            Self::Enum => "enum",
            Self::Set => "set",
        }
    }
}

impl AttributeType {
    /// Its kind.
    pub fn name(&self) -> TypeName {
        match self {
            Self::Bool => TypeName::Bool,
            Self::Int(_) => TypeName::Int,
            Self::Float => TypeName::Float,
            Self::String => TypeName::String,
            Self::Enum(_) => TypeName::Enum,
            Self::Set => TypeName::Set,
        }
    }

    /// Whether every value of this type is one of `other`.
    pub fn narrows(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(_), Self::Int(None)) | (Self::Enum(_), Self::String) => true,
            (Self::Int(Some((low, high))), Self::Int(Some((from, to)))) => from <= low && high <= to,
            (Self::Enum(values), Self::Enum(all)) => values.iter().all(|value| all.contains(value)),
            _ => self == other,
        }
    }

    /// The attributes that every project has, in the order of their slots in the table of names.
    pub fn built_in() -> &'static [(&'static str, Self); 5] {
        static BUILT_IN: LazyLock<[(&str, AttributeType); 5]> = LazyLock::new(|| {
            [
                ("skill", AttributeType::Set),
                ("language", AttributeType::String),
                ("priority", AttributeType::Int(None)),
                ("wrapupcode", AttributeType::String),
                ("media_type", AttributeType::Enum(EnumValues::new(["voice", "chat", "callback"]))),
            ]
        });
        &BUILT_IN
    }

    /// The type of a built-in attribute.
    pub fn of_built_in(name: &str) -> Option<&'static Self> {
        Self::built_in().iter().find(|(built_in, _)| *built_in == name).map(|(_, ty)| ty)
    }
}

/// As an author writes it; a long list is cut.
impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(Some((low, high))) => write!(f, "int {low}..{high}"),
            Self::Enum(values) => {
                let shown: Vec<String> =
                    values.iter().take(5).map(rule_lang::literal::encode_string).collect();
                let more = if values.listed.len() > 5 { ", …" } else { "" };
                write!(f, "enum[{}{more}]", shown.join(", "))
            }
            other => f.write_str(other.name().as_str()),
        }
    }
}
