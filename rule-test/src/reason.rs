//! Why a case was decided otherwise.

use std::fmt;

use rule_eval::Attribute;
use rule_lang::Span;

/// Why a rule did, or did not, decide a case. As text it is one sentence.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// A condition of the rule decided that the rule matches, or that it does not.
    Condition {
        /// The rule.
        rule: String,
        /// Where the condition is written, in the rule or in a named condition.
        span: Span,
        /// The condition as it is written.
        text: String,
        /// Whether it holds.
        holds: bool,
        /// Its attribute, as rules call it.
        attribute: String,
        /// What the case gives for it; nothing where it is missing.
        actual: Option<Attribute>,
    },
    /// The rule matches, and another one goes first.
    Outranked {
        /// The rule.
        rule: String,
        /// The other.
        by: String,
        /// What puts the other first.
        because: Rank,
    },
    /// The rule is not enabled.
    Disabled {
        /// The rule.
        rule: String,
    },
}

/// What puts a rule before another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rank {
    /// Its priority is higher.
    Priority {
        /// Its priority.
        higher: i64,
        /// The other's priority.
        lower: i64,
    },
    /// With the same priority, its queue's name comes first.
    QueueName,
    /// With the same priority in the same queue, its name comes first.
    RuleName,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Condition { text, holds, attribute, actual, .. } => {
                // A condition may be spread over lines; a sentence is not.
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                write!(f, "`{text}` is {holds}: ")?;
                match actual {
                    Some(actual) => write!(f, "{attribute} is {actual}"),
                    None => write!(f, "{attribute} is missing"),
                }
            }
            Self::Outranked { rule, by, because } => match because {
                Rank::Priority { higher, lower } => {
                    write!(
                        f,
                        "`{rule}` matches too, but the priority {higher} of `{by}` is above its {lower}"
                    )
                }
                Rank::QueueName => {
                    write!(
                        f,
                        "`{rule}` matches too, but of one priority the queue of `{by}` comes first by name"
                    )
                }
                Rank::RuleName => {
                    write!(f, "`{rule}` matches too, but of one priority `{by}` comes first by name")
                }
            },
            Self::Disabled { rule } => write!(f, "`{rule}` is not enabled"),
        }
    }
}
