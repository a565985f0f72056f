//! Projects that are checked again as their files change.
//!
//! A changed text goes into the same `Program`, which looks again at what depends on it. Where files come or go, or a
//! `rulec.toml` changes, everything is read anew. What the system says of a change is only where: what happened there
//! is found out by looking.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use rule_lang::{FileId, MAX_FILE_BYTES};

use crate::config::FILE_NAME;
use crate::failure::Failure;
use crate::load::Workspace;
use crate::project::{self, Files};
use crate::read;

/// The most events that are taken together: where files never rest, they are checked in between.
const MAX_TOGETHER: usize = 1_000;

/// What happens while files are watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Something happened at these paths.
    Changed(Vec<PathBuf>),
    /// Something happened, and nobody knows where.
    Unknown,
    /// Nobody wants to watch any more.
    Stop,
}

/// The projects of some paths, as they were last read.
#[derive(Debug)]
pub struct Watched {
    paths: Vec<PathBuf>,
    color: bool,
    /// Which files there were.
    layout: Vec<Files>,
    /// What was read of them, or why nothing could be.
    read: Result<Workspace, Failure>,
}

impl Watched {
    /// Reads the projects of these paths; of none, the project of the folder one stands in.
    pub fn new(paths: Vec<PathBuf>, color: bool) -> Self {
        let mut failures = Vec::new();
        let layout = project::find(&paths, &mut failures);
        let read = Workspace::of(layout.clone(), failures, color);
        Self { paths, color, layout, read }
    }

    /// What was read.
    ///
    /// # Errors
    ///
    /// Why nothing could be.
    pub fn read(&mut self) -> Result<&mut Workspace, &Failure> {
        self.read.as_mut().map_err(|failure| &*failure)
    }

    /// The folders in which something may happen that matters, and whether what lies below them matters too.
    pub fn folders(paths: &[PathBuf]) -> Vec<(PathBuf, bool)> {
        let mut folders = BTreeSet::new();
        let here = [PathBuf::from(".")];
        for path in if paths.is_empty() { &here[..] } else { paths } {
            let path = path.canonicalize().unwrap_or_else(|_| project::identity(path));
            let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
            match (project::root_of(&path.join(FILE_NAME)), folder) {
                (Some(root), _) => folders.insert((root, true)),
                (None, Some(folder)) => folders.insert((folder.to_path_buf(), path.is_dir())),
                (None, None) => false,
            };
        }
        folders.into_iter().collect()
    }

    /// Takes in what happened at these paths; gives whether there may be something else to say now.
    pub fn update(&mut self, changed: &BTreeSet<PathBuf>) -> bool {
        let mut texts = Vec::new();
        let mut structure = false;
        for path in changed {
            match self.at(path) {
                Change::None => {}
                Change::Text(id, text) => texts.push((id, text)),
                Change::Structure => structure = true,
                Change::Everything => return self.reload(),
            }
        }
        if structure && (self.is_incomplete() || project::find(&self.paths, &mut Vec::new()) != self.layout) {
            return self.reload();
        }
        let Ok(workspace) = &mut self.read else { return false };
        let has_changed = !texts.is_empty();
        for (id, text) in texts {
            workspace.set_text(id, text);
        }
        has_changed
    }

    /// Reads everything anew.
    pub fn reload(&mut self) -> bool {
        *self = Self::new(std::mem::take(&mut self.paths), self.color);
        true
    }

    /// What a change at this path means.
    fn at(&self, path: &Path) -> Change {
        let name = path.file_name();
        if name == Some(OsStr::new(FILE_NAME)) {
            return Change::Everything;
        }
        let Ok(workspace) = &self.read else {
            // Without any files, whatever concerns them may be what was missing.
            return if concerns_files(path) { Change::Everything } else { Change::None };
        };
        let files = || workspace.projects.iter().flat_map(|project| &project.files);
        let Some(file) = files().find(|file| file.path == path) else {
            let holds_files = || files().any(|file| file.path.starts_with(path));
            return if concerns_files(path) || holds_files() { Change::Structure } else { Change::None };
        };
        let Ok(Some(bytes)) = read::bytes(path, MAX_FILE_BYTES as u64) else { return Change::Everything };
        match String::from_utf8(bytes) {
            // Zeros may mean that it is no UTF-8 after all.
            Ok(text) if file.unreadable.is_none() && !text.contains('\0') => {
                let is_same = workspace.sources.get(file.id).is_some_and(|source| **source.text() == *text);
                if is_same { Change::None } else { Change::Text(file.id, text) }
            }
            _ => Change::Everything,
        }
    }

    fn is_incomplete(&self) -> bool {
        self.read.as_ref().map_or(true, |workspace| {
            !workspace.failures.is_empty()
                || workspace.projects.iter().any(|project| project.program.is_incomplete())
        })
    }
}

/// What a change at one path means.
enum Change {
    /// Nothing.
    None,
    /// A file has another text.
    Text(FileId, String),
    /// Files may have come or gone.
    Structure,
    /// Everything may be different.
    Everything,
}

/// Whether which files there are may depend on a path of which no file is known.
fn concerns_files(path: &Path) -> bool {
    let is_rule = path.extension() == Some(OsStr::new("rule"));
    let says_which = [".gitignore", ".ignore"].iter().any(|name| path.file_name() == Some(OsStr::new(name)));
    is_rule || says_which || path.is_dir()
}

/// Shows what there is, and again after each change, until there are no more events or one says [`Event::Stop`].
///
/// Changes that follow each other within `pause` are taken together: an editor saves in several steps.
///
/// # Errors
///
/// Those of `show`.
pub fn run<E>(
    events: &Receiver<Event>,
    pause: Duration,
    watched: &mut Watched,
    mut show: impl FnMut(&mut Watched) -> Result<(), E>,
) -> Result<(), E> {
    show(watched)?;
    while let Some(changed) = next(events, pause) {
        let is_different = match changed {
            Some(paths) => watched.update(&paths),
            None => watched.reload(),
        };
        if is_different {
            show(watched)?;
        }
    }
    Ok(())
}

/// The paths of the changes that happen next, together; none inside where nobody knows them, and none at all at the end.
#[expect(clippy::option_option, reason = "the outer one ends the loop, as with an iterator")]
fn next(events: &Receiver<Event>, pause: Duration) -> Option<Option<BTreeSet<PathBuf>>> {
    let mut changed = Some(BTreeSet::new());
    let mut event = events.recv().ok()?;
    for left in (0..MAX_TOGETHER).rev() {
        match (event, &mut changed) {
            (Event::Stop, _) => return None,
            (Event::Changed(paths), Some(changed)) => changed.extend(paths),
            (Event::Changed(_), None) | (Event::Unknown, _) => changed = None,
        }
        if left == 0 {
            break;
        }
        match events.recv_timeout(pause) {
            Ok(another) => event = another,
            Err(_) => break,
        }
    }
    Some(changed)
}
