//! The journal: an append-only file, one checksummed record a line, on disk before the write that it announces is sent.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::record::Record;
use crate::fingerprint::sha256;

/// The longest journal that is read, in bytes.
pub const MAX_JOURNAL_BYTES: u64 = 512 * 1024 * 1024;

/// How many digits of a checksum stand in a line.
const CHECKSUM_DIGITS: usize = 16;

/// A journal, read and open for more.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    records: Vec<Record>,
    /// None for one that is only read.
    file: Option<File>,
    /// The checksum of the last line: each depends on the one before, so that a missing line shows.
    last: String,
    /// How many bytes the records take; what follows in the file is torn.
    whole: u64,
}

/// Why a journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file system.
    #[error("could not {action} the journal `{}`: {error}", path.display())]
    File {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// A line is not what was written.
    #[error("the journal `{}` is damaged at line {line}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// More than [`MAX_JOURNAL_BYTES`].
    #[error("the journal `{}` is larger than {} MiB", path.display(), MAX_JOURNAL_BYTES / 1024 / 1024)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
}

impl Journal {
    /// Reads a journal and opens it for more; a new one where there is none. A torn last line, which a crash may leave,
    /// is written over by the next record: what it announced was never sent.
    ///
    /// # Errors
    /// The file system, what is no file of one's own, any other damage, and too long a file.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let failed = |action| move |error| JournalError::File { action, path: path.to_owned(), error };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed("create the folder of"))?;
        }
        let is_new = !is_there(path).map_err(failed("open"))?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(failed("open"))?;
        if is_new {
            sync_folder(path).map_err(failed("create"))?;
        }
        let mut journal = read(path, &mut file)?;
        journal.file = Some(file);
        Ok(journal)
    }

    /// Reads a journal without touching it; an empty one where there is none.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn read(path: &Path) -> Result<Self, JournalError> {
        let failed = |error| JournalError::File { action: "open", path: path.to_owned(), error };
        if is_there(path).map_err(failed)? {
            read(path, &mut File::open(path).map_err(failed)?)
        } else {
            Ok(Self { path: path.to_owned(), records: Vec::new(), file: None, last: String::new(), whole: 0 })
        }
    }

    /// Its records, oldest first.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Adds a record. When this returns, it is on the disk. After a failure nothing more is taken: what was torn must
    /// stay the last, so that the next to open the file can cut it off.
    ///
    /// # Errors
    /// The file system.
    pub fn write(&mut self, record: Record) -> Result<(), JournalError> {
        let failed = |error| JournalError::File { action: "write", path: self.path.clone(), error };
        let json = serde_json::to_string(&record).map_err(|error| failed(error.into()))?;
        let checksum = checksum(&self.last, &json);
        let line = format!("{checksum} {json}\n");
        let mut file =
            self.file.take().ok_or_else(|| failed(io::Error::other("it is not open for writing")))?;
        append(&mut file, self.whole, line.as_bytes()).map_err(failed)?;
        self.file = Some(file);
        self.whole += line.len() as u64;
        self.last = checksum;
        self.records.push(record);
        Ok(())
    }
}

