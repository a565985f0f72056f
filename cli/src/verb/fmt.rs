//! `rulec fmt`: `.rule` files in the one style that the language has.

use rule_lang::{Diagnostic, Severity, SourceMap};

use crate::Outcome;
use crate::args::FmtArgs;
use crate::failure::Failure;
use crate::input::{is_stdin, read_all};
use crate::load::{Overlay, Workspace};
use crate::name::shown;
use crate::render::clean::clean;
use crate::render::diff;
use crate::render::text::TextRenderer;
use crate::terminal::{Terminal, count, output_failed};
use crate::write;

/// Formats files, or says which are not formatted.
pub(crate) fn run(arguments: &FmtArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let from_stdin = arguments.paths.iter().any(|path| is_stdin(path));
    if from_stdin && arguments.paths.len() > 1 {
        return Err(Failure::new("`-` stands alone: standard input cannot be formatted together with files"));
    }
    if arguments.stdin_filename.is_some() && !from_stdin {
        return Err(Failure::new("`--stdin-filename` needs `-` as the path")
            .help("write `rulec fmt - --stdin-filename FILE < FILE`"));
    }
    let workspace = if from_stdin {
        Workspace::read_alone(Overlay { path: arguments.stdin_filename.clone(), bytes: read_all()? })?
    } else {
        Workspace::read(&arguments.paths)?
    };
    let Workspace { sources, projects, mut failures, .. } = workspace;

    let only_look = arguments.check || arguments.diff;
    let (mut files, mut changed, mut broken, mut unreadable_files) = (0, 0, Vec::new(), 0);
    for project in &projects {
        for file in project.files.iter().filter(|file| file.wanted) {
            files += 1;
            let Some(source) = sources.get(file.id) else { continue };
            let new = match &file.unreadable {
                Some(unreadable) => {
                    unreadable_files += 1;
                    Err(vec![unreadable.clone()])
                }
                None => rule_lang::format::format_source(source),
            };
            let new = match new {
                Ok(new) => new,
                Err(mistakes) => {
                    broken.push(mistakes);
                    continue;
                }
            };
            let differs = new != **source.text();
            changed += usize::from(differs);
            if arguments.diff && differs {
                let color = terminal.out_color;
                diff::write(terminal.out(), color, source.name(), source.text(), &new)
                    .map_err(|error| output_failed(&error))?;
            } else if from_stdin && !only_look {
                terminal.out().write_all(new.as_bytes()).map_err(|error| output_failed(&error))?;
            } else if differs && arguments.check {
                let name = if from_stdin { source.name().to_owned() } else { shown(&file.path) };
                writeln!(terminal.out(), "{}", clean(&name)).map_err(|error| output_failed(&error))?;
            } else if differs && !only_look {
                let root = project.root.as_deref();
                if let Err(failure) = write::replace(&file.path, root, source.text(), &new) {
                    failures.push(failure);
                    (files, changed) = (files - 1, changed - 1);
                }
            }
        }
    }
    terminal.flush()?;
    let broken_files = broken.len();
    show_broken(&sources, broken, terminal)?;
    for failure in &failures {
        terminal.fail(failure);
    }
    if (only_look || !from_stdin) && (files > 0 || failures.is_empty()) {
        summary_lines(
            only_look,
            files,
            changed,
            (broken_files - unreadable_files, unreadable_files),
            terminal,
        );
    }
    Ok(if !failures.is_empty() {
        Outcome::Trouble
    } else if broken_files > 0 || (only_look && changed > 0) {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Shows why files were left as they are.
fn show_broken(
    sources: &SourceMap,
    broken: Vec<Vec<Diagnostic>>,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let mistakes: Vec<Diagnostic> = broken.into_iter().flatten().collect();
    let mut errors: Vec<&Diagnostic> =
        mistakes.iter().filter(|mistake| mistake.severity == Severity::Error).collect();
    if errors.is_empty() {
        errors = mistakes.iter().collect();
    }
    let renderer = TextRenderer::new(sources, terminal.err_color, terminal.width);
    renderer.write_all(terminal.err(), &errors).map_err(|error| output_failed(&error))
}

/// How it went; of the files left as they are, those with syntax errors and those that are no text.
fn summary_lines(
    only_look: bool,
    files: usize,
    changed: usize,
    (broken, unreadable): (usize, usize),
    terminal: &mut Terminal,
) {
    let left = files - changed - broken - unreadable;
    let mut parts = Vec::new();
    if changed > 0 {
        let verb = if only_look { "would be formatted" } else { "formatted" };
        parts.push(format!("{} {verb}", count(changed, "file")));
    }
    if left > 0 {
        parts.push(format!("{} already formatted", count(left, "file")));
    }
    for (number, why) in [(broken, "because of syntax errors"), (unreadable, "not readable as text")] {
        if number > 0 {
            let are = if number == 1 { "it is" } else { "they are" };
            parts.push(format!("{} left as {are}, {why}", count(number, "file")));
        }
    }
    terminal.note(parts.join(", "));
}
