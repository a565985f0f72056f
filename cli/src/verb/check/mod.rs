//! `rulec check`: every diagnostic, and the fixes of those that have one right answer.

mod closing;
mod fixing;
mod sound;
mod usage;
mod watching;

use std::io::Write;

use rule_lang::{Diagnostic, FileId};

pub(crate) use sound::sound;
pub(crate) use watching::watcher;

use crate::Outcome;
use crate::args::{CheckArgs, Format};
use crate::failure::Failure;
use crate::fix::{self, Fixed};
use crate::input::read_all;
use crate::load::{Overlay, Workspace};
use crate::name::exact;
use crate::render::text::TextRenderer;
use crate::render::{self, Look, Report, Repository, Summary, statistics};
use crate::terminal::{Terminal, output_failed};
use crate::write;

/// Checks, and mends where that is asked for.
pub(crate) fn run(arguments: &CheckArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let from_stdin = usage::usage(arguments)?;
    if arguments.watch {
        return watching::run(arguments, terminal);
    }
    match load(arguments, from_stdin, terminal.err_color) {
        Ok(workspace) => check(arguments, workspace, from_stdin, terminal),
        // Whoever reads the report finds one, and not that of a run before.
        Err(failure) if arguments.format != Format::Text || arguments.output.is_some() => {
            terminal.fail(&failure);
            publish(arguments, &Workspace::default(), &[], &[failure], Summary::default(), terminal)?;
            Ok(Outcome::Trouble)
        }
        Err(failure) => Err(failure),
    }
}

fn load(arguments: &CheckArgs, from_stdin: bool, color: bool) -> Result<Workspace, Failure> {
    if from_stdin {
        let overlay = Overlay { path: arguments.stdin_filename.clone(), bytes: read_all()? };
        Workspace::load_overlay(overlay, color)
    } else {
        Workspace::load(&arguments.paths, color)
    }
}

fn check(
    arguments: &CheckArgs,
    mut workspace: Workspace,
    from_stdin: bool,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    let mut fixed = Fixed::default();
    if arguments.fix || arguments.diff {
        fixed = fix::fix(&mut workspace, arguments.unsafe_fixes);
        if !arguments.diff && !from_stdin {
            fixing::write_fixed(&mut workspace, &mut fixed);
        }
    }

    workspace.check();
    let mut failures = std::mem::take(&mut workspace.failures);
    let files = workspace.wanted().count();
    let diagnostics: Vec<&Diagnostic> = workspace.found().collect();
    let mut summary = Summary::of(files, diagnostics.iter().copied());
    summary.fixed = fixed.count;

    if arguments.diff {
        fixing::write_diff(&workspace, &fixed, terminal).map_err(|error| output_failed(&error))?;
    } else if from_stdin && arguments.fix {
        // The fixed text is the result, so what is left to say goes the other way.
        let renderer = TextRenderer::new(&workspace.sources, terminal.err_color, terminal.width);
        let text =
            workspace.wanted().find_map(|file| workspace.sources.get(file.id)).map(rule_lang::Source::text);
        renderer
            .write_all(terminal.err(), &diagnostics)
            .and_then(|()| terminal.out().write_all(text.map_or(&[][..], |text| text.as_bytes())))
            .map_err(|error| output_failed(&error))?;
    } else {
        publish(arguments, &workspace, &diagnostics, &failures, summary, terminal)?;
    }
    terminal.flush()?;

    for failure in failures.drain(..) {
        terminal.fail(&failure);
        workspace.failures.push(failure);
    }
    let is_told = arguments.format == Format::Text || arguments.output.is_some();
    if arguments.diff {
        terminal.note(closing::diff_line(&fixed, summary));
    } else if is_told && (files > 0 || workspace.failures.is_empty()) {
        closing::summary_lines(summary, &fixed, arguments, terminal);
        let found: Vec<&Diagnostic> = workspace.found().collect();
        closing::hints(&workspace, &found, terminal);
    }

    let would_change = arguments.diff && !fixed.before.is_empty();
    Ok(match outcome(arguments, summary, &workspace) {
        Outcome::Clean if would_change && !arguments.exit_zero => Outcome::Findings,
        other => other,
    })
}

/// How a check ends that found this much.
fn outcome(arguments: &CheckArgs, summary: Summary, workspace: &Workspace) -> Outcome {
    let denied = summary.errors > 0 || (arguments.error_on_warning && summary.warnings > 0);
    if !workspace.failures.is_empty() {
        Outcome::Trouble
    } else if denied && !arguments.exit_zero {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}

/// Writes what was found in the format and to the place that were asked for.
fn publish(
    arguments: &CheckArgs,
    workspace: &Workspace,
    diagnostics: &[&Diagnostic],
    failures: &[Failure],
    summary: Summary,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let files: Vec<FileId> = workspace.wanted().map(|file| file.id).collect();
    let to_file = arguments.output.is_some();
    let all = workspace.projects.iter().flat_map(|project| &project.files);
    let report = Report {
        sources: &workspace.sources,
        exact: &all.filter_map(|file| Some((file.id, exact(&file.path)?))).collect(),
        files: &files,
        diagnostics,
        failures,
        summary,
        error_on_warning: arguments.error_on_warning,
        repository: &Repository::of_this_run(),
        look: Look { color: terminal.out_color && !to_file, width: terminal.width, has_failures: to_file },
    };
    let write = |out: &mut dyn Write| {
        if arguments.statistics {
            statistics::write(arguments.format, out, &report)
        } else {
            render::write(arguments.format, out, &report)
        }
    };
    match &arguments.output {
        Some(path) => {
            let sources = workspace.projects.iter().flat_map(|project| &project.files);
            write::output(path, sources.map(|file| file.path.as_path()), write)
        }
        None => write(terminal.out()).map_err(|error| output_failed(&error)),
    }
}
