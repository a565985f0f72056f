//! What a dialect cannot say exactly.

use super::Dialect;

/// Something in the rules, or in what is asked, that has no exact translation.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "{}{construct} cannot be said exactly in the dialect `{dialect}`: {why}",
    rule.as_ref().map_or_else(String::new, |(queue, rule)| format!("the rule `{rule}` of the queue `{queue}`: "))
)]
pub struct Unexpressible {
    /// The queue and the name of the rule; nothing where it is not about a rule.
    pub rule: Option<(String, String)>,
    /// The attribute, by its platform's name; empty where it is not about one.
    pub field: String,
    /// What has no translation, in the author's words.
    pub construct: String,
    /// Why not.
    pub why: String,
    /// The engine's language.
    pub dialect: Dialect,
}
