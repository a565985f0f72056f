//! Trees back to text: an organization's live rules as a `.rule` file that compiles to the same trees again, up to
//! their [normal form](Expression::normal).
//!
//! A tree says less than a program: what types its fields have is inferred from how all rules use them (`uses`,
//! `agree`), what they are called from the platform's names (`names`), and each node is written in the shortest form
//! that lowers to it (`write`). What comes out is compiled before it is given away (`proof`). A rule that the language
//! cannot say is left out with the reason, and spoils no other.

mod agree;
mod names;
mod proof;
#[cfg(test)]
mod tests;
mod uses;
mod write;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use genesys_model::limits::{MAX_NODES, MAX_READ_DEPTH};
use genesys_model::{Expression, QueueRef, RuleBody};

pub use names::Names;

use self::agree::agree;
use self::uses::Uses;

/// Rules as text.
#[derive(Clone, PartialEq, Debug)]
pub struct Lifted {
    /// A whole file, formatted: the attributes, queues and skills that the rules need and that nothing declares yet, and
    /// the rules by queue, then from the highest priority, then by name. It checks without errors.
    pub text: String,
    /// The rules that are not in it, in the same order.
    pub refused: Vec<Refused>,
}

/// A rule that the language cannot say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Its queue.
    pub queue: QueueRef,
    /// Its name.
    pub rule: String,
    /// Why, in words that follow "is left out:".
    pub reason: String,
}

/// A rule that can be said on its own.
struct Speakable<'a> {
    rule: &'a RuleBody,
    /// Its tree in normal form.
    expression: Expression,
    uses: Uses,
}

/// Writes live rules as the text of a file that stands beside what `names` declares. The same rules give the same
/// text, in whichever order they come; only of two with one name in one queue, the first in order stays.
///
/// [`RuleBody::was`] is of no account: a live rule is called what it is called.
pub fn lift(rules: &[RuleBody], names: &Names) -> Lifted {
    let mut sorted: Vec<&RuleBody> = rules.iter().collect();
    sorted.sort_by_key(|rule| place(rule));
    let mut refused = Vec::new();
    let mut seen = BTreeSet::new();
    let mut speakable = Vec::new();
    for rule in sorted {
        let judged = if seen.insert((&rule.queue, rule.name.as_str())) {
            judge(rule, names)
        } else {
            Err("the queue has another rule of this name, and a rule's name is its identity".to_owned())
        };
        match judged {
            Ok(one) => speakable.push(one),
            Err(reason) => refused.push((rule, reason)),
        }
    }
    let mut rules = agree(speakable, &mut refused);
    let mut text = write::file(&rules, names);
    if !proof::holds(&text, &rules, names) {
        // Each is tried alone, so that only those are lost which are to blame.
        for one in std::mem::take(&mut rules) {
            let alone = std::slice::from_ref(&one);
            if proof::holds(&write::file(alone, names), alone, names) {
                rules.push(one);
            } else {
                refused
                    .push((one.rule, "what would be written for it does not compile back to it".to_owned()));
            }
        }
        text = write::file(&rules, names);
        debug_assert!(proof::holds(&text, &rules, names), "sound rules make a sound file:\n{text}");
    }
    refused.sort_by_key(|(rule, _)| place(rule));
    let refused = refused.into_iter().map(|(rule, reason)| Refused {
        queue: rule.queue.clone(),
        rule: rule.name.clone(),
        reason,
    });
    Lifted { text: write::formatted(text), refused: refused.collect() }
}

/// Where a rule stands among the others.
fn place(rule: &RuleBody) -> (&QueueRef, Reverse<i64>, &str) {
    (&rule.queue, Reverse(rule.priority), &rule.name)
}

/// Whether a rule can be said, other rules aside.
fn judge<'a>(rule: &'a RuleBody, names: &Names) -> Result<Speakable<'a>, String> {
    match rule.expression.validate() {
        // Joined groups may make it less deep.
        Ok(()) | Err(genesys_model::TreeError::TooDeep { .. }) => {}
        Err(error) => return Err(uses::visible(&error.to_string())),
    }
    let expression = rule.expression.clone().normal();
    let (depth, allowed) = (expression.depth(), names.max_depth.min(MAX_READ_DEPTH));
    if depth > allowed {
        return Err(format!("its condition is {depth} levels deep, and at most {allowed} are allowed"));
    }
    if expression.node_count() > MAX_NODES {
        return Err(format!("its condition has more than {MAX_NODES} nodes"));
    }
    let uses = uses::of(&expression)?;
    for condition in expression.conditions() {
        if let Some(known) = names.known(&condition.field) {
            uses::suit(condition, known)?;
        }
    }
    Ok(Speakable { rule, expression, uses })
}
