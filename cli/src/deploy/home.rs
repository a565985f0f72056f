//! The project that a deployment belongs to: its folder, its settings, its state.

use std::path::{Path, PathBuf};

use crate::config::{self, Config, FILE_NAME};
use crate::failure::Failure;
use crate::load::{Project, Workspace};
use crate::name::shown;
use crate::project;
use crate::state::State;

/// Where a project is at home.
#[derive(Debug)]
pub(crate) struct Home {
    /// Its folder.
    pub(crate) root: PathBuf,
    /// Its settings.
    pub(crate) config: Config,
    /// Its state.
    pub(crate) state: State,
}

impl Home {
    /// The home of a project that was read.
    ///
    /// # Errors
    ///
    /// Where it has no folder, and no place for its state is named.
    pub(crate) fn of_project(project: &Project, state: Option<&Path>) -> Result<Self, Failure> {
        let root = match (&project.root, state) {
            (Some(root), _) => root.clone(),
            (None, Some(_)) => PathBuf::from("."),
            (None, None) => return Err(homeless()),
        };
        let state = State::of(&root, &project.config, state);
        Ok(Self { root, config: project.config.clone(), state })
    }

    /// The home of the project that a folder belongs to; of none, of the folder one stands in.
    ///
    /// # Errors
    ///
    /// Where there is none, and no place for its state is named; or its settings are wrong.
    pub(crate) fn of_folder(
        folder: Option<&Path>,
        state: Option<&Path>,
        color: bool,
    ) -> Result<Self, Failure> {
        let folder = folder.unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(Failure::new(format!("`{}` is no folder", shown(folder)))
                .help("name a folder of the project"));
        }
        match (project::root_of(&folder.join(FILE_NAME)), state) {
            (Some(root), _) => {
                let config = config::read(&root.join(FILE_NAME), color)?;
                let state = State::of(&root, &config, state);
                Ok(Self { root, config, state })
            }
            (None, Some(_)) => {
                let config = Config::default();
                let state = State::of(folder, &config, state);
                Ok(Self { root: folder.to_path_buf(), config, state })
            }
            (None, None) => Err(homeless()),
        }
    }

    /// The folder one stands in, where it is no project's: enough for what writes nothing.
    pub(crate) fn here() -> Option<Self> {
        if project::root_of(Path::new(FILE_NAME)).is_some() {
            return None;
        }
        let (root, config) = (PathBuf::from("."), Config::default());
        let state = State::of(&root, &config, None);
        Some(Self { root, config, state })
    }

    /// The project's rules, checked; whatever is wrong with them is nothing to the one who asks.
    pub(crate) fn workspace(&self) -> Workspace {
        let mut workspace = Workspace::load_own(std::slice::from_ref(&self.root), false).unwrap_or_default();
        workspace.check();
        workspace
    }
}

fn homeless() -> Failure {
    Failure::new(format!("there is no project here: no `{FILE_NAME}` was found upwards")).help(format!(
        "an empty `{FILE_NAME}` makes its folder a project, which holds the journal of its deployments; or say where with `--state DIR`"
    ))
}
