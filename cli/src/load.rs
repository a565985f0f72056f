//! Reads projects into programs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rule_compiler::{Program, Settings};
use rule_lang::{Diagnostic, FileId, MAX_FILE_BYTES, SourceMap, Span, codes};

use crate::config::{self, Config};
use crate::failure::Failure;
use crate::name::shown;
use crate::project::{self, Files, MAX_FILES, MAX_TOTAL_BYTES};
use crate::read;

/// How messages call standard input.
const STDIN: &str = "<stdin>";

/// What stands in a file of a project while it is checked: standard input, as an editor or a hook sends it.
#[derive(Debug)]
pub struct Overlay {
    /// The file it stands for; without one, it is a program of its own.
    pub path: Option<PathBuf>,
    /// Its bytes; none where there are more than [`MAX_FILE_BYTES`].
    pub bytes: Option<Vec<u8>>,
}

/// Everything that a command is about.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The texts of all files of all projects.
    pub sources: SourceMap,
    /// The projects, in the order of their folders.
    pub projects: Vec<Project>,
    /// What could not be read; the rest was.
    pub failures: Vec<Failure>,
    total: u64,
}

/// A program and the files it came from.
#[derive(Debug)]
pub struct Project {
    /// The folder of its `rulec.toml`, where it has one.
    pub root: Option<PathBuf>,
    /// What its `rulec.toml` says.
    pub config: Config,
    /// Its rules, not checked yet.
    pub program: Program,
    /// Its files, in the order of their numbers.
    pub files: Vec<File>,
}

/// A file of a project.
#[derive(Debug)]
pub struct File {
    /// Its number.
    pub id: FileId,
    /// Where it lies.
    pub path: PathBuf,
    /// Whether the command is about it, and not just about a file that needs it.
    pub wanted: bool,
    /// Why its text is not what the author sees, where it is not: then nothing else is said of it.
    pub unreadable: Option<Diagnostic>,
}

impl Workspace {
    /// Reads the projects of these paths; of none, the project of the folder one stands in.
    ///
    /// # Errors
    ///
    /// Where a project's `rulec.toml` is wrong or there is more than a command reads. What cannot be read
    /// otherwise is in [`failures`](Self::failures).
    pub fn load(paths: &[PathBuf], color: bool) -> Result<Self, Failure> {
        let mut failures = Vec::new();
        let projects = project::find(paths, &mut failures);
        Self::of(projects, failures, color)
    }

