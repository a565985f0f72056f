//! The check of verbs that use the rules.

use rule_lang::{Diagnostic, Severity};

use super::closing::hints;
use crate::failure::Failure;
use crate::load::Workspace;
use crate::render::text::TextRenderer;
use crate::terminal::{Terminal, count, output_failed};

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
