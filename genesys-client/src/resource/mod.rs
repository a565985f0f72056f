//! What an organization consists of, and what its platform can do with each kind of it.
//!
//! A driver is a set of pure functions that build requests and read answers, and says what its platform can do. The
//! plan and the transaction ask the driver, never the kind's name.

mod alone;
mod names;
mod queue;
mod reference;
mod rule;
mod skill;
mod skill_group;
mod strategy;
#[cfg(test)]
mod tests;
mod wire;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use names::{Candidate, NameError, Names};
pub use reference::{Key, Reference};
pub(crate) use reference::{references, visit};

use crate::Request;

/// The managed fields of an object, by their names on the wire.
pub type Fields = Map<String, Value>;

/// A kind of object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A skill (contract 1.4).
    Skill,
    /// A skill group (contract 1.4).
    SkillGroup,
    /// A queue (contract 1.4).
    Queue,
    /// A queue's strategy for one media type (contract 1.1).
    Strategy,
    /// A routing rule (contract 1.3).
    Rule,
}

impl Kind {
    /// Every kind, in the order in which they depend on each other.
    pub const ALL: [Self; 5] = [Self::Skill, Self::SkillGroup, Self::Queue, Self::Strategy, Self::Rule];

    /// What knows how to read and write it.
    pub fn driver(self) -> &'static dyn Driver {
        match self {
            Self::Skill => &skill::SKILLS,
            Self::SkillGroup => &skill_group::SKILL_GROUPS,
            Self::Queue => &queue::QUEUES,
            Self::Strategy => &strategy::StrategyDriver,
            Self::Rule => &rule::RuleDriver,
        }
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skill => "skill",
            Self::SkillGroup => "skill group",
            Self::Queue => "queue",
            Self::Strategy => "strategy",
            Self::Rule => "rule",
        }
    }

    /// What several are called.
    pub fn words(self) -> &'static str {
        match self {
            Self::Skill => "skills",
            Self::SkillGroup => "skill groups",
            Self::Queue => "queues",
            Self::Strategy => "strategies",
            Self::Rule => "rules",
        }
    }

    /// The kinds that refer to this one.
    pub fn referring(self) -> impl Iterator<Item = Self> {
        let refers = move |kind: &Self| kind.driver().references().iter().any(|(_, to)| *to == self);
        Self::ALL.into_iter().filter(refers)
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
    /// What else it says, which is written back where the whole object is replaced.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub rest: Fields,
}

impl Live {
    /// What it is, as something that could be written again.
    pub fn goal(&self) -> Goal {
        Goal { key: self.key.clone(), fields: self.fields.clone(), rest: self.rest.clone() }
    }

    /// The id of its division, where it has one.
    pub fn division(&self) -> Option<&str> {
        division(&self.rest)
    }
}

/// What an object shall be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Goal {
    /// How it will be recognized.
    pub key: Key,
    /// Its managed fields.
    pub fields: Fields,
    /// What is written besides, where the object is made or replaced as a whole.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub rest: Fields,
}

impl Goal {
    /// Lets everything that it names be something else.
    pub(crate) fn refer(&mut self, kind: Kind, to: &mut dyn FnMut(Kind, &mut Reference)) {
        visit(kind, &mut self.key, &mut self.fields, to);
    }

    /// The id of the division that it is for, where that is said.
    pub fn division(&self) -> Option<&str> {
        division(&self.rest)
    }
}

fn division(rest: &Fields) -> Option<&str> {
    rest.get("division")?.get("id")?.as_str()
}

/// What a platform can do with a kind of object.
#[expect(clippy::struct_excessive_bools, reason = "each is something that a platform can do or not")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capabilities {
    /// Whether an object has a version that a write can ask for.
    pub versions: bool,
    /// Whether fields can be changed one by one; else the whole object is replaced.
    pub partial_update: bool,
    /// Whether it is a part of its queue's list: what is there for its key is read with that list, and the version is
    /// the list's.
    pub part: bool,
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

    /// The fields that name other objects: a [`Reference`], a list of them, or null.
    fn references(&self) -> &'static [(&'static str, Kind)] {
        &[]
    }

    /// Asks for all of them; pages follow.
    fn list(&self) -> Request;

    /// Asks for those of this name; the answer, which has pages, may hold others besides. Of a part, for the list.
    fn find(&self, key: &Key) -> Request;

    /// Asks for one; of a part, for the list.
    fn get(&self, id: &str, key: &Key) -> Request;

    /// Makes one.
    fn create(&self, goal: &Goal, version: Option<u64>) -> Request;

    /// Changes one: `changed` are the fields that differ, `goal` is all that it shall be.
    fn update(&self, id: &str, version: Option<u64>, key: &Key, changed: &Fields, goal: &Goal) -> Request;

    /// Removes one.
    fn delete(&self, id: &str, version: Option<u64>, key: &Key) -> Request;

    /// Asks the platform to take notice of what the object refers to, where that does not happen by itself.
    fn refresh(&self, _id: &str, _key: &Key) -> Option<Request> {
        None
    }

    /// Whether the platform has taken notice, as the object shows it.
    fn is_fresh(&self, _object: &Map<String, Value>) -> bool {
        true
    }

    /// Reads one object of an answer.
    ///
    /// # Errors
    /// Where it lacks what makes it an object of this kind.
    fn read(&self, object: Map<String, Value>) -> Result<Live, ReadError>;

    /// Reads the part of this key from its list: the list's version, and the part where it is there.
    ///
    /// # Errors
    /// Where it is no such list.
    fn read_part(&self, _list: Map<String, Value>, key: &Key) -> Result<(u64, Option<Live>), ReadError> {
        Err(ReadError { kind: self.kind(), named: key.to_string(), reason: "it is no part".to_owned() })
    }

    /// The key that these fields make.
    fn key(&self, fields: &Fields) -> Option<Key>;

    /// The fields in the form in which two are compared: what means the same is the same.
    fn normal(&self, fields: &Fields) -> Fields {
        fields
            .iter()
            .map(|(name, value)| (name.clone(), wire::normal(self.references(), name, value)))
            .collect()
    }

    /// Why a project cannot say what this object says, where it cannot.
    fn foreign(&self, _fields: &Fields) -> Option<String> {
        None
    }
}
