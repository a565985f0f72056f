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
    /// is cut off: what it announced was never sent.
    ///
    /// # Errors
    /// The file system, any other damage, and too long a file.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let failed = |action| move |error| JournalError::File { action, path: path.to_owned(), error };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed("create the folder of"))?;
        }
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(failed("open"))?;
        if is_new {
            sync_folder(path).map_err(failed("create"))?;
        }
        let (mut journal, whole) = read(path, &mut file)?;
        // The write position is what was read whole, so a torn line is written over.
        file.set_len(whole).map_err(failed("cut"))?;
        file.seek(SeekFrom::Start(whole)).map_err(failed("read"))?;
        journal.file = Some(file);
        Ok(journal)
    }

    /// Reads a journal without touching it; an empty one where there is none.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn read(path: &Path) -> Result<Self, JournalError> {
        match File::open(path) {
            Ok(mut file) => Ok(read(path, &mut file)?.0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Self { path: path.to_owned(), records: Vec::new(), file: None, last: String::new() })
            }
            Err(error) => Err(JournalError::File { action: "open", path: path.to_owned(), error }),
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
        file.write_all(line.as_bytes()).and_then(|()| file.sync_data()).map_err(failed)?;
        self.file = Some(file);
        self.last = checksum;
        self.records.push(record);
        Ok(())
    }
}

/// The journal's records, and how many bytes they take; what follows is torn.
fn read(path: &Path, file: &mut File) -> Result<(Journal, u64), JournalError> {
    let failed = |error| JournalError::File { action: "read", path: path.to_owned(), error };
    let damaged = |line, reason: String| JournalError::Damaged { path: path.to_owned(), line, reason };
    let mut bytes = Vec::new();
    file.take(MAX_JOURNAL_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_JOURNAL_BYTES {
        return Err(JournalError::TooLarge { path: path.to_owned() });
    }
    let mut journal = Journal { path: path.to_owned(), records: Vec::new(), file: None, last: String::new() };
    let mut whole = 0;
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let Some(line) = line.strip_suffix(b"\n") else { break };
        let line_number = index + 1;
        let text = std::str::from_utf8(line).map_err(|_| damaged(line_number, "it is no text".to_owned()))?;
        let (sum, json) =
            text.split_once(' ').ok_or_else(|| damaged(line_number, "it has no checksum".to_owned()))?;
        if sum != checksum(&journal.last, json) {
            return Err(damaged(
                line_number,
                "its checksum is not that of its text and the lines before".to_owned(),
            ));
        }
        let record = serde_json::from_str(json).map_err(|error| {
            damaged(line_number, format!("another version of rulec wrote it, perhaps: {error}"))
        })?;
        sum.clone_into(&mut journal.last);
        journal.records.push(record);
        whole += line.len() as u64 + 1;
    }
    Ok((journal, whole))
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
    }
}
