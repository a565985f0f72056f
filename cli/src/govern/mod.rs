//! What is noted of each deployment besides its journal: who did it, how long it took, who is to be told.
//!
//! The journal is written first and alone decides what can be rolled back or recovered. What a killed run could not note is
//! noted by the next one, from the journal.

pub(crate) mod deliver;
mod evaluating;
mod governor;
mod verifying;
mod who;

pub(crate) use evaluating::Evaluating;
pub(crate) use governor::{Audited, Governor};
pub(crate) use verifying::{Verifying, timed, timed_with_others};
pub(crate) use who::{KEY, key};

use genesys_client::FileError;

use crate::failure::Failure;

/// Why a file of the state is of no use.
pub(crate) fn file_failure(error: &FileError) -> Failure {
    match error {
        FileError::File { action, path, error } => Failure::file(action, path, error),
        error => Failure::new(error.to_string()).help("move the file away to begin a new one, and keep it"),
    }
}
