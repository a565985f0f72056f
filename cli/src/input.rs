//! Standard input, within limits.

use std::io;
use std::path::Path;

use rule_lang::MAX_FILE_BYTES;

use crate::failure::Failure;
use crate::read;

/// All of standard input; none where it is longer than a file may be.
///
/// # Errors
///
/// Where it cannot be read.
pub fn read_all() -> Result<Option<Vec<u8>>, Failure> {
    read::limited(io::stdin().lock(), MAX_FILE_BYTES as u64, 0)
        .map_err(|error| Failure::new(format!("cannot read standard input: {error}")))
}

/// Whether a path means standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}
