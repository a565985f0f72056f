//! Files that only grow, a line a record: read whole within a limit, written with the disk's word that it is there.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Why a file of the state cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file system.
    #[error("cannot {action} `{}`: {error}", path.display())]
    File {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// More than is read, or than is to be written.
    #[error("`{}` is larger than {} MiB", path.display(), limit / 1024 / 1024)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that it may hold, in bytes.
        limit: u64,
    },
}

impl FileError {
    pub(crate) fn of(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File { action, path, error }
    }
}

/// Reads a file of at most so many bytes; nothing where there is none. What is no regular file (a link that leads
/// elsewhere, a pipe that never ends) is none of ours.
///
/// # Errors
/// The file system, and too long a file.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    if !is_there(path).map_err(FileError::of("open", path))? {
        return Ok(Vec::new());
    }
    let file = File::open(path).map_err(FileError::of("open", path))?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(FileError::of("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// Writes lines behind the bytes that are whole, over what is torn; when this returns, they are on the disk.
///
/// # Errors
/// The file system, what is no file of one's own, and what would make it longer than it may be.
pub(crate) fn append(path: &Path, whole: u64, lines: &[u8], limit: u64) -> Result<(), FileError> {
    if whole + lines.len() as u64 > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    let is_new = !is_there(path).map_err(FileError::of("open", path))?;
    if let Some(folder) = path.parent().filter(|_| is_new) {
        std::fs::create_dir_all(folder).map_err(FileError::of("create the folder of", path))?;
    }
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path).map_err(FileError::of("open", path))?;
    let mut write = || {
        if file.metadata()?.len() != whole {
            file.set_len(whole)?;
        }
        file.seek(SeekFrom::Start(whole))?;
        file.write_all(lines)?;
        file.sync_data()
    };
    write().map_err(FileError::of("write", path))?;
    if is_new { sync_folder(path).map_err(FileError::of("create", path)) } else { Ok(()) }
}

/// Whether there is a file.
pub(crate) fn is_there(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => Ok(true),
        Ok(_) => Err(io::Error::other("it is no regular file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a file's entry in its folder last.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// The bytes up to the last line end, and what follows it.
pub(crate) fn whole_lines(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    bytes.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_grows_over_what_is_torn_and_not_over_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state").join("file.jsonl");
        assert!(read(&path, 10).unwrap().is_empty());
        append(&path, 0, b"one\n", 10).unwrap();
        std::fs::write(&path, b"one\ntw").unwrap();
        append(&path, 4, b"three\n", 10).unwrap();
        assert_eq!(read(&path, 10).unwrap(), b"one\nthree\n");
        assert!(matches!(append(&path, 10, b"x", 10), Err(FileError::TooLarge { .. })));
        assert!(matches!(read(&path, 9), Err(FileError::TooLarge { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (link, other) = (folder.path().join("file.jsonl"), folder.path().join("other"));
        std::fs::write(&other, "theirs").unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        assert!(read(&link, 10).unwrap_err().to_string().contains("no regular file"));
        assert!(append(&link, 0, b"x", 10).unwrap_err().to_string().contains("no regular file"));
        assert_eq!(std::fs::read(&other).unwrap(), b"theirs");
    }
}
