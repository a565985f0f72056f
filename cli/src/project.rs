//! Projects: which files belong together, and which of them a command is about.
//!
//! A project is the folder of the nearest `rulec.toml` upwards of a file, or just the files that were named where
//! there is none. `.gitignore` is obeyed, hidden folders are skipped and symbolic links are not followed; a file
//! that is named is taken as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::config;
use crate::failure::Failure;
use crate::name::shown;

/// How the names of files with rules end.
const EXTENSION: &str = "rule";

/// The most files that one command reads.
pub const MAX_FILES: usize = 100_000;
/// The most bytes that one command reads, over all files.
pub const MAX_TOTAL_BYTES: u64 = 256 * 1024 * 1024;

/// The files of one project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// The folder of its `rulec.toml`, where it has one.
    pub root: Option<PathBuf>,
    /// All its files in order, and whether the command is about them.
    pub paths: BTreeMap<PathBuf, bool>,
}

/// Finds the projects of these paths; of no paths, the project of the folder one stands in.
///
/// A path that leads nowhere is a failure, and so is one that matches nothing; the others are still found.
pub fn find(paths: &[PathBuf], failures: &mut Vec<Failure>) -> Vec<Files> {
    find_by(paths, false, failures)
}

/// The same for commands about one project: the folder of a project stands for its own files, without those of projects
/// further down.
pub fn find_own(paths: &[PathBuf], failures: &mut Vec<Failure>) -> Vec<Files> {
    find_by(paths, true, failures)
}

fn find_by(paths: &[PathBuf], own_only: bool, failures: &mut Vec<Failure>) -> Vec<Files> {
    let mut roots = Roots::default();
    let mut wanted = BTreeSet::new();
    if paths.is_empty() {
        match std::env::current_dir().and_then(|here| here.canonicalize()) {
            Ok(here) => {
                let folder = roots.of_folder(&here).unwrap_or(here);
                select(&folder, own_only.then_some(&mut roots), &mut wanted, failures);
            }
            Err(error) => failures.push(Failure::file("read", Path::new("."), &error)),
        }
    }
    for path in paths {
        select(path, own_only.then_some(&mut roots), &mut wanted, failures);
    }

    let mut projects: BTreeMap<Option<PathBuf>, BTreeMap<PathBuf, bool>> = BTreeMap::new();
    for path in wanted {
        let root = path.parent().and_then(|folder| roots.of_folder(folder));
        projects.entry(root).or_default().insert(path, true);
    }
    for (root, files) in &mut projects {
        let Some(root) = root else { continue };
        for path in walk(root, true, failures) {
            files.entry(path).or_insert(false);
        }
    }
    projects.into_iter().map(|(root, paths)| Files { root, paths }).collect()
}

/// The project that a path would belong to, which need not exist.
pub fn root_of(path: &Path) -> Option<PathBuf> {
    Roots::default().of_folder(identity(path).parent()?)
}

/// The files of a project, without those of projects further down.
pub fn files_of(root: &Path, failures: &mut Vec<Failure>) -> Vec<PathBuf> {
    walk(root, true, failures)
}

/// The projects in a folder, itself included, in order. Of a folder that holds half a disk, not all of it is looked at:
/// an editor finds the other projects as their files are opened.
pub fn projects_in(folder: &Path) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = walker(folder)
        .build()
        .take(MAX_FILES)
        .flatten()
        .filter(|entry| entry.file_name() == config::FILE_NAME)
        .filter_map(|entry| entry.path().parent().map(Path::to_path_buf))
        .collect();
    roots.sort_unstable();
    roots
}

/// The path by which a file is known, however it was written: its folder without links, and its name.
pub fn identity(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    match (absolute.parent().map(Path::canonicalize), absolute.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => absolute.canonicalize().unwrap_or(absolute),
    }
}

