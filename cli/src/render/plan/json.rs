//! A plan for other programs. The schema is stable: keys are added, never changed or removed.

use genesys_client::guard::Checked;
use genesys_client::plan::Plan;
use serde::Serialize;

use super::{Action, Counts};

/// A plan with what can be counted and named in it.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// The version of the schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    /// The plan in numbers.
    summary: Counts,
    /// For each change of the plan what becomes of its object.
    actions: Vec<Action>,
    /// The plan itself.
    plan: &'a Plan,
    /// The guards of strategies, with their live figures.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    guards: &'a [Checked],
}

impl<'a> Report<'a> {
    /// A report of this plan.
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            version: Some(1),
            summary: Counts::of(plan),
            actions: plan.changes.iter().map(Action::of).collect(),
            plan,
            guards: &[],
        }
    }

    /// With the guards of strategies and their live figures.
    #[must_use]
    pub fn with_guards(mut self, guards: &'a [Checked]) -> Self {
        self.guards = guards;
        self
    }

    /// The same as a part of another report.
    #[must_use]
    pub fn without_version(mut self) -> Self {
        self.version = None;
        self
    }
}
