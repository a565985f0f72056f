//! One command's dealings with one organization.

use genesys_model::Bundle;

use super::home::Home;
use crate::failure::Failure;
use crate::organization::connect::{label, state_name};
use crate::organization::embedded::Start;
use crate::organization::{Chosen, Connection, choose, embedded};
use crate::terminal::Terminal;

/// A project and the organization that a command is about.
pub(crate) struct Session {
    /// The project's home.
    pub(crate) home: Home,
    /// The name of the organization's folder in the state.
    pub(crate) name: String,
    /// What journal and messages call the organization.
    pub(crate) label: String,
    /// The way to it.
    pub(crate) connection: Connection,
    /// Whether it is the embedded sandbox.
    pub(crate) is_embedded: bool,
}

impl Session {
    /// Chooses the organization and opens the way to it. The embedded sandbox has the queues that the bundle names; where
    /// none is given, those that the project's rules name.
    ///
    /// # Errors
    ///
    /// Where it is not clear which is meant, or the way cannot be opened.
    pub(crate) async fn open(
        home: Home,
        org: Option<&str>,
        bundle: Option<&Bundle>,
        terminal: &mut Terminal,
    ) -> Result<Self, Failure> {
        let chosen = chosen(&home, org)?;
        let (name, label) = (state_name(&chosen), label(&chosen));
        let is_embedded = matches!(chosen, Chosen::Embedded);
        let start = if is_embedded {
            let journal = home.state.read_journal(&name)?;
            let own = if bundle.is_none() { compiled(&home) } else { None };
            let bundles: Vec<&Bundle> = bundle.into_iter().chain(own.as_ref()).collect();
            embedded::start_of(&home, &bundles, journal.records())?
        } else {
            Start::default()
        };
        let depth = home.config.settings.max_depth;
        let connection = Connection::open(chosen, &home.state, start, depth, terminal).await?;
        Ok(Self { home, name, label, connection, is_embedded })
    }

    /// What people call the organization.
    pub(crate) fn shown(&self) -> String {
        shown_label(&self.label, self.is_embedded)
    }
}

/// The project's own bundle, as far as it can be read.
pub(crate) fn compiled(home: &Home) -> Option<Bundle> {
    let workspace = home.workspace();
    let own = workspace.projects.iter().find(|project| project.root.as_ref() == Some(&home.root))?;
    Some(own.program.compile())
}

/// What people call an organization.
pub(crate) fn shown_label(label: &str, is_embedded: bool) -> String {
    if is_embedded { "the embedded sandbox".to_owned() } else { label.to_owned() }
}

/// The organization that is meant.
///
/// # Errors
///
/// Where it is not clear which, or settings are missing.
pub(crate) fn chosen(home: &Home, org: Option<&str>) -> Result<Chosen, Failure> {
    let environment = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    choose(org, &home.config, &environment)
}