/// Adds the files that a path stands for. With `roots`, a folder of a project has no part in projects inside it.
fn select(
    path: &Path,
    roots: Option<&mut Roots>,
    wanted: &mut BTreeSet<PathBuf>,
    failures: &mut Vec<Failure>,
) {
    match path.metadata() {
        Err(error) => failures.push(Failure::file("read", path, &error)),
        // A pipe or a device might never end.
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
            let name = shown(path);
            failures.push(
                Failure::new(format!("`{name}` is not a regular file"))
                    .about(name)
                    .help("hand it over as standard input: `rulec check - < FILE`"),
            );
        }
        Ok(metadata) if metadata.is_file() && path.extension() != Some(OsStr::new(EXTENSION)) => {
            let name = shown(path);
            failures.push(Failure::new(format!("`{name}` is not a `.rule` file")).about(name).help(
                "rename it if it holds rules, or hand them over as standard input: `rulec check - < FILE`",
            ));
        }
        Ok(metadata) if !metadata.is_dir() => {
            wanted.insert(identity(path));
        }
        Ok(_) => {
            let folder = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
            let before = failures.len();
            let own_only = roots.is_some_and(|roots| roots.of_folder(&folder).is_some());
            let found = walk(&folder, own_only, failures);
            if found.is_empty() && failures.len() == before {
                let name = shown(path);
                let failure = Failure::new(format!("there are no `.rule` files in `{name}`")).about(name);
                failures.push(
                    failure.help("name a folder that has some, or start a project with `rulec new DIR`"),
                );
            }
            wanted.extend(found);
        }
    }
}

/// Whoever looks for projects and their files walks like this.
fn walker(folder: &Path) -> WalkBuilder {
    let mut walker = WalkBuilder::new(folder);
    // What a project consists of does not depend on whose machine it lies on.
    walker.require_git(false).git_global(false).git_exclude(false).follow_links(false);
    walker
}

/// The `.rule` files under a folder; with `own_only`, without those of projects inside it.
fn walk(folder: &Path, own_only: bool, failures: &mut Vec<Failure>) -> Vec<PathBuf> {
    let mut walker = walker(folder);
    walker.filter_entry(move |entry| {
        let is_project = || entry.path().join(config::FILE_NAME).exists();
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        !(own_only && entry.depth() > 0 && is_folder && is_project())
    });
    let mut found = Vec::new();
    for entry in walker.build() {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                if is_file && entry.path().extension() == Some(OsStr::new(EXTENSION)) {
                    found.push(entry.into_path());
                }
            }
            Err(error) => failures.push(unreadable(&error)),
        }
        if found.len() > MAX_FILES {
            let name = shown(folder);
            let failure = Failure::new(format!("there are more than {MAX_FILES} `.rule` files in `{name}`"))
                .about(name);
            failures.push(
                failure.help("give its parts a `rulec.toml` each, so that they are projects of their own"),
            );
            return Vec::new();
        }
    }
    found
}

/// The failure to look into a folder.
fn unreadable(error: &ignore::Error) -> Failure {
    match error {
        ignore::Error::WithDepth { err, .. } => unreadable(err),
        ignore::Error::WithPath { path, err } => match err.io_error() {
            Some(error) => Failure::file("read", path, error),
            None => Failure::new(format!("cannot read `{}`: {err}", shown(path))),
        },
        other => Failure::new(format!("cannot look for `.rule` files: {other}")),
    }
}

