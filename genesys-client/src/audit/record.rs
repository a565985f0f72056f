//! What the audit log says of one deployment, or of one evaluation.

use serde::{Deserialize, Serialize};

use super::evaluation::EvaluationRecord;

/// One record of the audit log. What one version wrote, every later one reads.
///
/// In the file its number comes first, and its seal follows the last of these fields.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AuditRecord {
    /// Its number in the log, from 1.
    pub number: u64,
    /// What was done.
    #[serde(flatten)]
    pub what: What,
    /// Whether it is sealed with a key.
    pub keyed: bool,
    /// The seal of the record before; zeros where there is none.
    pub previous: String,
}

/// What was done: by whom, to what, with which result.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct What {
    /// When it was noted, as RFC 3339 in UTC.
    pub time: String,
    /// Who did it, as their environment says: `user@host`. A claim, not a proof.
    pub who: String,
    /// By which command.
    pub verb: AuditVerb,
    /// To which organization.
    pub organization: String,
    /// The deployment's number in that organization's journal; none where none was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<u64>,
    /// When that deployment began, as its journal says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<String>,
    /// The deployment that it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_of: Option<u64>,
    /// The fingerprint of the bundle's content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<String>,
    /// How much it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// How it ended.
    pub outcome: AuditedOutcome,
    /// Why, where it did not end well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was evaluated, where that is what was done. Nothing was written then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<EvaluationRecord>,
    /// Whether a later run noted it, from the journal: the run itself was killed before it could.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

/// How much a deployment changes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Changes {
    /// Objects that are made.
    pub create: usize,
    /// Objects whose fields are changed.
    pub change: usize,
    /// Objects that get another name or queue, whatever else changes.
    pub rename: usize,
    /// Objects that are deleted.
    pub delete: usize,
}

/// A command that is noted: one that may write to an organization, or evaluates it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditVerb {
    /// `rulec deploy`.
    Deploy,
    /// `rulec rollback`.
    Rollback,
    /// `rulec recover`.
    Recover,
    /// `rulec evaluate`.
    Evaluate,
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditedOutcome {
    /// All of it is live.
    Deployed,
    /// None of it is.
    Undone,
    /// It is left open.
    Unfinished,
    /// Nothing was written.
    Refused,
    /// Its strategies were evaluated.
    Evaluated,
}

impl AuditedOutcome {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Undone => "undone",
            Self::Unfinished => "unfinished",
            Self::Refused => "refused",
            Self::Evaluated => "evaluated",
        }
    }

    /// Whether nothing more becomes of the deployment.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Deployed | Self::Undone)
    }
}

impl AuditVerb {
    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Rollback => "rollback",
            Self::Recover => "recover",
            Self::Evaluate => "evaluate",
        }
    }
}