    /// The same for commands about one project, which projects inside it are no part of.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_own(paths: &[PathBuf], color: bool) -> Result<Self, Failure> {
        let mut failures = Vec::new();
        let projects = project::find_own(paths, &mut failures);
        Self::of(projects, failures, color)
    }

    /// Reads these projects; `failures` is what kept others from being found.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn of(projects: Vec<Files>, failures: Vec<Failure>, color: bool) -> Result<Self, Failure> {
        let mut workspace = Self { failures, ..Self::default() };
        if projects.iter().map(|project| project.paths.len()).sum::<usize>() > MAX_FILES {
            return Err(Failure::new(format!("there are more than {MAX_FILES} `.rule` files"))
                .help("name fewer folders at once"));
        }
        for files in projects {
            workspace.add(files, None, color)?;
        }
        Ok(workspace)
    }

    /// Reads the files that these paths stand for, and nothing else of their projects. They are not parsed.
    ///
    /// # Errors
    ///
    /// Where there is more than a command reads.
    pub fn read(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut failures = Vec::new();
        let projects = project::find(paths, &mut failures);
        let mut workspace = Self { failures, ..Self::default() };
        for Files { root, paths } in projects {
            let mut project = Project {
                root,
                config: Config::default(),
                program: Program::new(Settings::default()),
                files: Vec::new(),
            };
            for path in paths.into_iter().filter_map(|(path, wanted)| wanted.then_some(path)) {
                let bytes = read::bytes(&path, MAX_FILE_BYTES as u64);
                workspace.enter(&mut project, path, bytes, true)?;
            }
            workspace.projects.push(project);
        }
        Ok(workspace)
    }

    /// Takes standard input as a program of its own, which is not parsed.
    ///
    /// # Errors
    ///
    /// None, as yet.
    pub fn read_alone(overlay: Overlay) -> Result<Self, Failure> {
        let mut workspace = Self::default();
        let mut project = Project {
            root: None,
            config: Config::default(),
            program: Program::new(Settings::default()),
            files: Vec::new(),
        };
        let path = overlay.path.unwrap_or_else(|| PathBuf::from(STDIN));
        workspace.enter(&mut project, path, Ok(overlay.bytes), true)?;
        workspace.projects.push(project);
        Ok(workspace)
    }

    /// Reads the project of the file that standard input stands for, with that file's text from there.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_overlay(overlay: Overlay, color: bool) -> Result<Self, Failure> {
        let Some(path) = overlay.path.as_deref() else {
            let mut workspace = Self::read_alone(overlay)?;
            workspace.parse_last();
            return Ok(workspace);
        };
        let mut workspace = Self::default();
        let path = project::identity(path);
        let mut files = match project::root_of(&path) {
            None => Files::default(),
            Some(root) => {
                let mut found = project::find(std::slice::from_ref(&root), &mut Vec::new());
                let own = found.iter().position(|files| files.root.as_ref() == Some(&root));
                let paths = own.map(|index| found.swap_remove(index).paths).unwrap_or_default();
                Files { root: Some(root), paths: paths.into_keys().map(|path| (path, false)).collect() }
            }
        };
        files.paths.insert(path.clone(), true);
        workspace.add(files, Some((path, overlay.bytes)), color)?;
        Ok(workspace)
    }

    fn add(
        &mut self,
        files: Files,
        mut overlay: Option<(PathBuf, Option<Vec<u8>>)>,
        color: bool,
    ) -> Result<(), Failure> {
        let config = match &files.root {
            Some(root) => config::read(&root.join(config::FILE_NAME), color)?,
            None => Config::default(),
        };
        let mut project = Project {
            root: files.root,
            program: Program::new(config.settings.clone()),
            config,
            files: Vec::new(),
        };
        for (path, wanted) in files.paths {
            let bytes = match overlay.take_if(|(overlaid, _)| *overlaid == path) {
                Some((_, bytes)) => Ok(bytes),
                None => read::bytes(&path, MAX_FILE_BYTES as u64),
            };
            self.enter(&mut project, path, bytes, wanted)?;
        }
        self.projects.push(project);
        self.parse_last();
        Ok(())
    }

    /// Adds a file to a project, or what kept it from being read to the failures.
    fn enter(
        &mut self,
        project: &mut Project,
        path: PathBuf,
        bytes: std::io::Result<Option<Vec<u8>>>,
        wanted: bool,
    ) -> Result<(), Failure> {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                self.failures.push(Failure::file("read", &path, &error));
                project.program.set_incomplete(true);
                return Ok(());
            }
        };
        self.total += bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        if self.total > MAX_TOTAL_BYTES {
            let limit = MAX_TOTAL_BYTES / 1024 / 1024;
            return Err(Failure::new(format!("the `.rule` files have more than {limit} MiB together")).help(
                "name fewer folders at once, or give parts of the project a `rulec.toml` of their own",
            ));
        }
        let name = if path == Path::new(STDIN) { STDIN.to_owned() } else { shown(&path) };
        let (text, why) = decoded(bytes);
        let id = self.sources.add(name, text);
        let unreadable = why.map(|why| why.diagnostic(id));
        project.files.push(File { id, path, wanted, unreadable });
        Ok(())
    }

    /// Parses the files of the project that was added last.
    fn parse_last(&mut self) {
        let Some(project) = self.projects.last_mut() else { return };
        let is_readable = |file: &&File| file.unreadable.is_none();
        let readable = project.files.iter().filter(is_readable);
        let sources: Vec<_> = readable.filter_map(|file| self.sources.get(file.id).cloned()).collect();
        project.program.set_all(&sources);
        for file in &project.files {
            if let (Some(why), Some(source)) = (&file.unreadable, self.sources.get(file.id)) {
                project.program.set_unreadable(source, why.clone());
            }
        }
    }

    /// Gives a file another text.
    pub fn set_text(&mut self, id: FileId, text: impl Into<Arc<str>>) {
        self.sources.replace(id, text);
        let Some(source) = self.sources.get(id) else { return };
        for project in &mut self.projects {
            if project.file(id).is_some() {
                project.program.set(source);
            }
        }
    }

    /// The files that the command is about.
    pub fn wanted(&self) -> impl Iterator<Item = &File> {
        self.projects.iter().flat_map(|project| &project.files).filter(|file| file.wanted)
    }

    /// Checks every project.
    pub fn check(&mut self) {
        for project in &mut self.projects {
            project.program.check();
        }
    }

    /// What the last check has to say of the files that the command is about, ordered by file and place.
    pub fn found(&self) -> impl Iterator<Item = &Diagnostic> {
        self.projects.iter().flat_map(Project::found)
    }
}