/// Whether there is a file; what is something else (a link that leads elsewhere, a pipe that never ends) is none of ours.
fn is_there(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => Ok(true),
        Ok(_) => Err(io::Error::other("it is no regular file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes a line behind what is whole, over what is torn.
fn append(file: &mut File, whole: u64, line: &[u8]) -> io::Result<()> {
    if file.metadata()?.len() != whole {
        file.set_len(whole)?;
    }
    file.seek(SeekFrom::Start(whole))?;
    file.write_all(line)?;
    file.sync_data()
}

/// Reads the records of a journal, up to a torn last line.
fn read(path: &Path, file: &mut File) -> Result<Journal, JournalError> {
    let failed = |error| JournalError::File { action: "read", path: path.to_owned(), error };
    let damaged =
        |line, reason: &str| JournalError::Damaged { path: path.to_owned(), line, reason: reason.to_owned() };
    let mut bytes = Vec::new();
    file.take(MAX_JOURNAL_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_JOURNAL_BYTES {
        return Err(JournalError::TooLarge { path: path.to_owned() });
    }
    let mut journal =
        Journal { path: path.to_owned(), records: Vec::new(), file: None, last: String::new(), whole: 0 };
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let Some(text) = line.strip_suffix(b"\n") else {
            let before_last = line.split_last().map_or(&[][..], |(_, rest)| rest);
            if json_of(before_last, &journal.last).is_ok() {
                return Err(damaged(number, "its line end is another byte"));
            }
            if !is_start_of_record(line) {
                return Err(damaged(number, "it is no record"));
            }
            break;
        };
        let json = json_of(text, &journal.last).map_err(|reason| damaged(number, reason))?;
        let record = serde_json::from_str(json).map_err(|error| {
            damaged(number, &format!("another version of rulec wrote it, perhaps: {error}"))
        })?;
        journal.last = checksum(&journal.last, json);
        journal.records.push(record);
        journal.whole += line.len() as u64;
    }
    Ok(journal)
}

/// The JSON of a line, without its end, that follows one of this checksum.
fn json_of<'a>(line: &'a [u8], last: &str) -> Result<&'a str, &'static str> {
    let text = std::str::from_utf8(line).map_err(|_| "it is no text")?;
    let (sum, json) = text.split_once(' ').ok_or("it has no checksum")?;
    if sum == checksum(last, json) {
        Ok(json)
    } else {
        Err("its checksum is not that of its text and the lines before")
    }
}

/// Whether a torn line is what a record begins with.
fn is_start_of_record(line: &[u8]) -> bool {
    let (sum, rest) = line.split_at(line.len().min(CHECKSUM_DIGITS));
    let json = br#" {"record":"#;
    let known = rest.len().min(json.len());
    sum.iter().all(u8::is_ascii_hexdigit) && rest.get(..known) == json.get(..known)
}

fn checksum(last: &str, json: &str) -> String {
    let mut sum = sha256(&[last.as_bytes(), json.as_bytes()]);
    sum.truncate(CHECKSUM_DIGITS);
    sum
}

/// Makes a new file's entry in its folder last.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Outcome;
    use super::*;

    fn written(records: usize) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("org").join("journal.jsonl");
        let mut journal = Journal::open(&path).unwrap();
        for step in 0..records {
            journal.write(Record::Intent { step, undo: false }).unwrap();
        }
        (folder, path)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let (_folder, path) = written(3);
        let mut journal = Journal::open(&path).unwrap();
        assert_eq!(journal.records().len(), 3);
        journal.write(Record::End { outcome: Outcome::Deployed }).unwrap();
        assert_eq!(Journal::read(&path).unwrap().records(), journal.records());
    }

    #[test]
    fn a_torn_last_line_is_cut_off_wherever_it_tore() {
        let (_folder, path) = written(3);
        let whole = std::fs::read(&path).unwrap();
        let two = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0 + 1;
        for length in two..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(Journal::read(&path).unwrap().records().len(), 2, "cut at {length}");
            let mut journal = Journal::open(&path).unwrap();
            journal.write(Record::End { outcome: Outcome::Undone }).unwrap();
            assert_eq!(Journal::read(&path).unwrap().records().len(), 3, "cut at {length}");
        }
    }

    #[test]
    fn after_a_failed_write_nothing_more_is_taken() {
        let (_folder, path) = written(1);
        let mut journal = Journal::open(&path).unwrap();
        // A handle that cannot write stands for a full disk.
        journal.file = Some(File::open(&path).unwrap());
        for _ in 0..2 {
            journal.write(Record::Intent { step: 7, undo: false }).unwrap_err();
        }
        assert_eq!(journal.records().len(), 1);
        assert_eq!(Journal::read(&path).unwrap().records().len(), 1);
    }

    #[test]
    fn any_other_damage_is_reported_with_its_line() {
        let (_folder, path) = written(3);
        let whole = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        let damaged = |text: String, line: usize| {
            std::fs::write(&path, text).unwrap();
            match Journal::open(&path) {
                Err(JournalError::Damaged { line: found, .. }) => assert_eq!(found, line),
                other => panic!("{other:?}"),
            }
        };
        damaged(format!("{}\n{}\n", lines[0], lines[2]), 2);
        damaged(format!("{}\n{}\n{}\n", lines[1], lines[0], lines[2]), 1);
        damaged(whole.replacen("\"step\":1", "\"step\":7", 1), 2);
        damaged(format!("{}\nx\n{}\n", lines[0], lines[1]), 2);
        damaged(format!("\0{whole}"), 1);
        damaged(format!("{}X", whole.trim_end()), 3);
        damaged("a line of somebody else's".to_owned(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (link, other) = (folder.path().join("journal.jsonl"), folder.path().join("other"));
        std::fs::write(&other, "theirs").unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        for result in [Journal::open(&link), Journal::read(&link), Journal::open(folder.path())] {
            assert!(result.unwrap_err().to_string().contains("no regular file"));
        }
        assert_eq!(std::fs::read(&other).unwrap(), b"theirs");
    }
}
