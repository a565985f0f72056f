//! How a check went, and what to do next: told on standard error.

use rule_lang::{Diagnostic, codes};

use crate::args::CheckArgs;
use crate::config::FILE_NAME;
use crate::fix::Fixed;
use crate::input::is_stdin;
use crate::load::{File, Workspace};
use crate::render::Summary;
use crate::terminal::{Terminal, count};

/// What a diff would do.
pub(super) fn diff_line(fixed: &Fixed, summary: Summary) -> String {
    let problems = problems(summary);
    if fixed.count == 0 {
        return format!("nothing to fix: {problems}");
    }
    let files = count(fixed.before.len(), "file");
    format!("would fix {} in {files}; would leave {problems}", count(fixed.count, "problem"))
}

fn problems(summary: Summary) -> String {
    match (summary.errors, summary.warnings) {
        (0, 0) => "no problems".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// How it went, and what to do next.
pub(super) fn summary_lines(summary: Summary, fixed: &Fixed, arguments: &CheckArgs, terminal: &mut Terminal) {
    let from_stdin = arguments.paths.iter().any(|path| is_stdin(path));
    if !fixed.before.is_empty() {
        let place =
            if from_stdin { String::new() } else { format!(" in {}", count(fixed.before.len(), "file")) };
        terminal.note(format_args!("fixed {}{place}", count(fixed.count, "problem")));
    }
    terminal.note(format_args!("checked {}: {}", count(summary.files, "file"), problems(summary)));
    let all = summary.errors + summary.warnings;
    let share = |number: usize| match (number, all) {
        (1, 1) => "it".to_owned(),
        (number, all) if number == all => "them all".to_owned(),
        (number, _) => format!("{number} of them"),
    };
    // What this run could not mend, the next one cannot either.
    if summary.fixable > 0 && !arguments.fix {
        terminal.note(format_args!("`rulec check --fix` mends {}", share(summary.fixable)));
    }
    if summary.fixable_unsafely > 0 && !arguments.unsafe_fixes {
        let together = share(summary.fixable + summary.fixable_unsafely);
        terminal
            .note(format_args!("`rulec check --fix --unsafe-fixes` mends {together}; look at the result"));
    }
}

/// Says which files are missing from the picture: findings about names may come from that.
pub(super) fn hints(workspace: &Workspace, found: &[&Diagnostic], terminal: &mut Terminal) {
    if workspace.projects.iter().any(|project| project.program.is_incomplete()) {
        terminal.note(
            "not every file could be read, so names that seem undeclared or unused are not reported; \
             check again when they all can",
        );
    }
    let unknown = |diagnostic: &&Diagnostic| codes::UNDECLARED.contains(&diagnostic.code);
    let mut alone: Vec<&File> = Vec::new();
    for diagnostic in found.iter().copied().filter(unknown) {
        let file = diagnostic.primary.span.file;
        let lone = workspace.projects.iter().filter(|project| project.root.is_none());
        if let Some(file) = lone.into_iter().find_map(|project| project.file(file))
            && alone.last().is_none_or(|last| last.id != file.id)
        {
            alone.push(file);
        }
    }
    match alone.as_slice() {
        [] => {}
        [only] if only.is_stdin() => terminal.note(
            "standard input was read as a program of its own; `--stdin-filename FILE` makes it a file of its project",
        ),
        files => terminal.note(format_args!(
            "no `{FILE_NAME}` was found upwards of {}, so nothing was read with {} that was not named; an empty one makes its \
             folder a project",
            names(files, workspace),
            if files.len() == 1 { "it" } else { "them" },
        )),
    }
}

/// The names of the first few files, and how many more there are.
fn names(files: &[&File], workspace: &Workspace) -> String {
    const NAMED: usize = 3;
    let name =
        |file: &&File| format!("`{}`", workspace.sources.get(file.id).map_or("", rule_lang::Source::name));
    let named: Vec<String> = files.iter().take(NAMED).map(name).collect();
    match (files.len() - named.len(), named.split_last()) {
        (0, Some((last, [_, ..]))) => {
            format!("{} and {last}", named.get(..named.len() - 1).unwrap_or_default().join(", "))
        }
        (0, _) => named.join(""),
        (more, _) => format!("{} and {more} more", named.join(", ")),
    }
}
