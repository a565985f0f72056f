//! Writing files: whole or not at all, and never outside the project.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::name::shown;

/// Gives a file of a project a new text, unless it no longer has the text that was read.
///
/// The text is written next to the file and then takes its place, with its permissions. A symbolic link stays,
/// and what it leads to is written, where that lies inside the project.
///
/// # Errors
///
/// Where the file has changed, lies outside, or cannot be written; it is then as it was.
pub fn replace(path: &Path, root: Option<&Path>, old: &str, new: &str) -> Result<(), Failure> {
    let target = target(path, root)?;
    let now = fs::read(&target).map_err(|error| Failure::file("read", path, &error))?;
    if now != old.as_bytes() {
        let name = shown(path);
        return Err(Failure::new(format!(
            "`{name}` was changed while it was being worked on; it is left as it is"
        ))
        .help("run the command again")
        .about(name));
    }
    atomically(&target, new.as_bytes())
}

/// Writes a file whole or not at all; an existing one keeps its permissions.
///
/// # Errors
///
/// Where it cannot be written; what was there is then still there.
pub fn atomically(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    atomically_with(path, |out| out.write_all(bytes))
}

/// The same for what is written as it is made.
///
/// # Errors
///
/// Where it cannot be written; what was there is then still there.
pub fn atomically_with(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::file("write", path, &error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = fs::metadata(path).map(|metadata| metadata.permissions()).ok();
    if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
        let name = shown(path);
        return Err(Failure::new(format!("cannot write `{name}`: it is read-only")).about(name));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rulec-");
    // A new file is to be as readable as any other; one in place of another gets its permissions below.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    let mut out = std::io::BufWriter::new(&mut file);
    write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    drop(out);
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Writes what a command makes to where its author wants it.
///
/// A symbolic link stays, and what it leads to is written. What is no regular file (a pipe, a device) is written
/// straight; a file whole or not at all.
///
/// # Errors
///
/// Where it is `-`, cannot be written, or is one of `sources`, which were read for it.
pub fn output<'a>(
    path: &Path,
    sources: impl IntoIterator<Item = &'a Path>,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    // Where a path is read, this is standard input; nobody who writes it wants a file of that name.
    if path.as_os_str() == "-" {
        return Err(Failure::new("`-` is not the name of a file")
            .help("standard output is written where no file is named; a file of that name is `./-`"));
    }
    let failed = |error: std::io::Error| Failure::file("write", path, &error);
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let name = shown(path);
            return Err(Failure::new(format!("cannot write `{name}`: it is a folder")).about(name));
        }
        Ok(metadata) if !metadata.is_file() => {
            let file = fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
            let mut out = std::io::BufWriter::new(file);
            return match write(&mut out).and_then(|()| out.flush()) {
                // Who reads a pipe may stop when it has enough.
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(failed(error)),
                _ => Ok(()),
            };
        }
        _ => {}
    }
    let target = followed(path).map_err(failed)?;
    let same = |source: &Path| source.canonicalize().is_ok_and(|source| source == target);
    if sources.into_iter().any(same) {
        let name = shown(path);
        return Err(Failure::new(format!("`{name}` is a file of this project; it is left as it is"))
            .help("write to another file")
            .about(name));
    }
    atomically_with(&target, write)
}

/// Where a path leads, which need not exist yet.
fn followed(path: &Path) -> std::io::Result<PathBuf> {
    /// The most links that lead on to one another; systems follow as many.
    const MAX_LINKS: usize = 40;
    let mut at = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match at.canonicalize() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => match fs::read_link(&at) {
                Ok(next) => at = at.parent().map_or(next.clone(), |folder| folder.join(next)),
                Err(_) => return Ok(at),
            },
            other => return other,
        }
    }
    Err(std::io::Error::other("too many levels of symbolic links"))
}

/// The file that a path leads to.
fn target(path: &Path, root: Option<&Path>) -> Result<PathBuf, Failure> {
    let target = path.canonicalize().map_err(|error| Failure::file("read", path, &error))?;
    let home = root.or_else(|| path.parent()).and_then(|folder| folder.canonicalize().ok());
    if home.is_some_and(|home| target.starts_with(home)) {
        return Ok(target);
    }
    let name = shown(path);
    Err(Failure::new(format!(
        "`{name}` is a link to `{}`, outside the project; it is left as it is",
        shown(&target)
    ))
    .help("run the command on the file that the link leads to")
    .about(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.rule");
        fs::write(&path, "theirs").unwrap();
        assert!(replace(&path, None, "old", "new").unwrap_err().message.contains("was changed"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        replace(&path, None, "theirs", "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_out_of_the_project_are_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (inside, outside) = (dir.path().join("project"), dir.path().join("outside.rule"));
        fs::create_dir(&inside).unwrap();
        fs::write(&outside, "old").unwrap();
        symlink(&outside, inside.join("link.rule")).unwrap();
        assert!(replace(&inside.join("link.rule"), Some(&inside), "old", "new").is_err());
        assert_eq!(fs::read_to_string(&outside).unwrap(), "old");

        let file = inside.join("a.rule");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.rule", inside.join("b.rule")).unwrap();
        replace(&inside.join("b.rule"), Some(&inside), "old", "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(inside.join("b.rule")).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
