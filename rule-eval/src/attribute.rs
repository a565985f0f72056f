//! What an interaction carries under one name.

use std::fmt;

use serde::Serialize;

/// The value of an attribute. What is missing (or null) has none.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
pub enum Attribute {
    /// `true`
    Bool(bool),
    /// `5`
    Int(i64),
    /// `0.5`; finite in everything that was read from JSON.
    Float(f64),
    /// `"en"`; the empty string is a value.
    String(String),
    /// `["billing", "sales"]`; the empty set is a value.
    Set(Vec<String>),
}

impl From<bool> for Attribute {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Attribute {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Attribute {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Attribute {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Attribute {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<Vec<String>> for Attribute {
    fn from(value: Vec<String>) -> Self {
        Self::Set(value)
    }
}

impl fmt::Display for Attribute {
    /// As JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match serde_json::to_string(self) {
            Ok(json) => f.write_str(&json),
            Err(_) => Err(fmt::Error),
        }
    }
}
