//! The wire types and limits of the platform contract, shared by whoever emits, sends, serves or evaluates them.
//!
//! The heart is [`Expression`], the condition tree of contract 1.3. What is written can always be read again: both
//! directions refuse the same trees ([`TreeError`]).

mod bundle;
mod error_body;
mod expression;
pub mod limits;
mod normal;
mod page;
mod read;
mod rule;
mod scalar;
mod token;
mod tree_error;
mod walk;
mod write;

pub use bundle::{Bundle, BundleError, FORMAT, QueueRef, RuleBody, Was};
pub use error_body::{ErrorBody, ErrorDetail, ErrorLimit};
pub use expression::{Condition, ConditionOperator, Expression, NodeType};
pub use page::Page;
pub use rule::{Division, Queue, QueueIdentity, Rule};
pub use scalar::Scalar;
pub use token::{TokenGrant, TokenRefusal};
pub use tree_error::TreeError;
pub use walk::Walk;
