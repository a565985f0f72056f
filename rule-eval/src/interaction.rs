//! An interaction with its attributes, read from JSON within limits.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, ser};
use serde_json::Value;

use crate::Attribute;
use crate::limits::{MAX_ATTRIBUTES, MAX_JSON_BYTES, MAX_NAME_BYTES, MAX_SET_ITEMS, MAX_STRING_BYTES};

/// A call, chat or callback: its attributes by their platform's names. What is missing is not there; null is missing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Interaction(BTreeMap<String, Attribute>);

/// Why an interaction cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InteractionError {
    /// More text than [`MAX_JSON_BYTES`].
    #[error("the interaction has {found} bytes, and at most {MAX_JSON_BYTES} are read")]
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// No JSON, or no object.
    #[error("the interaction is not a JSON object: {0}")]
    Json(#[source] serde_json::Error),
    /// More than [`MAX_ATTRIBUTES`].
    #[error("the interaction has more than {MAX_ATTRIBUTES} attributes")]
    TooManyAttributes,
    /// A name longer than [`MAX_NAME_BYTES`].
    #[error("the name of the attribute `{start}…` has {found} bytes, and at most {MAX_NAME_BYTES} are read")]
    NameTooLong {
        /// How the name starts.
        start: String,
        /// Its length in bytes.
        found: usize,
    },
    /// An attribute that stands twice.
    #[error("the attribute `{attribute}` stands twice")]
    Duplicate {
        /// Its name.
        attribute: String,
    },
    /// An object, or a list of other things than strings.
    #[error(
        "the attribute `{attribute}` is {found}; a value is a string, a number, a boolean or a list of strings"
    )]
    Type {
        /// Its name.
        attribute: String,
        /// What it is.
        found: &'static str,
    },
    /// A number that is beyond any finite float.
    #[error("the number of the attribute `{attribute}` is too large: {found}")]
    Number {
        /// Its name.
        attribute: String,
        /// The number.
        found: String,
    },
    /// A string longer than [`MAX_STRING_BYTES`].
    #[error(
        "a string of the attribute `{attribute}` has {found} bytes, and at most {MAX_STRING_BYTES} are read"
    )]
    StringTooLong {
        /// Its name.
        attribute: String,
        /// The length in bytes.
        found: usize,
    },
    /// A set of more members than [`MAX_SET_ITEMS`].
    #[error("the attribute `{attribute}` has {found} members, and at most {MAX_SET_ITEMS} are read")]
    SetTooLarge {
        /// Its name.
        attribute: String,
        /// How many there are.
        found: usize,
    },
}

impl Interaction {
    /// An interaction without attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads an interaction from the text of a JSON object. A whole number beyond an `i64` is read as the nearest
    /// float.
    ///
    /// # Errors
    /// What is not one, or exceeds [a limit](crate::limits).
    pub fn from_json(json: &str) -> Result<Self, InteractionError> {
        if json.len() > MAX_JSON_BYTES {
            return Err(InteractionError::TooLong { found: json.len() });
        }
        serde_json::from_str::<Entries>(json).map_err(InteractionError::Json)?.try_into()
    }

    /// Reads an interaction from a JSON object.
    ///
    /// # Errors
    /// As for [`from_json`](Self::from_json), apart from the length of the text.
    pub fn from_value(value: Value) -> Result<Self, InteractionError> {
        serde_json::from_value::<Entries>(value).map_err(InteractionError::Json)?.try_into()
    }

    /// An attribute's value; nothing where it is missing.
    pub fn get(&self, attribute: &str) -> Option<&Attribute> {
        self.0.get(attribute)
    }

    /// Sets an attribute. Programs are trusted with the limits.
    pub fn set(&mut self, attribute: impl Into<String>, value: impl Into<Attribute>) {
        self.0.insert(attribute.into(), value.into());
    }

    /// Takes an attribute away: then it is missing. Gives the value that it had.
    pub fn remove(&mut self, attribute: &str) -> Option<Attribute> {
        self.0.remove(attribute)
    }

    /// How many attributes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All attributes, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Attribute)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<N: Into<String>, A: Into<Attribute>> FromIterator<(N, A)> for Interaction {
    fn from_iter<I: IntoIterator<Item = (N, A)>>(attributes: I) -> Self {
        Self(attributes.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl Serialize for Interaction {
    fn serialize<S: ser::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Interaction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Entries::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

/// The entries of an object as they stand, so that one that stands twice is seen.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    if entries.len() > MAX_ATTRIBUTES {
                        return Err(de::Error::custom(InteractionError::TooManyAttributes));
                    }
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

impl TryFrom<Entries> for Interaction {
    type Error = InteractionError;

    fn try_from(entries: Entries) -> Result<Self, InteractionError> {
        if entries.0.len() > MAX_ATTRIBUTES {
            return Err(InteractionError::TooManyAttributes);
        }
        let mut attributes = BTreeMap::new();
        // A null counts as an entry, so that a second one of its name is noticed.
        let mut missing = std::collections::BTreeSet::new();
        for (name, value) in entries.0 {
            if name.len() > MAX_NAME_BYTES {
                let start = name.chars().take(32).collect();
                return Err(InteractionError::NameTooLong { start, found: name.len() });
            }
            if missing.contains(&name) || (value.is_null() && attributes.contains_key(&name)) {
                return Err(InteractionError::Duplicate { attribute: name });
            }
            match attribute(&name, value)? {
                None => {
                    missing.insert(name);
                }
                Some(value) => match attributes.entry(name) {
                    Entry::Vacant(free) => {
                        free.insert(value);
                    }
                    Entry::Occupied(taken) => {
                        return Err(InteractionError::Duplicate { attribute: taken.key().clone() });
                    }
                },
            }
        }
        Ok(Self(attributes))
    }
}

fn attribute(name: &str, value: Value) -> Result<Option<Attribute>, InteractionError> {
    let wrong = |found| InteractionError::Type { attribute: name.to_owned(), found };
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(value) => Attribute::Bool(value),
        Value::String(value) => Attribute::String(string(name, value)?),
        Value::Object(_) => return Err(wrong("an object")),
        Value::Number(number) => {
            // A whole number beyond an `i64` is the nearest float, as the JSON reader takes those beyond a `u64`.
            match (number.as_i64(), number.as_f64()) {
                (Some(value), _) => Attribute::Int(value),
                (None, Some(value)) if value.is_finite() => Attribute::Float(value),
                _ => {
                    return Err(InteractionError::Number {
                        attribute: name.to_owned(),
                        found: number.to_string(),
                    });
                }
            }
        }
        Value::Array(items) => {
            if items.len() > MAX_SET_ITEMS {
                return Err(InteractionError::SetTooLarge { attribute: name.to_owned(), found: items.len() });
            }
            let members = items.into_iter().map(|item| match item {
                Value::String(item) => string(name, item),
                _ => Err(wrong("a list of other things than strings")),
            });
            Attribute::Set(members.collect::<Result<_, _>>()?)
        }
    }))
}

fn string(name: &str, value: String) -> Result<String, InteractionError> {
    if value.len() > MAX_STRING_BYTES {
        return Err(InteractionError::StringTooLong { attribute: name.to_owned(), found: value.len() });
    }
    Ok(value)
}
