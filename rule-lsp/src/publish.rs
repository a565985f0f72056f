//! Telling the editor what is wrong, file by file, where that has changed.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostics;
use crate::project::Project;
use crate::protocol::{Diagnostic, PublishDiagnosticsParams, Uri};
use crate::workspace::Workspace;

/// What the editor was told last, by file: files of which it was told nothing, or that nothing is wrong, are not here.
#[derive(Debug, Default)]
pub(crate) struct Published {
    told: BTreeMap<PathBuf, Told>,
}

/// Lists of diagnostics can be long: what tells one from another is enough.
#[derive(Debug, PartialEq)]
struct Told {
    uri: Uri,
    id: String,
}

impl Published {
    /// What the editor has to be told now, of every file of every project.
    pub(crate) fn news(&mut self, workspace: &Workspace<'_>) -> Vec<PublishDiagnosticsParams> {
        let mut found: BTreeMap<&Path, &Project> = BTreeMap::new();
        for project in workspace.projects() {
            found.extend(paths_with_findings(project).into_iter().map(|path| (path, project)));
        }
        let mut now: BTreeMap<PathBuf, Told> = BTreeMap::new();
        let mut news = Vec::new();
        for (path, project) in found {
            let diagnostics = diagnostics::of_file(workspace, project, path);
            if diagnostics.is_empty() {
                continue;
            }
            let told = Told { uri: workspace.uri(path), id: result_id(&diagnostics) };
            if self.told.get(path) != Some(&told) {
                news.push(params(workspace, path, told.uri.clone(), diagnostics));
            }
            now.insert(path.to_path_buf(), told);
        }
        let mut all = Vec::new();
        for (path, told) in &self.told {
            if now.get(path).is_none_or(|now| now.uri != told.uri) {
                all.push(params(workspace, path, told.uri.clone(), Vec::new()));
            }
        }
        self.told = now;
        all.append(&mut news);
        all
    }
}

fn params(
    workspace: &Workspace<'_>,
    path: &Path,
    uri: Uri,
    diagnostics: Vec<Diagnostic>,
) -> PublishDiagnosticsParams {
    let version = workspace.document(path).map(|document| document.version);
    PublishDiagnosticsParams { uri, version, diagnostics }
}

/// The files of a project about which there is something to say, its `rulec.toml` too.
pub(crate) fn paths_with_findings(project: &Project) -> Vec<&Path> {
    let mut paths: Vec<&Path> = Vec::new();
    for finding in project.program.diagnostics() {
        // Findings come file by file.
        if let Some(path) = project.path(finding.primary.span.file)
            && paths.last() != Some(&path)
        {
            paths.push(path);
        }
    }
    paths.extend(project.wrong_settings.as_ref().map(|wrong| wrong.path.as_path()));
    paths
}

/// What tells a list of diagnostics from another one, for an editor that asks whether it has changed.
pub(crate) fn result_id(diagnostics: &[Diagnostic]) -> String {
    let mut hashed = Hashed(DefaultHasher::new());
    // What cannot be written cannot be sent either.
    let _ = serde_json::to_writer(&mut hashed, diagnostics);
    format!("{:016x}", hashed.0.finish())
}

/// Hashes what is written, and keeps none of it.
struct Hashed(DefaultHasher);

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
