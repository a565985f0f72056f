//! Paths as messages show them: relative to where the author stands, with forward slashes.

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

/// The path as messages show it.
pub fn shown(path: &Path) -> String {
    shown_from(here(), path)
}

/// The path as it is, where messages have to show another: one with control characters, or that is no text. It starts
/// where messages let it start.
pub fn exact(path: &Path) -> Option<PathBuf> {
    let is_plain = |path: &Path| path.to_str().is_some_and(|text| !text.chars().any(char::is_control));
    (!is_plain(path)).then(|| tidy(here(), path)).filter(|path| !is_plain(path))
}

/// The folder that the command runs in.
fn here() -> &'static Path {
    // Asked for every file, and never another one while a command runs.
    static HERE: OnceLock<PathBuf> = OnceLock::new();
    HERE.get_or_init(|| std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default())
}

/// The path as someone standing in `here` writes it.
pub fn shown_from(here: &Path, path: &Path) -> String {
    let tidy = tidy(here, path);
    let text = tidy.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    match text.chars().any(char::is_control) {
        _ if text.is_empty() => ".".to_owned(),
        false => text,
        // A line end in a name must not look like one of the message.
        true => text.chars().fold(String::new(), |mut out, c| {
            if c.is_control() {
                out.extend(c.escape_unicode());
            } else {
                out.push(c);
            }
            out
        }),
    }
}

/// The path from `here`, without steps that lead nowhere.
fn tidy(here: &Path, path: &Path) -> PathBuf {
    let relative = if path.is_absolute() { relative(here, path) } else { path.to_path_buf() };
    relative.components().filter(|part| *part != Component::CurDir).collect()
}

/// `path` from `here`, by at most three steps up; further away the whole path reads better.
fn relative(here: &Path, path: &Path) -> PathBuf {
    for (steps, base) in here.ancestors().take(4).enumerate() {
        // The root of the file system is above everything and tells nothing.
        if steps > 0 && base.parent().is_none() {
            break;
        }
        if let Ok(rest) = path.strip_prefix(base) {
            return std::iter::repeat_n(Component::ParentDir.as_os_str(), steps)
                .map(PathBuf::from)
                .chain([rest.to_path_buf()])
                .collect();
        }
    }
    path.to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_where_the_author_stands() {
        let here = Path::new("/home/me/project/rules");
        for (path, expected) in [
            ("/home/me/project/rules/a.rule", "a.rule"),
            ("/home/me/project/b/a.rule", "../b/a.rule"),
            ("/home/me/project", ".."),
            ("/home/me/project/rules", "."),
            ("/etc/a.rule", "/etc/a.rule"),
            ("./x/./a.rule", "x/a.rule"),
            ("a\n\t.rule", "a\\u{a}\\u{9}.rule"),
        ] {
            assert_eq!(shown_from(here, Path::new(path)), expected);
        }
    }
}
