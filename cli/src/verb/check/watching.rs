//! `rulec check --watch`: checks again whatever changes, until Ctrl-C.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use notify::event::ModifyKind;
use notify::{EventKind, RecursiveMode, Watcher};
use rule_lang::Diagnostic;

use super::{closing, outcome, publish};
use crate::Outcome;
use crate::args::{CheckArgs, Format};
use crate::deploy::interrupt::Presses;
use crate::deploy::runtime::block_on;
use crate::failure::{Failure, reason};
use crate::fix::Fixed;
use crate::load::Workspace;
use crate::name::shown;
use crate::render::Summary;
use crate::terminal::{Terminal, output_failed};
use crate::watch::{self, Event, Watched};

/// How long nothing must happen before files are looked at: editors write, rename and delete to save one.
const PAUSE: Duration = Duration::from_millis(50);

/// Empties a terminal, and what was scrolled out of it.
const CLEAR: &[u8] = b"\x1b[2J\x1b[3J\x1b[H";

/// Checks, and checks again after each change.
pub(super) fn run(arguments: &CheckArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let (sender, events) = channel();
    stop_at_ctrl_c(sender.clone());
    // Before anything is read, so that no change is lost in between.
    let _watcher = watcher(&arguments.paths, sender)?;
    let mut watched = Watched::new(arguments.paths.clone(), terminal.err_color);
    let shown = watch::run(&events, PAUSE, &mut watched, |watched| {
        let outcome = show(arguments, watched, terminal).map_err(End::Failure)?;
        // For people, standard error is half of what there is to read.
        let is_gone = terminal.out_is_gone() || (arguments.format == Format::Text && terminal.err_is_gone());
        if is_gone { Err(End::Unread(outcome)) } else { Ok(()) }
    });
    match shown {
        Ok(()) => Ok(Outcome::Interrupted),
        Err(End::Unread(outcome)) => Ok(outcome),
        Err(End::Failure(failure)) => Err(failure),
    }
}

/// Why watching ends by itself.
enum End {
    /// Nobody reads any more what is found; this is how the last check ended.
    Unread(Outcome),
    /// What was found cannot be written.
    Failure(Failure),
}

/// Tells the loop when to end.
fn stop_at_ctrl_c(sender: Sender<Event>) {
    std::thread::spawn(move || {
        let pressed = block_on(async {
            match Presses::new() {
                Some(mut presses) => presses.next().await,
                // Ctrl-C then ends the process as ever.
                None => std::future::pending().await,
            }
            Ok(())
        });
        if pressed.is_ok() {
            // Who has stopped already needs not be told.
            let _ = sender.send(Event::Stop);
        }
    });
}

/// Watches the folders of these paths until it is dropped.
///
/// # Errors
///
/// Where the system does not watch them.
pub(crate) fn watcher(paths: &[PathBuf], sender: Sender<Event>) -> Result<impl Watcher + use<>, Failure> {
    let forward = move |event: notify::Result<notify::Event>| {
        let event = match event {
            // Our own reading is one of these.
            Ok(event) if is_irrelevant(event.kind) => return,
            Ok(event) if event.need_rescan() || event.paths.is_empty() => Event::Unknown,
            Ok(event) => Event::Changed(event.paths),
            Err(_) => Event::Unknown,
        };
        // The loop has ended, and nobody is interested any more.
        let _ = sender.send(event);
    };
    let failed = |what: &str, error: notify::Error| match error.kind {
        notify::ErrorKind::Io(error) => Failure::new(format!("cannot watch {what}: {}", reason(&error))),
        notify::ErrorKind::MaxFilesWatch => {
            Failure::new(format!("cannot watch {what}: it has more folders than the system watches"))
                .help("name smaller folders, or let the system watch more (`fs.inotify.max_user_watches`)")
        }
        _ => Failure::new(format!("cannot watch {what}: {error}")),
    };
    let mut watcher = notify::recommended_watcher(forward).map_err(|error| failed("files", error))?;
    for (folder, is_deep) in Watched::folders(paths) {
        let mode = if is_deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        watcher.watch(&folder, mode).map_err(|error| failed(&format!("`{}`", shown(&folder)), error))?;
    }
    Ok(watcher)
}

/// Whether nothing can be different after such an event.
fn is_irrelevant(kind: EventKind) -> bool {
    use notify::event::MetadataKind::{AccessTime, WriteTime};
    matches!(kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(AccessTime | WriteTime)))
}

/// Shows what there is to say now, in place of what was said before.
fn show(arguments: &CheckArgs, watched: &mut Watched, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    if arguments.format == Format::Text && terminal.out_is_terminal {
        terminal.out().write_all(CLEAR).map_err(|error| output_failed(&error))?;
    }
    let outcome = match watched.read() {
        Ok(workspace) => check(arguments, workspace, terminal)?,
        Err(failure) => {
            let failures = std::slice::from_ref(failure);
            publish(arguments, &Workspace::default(), &[], failures, Summary::default(), terminal)?;
            terminal.flush()?;
            terminal.fail(failure);
            Outcome::Trouble
        }
    };
    terminal.note("watching for changes; Ctrl-C ends it");
    Ok(outcome)
}

fn check(
    arguments: &CheckArgs,
    workspace: &mut Workspace,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    workspace.check();
    let diagnostics: Vec<&Diagnostic> = workspace.found().collect();
    let summary = Summary::of(workspace.wanted().count(), diagnostics.iter().copied());
    publish(arguments, workspace, &diagnostics, &workspace.failures, summary, terminal)?;
    terminal.flush()?;
    for failure in &workspace.failures {
        terminal.fail(failure);
    }
    if arguments.format == Format::Text && (summary.files > 0 || workspace.failures.is_empty()) {
        closing::summary_lines(summary, &Fixed::default(), arguments, terminal);
        closing::hints(workspace, &diagnostics, terminal);
    }
    Ok(outcome(arguments, summary, workspace))
}
