//! Changes as a unified diff, for people and for `patch`.

use std::io::{self, Write};
use std::time::Duration;

use similar::TextDiff;

use super::clean::clean;
use crate::terminal::{BOLD, CYAN, GREEN, RED, paint};

/// How long a diff may look for its shortest form; after that it is longer, and still right.
const PATIENCE: Duration = Duration::from_secs(2);

/// Writes how `name` changes from `old` to `new`.
///
/// # Errors
///
/// What writing to `out` says.
pub fn write(out: &mut dyn Write, color: bool, name: &str, old: &str, new: &str) -> io::Result<()> {
    let name = clean(name);
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let text = diff.unified_diff().context_radius(3).header(&name, &name).to_string();
    if !color {
        return out.write_all(text.as_bytes());
    }
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let (bare, end) = line.strip_suffix('\n').map_or((line, ""), |bare| (bare, "\n"));
        let style = match bare.as_bytes().first() {
            _ if index < 2 => BOLD,
            Some(b'+') => GREEN,
            Some(b'-') => RED,
            Some(b'@') => CYAN,
            _ => "0",
        };
        write!(out, "{}{end}", paint(true, style, bare))?;
    }
    Ok(())
}
