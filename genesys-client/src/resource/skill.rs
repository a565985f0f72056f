//! Skills (contract 1.4).

use super::alone::Alone;
use super::{Fields, Kind, wire};

/// The driver of skills.
pub(super) static SKILLS: Alone = Alone {
    kind: Kind::Skill,
    path: "/api/v2/routing/skills",
    managed: &["name", "description"],
    references: &[],
    take: |_| Ok(Fields::new()),
    body: |goal| wire::body(goal.fields.clone(), &goal.rest),
    refreshes: false,
};