/// The roots of projects, remembered folder by folder.
#[derive(Default)]
struct Roots {
    known: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Roots {
    fn of_folder(&mut self, folder: &Path) -> Option<PathBuf> {
        if let Some(root) = self.known.get(folder) {
            return root.clone();
        }
        // One that is no regular file is refused when it is read, and not passed over.
        let root = if folder.join(config::FILE_NAME).exists() {
            Some(folder.to_path_buf())
        } else {
            folder.parent().and_then(|parent| self.of_folder(parent))
        };
        self.known.insert(folder.to_path_buf(), root.clone());
        root
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    fn found(dir: &tempfile::TempDir, paths: &[&str]) -> (Vec<Vec<(String, bool)>>, Vec<String>) {
        let base = dir.path().canonicalize().unwrap();
        let paths: Vec<_> = paths.iter().map(|path| base.join(path)).collect();
        let mut failures = Vec::new();
        let projects = find(&paths, &mut failures)
            .into_iter()
            .map(|project| {
                let name = |path: &Path| path.strip_prefix(&base).unwrap().to_str().unwrap().to_owned();
                project.paths.iter().map(|(path, wanted)| (name(path), *wanted)).collect()
            })
            .collect();
        (projects, failures.into_iter().map(|failure| failure.message).collect())
    }

    fn owned(names: &[(&str, bool)]) -> Vec<(String, bool)> {
        names.iter().map(|(name, wanted)| ((*name).to_owned(), *wanted)).collect()
    }

    #[test]
    fn naming_one_file_loads_its_project() {
        let dir = tree(&["rulec.toml", "b.rule", "sub/a.rule", "sub/notes.txt"]);
        let (projects, failures) = found(&dir, &["sub/a.rule"]);
        assert_eq!(projects, [owned(&[("b.rule", false), ("sub/a.rule", true)])]);
        assert!(failures.is_empty());
    }

    #[test]
    fn a_project_inside_a_project_is_its_own() {
        let dir = tree(&["rulec.toml", "a.rule", "inner/rulec.toml", "inner/b.rule"]);
        let (projects, _) = found(&dir, &["."]);
        assert_eq!(projects, [owned(&[("a.rule", true)]), owned(&[("inner/b.rule", true)])]);
        assert_eq!(found(&dir, &["a.rule"]).0, [owned(&[("a.rule", true)])]);
    }

    #[test]
    fn without_a_project_only_what_is_named_counts() {
        let dir = tree(&["a.rule", "b.rule"]);
        assert_eq!(found(&dir, &["a.rule"]).0, [owned(&[("a.rule", true)])]);
        assert_eq!(
            found(&dir, &["a.rule", "./a.rule", "."]).0,
            [owned(&[("a.rule", true), ("b.rule", true)])]
        );
    }

    #[test]
    fn ignored_and_hidden_files_are_skipped_unless_named() {
        let dir = tree(&["a.rule", "old/b.rule", ".hidden/c.rule"]);
        fs::write(dir.path().join(".gitignore"), "old/\n").unwrap();
        assert_eq!(found(&dir, &["."]).0, [owned(&[("a.rule", true)])]);
        assert_eq!(found(&dir, &["old/b.rule"]).0, [owned(&[("old/b.rule", true)])]);
    }

    #[test]
    fn a_folder_named_like_a_file_is_a_folder() {
        let dir = tree(&["x.rule/a.rule"]);
        assert_eq!(found(&dir, &["."]).0, [owned(&[("x.rule/a.rule", true)])]);
        assert_eq!(found(&dir, &["x.rule"]).0, [owned(&[("x.rule/a.rule", true)])]);
    }

    #[test]
    fn a_path_that_matches_nothing_is_a_failure_and_the_others_are_found() {
        let dir = tree(&["a.rule", "empty/notes.txt"]);
        let (projects, failures) = found(&dir, &["empty", "empty/notes.txt", "nowhere.rule", "a.rule"]);
        assert_eq!(projects, [owned(&[("a.rule", true)])]);
        assert_eq!(failures.len(), 3, "{failures:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends() {
        let dir = tree(&["a.rule"]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("self.rule", dir.path().join("self.rule")).unwrap();
        let (projects, failures) = found(&dir, &["."]);
        assert_eq!(projects, [owned(&[("a.rule", true)])]);
        assert!(failures.is_empty());
        assert_eq!(found(&dir, &["self.rule"]).1.len(), 1);
    }
}
