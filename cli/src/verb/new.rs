//! `rulec new`: a project that checks, tests and deploys as it stands.

use std::fs;
use std::io;
use std::path::Path;

use crate::Outcome;
use crate::args::NewArgs;
use crate::failure::Failure;
use crate::name::shown;
use crate::terminal::Terminal;
use crate::write;

/// The files of a new project.
const FILES: [(&str, &str); 4] = [
    ("rulec.toml", include_str!("../../template/rulec.toml")),
    (".gitignore", include_str!("../../template/gitignore")),
    ("rules/attributes.rule", include_str!("../../template/rules/attributes.rule")),
    ("rules/support.rule", include_str!("../../template/rules/support.rule")),
];

/// Makes a project.
pub(crate) fn run(arguments: &NewArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let dir = &arguments.dir;
    let name = shown(dir);
    match fs::read_dir(dir) {
        Ok(entries) => {
            // `git init` may have come first.
            let is_foreign =
                |entry: io::Result<fs::DirEntry>| !entry.is_ok_and(|entry| entry.file_name() == ".git");
            if entries.into_iter().any(is_foreign) {
                return Err(Failure::new(format!("`{name}` is not empty"))
                    .help("name a folder that does not exist yet")
                    .about(name));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(Failure::new(format!("`{name}` is a file"))
                .help("name a folder that does not exist yet")
                .about(name));
        }
        Err(error) => return Err(Failure::file("use", dir, &error)),
    }
    for (file, text) in FILES {
        let path = dir.join(file);
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| Failure::file("make", folder, &error))?;
        write::atomically(&path, text.as_bytes())?;
    }
    terminal.note(format_args!("made a project in `{name}`; next:"));
    if name != "." {
        terminal.note(format_args!("  cd {}", dir.display()));
    }
    terminal.note("  rulec check      finds mistakes\n  rulec test       runs the tests in the rules\n  rulec deploy     deploys the rules, to a sandbox on this machine unless you name an organization");
    Ok(Outcome::Clean)
}
