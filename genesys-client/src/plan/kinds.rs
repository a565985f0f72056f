//! Which kinds of objects a plan is about, so that no others need be listed.

use std::collections::BTreeSet;

use genesys_model::Bundle;

use crate::resource::Kind;

/// The kinds of what a bundle declares.
pub fn kinds_of(bundle: &Bundle) -> BTreeSet<Kind> {
    let declares = |kind: &Kind| match kind {
        Kind::Skill => !bundle.skills.is_empty(),
        Kind::SkillGroup => !bundle.skill_groups.is_empty(),
        Kind::Queue => bundle.queues.iter().any(|queue| !queue.external),
        Kind::Strategy => !bundle.strategies.is_empty(),
        Kind::Rule => !bundle.rules.is_empty(),
    };
    Kind::ALL.into_iter().filter(declares).collect()
}

/// These kinds and those that refer to them: before something is deleted, nothing that stays may refer to it.
pub fn with_referring(kinds: &BTreeSet<Kind>) -> BTreeSet<Kind> {
    kinds.iter().flat_map(|kind| std::iter::once(*kind).chain(kind.referring())).collect()
}
