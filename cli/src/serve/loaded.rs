//! The rules that are served: one version of them.

use std::path::PathBuf;
use std::time::SystemTime;

use genesys_client::rfc3339;
use genesys_model::Bundle;
use rule_compiler::Program;
use rule_eval::Rules;
use sha2::{Digest, Sha256};

use crate::deploy::home::Home;
use crate::failure::Failure;
use crate::load::{Project, Workspace};
use crate::terminal::Terminal;
use crate::verb::check::sound;
use crate::verb::compile::only_project;

/// Rules that were read, checked and compiled.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The program, for its declarations.
    pub(super) program: Program,
    /// The program compiled.
    pub(crate) bundle: Bundle,
    /// What tells this version from others: the start of the hash of the bundle.
    pub(super) version: String,
    /// When it was read, as RFC 3339 in UTC.
    pub(super) read_at: String,
}

impl Loaded {
    /// Reads the rules of these paths. Gives nothing where they have mistakes, which are shown. `home` is asked for the
    /// project's home while there is a project.
    ///
    /// # Errors
    ///
    /// What cannot be read.
    pub(crate) fn read<T>(
        paths: &[PathBuf],
        terminal: &mut Terminal,
        home: impl FnOnce(&Project) -> T,
    ) -> Result<Option<(Self, T)>, Failure> {
        let mut workspace = Workspace::load_own(paths, terminal.err_color)?;
        if !sound(&mut workspace, "serve", terminal)? {
            return Ok(None);
        }
        let home = home(only_project(&workspace, "serve")?);
        let Some(project) = workspace.projects.pop() else { return Ok(None) };
        Ok(Some((Self::of(project)?, home)))
    }

    /// Reads the rules of these paths anew, and says nothing of mistakes but that there are some.
    ///
    /// # Errors
    ///
    /// What cannot be read, or is not sound.
    pub(super) fn again(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut workspace = Workspace::load_own(paths, false)?;
        if let Some(failure) = workspace.failures.pop() {
            return Err(failure);
        }
        workspace.check();
        if only_project(&workspace, "serve")?.program.has_errors() {
            return Err(Failure::new("the rules have mistakes; `rulec check` shows them"));
        }
        let project = workspace.projects.pop().ok_or_else(|| Failure::new("there are no rules any more"))?;
        Self::of(project)
    }

    /// A program without any rules.
    #[cfg(test)]
    pub(super) fn nothing() -> Self {
        let program = Program::new(rule_compiler::Settings::default());
        Self { bundle: program.compile(), program, version: String::new(), read_at: String::new() }
    }

    fn of(project: Project) -> Result<Self, Failure> {
        let bundle = project.program.compile();
        // Whoever evaluates later finds nothing wrong.
        Rules::new(&bundle.rules).map_err(|error| Failure::new(error.to_string()))?;
        let mut bytes = Vec::new();
        project
            .program
            .write_bundle(&mut bytes)
            .map_err(|error| Failure::new(format!("cannot write the bundle: {error}")))?;
        let hash = Sha256::digest(&bytes);
        let version = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        Ok(Self { program: project.program, bundle, version, read_at: rfc3339(SystemTime::now()) })
    }
}

/// The home of a project that was read.
pub(crate) type HomeOf = Result<Home, Failure>;
