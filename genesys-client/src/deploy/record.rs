//! What the journal says.

use serde::{Deserialize, Serialize};

use crate::plan::{Change, FieldDifference, Step};
use crate::resource::{Key, Kind};

/// One record of the journal. What one version wrote, every later one reads.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "record")]
pub enum Record {
    /// A deployment begins: everything that is needed to finish or undo it.
    Begin(Begin),
    /// A write is about to be sent.
    Intent {
        /// Which step.
        step: usize,
        /// Whether it is taken back.
        #[serde(default, skip_serializing_if = "is_false")]
        undo: bool,
    },
    /// The write was carried out.
    Done {
        /// Which step.
        step: usize,
        /// Whether it was taken back.
        #[serde(default, skip_serializing_if = "is_false")]
        undo: bool,
        /// The object's id since; none where it is gone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Its version since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
    },
    /// The write was certainly not carried out.
    Refused {
        /// Which step.
        step: usize,
        /// Whether it was to be taken back.
        #[serde(default, skip_serializing_if = "is_false")]
        undo: bool,
    },
    /// From here on everything is taken back.
    Undo {
        /// Why.
        cause: String,
    },
    /// Somebody else has changed what is being taken back.
    Contested(Contested),
    /// The deployment stopped and is left open.
    Halt {
        /// Why.
        cause: String,
    },
    /// The deployment ended.
    End {
        /// How.
        outcome: Outcome,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// How a deployment began.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Begin {
    /// Its number in this journal, from 1.
    pub number: u64,
    /// When, as RFC 3339 in UTC.
    pub time: String,
    /// Which organization it is for.
    pub organization: String,
    /// That organization's id, where it tells: another organization may be at the same address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// The deployment that it takes back, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_of: Option<u64>,
    /// The fingerprint of the bundle.
    pub bundle: String,
    /// What it changes, with the state before.
    pub changes: Vec<Change>,
    /// Its writes, in order.
    pub steps: Vec<Step>,
}

/// What somebody else has changed that is being taken back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Contested {
    /// Which step.
    pub step: usize,
    /// The object's kind.
    pub kind: Kind,
    /// Its key.
    pub key: Key,
    /// Whether theirs stays. Else the object was one that the deployment had made, and theirs went with it.
    pub stays: bool,
    /// What would have been restored, and what is there; empty where the object is gone or made anew.
    pub differences: Vec<FieldDifference>,
}

/// How a deployment ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All of it is live.
    Deployed,
    /// None of it is.
    Undone,
}
