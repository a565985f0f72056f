//! Paths of the command line that are no paths to rules, but something else in the wrong place.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::args::PruneArg;
use crate::failure::Failure;
use crate::name::shown;

/// Refuses what is likely meant for an option: a kept plan where `takes_plan`, and the word that `--prune` takes.
///
/// # Errors
///
/// With the command line that is likely meant.
pub(crate) fn refuse(paths: &[PathBuf], prune: Option<PruneArg>, takes_plan: bool) -> Result<(), Failure> {
    for path in paths {
        let word = path.to_str().filter(|word| matches!(*word, "owned" | "unowned"));
        if let Some(word) = word.filter(|_| prune.is_some() && !path.exists()) {
            return Err(Failure::new(format!("`{word}` is taken for a path, and there is none"))
                .help(format!("write `--prune={word}`")));
        }
        if takes_plan && is_json(path) {
            let name = shown(path);
            return Err(Failure::new(format!("`{name}` is not a `.rule` file"))
                .about(&name)
                .help(format!("did you mean `--plan {name}`?")));
        }
    }
    Ok(())
}

/// Whether a file that holds no rules begins as a plan does.
fn is_json(path: &Path) -> bool {
    let is_other = path.extension() != Some(OsStr::new("rule"));
    let mut first = [0];
    is_other
        && path.is_file()
        && std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok()
        && first == *b"{"
}
