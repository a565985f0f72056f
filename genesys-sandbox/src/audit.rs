//! The trail of every write.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// To what.
    #[serde(default)]
    pub entity_type: EntityType,
    /// To which one; for a strategy, the queue.
    pub entity_id: String,
    /// Its name at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_name: Option<String>,
    /// What it was before; none where it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it was after; none where it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

impl AuditEntry {
    /// What happened, as the audit log calls it: `routing:queue:strategy:updated`, …
    pub fn event_type(&self) -> String {
        let object = match self.entity_type {
            EntityType::Rule => "rule",
            EntityType::Skill => "skill",
            EntityType::SkillGroup => "skillgroup",
            EntityType::Queue => "queue",
            EntityType::Strategy => "queue:strategy",
            EntityType::Agent => "user",
        };
        let action = match self.action {
            Action::Create => "created",
            Action::Update => "updated",
            Action::Delete => "deleted",
            Action::Refresh => "refreshed",
        };
        format!("routing:{object}:{action}")
    }
}

/// What a write does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The object is new.
    Create,
    /// Some of its fields are changed.
    Update,
    /// It is gone.
    Delete,
    /// Routing follows the queue's link from now on.
    Refresh,
}

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EntityType {
    /// A rule.
    #[default]
    Rule,
    /// A skill.
    Skill,
    /// A skill group.
    SkillGroup,
    /// A queue.
    Queue,
    /// The strategy of a queue for one media type.
    Strategy,
    /// An agent's routing profile or availability.
    Agent,
}

impl EntityType {
    /// For people, and for keys in the file.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Skill => "skill",
            Self::SkillGroup => "skill group",
            Self::Queue => "queue",
            Self::Strategy => "strategy",
            Self::Agent => "user",
        }
    }
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

    pub(crate) fn iter(&self) -> impl Iterator<Item = &AuditEntry> {
        self.entries.iter()
    }

    pub(crate) fn entries(&self) -> Vec<AuditEntry> {
        self.entries.iter().cloned().collect()
    }
}
