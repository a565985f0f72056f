//! `rulec man`: the manual pages.

use std::fs;

use clap::{Command, CommandFactory};

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
    clap_mangen::generate_to(with_usage(Arguments::command(), "rulec"), dir).map_err(failed)?;
    terminal.note(format_args!("wrote the manual pages to `{}`", shown(dir)));
    Ok(Outcome::Clean)
}

/// Gives a command and those below it the usage that `--help` shows, as the synopsis of its page: the one that is
/// made for pages names options without their values.
fn with_usage(mut command: Command, name: &str) -> Command {
    command = command.bin_name(name).disable_help_subcommand(true);
    command.build();
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    command
        .mut_subcommands(|verb| {
            let name = format!("{name} {}", verb.get_name());
            with_usage(verb, &name)
        })
        .override_usage(usage)
}
