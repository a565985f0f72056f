//! Everything that the editor has shown us: folders, their projects, and open documents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rule_lang::{FileId, Source, Span};

use crate::disk::Disk;
use crate::document::{Document, Documents, within_limits};
use crate::position::{Encoding, Lines};
use crate::project::{Project, SETTINGS_FILE};
use crate::protocol::{
    Location, Position, TextDocumentContentChangeEvent, TextDocumentIdentifier, TextDocumentItem,
    TextDocumentPositionParams, Uri,
};
use crate::uri;

/// How a project is told from the others: by its root, or by the one document that it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Root(PathBuf),
    Alone(PathBuf),
}

/// Folders, projects and documents. Between two messages, every project is checked.
pub(crate) struct Workspace<'d> {
    disk: &'d dyn Disk,
    pub(crate) encoding: Encoding,
    folders: Vec<PathBuf>,
    /// The projects that are in the folders, whether anything of them is open or not.
    in_folders: BTreeSet<Key>,
    projects: BTreeMap<Key, Project>,
    documents: Documents,
    /// The projects that are to be read anew.
    outdated: BTreeSet<Key>,
    /// The projects that are to be checked.
    changed: BTreeSet<Key>,
}

/// A file of a project, as a request speaks of it.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) project: &'a Project,
    pub(crate) source: &'a Source,
    pub(crate) file: FileId,
    /// The byte that is spoken of; 0 where it is the whole file.
    pub(crate) offset: u32,
    pub(crate) lines: Lines<'a>,
}

impl<'d> Workspace<'d> {
    pub(crate) fn new(disk: &'d dyn Disk, encoding: Encoding) -> Self {
        Self {
            disk,
            encoding,
            folders: Vec::new(),
            in_folders: BTreeSet::new(),
            projects: BTreeMap::new(),
            documents: Documents::default(),
            outdated: BTreeSet::new(),
            changed: BTreeSet::new(),
        }
    }

