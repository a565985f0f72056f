//! The trail of every write.

use std::collections::VecDeque;

use genesys_model::Rule;
use serde::{Deserialize, Serialize};

/// How many entries are kept. Older ones are dropped.
pub(crate) const KEPT: usize = 10_000;

/// One write.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its number, from 1.
    pub number: u64,
    /// The client that wrote.
    pub client: String,
    /// When, as RFC 3339 in UTC.
    pub date: String,
    /// What was done.
    pub action: Action,
    /// To which rule.
    pub entity_id: String,
    /// What it was before; none where it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Rule>,
    /// What it was after; none where it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Rule>,
}

/// What a write does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The rule is new.
    Create,
    /// Some of its fields are changed.
    Update,
    /// It is gone.
    Delete,
}

/// The latest writes.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    entries: VecDeque<AuditEntry>,
}

impl Trail {
    pub(crate) fn new(entries: VecDeque<AuditEntry>) -> Self {
        Self { entries }
    }

    pub(crate) fn next(&self) -> u64 {
        self.entries.back().map_or(1, |entry| entry.number + 1)
    }

    pub(crate) fn push(&mut self, entry: AuditEntry) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    pub(crate) fn entries(&self) -> Vec<AuditEntry> {
        self.entries.iter().cloned().collect()
    }
}
