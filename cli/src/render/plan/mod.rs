//! Plans as people and programs read them.

mod condition;
mod field;
pub mod json;
pub mod markdown;
pub mod text;
pub mod words;

pub use condition::condition_lines;
pub use field::difference_lines;

use genesys_client::plan::{Change, Plan};
use serde::Serialize;

/// What becomes of one object, as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is new.
    Create,
    /// Some of its fields change.
    Update,
    /// It gets another name or queue, and perhaps other fields too.
    Rename,
    /// It goes.
    Delete,
}

impl Action {
    /// What becomes of the object of a change.
    pub fn of(change: &Change) -> Self {
        match (&change.before, &change.after) {
            (None, _) => Self::Create,
            (_, None) => Self::Delete,
            _ if change.renamed_from().is_some() => Self::Rename,
            _ => Self::Update,
        }
    }

    /// How it is marked.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Create => "+",
            Self::Update => "~",
            Self::Rename => ">",
            Self::Delete => "-",
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "change",
            Self::Rename => "rename",
            Self::Delete => "delete",
        }
    }
}

/// A plan in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// What is created.
    pub create: usize,
    /// What is changed.
    pub change: usize,
    /// What gets another name or queue.
    pub rename: usize,
    /// What is deleted.
    pub delete: usize,
    /// What is declared and already so.
    pub unchanged: usize,
}

impl Counts {
    /// The numbers of a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut counts = Self::of_changes(&plan.changes);
        counts.unchanged = plan.unchanged.len();
        counts
    }

    /// The numbers of some changes.
    pub fn of_changes(changes: &[Change]) -> Self {
        let mut counts = Self::default();
        for change in changes {
            match Action::of(change) {
                Action::Create => counts.create += 1,
                Action::Update => counts.change += 1,
                Action::Rename => counts.rename += 1,
                Action::Delete => counts.delete += 1,
            }
        }
        counts
    }

    /// `2 to create, 1 to change, 1 to rename, 0 to delete, 7 unchanged`
    pub fn line(&self) -> String {
        format!(
            "{} to create, {} to change, {} to rename, {} to delete, {} unchanged",
            self.create, self.change, self.rename, self.delete, self.unchanged
        )
    }
}
