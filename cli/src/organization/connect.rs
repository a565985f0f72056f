//! The way to an organization: its client, and the embedded sandbox while a command runs.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use genesys_client::audit::Recorder;
use genesys_client::deploy::{Patience, Target};
use genesys_client::plan::Observed;
use genesys_client::resource::Kind;
use genesys_client::{Address, Client, ClientSettings, Clock, Credentials, SystemClock, TransportEvent};
use genesys_model::QueueRef;
use genesys_sandbox::Sandbox;

use super::embedded::{self, Start};
use super::{Chosen, Remote};
use crate::config::{Ids, SANDBOX};
use crate::failure::Failure;
use crate::name::shown;
use crate::render::clean::clean;
use crate::state::State;
use crate::terminal::Terminal;

/// A wait on the wire that is worth a line, though nobody asked for more.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// An organization that can be talked to.
pub struct Connection {
    /// What deployments need to know of it.
    pub target: Target,
    /// What was asked of it, and how long that took.
    pub recorder: Arc<Recorder>,
    /// Which ids names mean there.
    ids: Ids,
    /// Runs as long as the connection.
    _sandbox: Option<Sandbox>,
}

/// The name of an organization's folder in the state.
pub fn state_name(chosen: &Chosen) -> String {
    match chosen {
        Chosen::Embedded => SANDBOX.to_owned(),
        // A colon is no part of a file's name everywhere.
        Chosen::Remote(remote) => remote.name.replace([':', '[', ']'], "_"),
    }
}

/// What journal and messages call an organization.
pub fn label(chosen: &Chosen) -> String {
    match chosen {
        Chosen::Embedded => SANDBOX.to_owned(),
        Chosen::Remote(remote) => remote.label(),
    }
}

impl Connection {
    /// Opens the way, and says where it leads. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Where the embedded sandbox does not start, or TLS cannot be set up.
    pub async fn open(
        chosen: Chosen,
        state: &State,
        start: Start,
        max_depth: u32,
        terminal: &mut Terminal,
    ) -> Result<Self, Failure> {
        let label = label(&chosen);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let (address, credentials, patience, ids, sandbox) = match chosen {
            Chosen::Embedded => {
                let file = state.sandbox();
                state.make()?;
                let (sandbox, id, secret) = embedded::start(&file, start, max_depth).await?;
                let address = Address::parse(&sandbox.url()).map_err(|error| Failure::from(&error))?;
                let credentials = Credentials::new(id, secret).map_err(|error| Failure::from(&error))?;
                terminal.note(format_args!("organization: the embedded sandbox (`{}`)", shown(&file)));
                // What it wrote is there at once.
                let patience =
                    Patience { window: Duration::from_secs(2), interval: Duration::from_millis(50) };
                (address, credentials, patience, Ids::new(), Some(sandbox))
            }
            Chosen::Remote(remote) => {
                let Remote { address, credentials, settle, ids, .. } = *remote;
                terminal.note(format_args!("organization: {}", clean(&label)));
                let patience = Patience { window: settle, ..Patience::default() };
                (address, credentials, patience, ids, None)
            }
        };
        let recorder = Arc::new(Recorder::default());
        let client = Client::new(address, credentials, Arc::clone(&clock), ClientSettings::default())
            .map_err(|error| Failure::from(&error))?
            .on_event(listener(terminal, Arc::clone(&recorder)));
        let target = Target { client, clock, organization: label, patience };
        Ok(Self { target, recorder, ids, _sandbox: sandbox })
    }

    /// The id of the queue that a name or an id means.
    ///
    /// # Errors
    ///
    /// None or several of that name; and what a request says.
    pub async fn queue_id(&self, name: &str) -> Result<String, Failure> {
        let observed = self.observe(&BTreeSet::from([Kind::Queue]), false).await?;
        let resolve = |reference| observed.resolve(Kind::Queue, &reference);
        match resolve(QueueRef::Name(name.to_owned())) {
            Ok(queue) => Ok(queue.id().to_owned()),
            Err(error) => match resolve(QueueRef::Id(name.to_owned())) {
                Ok(queue) => Ok(queue.id().to_owned()),
                Err(_) => Err(Failure::new(error.to_string())
                    .status(404)
                    .help("name one of the organization's queues, or its id")),
            },
        }
    }

    /// Lists what the organization holds of these kinds, and its divisions where they are needed.
    ///
    /// # Errors
    ///
    /// What a request says.
    pub async fn observe(&self, kinds: &BTreeSet<Kind>, divisions: bool) -> Result<Observed, Failure> {
        let client = &self.target.client;
        let mut observed = Observed::list(client, kinds).await.map_err(|error| Failure::from(&error))?;
        if divisions {
            observed = observed.with_divisions(client).await.map_err(|error| Failure::from(&error))?;
        }
        for (kind, ids) in &self.ids {
            observed = observed.choose(*kind, ids.clone());
        }
        Ok(observed)
    }
}

/// Counts every request; tells of long waits and, where it is asked for, of every request.
fn listener(terminal: &Terminal, recorder: Arc<Recorder>) -> Arc<dyn Fn(&TransportEvent) + Send + Sync> {
    let (quiet, verbose) = (terminal.is_quiet(), terminal.is_verbose());
    Arc::new(move |event| {
        recorder.hear(event);
        let line = match event {
            TransportEvent::Waiting { duration, reason }
                if verbose || (!quiet && *duration >= WORTH_TELLING) =>
            {
                format!("waiting {} s: {reason}", duration.as_secs_f64().ceil())
            }
            TransportEvent::Answered { method, path, status, elapsed, correlation_id } if verbose => {
                let id = correlation_id.as_deref().map_or(String::new(), |id| format!(" ({id})"));
                format!("{method} {path} {status} in {} ms{id}", elapsed.as_millis())
            }
            TransportEvent::Unanswered { method, path, elapsed, reason } if verbose => {
                format!("{method} {path} without an answer after {} ms: {reason}", elapsed.as_millis())
            }
            TransportEvent::TokenRequested if verbose => "asking for a token".to_owned(),
            _ => return,
        };
        // Nobody can be told that standard error is gone.
        let _ = writeln!(std::io::stderr(), "{}", clean(&line));
    })
}
