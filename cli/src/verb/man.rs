//! `rulec man`: the manual pages.

use std::fs;

use clap::CommandFactory;

use crate::Outcome;
use crate::args::{Arguments, ManArgs};
use crate::failure::Failure;
use crate::name::shown;
use crate::terminal::Terminal;

/// Writes a page for `rulec` and one for each verb.
pub(crate) fn run(arguments: &ManArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let dir = &arguments.dir;
    let failed = |error: std::io::Error| Failure::file("write to", dir, &error);
    fs::create_dir_all(dir).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), dir).map_err(failed)?;
    terminal.note(format_args!("wrote the manual pages to `{}`", shown(dir)));
    Ok(Outcome::Clean)
}
