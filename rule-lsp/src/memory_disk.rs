//! A disk that is none: files in memory, for tests, fuzzing and measuring.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use rule_compiler::Settings;
use rule_lang::{Diagnostic, FileId};

use crate::disk::{Disk, WrongSettings};

/// Files by their paths. A folder with a `rulec.toml`, whatever that says, is a project with the default settings.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk {
    files: BTreeMap<PathBuf, String>,
}

impl MemoryDisk {
    /// These files.
    pub fn new<P: Into<PathBuf>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (path.into(), text.into())).collect() }
    }

    fn roots(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().filter(|path| path.ends_with("rulec.toml")).filter_map(|path| path.parent())
    }
}

impl Disk for MemoryDisk {
    fn root_of(&self, file: &Path) -> Option<PathBuf> {
        let inside = self.roots().filter(|root| file.starts_with(root));
        inside.max_by_key(|root| root.components().count()).map(Path::to_path_buf)
    }

    fn projects_in(&self, folder: &Path) -> Vec<PathBuf> {
        self.roots().filter(|root| root.starts_with(folder)).map(Path::to_path_buf).collect()
    }

    fn files_of(&self, root: &Path) -> Vec<PathBuf> {
        let is_rule = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "rule");
        let own = |path: &&PathBuf| self.root_of(path).as_deref() == Some(root);
        self.files.keys().filter(is_rule).filter(own).cloned().collect()
    }

    fn settings_of(&self, _: &Path) -> Result<Settings, WrongSettings> {
        Ok(Settings::default())
    }

    fn read(&self, _: FileId, path: &Path) -> io::Result<(String, Option<Diagnostic>)> {
        let text = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok((text.clone(), None))
    }

    fn stamp(&self, file: &Path) -> Option<u64> {
        self.files.get(file).map(|text| text.len() as u64)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }
}
