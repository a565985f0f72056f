//! Reading files within limits.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The bytes of a file; none where it has more than `limit`, which is found out without reading further.
///
/// # Errors
///
/// What the system says.
pub fn bytes(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Ok(None);
    }
    limited(file, limit, usize::try_from(size).unwrap_or_default())
}

/// The bytes of a stream; none where it has more than `limit`.
///
/// # Errors
///
/// What the system says.
pub fn limited(stream: impl Read, limit: u64, expected: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(expected + 1);
    // What is no ordinary file has no size to ask for, and one may grow while it is read.
    stream.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}
