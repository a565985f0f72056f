//! What the server asks of the world outside of the editor's buffers. The command line answers, by the same code that
//! `check` finds projects with.

use std::ops::Range;
use std::path::{Path, PathBuf};

use rule_compiler::Settings;
use rule_lang::{Diagnostic, FileId};

/// Projects and files, as they lie on the disk.
pub trait Disk {
    /// The folder of the nearest `rulec.toml` upwards of a file, which need not exist.
    fn root_of(&self, file: &Path) -> Option<PathBuf>;

    /// The projects in a folder, itself included, in order.
    fn projects_in(&self, folder: &Path) -> Vec<PathBuf>;

    /// The `.rule` files of a project, in order; not those of projects inside it.
    fn files_of(&self, root: &Path) -> Vec<PathBuf>;

    /// What a project's `rulec.toml` says of checking.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    fn settings_of(&self, root: &Path) -> Result<Settings, WrongSettings>;

    /// A file's text. Where its bytes are not what an author sees in an editor, the finding that says so, beside as
    /// much of the text as there is.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    fn read(&self, id: FileId, path: &Path) -> std::io::Result<(String, Option<Diagnostic>)>;

    /// A number that is another one once a file was written anew, as far as the disk can tell; none where there is no
    /// file.
    fn stamp(&self, file: &Path) -> Option<u64>;

    /// The path by which a file is known, however it was written.
    fn identity(&self, path: &Path) -> PathBuf;
}

/// A mistake in a `rulec.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongSettings {
    /// The file.
    pub path: PathBuf,
    /// Its text; empty where it could not be read.
    pub text: String,
    /// Where in the text, in bytes.
    pub range: Range<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}
