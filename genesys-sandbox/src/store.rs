//! The state on disk: one `redb` file. Every write is one transaction, durable when it returns.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use genesys_model::Rule;
use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::AuditEntry;
use crate::audit::KEPT;
use crate::table::FIRST_WRITTEN;

/// Rules as JSON, by their place in the order.
const RULES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("rules");
/// Audit entries as JSON, by their number.
const AUDIT: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("audit");
/// Everything else as JSON, by its kind and id. What is null is gone, and came from the settings.
const OBJECTS: TableDefinition<'_, (&str, &str), &[u8]> = TableDefinition::new("objects");
/// Numbers about the file itself.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
/// The form of all these. Another form has another number.
const FORMAT: u64 = 1;

/// An open file.
pub(crate) struct File {
    database: Database,
}

/// What a file held.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) rules: Vec<(u64, Arc<Rule>)>,
    pub(crate) objects: Vec<HeldObject>,
    pub(crate) trail: VecDeque<AuditEntry>,
}

/// An object that was written.
#[derive(Serialize, Deserialize)]
pub(crate) struct HeldObject {
    /// The word for its kind.
    pub(crate) kind: String,
    pub(crate) id: String,
    /// Its place in the order.
    pub(crate) place: u64,
    /// None where it is gone.
    pub(crate) object: Option<Value>,
}

/// One change of what is kept.
pub(crate) enum Write<'a> {
    /// What stands at a place among the rules from now on.
    Rule(u64, Option<&'a Rule>),
    /// An object from now on.
    Object(HeldObject),
}

/// Why a file cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// Another process has it open.
    #[error("it is in use")]
    InUse,
    /// Its form is another.
    #[error("it has format {0}, and this version reads format {FORMAT}")]
    Format(u64),
    /// What it holds is not what was written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The disk, the file system or the file.
    #[error(transparent)]
    Redb(Box<redb::Error>),
    /// Its folder cannot be made.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

fn redb(error: impl Into<redb::Error>) -> StoreError {
    StoreError::Redb(Box::new(error.into()))
}

impl File {
    /// Opens a file, making it and its folder where they are missing.
    pub(crate) fn open(path: &Path) -> Result<(Self, Held), StoreError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let database = Database::create(path).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => StoreError::InUse,
            error => redb(error),
        })?;
        let file = Self { database };
        file.prepare()?;
        let held = file.read()?;
        Ok((file, held))
    }

    fn prepare(&self) -> Result<(), StoreError> {
        let transaction = self.database.begin_write().map_err(redb)?;
        {
            let mut meta = transaction.open_table(META).map_err(redb)?;
            let found = meta.get("format").map_err(redb)?.map(|format| format.value());
            match found {
                None => {
                    meta.insert("format", FORMAT).map_err(redb)?;
                }
                Some(FORMAT) => {}
                Some(other) => return Err(StoreError::Format(other)),
            }
            transaction.open_table(RULES).map_err(redb)?;
            transaction.open_table(AUDIT).map_err(redb)?;
            transaction.open_table(OBJECTS).map_err(redb)?;
        }
        transaction.commit().map_err(redb)
    }

    fn read(&self) -> Result<Held, StoreError> {
        let transaction = self.database.begin_read().map_err(redb)?;
        let mut held = Held::default();
        for entry in transaction.open_table(RULES).map_err(redb)?.iter().map_err(redb)? {
            let (place, rule) = entry.map_err(redb)?;
            held.rules.push((place.value(), Arc::new(serde_json::from_slice(rule.value())?)));
        }
        for entry in transaction.open_table(AUDIT).map_err(redb)?.iter().map_err(redb)? {
            held.trail.push_back(serde_json::from_slice(entry.map_err(redb)?.1.value())?);
        }
        for entry in transaction.open_table(OBJECTS).map_err(redb)?.iter().map_err(redb)? {
            held.objects.push(serde_json::from_slice(entry.map_err(redb)?.1.value())?);
        }
        Ok(held)
    }

    /// Keeps changes, and who made them: all or nothing.
    pub(crate) fn commit(&self, writes: &[Write<'_>], entries: &[AuditEntry]) -> Result<(), StoreError> {
        let transaction = self.database.begin_write().map_err(redb)?;
        {
            let mut rules = transaction.open_table(RULES).map_err(redb)?;
            let mut objects = transaction.open_table(OBJECTS).map_err(redb)?;
            for write in writes {
                match write {
                    Write::Rule(place, Some(rule)) => {
                        rules.insert(place, serde_json::to_vec(rule)?.as_slice()).map_err(redb)?;
                    }
                    Write::Rule(place, None) => {
                        rules.remove(place).map_err(redb)?;
                    }
                    Write::Object(held) => {
                        let key = (held.kind.as_str(), held.id.as_str());
                        if held.object.is_none() && held.place >= FIRST_WRITTEN {
                            objects.remove(key).map_err(redb)?;
                        } else {
                            objects.insert(key, serde_json::to_vec(held)?.as_slice()).map_err(redb)?;
                        }
                    }
                }
            }
            let mut audit = transaction.open_table(AUDIT).map_err(redb)?;
            for entry in entries {
                audit.insert(entry.number, serde_json::to_vec(entry)?.as_slice()).map_err(redb)?;
                audit.remove(entry.number.saturating_sub(KEPT as u64)).map_err(redb)?;
            }
        }
        transaction.commit().map_err(redb)
    }
}