impl File {
    /// Whether it is standard input, of which nobody said what file it stands for.
    pub fn is_stdin(&self) -> bool {
        self.path == Path::new(STDIN)
    }
}

impl Project {
    /// What the last check has to say of the wanted files, ordered by file and place.
    pub fn found(&self) -> Vec<&Diagnostic> {
        let wanted = |diagnostic: &&Diagnostic| {
            self.file(diagnostic.primary.span.file).is_some_and(|file| file.wanted)
        };
        self.program.diagnostics().filter(wanted).collect()
    }

    /// The file with this number.
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(self.files.binary_search_by_key(&id, |file| file.id).ok()?)
    }
}

/// Why a file's text is not what the author sees.
#[derive(Debug)]
pub enum Unreadable {
    /// It is not UTF-8: the first byte that cannot be, and where; without the byte, it could be UTF-8 but is hardly
    /// meant so.
    NotUtf8 {
        /// The byte.
        byte: Option<u8>,
        /// Its place.
        at: usize,
        /// Whether it looks like UTF-16.
        is_utf16: bool,
    },
    /// It is larger than any file may be, and was not read.
    TooLarge,
}

impl Unreadable {
    /// The finding that says so.
    pub fn diagnostic(&self, file: FileId) -> Diagnostic {
        match *self {
            Self::NotUtf8 { byte, at, is_utf16 } => not_utf8(file, byte, at, is_utf16),
            Self::TooLarge => rule_lang::too_large(file),
        }
    }
}

/// The text of a file's bytes, none where there are too many; and why it is not what the author sees, where it is not:
/// then what comes before the place is as in the file.
pub fn decoded(bytes: Option<Vec<u8>>) -> (String, Option<Unreadable>) {
    let is_utf16 = bytes.as_deref().is_some_and(is_utf16);
    match bytes.map(String::from_utf8) {
        Some(Ok(text)) if is_utf16 => {
            let at = text.find('\0').unwrap_or(0);
            (text, Some(Unreadable::NotUtf8 { byte: None, at, is_utf16: true }))
        }
        Some(Ok(text)) => (text, None),
        Some(Err(error)) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            (text, Some(Unreadable::NotUtf8 { byte: bytes.get(at).copied(), at, is_utf16 }))
        }
        None => (String::new(), Some(Unreadable::TooLarge)),
    }
}

/// Whether bytes look like UTF-16: by its mark, or by every other byte of the start being zero, or nearly.
fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    let start = bytes.get(..4096).unwrap_or(bytes);
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    even.max(odd) * 4 >= start.len().max(8) && even.min(odd) * 8 <= even.max(odd)
}

fn not_utf8(file: FileId, byte: Option<u8>, at: usize, is_utf16: bool) -> Diagnostic {
    let start = u32::try_from(at).unwrap_or(u32::MAX);
    let help = if is_utf16 {
        "it looks like UTF-16; save it as UTF-8 in your editor"
    } else {
        "save it as UTF-8 in your editor"
    };
    let at = match byte {
        None => "every other byte is zero".to_owned(),
        Some(byte) => format!("the byte 0x{byte:02X} here belongs to no character"),
    };
    Diagnostic::new(&codes::NOT_UTF8, Span::new(file, start, start), "this file is not UTF-8 text")
        .at(at)
        .help(help)
}