    /// Adds folders with all projects in them, and takes others out.
    pub(crate) fn set_folders<'u>(
        &mut self,
        added: impl Iterator<Item = &'u Uri>,
        removed: impl Iterator<Item = &'u Uri>,
    ) {
        // By the file in it: then links on the way to the folder itself are followed.
        let folder = |uri: &Uri| {
            let inside = self.disk.identity(&uri::to_path(uri).join(SETTINGS_FILE));
            inside.parent().map(Path::to_path_buf)
        };
        let (added, removed): (Vec<_>, BTreeSet<_>) =
            (added.filter_map(folder).collect(), removed.filter_map(folder).collect());
        self.folders.retain(|known| !removed.contains(known));
        self.folders.extend(added);
        self.folders.sort_unstable();
        self.folders.dedup();
        self.find_projects();
    }

    /// Seeks projects in the folders, and for the documents.
    fn find_projects(&mut self) {
        self.in_folders.clear();
        for folder in &self.folders {
            // Of a folder inside a project, that project.
            self.in_folders.extend(self.disk.root_of(&folder.join(SETTINGS_FILE)).map(Key::Root));
            self.in_folders.extend(self.disk.projects_in(folder).into_iter().map(Key::Root));
        }
        let mut wanted = self.in_folders.clone();
        for (path, document) in self.documents.iter_mut() {
            document.root = if uri::is_file(&document.uri) { self.disk.root_of(path) } else { None };
            wanted.insert(key(path, document.root.as_deref()));
        }
        self.projects.retain(|key, _| wanted.contains(key));
        self.outdated.retain(|key| wanted.contains(key));
        self.outdated.extend(wanted.into_iter().filter(|key| !self.projects.contains_key(key)));
    }

    /// Looks whether files have changed that nobody told of: not every editor watches them.
    pub(crate) fn look_again(&mut self) {
        self.find_projects();
        for (key, project) in &self.projects {
            if let Key::Root(root) = key
                && project.is_stale(self.disk, root, &self.documents)
            {
                self.outdated.insert(key.clone());
            }
        }
    }

    /// Takes note of an open document.
    pub(crate) fn open(&mut self, item: TextDocumentItem) {
        let path = self.path(&item.uri);
        let root = if uri::is_file(&item.uri) { self.disk.root_of(&path) } else { None };
        let key = key(&path, root.as_deref());
        let text = within_limits(item.text);
        let document = Document { uri: item.uri, version: item.version, text: text.clone(), root };
        self.documents.open(path.clone(), document);
        self.put(key, &path, text);
    }

    /// Makes changes to an open document.
    pub(crate) fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let path = self.path(uri);
        let Some(document) = self.documents.get_mut(&path) else { return };
        document.change(version, changes, self.encoding);
        let (key, text) = (key(&path, document.root.as_deref()), document.text.clone());
        self.put(key, &path, text);
    }

    /// Gives a file of a project its text; a file that is new makes the project anew.
    fn put(&mut self, key: Key, path: &Path, text: Option<Arc<str>>) {
        let project = self.projects.get_mut(&key);
        match project.and_then(|project| Some((project.file(path)?, project))) {
            Some((file, project)) => {
                project.set_text(file, text);
                self.changed.insert(key);
            }
            None => {
                self.outdated.insert(key);
            }
        }
    }

    /// Forgets a document: its file counts again.
    pub(crate) fn close(&mut self, document: &TextDocumentIdentifier) {
        let path = self.path(&document.uri);
        let Some(closed) = self.documents.close(&path) else { return };
        match closed.root {
            Some(root) => {
                let is_wanted = self.documents.any_of(&root);
                let key = Key::Root(root);
                if is_wanted || self.in_folders.contains(&key) {
                    self.outdated.insert(key);
                } else {
                    self.forget(&key);
                }
            }
            None => self.forget(&Key::Alone(path)),
        }
    }

    fn forget(&mut self, key: &Key) {
        self.projects.remove(key);
        self.outdated.remove(key);
        self.changed.remove(key);
    }

    /// Takes note of files that others changed. A file whose text is an open document's does not matter.
    pub(crate) fn files_changed(&mut self, files: &[Uri]) {
        let mut is_about_projects = false;
        for uri in files {
            let path = self.path(uri);
            if path.extension().is_none_or(|extension| extension != "rule") {
                // `rulec.toml` and `.gitignore` decide which files belong together.
                is_about_projects = true;
            } else if self.documents.get(&path).is_none()
                && let Some(key) = self.disk.root_of(&path).map(Key::Root)
                && (self.projects.contains_key(&key) || self.outdated.contains(&key))
            {
                self.outdated.insert(key);
            }
        }
        if is_about_projects {
            self.outdated.extend(self.projects.keys().cloned());
            self.find_projects();
        }
    }

    /// Reads and checks what has changed since.
    pub(crate) fn refresh(&mut self) {
        for key in std::mem::take(&mut self.outdated) {
            self.changed.remove(&key);
            let project = match &key {
                Key::Root(root) => Project::load(self.disk, root, &self.documents),
                Key::Alone(path) => Project::alone(self.disk, path.clone(), &self.documents),
            };
            self.projects.insert(key, project);
        }
        for key in std::mem::take(&mut self.changed) {
            if let Some(project) = self.projects.get_mut(&key) {
                project.program.check();
            }
        }
    }

    /// Reads everything anew, after a failure that may have left something half done.
    pub(crate) fn start_over(&mut self) {
        self.changed.clear();
        self.projects.clear();
        self.outdated.clear();
        self.find_projects();
    }

    /// All projects.
    pub(crate) fn projects(&self) -> impl Iterator<Item = &Project> {
        self.projects.values()
    }

    /// The document at a path, where it is open.
    pub(crate) fn document(&self, path: &Path) -> Option<&Document> {
        self.documents.get(path)
    }

    /// The path by which a URI's file is known.
    fn path(&self, uri: &Uri) -> PathBuf {
        let path = uri::to_path(uri);
        if self.documents.get(&path).is_some() || !uri::is_file(uri) {
            return path;
        }
        self.disk.identity(&path)
    }

    /// A path as the editor names it.
    pub(crate) fn uri(&self, path: &Path) -> Uri {
        self.documents.get(path).map_or_else(|| uri::of_path(path), |document| document.uri.clone())
    }

    /// A file of a project as the editor names it.
    pub(crate) fn uri_of(&self, project: &Project, file: FileId) -> Uri {
        project.path(file).map_or_else(|| Uri(String::new()), |path| self.uri(path))
    }

    /// The file that a request speaks of.
    pub(crate) fn file(&self, document: &TextDocumentIdentifier) -> Option<Place<'_>> {
        let path = self.path(&document.uri);
        let root = match self.documents.get(&path) {
            Some(document) => document.root.clone(),
            None => self.disk.root_of(&path),
        };
        let project = self.projects.get(&key(&path, root.as_deref()))?;
        let file = project.file(&path)?;
        let source = project.sources.get(file)?;
        Some(Place { project, source, file, offset: 0, lines: Lines::of(source, self.encoding) })
    }

    /// The place that a request speaks of.
    pub(crate) fn place(&self, params: &TextDocumentPositionParams) -> Option<Place<'_>> {
        self.at(&params.text_document, params.position)
    }

    /// The place at a position of a document.
    pub(crate) fn at(&self, document: &TextDocumentIdentifier, position: Position) -> Option<Place<'_>> {
        let place = self.file(document)?;
        Some(Place { offset: place.lines.offset(position), ..place })
    }

    /// A span of a project as the protocol writes it.
    pub(crate) fn location(&self, project: &Project, span: Span) -> Option<Location> {
        let source = project.sources.get(span.file)?;
        let uri = self.uri_of(project, span.file);
        Some(Location { uri, range: Lines::of(source, self.encoding).range(span) })
    }
}

fn key(path: &Path, root: Option<&Path>) -> Key {
    match root {
        Some(root) => Key::Root(root.to_path_buf()),
        None => Key::Alone(path.to_path_buf()),
    }
}
