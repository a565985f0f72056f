//! The difference between a bundle and an organization, as a value: it prints, serializes, compares, and can be applied
//! later if the organization has not changed.

mod build;
mod change;
mod desired;
mod kinds;
mod matching;
mod notes;
mod observed;
mod prune;
mod rollback;
mod step;

use genesys_model::Bundle;
use serde::{Deserialize, Serialize};

pub use build::{Options, PlanError, Prune, build};
pub use change::{Change, FieldDifference, differences};
pub use kinds::{kinds_of, with_referring};
pub use observed::Observed;
pub(crate) use observed::{find, get, list, object, read, read_part};
pub use rollback::{RollbackError, rollback};
pub(crate) use step::switched_off;
pub use step::{Action, OrderError, Step, steps};

use crate::fingerprint;
pub use crate::resource::Goal;
use crate::resource::{Key, Kind};

/// The number of a plan's form.
pub const FORMAT: u32 = 1;

/// What is to be done to an organization.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The form: [`FORMAT`].
    pub format: u32,
    /// Which organization it is for.
    pub organization: String,
    /// The fingerprint of the bundle.
    pub bundle: String,
    /// What is created, changed and deleted.
    pub changes: Vec<Change>,
    /// What is declared and already so.
    pub unchanged: Vec<Unchanged>,
    /// What the organization holds and the project does not declare; it stays.
    pub undeclared: Vec<Undeclared>,
    /// What the author may want to know.
    pub notes: Vec<Note>,
}

impl Plan {
    /// Whether it was made from this bundle.
    pub fn is_of(&self, bundle: &Bundle) -> bool {
        self.bundle == fingerprint::of(bundle)
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// An object that is as it is declared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unchanged {
    /// Its kind.
    pub kind: Kind,
    /// How it is recognized.
    pub key: Key,
    /// Its id.
    pub id: String,
    /// The fingerprint of its managed fields.
    pub fingerprint: String,
}

/// An object that the project does not declare.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Undeclared {
    /// Its kind.
    pub kind: Kind,
    /// How it is recognized.
    pub key: Key,
    /// Its id.
    pub id: String,
    /// Whether this project deployed it, so that pruning would delete it.
    pub owned: bool,
    /// Why it is not pruned though that was asked for: the language cannot say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<String>,
    /// What stays and refers to it, for which it is not pruned though that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed_by: Option<(Kind, Key)>,
}

/// What the author may want to know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "note")]
#[non_exhaustive]
pub enum Note {
    /// A new object looks like one that is no longer declared: `was` would rename it instead.
    LooksRenamed {
        /// The kind of both.
        kind: Kind,
        /// The new one.
        new: Key,
        /// The live one.
        old: Key,
    },
    /// What `was` names is not live, nor is the declared one: it is created.
    WasMissing {
        /// Its kind.
        kind: Kind,
        /// The declared one.
        new: Key,
        /// What `was` names.
        old: Key,
    },
    /// Both the name and the `was` name are live: the rename has happened, and somebody made the old one anew.
    BothExist {
        /// The kind of both.
        kind: Kind,
        /// The declared one.
        new: Key,
        /// What `was` names.
        old: Key,
    },
}
