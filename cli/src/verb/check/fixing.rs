//! What becomes of the texts that fixes changed.

use std::path::PathBuf;

use crate::fix::Fixed;
use crate::load::Workspace;
use crate::render::diff;
use crate::terminal::Terminal;
use crate::write;

/// Writes the files that fixes changed; one that cannot be written gets its old text back.
pub(super) fn write_fixed(workspace: &mut Workspace, fixed: &mut Fixed) {
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

/// Shows them as differences.
pub(super) fn write_diff(
    workspace: &Workspace,
    fixed: &Fixed,
    terminal: &mut Terminal,
) -> std::io::Result<()> {
    let color = terminal.out_color;
    for (id, before) in &fixed.before {
        if let Some(now) = workspace.sources.get(*id) {
            diff::write(terminal.out(), color, before.name(), before.text(), now.text())?;
        }
    }
    Ok(())
}
