//! Gates: checks of the project's own that a plan must pass before anything is written. `rulec.toml` names them.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use genesys_client::guard::Checked;
use genesys_client::plan::Plan;
use rule_test::Options;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::home::Home;
use crate::config::Gate;
use crate::failure::{Failure, reason};
use crate::govern::KEY;
use crate::load::Workspace;
use crate::name::shown;
use crate::render::clean::clean;
use crate::render::plan::json::Report;
use crate::terminal::{Terminal, count};
use crate::verb::check::sound;
use crate::verb::export::AUTH as WFM_AUTH;

/// The longest that a command may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Why a gate did not let a plan pass.
struct Closed {
    why: String,
    help: &'static str,
}

impl Closed {
    /// By what was checked.
    fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            help: "mend what it names, or change `gates` under `[deploy]` in `rulec.toml`",
        }
    }
}

/// Runs the project's gates, in their order, with the plan as JSON on the standard input of commands. The failure of the
/// first that does not pass, which keeps everything as it is.
///
/// # Errors
///
/// Where a gate cannot be tried at all.
pub(crate) async fn run(
    home: &Home,
    plan: &Plan,
    guards: &[Checked],
    terminal: &mut Terminal,
) -> Result<Option<Failure>, Failure> {
    let input = serde_json::to_vec(&Report::new(plan).with_guards(guards)).unwrap_or_default();
    let webhook = home.config.webhook.as_ref().and_then(|webhook| webhook.key_env.as_deref());
    let secrets: Vec<&str> = [KEY, WFM_AUTH].into_iter().chain(webhook).collect();
    for gate in &home.config.gates {
        let failed = match gate {
            Gate::Tests => tests(home, plan, terminal)?,
            Gate::Command(command) => run_command(&home.root, command, &input, &secrets, terminal).await?,
        };
        if let Some(Closed { why, help }) = failed {
            let name = clean(&gate.to_string()).into_owned();
            return Ok(Some(
                Failure::new(format!("the gate `{name}` is closed, and nothing was changed: {why}"))
                    .help(help),
            ));
        }
    }
    Ok(None)
}

/// Runs the tests in the rules. They must be those of the bundle that is deployed.
fn tests(home: &Home, plan: &Plan, terminal: &mut Terminal) -> Result<Option<Closed>, Failure> {
    let mut workspace = Workspace::load_own(std::slice::from_ref(&home.root), terminal.err_color)?;
    if !sound(&mut workspace, "run the tests", terminal)? {
        return Ok(Some(Closed::new("the rules have errors")));
    }
    let Some(project) = workspace.projects.iter().find(|project| project.root.as_ref() == Some(&home.root))
    else {
        return Ok(Some(Closed::new("the project has no rules")));
    };
    if !plan.is_of(&project.program.compile()) {
        return Ok(Some(Closed {
            why: "the rules in the files are not those of the plan".to_owned(),
            help: "check out the files that were planned, or plan again: the tests of other rules say nothing of these",
        }));
    }
    let report = rule_test::run(&project.program, &Options::default())
        .map_err(|error| Failure::new(error.to_string()))?;
    if report.failed() > 0 {
        let failed = report.failed();
        let cases = count(report.cases.len(), "case");
        return Ok(Some(Closed::new(format!("{failed} of {cases} failed; `rulec test` says why"))));
    }
    terminal.note(format_args!("gate `tests`: {} passed", count(report.cases.len(), "case")));
    Ok(None)
}

/// Runs a command in the project's folder, without a shell and without the keys that prove who writes the audit log and
/// posts events. What it prints is shown on standard error.
async fn run_command(
    root: &Path,
    command: &[String],
    plan: &[u8],
    secrets: &[&str],
    terminal: &mut Terminal,
) -> Result<Option<Closed>, Failure> {
    let name = clean(&command.join(" ")).into_owned();
    match status(root, command, plan, secrets).await {
        Ok(Some(status)) if status.success() => {
            terminal.note(format_args!("gate `{name}`: passed"));
            Ok(None)
        }
        Ok(Some(status)) => Ok(Some(Closed::new(status.to_string()))),
        Ok(None) => {
            let minutes = PATIENCE.as_secs() / 60;
            Ok(Some(Closed::new(format!("it did not end within {minutes} minutes"))))
        }
        Err(error) => Err(Failure::new(format!("the gate `{name}` cannot be run: {}", reason(&error)))
            .help(remedy(root, command, &error))),
    }
}

/// What to do where a command cannot be started.
fn remedy(root: &Path, command: &[String], error: &io::Error) -> String {
    let program = command.first().map(String::as_str).unwrap_or_default();
    let path = root.join(program);
    if !program.contains('/') {
        return format!(
            "no program of this name is in `PATH`; one of the project is named by its path: `./{program}`"
        );
    }
    let name = shown(&path);
    match error.kind() {
        io::ErrorKind::NotFound if path.exists() => {
            format!("the program that the first line of `{name}` names is not there: check that line")
        }
        io::ErrorKind::NotFound => "check the path: it counts from the project's folder".to_owned(),
        io::ErrorKind::PermissionDenied if path.is_file() => {
            format!("make it executable: `chmod +x {name}`")
        }
        io::ErrorKind::PermissionDenied if path.is_dir() => {
            "it is a folder: name the program in it".to_owned()
        }
        _ => {
            "write a program that can be run here; a script begins with a line such as `#!/bin/sh`".to_owned()
        }
    }
}

/// How a command ended; nothing where it took too long.
async fn status(
    root: &Path,
    command: &[String],
    plan: &[u8],
    secrets: &[&str],
) -> io::Result<Option<ExitStatus>> {
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    // From the project's folder on, wherever one stands.
    let program = if program.contains('/') { root.join(program) } else { program.into() };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::from(io::stderr()))
        .kill_on_drop(true);
    for secret in secrets {
        command.env_remove(secret);
    }
    let mut child = command.spawn()?;
    let input = child.stdin.take();
    let ended = tokio::time::timeout(PATIENCE, async {
        let write = async {
            if let Some(mut input) = input {
                // A command need not read the plan.
                let _ = input.write_all(plan).await;
                let _ = input.shutdown().await;
            }
        };
        let (status, ()) = tokio::join!(child.wait(), write);
        status
    });
    ended.await.ok().transpose()
}
