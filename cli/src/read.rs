//! Reading files within limits.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The bytes of a regular file; none where it has more than `limit`, which is found out without reading further.
/// Anything else (a pipe, a device) might never end, or never begin.
///
/// # Errors
///
/// What the system says.
pub fn bytes(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    // Asked by the path: to open a pipe waits for somebody to write.
    let metadata = path.metadata()?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(io::Error::other("it is not a regular file"));
    }
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
