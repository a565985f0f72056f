//! Where a project's state lies: the journal of each organization, one lock, the embedded sandbox.

use std::fs;
use std::path::{Path, PathBuf};

use genesys_client::deploy::{Deployment, Journal, JournalError, Lock, LockError, deployments};

use crate::config::Config;
use crate::failure::Failure;
use crate::name::shown;
use crate::write;

/// The folder in a project, where nothing else is said.
const FOLDER: &str = ".rulec";
/// The journal in an organization's folder.
const JOURNAL: &str = "journal.jsonl";

/// The state of a project.
#[derive(Debug, Clone)]
pub struct State {
    folder: PathBuf,
    /// Whether it is the project's own folder, which version control is to leave alone.
    is_own: bool,
}

impl State {
    /// The state of a project: `--state`, `[state] dir`, or `.rulec`.
    pub fn of(root: &Path, config: &Config, given: Option<&Path>) -> Self {
        match (given, &config.state) {
            (Some(folder), _) => Self { folder: folder.to_path_buf(), is_own: false },
            (None, Some(folder)) => Self { folder: root.join(folder), is_own: false },
            (None, None) => Self { folder: root.join(FOLDER), is_own: true },
        }
    }

    /// The file of the embedded sandbox.
    pub fn sandbox(&self) -> PathBuf {
        self.folder.join("sandbox.redb")
    }

    /// The log of who deployed what, of all organizations.
    pub fn audit(&self) -> PathBuf {
        self.folder.join("audit.jsonl")
    }

    /// How long the operations of each deployment took.
    pub fn metrics(&self) -> PathBuf {
        self.folder.join("metrics.jsonl")
    }

    /// The folder of events that are to be delivered.
    pub fn outbox(&self) -> PathBuf {
        self.folder.join("outbox")
    }

    /// The journal of an organization.
    pub fn journal(&self, organization: &str) -> PathBuf {
        self.folder.join(organization).join(JOURNAL)
    }

    /// The organizations that have a journal, in the order of their names.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read; one that is not there holds none.
    pub fn organizations(&self) -> Result<Vec<String>, Failure> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Failure::file("read", &self.folder, &error)),
        };
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().join(JOURNAL).is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        Ok(names)
    }

    /// Makes the folder. In a project it is one that version control leaves alone.
    ///
    /// # Errors
    ///
    /// Where it cannot be made.
    pub fn make(&self) -> Result<(), Failure> {
        if self.folder.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).map_err(|error| Failure::file("make", &self.folder, &error))?;
        if self.is_own {
            write::atomically(&self.folder.join(".gitignore"), b"*\n")?;
        }
        Ok(())
    }

    /// Takes the lock: one deployment of a project at a time.
    ///
    /// # Errors
    ///
    /// Where another process holds it, or the file cannot be made.
    pub fn lock(&self) -> Result<Lock, Failure> {
        self.make()?;
        Lock::take(&self.folder.join("lock")).map_err(|error| match error {
            LockError::Taken => Failure::new(error.to_string()).help("wait until it ends, then try again"),
            LockError::File { path, error } => Failure::file("lock", &path, &error),
            error => Failure::new(error.to_string()),
        })
    }

    /// Reads an organization's journal without touching it.
    ///
    /// # Errors
    ///
    /// Where it is damaged or cannot be read.
    pub fn read_journal(&self, organization: &str) -> Result<Journal, Failure> {
        Journal::read(&self.journal(organization)).map_err(|error| journal_failure(&error))
    }

    /// Opens an organization's journal for more.
    ///
    /// # Errors
    ///
    /// Where it is damaged, or cannot be read or written.
    pub fn open_journal(&self, organization: &str) -> Result<Journal, Failure> {
        Journal::open(&self.journal(organization)).map_err(|error| journal_failure(&error))
    }
}

/// Why a journal is of no use.
pub fn journal_failure(error: &JournalError) -> Failure {
    match error {
        JournalError::File { action, path, error } => Failure::file(action, path, error),
        JournalError::Damaged { path, line, reason } => Failure::new(format!(
            "the journal `{}` is damaged at line {line}: {reason}",
            shown(path)
        ))
        .help("put back the file as it was, from a copy; without it nothing can be rolled back or recovered"),
        JournalError::TooLarge { path } => Failure::new(error.to_string()).help(format!(
            "move `{}` away to begin a new one; what it tells can then no longer be rolled back",
            shown(path)
        )),
        error => Failure::new(error.to_string()),
    }
}

/// The deployments of this organization that a journal tells of.
pub fn deployments_of(journal: &Journal, label: &str) -> Vec<Deployment> {
    // An organization of the same name that was elsewhere is another one.
    deployments(journal.records())
        .into_iter()
        .filter(|deployment| deployment.begin.organization == label)
        .collect()
}
