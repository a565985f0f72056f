//! One type for each field, across all rules.
//!
//! Most rules decide: those that agree with the majority on every field are taken first, then whatever still fits, so
//! that no rule is refused which could stand beside those that are taken.

use std::collections::BTreeMap;

use genesys_model::RuleBody;

use super::Speakable;
use super::uses::{Types, Uses, shown};
use crate::types::TypeName;

/// The types that are inferred. Where several fit, the first is taken: it says the least.
const INFERRED: [TypeName; 5] =
    [TypeName::String, TypeName::Set, TypeName::Int, TypeName::Float, TypeName::Bool];

/// The type of a field that may have any of these.
pub(super) fn inferred(types: Types) -> TypeName {
    INFERRED.into_iter().find(|ty| types.has(*ty)).unwrap_or(TypeName::String)
}

/// Takes the rules that can stand in one program, in their order; the others go to `refused`.
pub(super) fn agree<'a>(
    rules: Vec<Speakable<'a>>,
    refused: &mut Vec<(&'a RuleBody, String)>,
) -> Vec<Speakable<'a>> {
    let favoured = majority(&rules);
    let agrees = |rule: &Speakable<'_>| {
        rule.uses.iter().all(|(field, types)| {
            favoured.get(field.as_str()).is_none_or(|favoured| !favoured.and(*types).is_empty())
        })
    };
    let (first, then): (Vec<_>, Vec<_>) = (0..).zip(&rules).partition(|(_, rule)| agrees(rule));
    let mut taken = Uses::new();
    let mut reasons: BTreeMap<usize, String> = BTreeMap::new();
    for (at, rule) in first.into_iter().chain(then) {
        let clash = rule.uses.iter().find_map(|(field, types)| {
            let others = taken.get(field).copied().unwrap_or(Types::ALL);
            others.and(*types).is_empty().then(|| clash(field, *types, others))
        });
        if let Some(reason) = clash {
            reasons.insert(at, reason);
            continue;
        }
        narrow(&mut taken, &rule.uses);
    }
    let mut accepted = Vec::with_capacity(rules.len());
    for (at, rule) in rules.into_iter().enumerate() {
        match reasons.remove(&at) {
            Some(reason) => refused.push((rule.rule, reason)),
            None => accepted.push(rule),
        }
    }
    accepted
}

fn clash(field: &str, here: Types, others: Types) -> String {
    format!(
        "its condition compares {} as {}, other rules as {}, and an attribute has one type",
        shown(field),
        here.described(),
        others.described()
    )
}

/// For each field the types that suit the most rules; several where they suit as many.
fn majority<'r>(rules: &'r [Speakable<'_>]) -> BTreeMap<&'r str, Types> {
    let mut votes: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    for (field, types) in rules.iter().flat_map(|rule| &rule.uses) {
        let votes = votes.entry(field).or_default();
        for (at, _) in INFERRED.iter().enumerate().filter(|(_, ty)| types.has(**ty)) {
            *votes.entry(at).or_default() += 1;
        }
    }
    votes
        .into_iter()
        .map(|(field, votes)| {
            let most = votes.values().copied().max().unwrap_or(0);
            let favoured = (0..).zip(INFERRED).filter(|(at, _)| votes.get(at) == Some(&most));
            (field, favoured.fold(Types::NONE, |types, (_, ty)| types.or(Types::of(ty))))
        })
        .collect()
}

/// The types of all fields of rules that agree.
pub(super) fn together(rules: &[Speakable<'_>]) -> Uses {
    let mut all = Uses::new();
    for rule in rules {
        narrow(&mut all, &rule.uses);
    }
    all
}

/// Leaves each field the types that suit one more rule.
fn narrow(all: &mut Uses, uses: &Uses) {
    for (field, types) in uses {
        let known = all.entry(field.clone()).or_insert(Types::ALL);
        *known = known.and(*types);
    }
}
