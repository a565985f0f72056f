//! Shared support of the tests that cross crates: generated programs and what they mean, the mistakes that are
//! planted in them, the corpus of broken programs, the oracle.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    reason = "support of tests: what goes wrong here is a failed test"
)]

pub mod centre;
pub mod classes;
pub mod corpus;
pub mod deployment;
pub mod depth;
pub mod editor;
pub mod edits;
pub mod engine;
pub mod fixes;
pub mod generate;
pub mod invariants;
pub mod matrix;
pub mod meaning;
pub mod mistakes;
pub mod oracle;
pub mod project;
pub mod tokens;
pub mod too_deep;
pub mod troubles;
