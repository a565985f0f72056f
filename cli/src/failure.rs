//! What keeps a command from doing its work: usage, configuration, files. Findings in rules are no failures.

use std::io;
use std::path::Path;

use crate::name::shown;

/// Why a command could not do what it was asked to, and what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What happened, and where: lowercase, no final period.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
    /// A picture of the place, already rendered, without a final line end.
    pub excerpt: Option<String>,
    /// The file it is about, as messages show it.
    pub file: Option<String>,
    /// The line and the column in that file, both from 1.
    pub place: Option<(u32, u32)>,
    /// What else is known of it.
    pub notes: Vec<String>,
    /// The status of the answer that it came with, or that whoever asked over HTTP gets.
    pub status: Option<u16>,
}

impl Failure {
    /// A failure with its message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            excerpt: None,
            file: None,
            place: None,
            notes: Vec::new(),
            status: None,
        }
    }

    /// A failure of the file system: `verb` is what was tried, as in "cannot {verb} `{path}`".
    pub fn file(verb: &str, path: &Path, error: &io::Error) -> Self {
        let name = shown(path);
        let failure = Self::new(format!("cannot {verb} `{name}`: {}", reason(error))).about(name);
        match error.kind() {
            io::ErrorKind::NotFound => failure.help("check the spelling of the path"),
            io::ErrorKind::PermissionDenied => failure.help("check who may read and write it"),
            _ => failure,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What else is known of it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The status of the answer that it came with, or that whoever asked over HTTP gets.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The file it is about.
    #[must_use]
    pub fn about(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }
}

/// A request that did not do what it was for.
impl From<&genesys_client::Error> for Failure {
    fn from(error: &genesys_client::Error) -> Self {
        let mut failure = Self::new(error.to_string()).help(error.help());
        failure.notes = error.details();
        failure.status = error.status;
        failure
    }
}

/// The system's words for an error: lowercase, without its number.
pub fn reason(error: &io::Error) -> String {
    // Errors that were wrapped on the way tell more than who reads them wants to know.
    let text = match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        _ => error.to_string(),
    };
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
