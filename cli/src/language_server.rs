//! What the language server asks of the disk, answered as the other verbs answer it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

use rule_compiler::Settings;
use rule_lang::{Diagnostic, FileId, MAX_FILE_BYTES};
use rule_lsp::{Disk, WrongSettings};

use crate::{config, load, project, read};

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn root_of(&self, file: &Path) -> Option<PathBuf> {
        project::root_of(file)
    }

    fn projects_in(&self, folder: &Path) -> Vec<PathBuf> {
        project::projects_in(folder)
    }

    fn files_of(&self, root: &Path) -> Vec<PathBuf> {
        // What cannot be looked into has no text that an editor could show.
        project::files_of(root, &mut Vec::new())
    }

    fn settings_of(&self, root: &Path) -> Result<Settings, WrongSettings> {
        config::checking(root)
    }

    fn read(&self, id: FileId, path: &Path) -> io::Result<(String, Option<Diagnostic>)> {
        let (text, why) = load::decoded(read::bytes(path, MAX_FILE_BYTES as u64)?);
        Ok((text, why.map(|why| why.diagnostic(id))))
    }

    fn stamp(&self, file: &Path) -> Option<u64> {
        let metadata = file.metadata().ok()?;
        let mut hasher = DefaultHasher::new();
        (metadata.len(), metadata.modified().ok()).hash(&mut hasher);
        Some(hasher.finish())
    }

    fn identity(&self, path: &Path) -> PathBuf {
        project::identity(path)
    }
}
