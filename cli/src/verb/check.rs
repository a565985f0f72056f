//! `rulec check`: every diagnostic, and the fixes of those that have one right answer.

use std::path::PathBuf;

use rule_lang::{Diagnostic, Severity, SourceMap, codes};

use crate::Outcome;
use crate::args::{CheckArgs, Format};
use crate::config::FILE_NAME;
use crate::failure::Failure;
use crate::fix::{self, Fixed};
use crate::input::{is_stdin, read_all};
use crate::load::{Overlay, Workspace};
use crate::render::text::TextRenderer;
use crate::render::{Summary, diff, json};
use crate::terminal::{Terminal, count, output_failed};
use crate::write;

/// Checks, and mends where that is asked for.
pub(crate) fn run(arguments: &CheckArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let from_stdin = usage(arguments)?;
    match check(arguments, from_stdin, terminal) {
        Err(failure) if arguments.format == Format::Json => {
            terminal.fail(&failure);
            json::write(terminal.out(), &SourceMap::new(), &[], &[failure], Summary::default())
                .map_err(|error| output_failed(&error))?;
            Ok(Outcome::Trouble)
        }
        other => other,
    }
}

fn check(arguments: &CheckArgs, from_stdin: bool, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let color = terminal.err_color;
    let mut workspace = if from_stdin {
        let overlay = Overlay { path: arguments.stdin_filename.clone(), bytes: read_all()? };
        Workspace::load_overlay(overlay, color)?
    } else {
        Workspace::load(&arguments.paths, color)?
    };

    let mut fixed = Fixed::default();
    if arguments.fix || arguments.diff {
        fixed = fix::fix(&mut workspace, arguments.unsafe_fixes);
        if !arguments.diff && !from_stdin {
            write_fixed(&mut workspace, &mut fixed);
        }
    }

    workspace.check();
    let mut failures = std::mem::take(&mut workspace.failures);
    let files = workspace.wanted().count();
    let diagnostics: Vec<&Diagnostic> = workspace.found().collect();
    let mut summary = Summary::of(files, diagnostics.iter().copied());
    summary.fixed = fixed.count;

    let written = if arguments.diff {
        write_diff(&workspace, &fixed, terminal)
    } else if from_stdin && arguments.fix {
        // The fixed text is the result, so what is left to say goes the other way.
        let renderer = TextRenderer::new(&workspace.sources, terminal.err_color, terminal.width);
        let text =
            workspace.wanted().find_map(|file| workspace.sources.get(file.id)).map(rule_lang::Source::text);
        renderer
            .write_all(terminal.err(), &diagnostics)
            .and_then(|()| terminal.out().write_all(text.map_or(&[][..], |text| text.as_bytes())))
    } else {
        match arguments.format {
            Format::Json => json::write(terminal.out(), &workspace.sources, &diagnostics, &failures, summary),
            Format::Text => TextRenderer::new(&workspace.sources, terminal.out_color, terminal.width)
                .write_all(terminal.out(), &diagnostics),
        }
    };
    written.map_err(|error| output_failed(&error))?;
    terminal.flush()?;

    for failure in failures.drain(..) {
        terminal.fail(&failure);
        workspace.failures.push(failure);
    }
    if arguments.diff {
        terminal.note(diff_line(&fixed, summary));
    } else if arguments.format == Format::Text && (files > 0 || workspace.failures.is_empty()) {
        summary_lines(summary, &fixed, arguments, terminal);
        let found: Vec<&Diagnostic> = workspace.found().collect();
        hints(&workspace, &found, terminal);
    }

    let denied = summary.errors > 0 || (arguments.deny_warnings && summary.warnings > 0);
    let would_change = arguments.diff && !fixed.before.is_empty();
    Ok(if !workspace.failures.is_empty() {
        Outcome::Trouble
    } else if denied || would_change {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Whether to read standard input; a failure where the options contradict each other.
fn usage(arguments: &CheckArgs) -> Result<bool, Failure> {
    let from_stdin = arguments.paths.iter().any(|path| is_stdin(path));
    if from_stdin && arguments.paths.len() > 1 {
        return Err(Failure::new("`-` stands alone: standard input cannot be checked together with files"));
    }
    if arguments.stdin_filename.is_some() && !from_stdin {
        return Err(Failure::new("`--stdin-filename` needs `-` as the path")
            .help("write `rulec check - --stdin-filename FILE < FILE`"));
    }
    if arguments.fix && arguments.diff {
        return Err(Failure::new("`--fix` and `--diff` exclude each other")
            .help("`--diff` shows what `--fix` would change, and changes nothing"));
    }
    if arguments.unsafe_fixes && !(arguments.fix || arguments.diff) {
        return Err(Failure::new("`--unsafe-fixes` needs `--fix` or `--diff`"));
    }
    if arguments.format == Format::Json && (arguments.diff || (from_stdin && arguments.fix)) {
        return Err(Failure::new("`--format json` has no place for changed text").help(
            "leave out `--format json`; the fixes themselves are in the JSON of a check without `--fix`",
        ));
    }
    Ok(from_stdin)
}

/// Writes the files that fixes changed; one that cannot be written gets its old text back.
fn write_fixed(workspace: &mut Workspace, fixed: &mut Fixed) {
    let places: Vec<(Option<PathBuf>, PathBuf, rule_lang::FileId)> = workspace
        .projects
        .iter()
        .flat_map(|project| {
            project.files.iter().map(|file| (project.root.clone(), file.path.clone(), file.id))
        })
        .filter(|(_, _, id)| fixed.before.contains_key(id))
        .collect();
    for (root, path, id) in places {
        let (Some(before), Some(now)) = (fixed.before.get(&id), workspace.sources.get(id)) else { continue };
        if let Err(failure) = write::replace(&path, root.as_deref(), before.text(), now.text()) {
            workspace.failures.push(failure);
            let before = before.text().clone();
            fixed.before.remove(&id);
            workspace.set_text(id, before);
        }
    }
}

fn write_diff(workspace: &Workspace, fixed: &Fixed, terminal: &mut Terminal) -> std::io::Result<()> {
    let color = terminal.out_color;
    for (id, before) in &fixed.before {
        if let Some(now) = workspace.sources.get(*id) {
            diff::write(terminal.out(), color, before.name(), before.text(), now.text())?;
        }
    }
    Ok(())
}

fn diff_line(fixed: &Fixed, summary: Summary) -> String {
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
fn summary_lines(summary: Summary, fixed: &Fixed, arguments: &CheckArgs, terminal: &mut Terminal) {
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
fn hints(workspace: &Workspace, found: &[&Diagnostic], terminal: &mut Terminal) {
    if workspace.projects.iter().any(|project| project.is_incomplete) {
        terminal.note(
            "not every file could be read, so names that seem undeclared or unused are not reported; \
             check again when they all can",
        );
    }
    let unknown = |diagnostic: &&Diagnostic| {
        let code = diagnostic.code;
        [&codes::UNKNOWN_NAME, &codes::UNKNOWN_SKILL, &codes::UNKNOWN_SKILL_GROUP, &codes::UNKNOWN_QUEUE]
            .contains(&code)
            || code == &codes::UNKNOWN_RULE
    };
    let alone = |diagnostic: &&Diagnostic| {
        let file = diagnostic.primary.span.file;
        workspace.projects.iter().any(|project| project.root.is_none() && project.file(file).is_some())
    };
    if found.iter().copied().any(|diagnostic| unknown(&diagnostic) && alone(&diagnostic)) {
        terminal.note(format_args!(
            "no `{FILE_NAME}` was found upwards, so only the named files were read; an empty one makes its folder a project",
        ));
    }
}

/// Checks a workspace whose rules are to be used: with errors there is nothing to use, and they are shown on
/// standard error. Gives whether the rules are sound.
pub(crate) fn sound(workspace: &mut Workspace, verb: &str, terminal: &mut Terminal) -> Result<bool, Failure> {
    if !workspace.failures.is_empty() {
        // What could not be read might have been what decides.
        let mut failures = std::mem::take(&mut workspace.failures).into_iter();
        let last = failures.next_back();
        for failure in failures {
            terminal.fail(&failure);
        }
        return last.map_or(Ok(true), Err);
    }
    for project in &mut workspace.projects {
        for file in &mut project.files {
            file.wanted = true;
        }
    }
    workspace.check();
    let errors: Vec<&Diagnostic> =
        workspace.found().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
    if errors.is_empty() {
        let warnings =
            workspace.found().filter(|diagnostic| diagnostic.severity == Severity::Warning).count();
        if warnings > 0 {
            terminal.note(format_args!("{}: `rulec check` shows what", count(warnings, "warning")));
        }
        return Ok(true);
    }
    let renderer = TextRenderer::new(&workspace.sources, terminal.err_color, terminal.width);
    renderer.write_all(terminal.err(), &errors).map_err(|error| output_failed(&error))?;
    terminal.note(format_args!("cannot {verb}: {}", count(errors.len(), "error")));
    hints(workspace, &errors, terminal);
    Ok(false)
}
