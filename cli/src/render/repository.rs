//! Paths as those know them who show a repository: from its root, with forward slashes.

use std::path::{Component, Path, PathBuf};

/// The variables by which a pipeline says where it has checked the repository out.
const ROOTS: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// The repository that a command runs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    root: PathBuf,
    /// The folder that the command runs in, from the root on.
    here: PathBuf,
}

impl Repository {
    /// The one that the pipeline has checked out; without a pipeline, the folder that the command runs in.
    pub fn of_this_run() -> Self {
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
        let roots =
            ROOTS.iter().filter_map(std::env::var_os).filter_map(|root| Path::new(&root).canonicalize().ok());
        roots
            .map(|root| Self::new(&root, &here))
            .find(|one| !one.here.as_os_str().is_empty())
            .unwrap_or_else(|| Self::new(&here, &here))
    }

    /// The one at `root`, seen from the folder `here`, which is taken as the root where it lies outside.
    pub fn new(root: &Path, here: &Path) -> Self {
        match here.strip_prefix(root) {
            Ok(inside) => Self { root: root.to_path_buf(), here: inside.to_path_buf() },
            Err(_) => Self { root: here.to_path_buf(), here: PathBuf::new() },
        }
    }

    /// The path of a file that messages show as `name`. One outside of the repository stays as it is.
    pub fn path(&self, name: &str) -> String {
        slashes(&self.locate(Path::new(name)))
    }

    /// The same for a path that need not be text, with the separators of the system.
    pub fn locate(&self, path: &Path) -> PathBuf {
        if path.is_absolute() {
            return path.strip_prefix(&self.root).unwrap_or(path).to_path_buf();
        }
        let mut inside = PathBuf::new();
        for part in self.here.components().chain(path.components()) {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    if !inside.pop() {
                        return path.to_path_buf();
                    }
                }
                other => inside.push(other),
            }
        }
        inside
    }
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_root_of_the_repository() {
        let repository = Repository::new(Path::new("/repo"), Path::new("/repo/routing/rules"));
        for (name, expected) in [
            ("a.rule", "routing/rules/a.rule"),
            ("../b/a.rule", "routing/b/a.rule"),
            ("/repo/x/a.rule", "x/a.rule"),
            ("../../../elsewhere/a.rule", "../../../elsewhere/a.rule"),
            ("/etc/a.rule", "/etc/a.rule"),
        ] {
            assert_eq!(repository.path(name), expected);
        }
    }

    #[test]
    fn a_folder_outside_of_the_repository_is_a_root_of_its_own() {
        let repository = Repository::new(Path::new("/repo"), Path::new("/elsewhere"));
        assert_eq!(repository.path("rules/a.rule"), "rules/a.rule");
    }
}
