//! What expression trees do on interactions: the reference evaluator, one tree on one interaction, and why.
//!
//! The meaning is `language.md`'s and contract 0's: a comparison of a missing attribute is false, except `neq` and
//! `not_exists`, which are true; integers and floats compare as the numbers that they are; nothing else converts.

mod attribute;
pub mod columnar;
mod compare;
mod compiled;
mod decide;
mod interaction;
pub mod limits;
mod number;
mod trace;

pub use attribute::Attribute;
pub use compiled::{CompiledExpression, EvalError, Patterns, matches};
pub use decide::{DecideError, Evaluation, RuleOutcome, Rules, decide, precedence};
pub use interaction::{Interaction, InteractionError};
pub use trace::{Trace, TraceNode, trace};
