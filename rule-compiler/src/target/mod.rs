//! The targets that a condition is lowered to.

mod expression;
mod json;

pub use expression::ExpressionTarget;
pub use json::JsonTarget;
pub(crate) use json::{boolean, integer, string};
