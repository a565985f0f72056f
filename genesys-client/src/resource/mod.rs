//! What an organization consists of, and what its platform can do with each kind of it.
//!
//! A driver is a set of pure functions that build requests and read answers, and says what its platform can do. The
//! plan and the transaction ask the driver, never the kind's name.

mod queue;
mod rule;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use queue::{QueueError, Queues};

use crate::Request;
use crate::text::clean;

/// The managed fields of an object, by their names on the wire.
pub type Fields = Map<String, Value>;

/// A kind of object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A routing rule (contract 1.3).
    Rule,
}

impl Kind {
    /// Every kind, in the order in which they depend on each other.
    pub const ALL: [Self; 1] = [Self::Rule];

    /// What knows how to read and write it.
    pub fn driver(self) -> &'static dyn Driver {
        match self {
            Self::Rule => &rule::RuleDriver,
        }
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
        }
    }
}

/// How an object is recognized: by its name, and by the queue that it belongs to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Key {
    /// The queue whose names must differ.
    pub queue: QueueKey,
    /// Its name.
    pub name: String,
}

/// The queue that an object belongs to. Only the id counts where two are compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QueueKey {
    /// Its id.
    pub id: String,
    /// Its name, for people; the id where the platform does not say.
    pub name: String,
}

impl PartialEq for QueueKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for QueueKey {}

impl PartialOrd for QueueKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for QueueKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(&other.id)
    }
}

impl std::hash::Hash for QueueKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

/// `Name` in `Queue`, in one line without control characters: names come from outside.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` in `{}`", clean(&self.name, &[]), clean(&self.queue.name, &[]))
    }
}

/// An object as the organization holds it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Live {
    /// Its id.
    pub id: String,
    /// Its version, where the platform counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// How it is recognized.
    pub key: Key,
    /// Its managed fields, as they would be written.
    pub fields: Fields,
}

/// What a platform can do with a kind of object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capabilities {
    /// Whether an object has a version that a write can ask for.
    pub versions: bool,
    /// Whether fields can be changed one by one; else the whole object is replaced.
    pub partial_update: bool,
    /// The field that, while false, keeps a new object from having any effect.
    pub switch: Option<&'static str>,
    /// Whether objects can be deleted.
    pub delete: bool,
}

/// Why an answer is no object of the kind.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the organization's {kind} {named} cannot be read: {reason}", kind = .kind.word())]
pub struct ReadError {
    /// The kind that was expected.
    pub kind: Kind,
    /// Which object: its id or name, as far as they are there.
    pub named: String,
    /// What is wrong.
    pub reason: String,
}

/// Reads and writes one kind of object. Pure: requests are built and answers are read here, and sent elsewhere.
pub trait Driver: Sync {
    /// The kind.
    fn kind(&self) -> Kind;

    /// What the platform can do with it.
    fn capabilities(&self) -> Capabilities;

    /// The fields that a project manages.
    fn managed(&self) -> &'static [&'static str];

    /// Asks for all of them; pages follow.
    fn list(&self) -> Request;

    /// Asks for those of this name; the answer may hold others besides.
    fn find(&self, key: &Key) -> Request;

    /// Asks for one.
    fn get(&self, live: &str, key: &Key) -> Request;

    /// Makes one.
    fn create(&self, key: &Key, fields: &Fields) -> Request;

    /// Changes one: `changed` are the fields that differ, `fields` are all.
    fn update(&self, id: &str, version: Option<u64>, key: &Key, changed: &Fields, fields: &Fields)
    -> Request;

    /// Removes one.
    fn delete(&self, id: &str, version: Option<u64>, key: &Key) -> Request;

    /// Reads one object of an answer.
    ///
    /// # Errors
    /// Where it lacks what makes it an object of this kind.
    fn read(&self, object: Map<String, Value>) -> Result<Live, ReadError>;

    /// The key that these fields make.
    fn key(&self, fields: &Fields) -> Option<Key>;

    /// The fields in the form in which two are compared: what means the same is the same.
    fn normal(&self, fields: &Fields) -> Fields;

    /// Why a project cannot say what this object says, where it cannot.
    fn foreign(&self, fields: &Fields) -> Option<String>;
}
