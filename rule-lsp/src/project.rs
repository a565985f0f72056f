//! One project of the workspace: its program, and which file is which.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rule_compiler::{Program, Settings};
use rule_lang::{Diagnostic, FileId, Source, SourceMap, too_large};

use crate::disk::{Disk, WrongSettings};
use crate::document::Documents;

/// The file that makes a folder a project.
pub(crate) const SETTINGS_FILE: &str = "rulec.toml";

/// A program with its files. Files are numbered in the order of their paths, as everywhere, since the first of several
/// declarations is the one that counts: so a file that comes or goes makes the project anew.
pub(crate) struct Project {
    /// What its files mean.
    pub(crate) program: Program,
    /// The texts of its files.
    pub(crate) sources: SourceMap,
    /// What is wrong with its `rulec.toml`; then everything is as if it were empty.
    pub(crate) wrong_settings: Option<WrongSettings>,
    files: BTreeMap<PathBuf, FileId>,
    paths: Vec<PathBuf>,
    /// What its files and its `rulec.toml` were when they were read.
    stamps: BTreeMap<PathBuf, Option<u64>>,
}

impl Project {
    /// Reads a project: files of the disk, and documents instead of them or beside them.
    pub(crate) fn load(disk: &dyn Disk, root: &Path, documents: &Documents) -> Self {
        let (settings, wrong_settings) = match disk.settings_of(root) {
            Ok(settings) => (settings, None),
            Err(wrong) => (Settings::default(), Some(wrong)),
        };
        let mut project = Self { wrong_settings, ..Self::empty(settings) };
        // Before they are read: what changes meanwhile is seen the next time.
        let paths = paths(disk, root, documents);
        project.stamps = stamps(disk, root, &paths);
        project.fill(disk, paths, documents);
        project
    }

    /// Whether the disk has other files than when the project was read, or other texts in those that are not open.
    pub(crate) fn is_stale(&self, disk: &dyn Disk, root: &Path, documents: &Documents) -> bool {
        let now = stamps(disk, root, &paths(disk, root, documents));
        let is_same = |path: &Path, stamp: &Option<u64>| {
            documents.get(path).is_some() || self.stamps.get(path) == Some(stamp)
        };
        !now.keys().eq(self.stamps.keys()) || !now.iter().all(|(path, stamp)| is_same(path, stamp))
    }

    /// A document outside of any project, as a program of its own.
    pub(crate) fn alone(disk: &dyn Disk, path: PathBuf, documents: &Documents) -> Self {
        let mut project = Self::empty(Settings::default());
        project.fill(disk, vec![path], documents);
        project
    }

    fn empty(settings: Settings) -> Self {
        Self {
            program: Program::new(settings),
            sources: SourceMap::new(),
            wrong_settings: None,
            files: BTreeMap::new(),
            paths: Vec::new(),
            stamps: BTreeMap::new(),
        }
    }

    fn fill(&mut self, disk: &dyn Disk, paths: Vec<PathBuf>, documents: &Documents) {
        let mut unreadable: Vec<(FileId, Diagnostic)> = Vec::new();
        let mut readable: Vec<FileId> = Vec::new();
        let mut is_incomplete = false;
        for path in paths {
            let name = path.to_string_lossy().into_owned();
            let id = FileId(u32::try_from(self.paths.len()).unwrap_or(u32::MAX));
            match read(disk, id, &path, documents) {
                Ok((text, None)) => readable.push(self.sources.add(name, text)),
                Ok((text, Some(why))) => unreadable.push((self.sources.add(name, text), why)),
                Err(_) => {
                    is_incomplete = true;
                    continue;
                }
            }
            self.files.insert(path.clone(), id);
            self.paths.push(path);
        }
        let sources: Vec<Source> =
            readable.into_iter().filter_map(|id| self.sources.get(id).cloned()).collect();
        self.program.set_all(&sources);
        self.program.set_incomplete(is_incomplete);
        for (id, why) in unreadable {
            if let Some(source) = self.sources.get(id) {
                self.program.set_unreadable(source, why);
            }
        }
        self.program.check();
    }

    /// The file with this path.
    pub(crate) fn file(&self, path: &Path) -> Option<FileId> {
        self.files.get(path).copied()
    }

    /// The path of a file.
    pub(crate) fn path(&self, file: FileId) -> Option<&Path> {
        self.paths.get(file.0 as usize).map(PathBuf::as_path)
    }

    /// Gives a file a new text, or none where it has become too large; checked when that is asked for.
    pub(crate) fn set_text(&mut self, file: FileId, text: Option<Arc<str>>) {
        let is_too_large = text.is_none();
        self.sources.replace(file, text.unwrap_or_else(|| "".into()));
        match self.sources.get(file) {
            Some(source) if is_too_large => self.program.set_unreadable(source, too_large(file)),
            Some(source) => self.program.set(source),
            None => {}
        }
    }
}

/// The files of a project, and the documents that are to be, in order.
fn paths(disk: &dyn Disk, root: &Path, documents: &Documents) -> Vec<PathBuf> {
    let mut paths = disk.files_of(root);
    paths.extend(documents.of_project(Some(root)).map(Path::to_path_buf));
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// What tells whether a project has to be read again.
fn stamps(disk: &dyn Disk, root: &Path, paths: &[PathBuf]) -> BTreeMap<PathBuf, Option<u64>> {
    let stamp = |path: PathBuf| {
        let stamp = disk.stamp(&path);
        (path, stamp)
    };
    paths.iter().cloned().chain([root.join(SETTINGS_FILE)]).map(stamp).collect()
}

/// The text of a document, or else of the file.
fn read(
    disk: &dyn Disk,
    id: FileId,
    path: &Path,
    documents: &Documents,
) -> std::io::Result<(Arc<str>, Option<Diagnostic>)> {
    match documents.get(path) {
        Some(document) => Ok(match &document.text {
            Some(text) => (text.clone(), None),
            None => ("".into(), Some(too_large(id))),
        }),
        None => disk.read(id, path).map(|(text, why)| (text.into(), why)),
    }
}
