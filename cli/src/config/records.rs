//! `[records]`: what the records of the past call things.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::mistake::{Mistake, section, text, unknown};

/// The keys of the section.
const KEYS: [&str; 3] = ["columns", "id", "time"];

/// What the records of the past call things.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    /// The column or key that names a record.
    pub id: Option<String>,
    /// The column or key with the time of a record.
    pub time: Option<String>,
    /// The columns or keys of attributes, by what rules or the platform call the attribute; others are called as the
    /// platform calls them.
    pub columns: BTreeMap<String, String>,
}

/// Reads the section.
pub(super) fn read(table: &DeTable<'_>) -> Result<Records, Mistake> {
    let mut records = Records::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "id" => records.id = Some(text("id", value)?.to_owned()),
            "time" => records.time = Some(text("time", value)?.to_owned()),
            "columns" => {
                for (attribute, column) in section(key, value)? {
                    let name = attribute.get_ref().as_ref();
                    records.columns.insert(name.to_owned(), text(name, column)?.to_owned());
                }
            }
            _ => return Err(unknown("setting of the records", key, &KEYS)),
        }
    }
    Ok(records)
}
