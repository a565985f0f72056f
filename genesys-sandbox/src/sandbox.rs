//! Starting and stopping an organization.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::serve::Server;
use crate::store::{File, StoreError};
use crate::{Organization, Settings, Store};

/// An organization that is being served. It stops when it is dropped.
///
/// It dereferences to its [`Organization`]: `sandbox.rules()`, `sandbox.faults()`, ….
#[derive(Debug)]
pub struct Sandbox {
    organization: Organization,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts serving on the current Tokio runtime, which must have its network and its time enabled.
    ///
    /// # Errors
    /// An address beyond loopback or taken, a file in use or unreadable, two queues of one id.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        if !settings.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback { address: settings.listen });
        }
        let mut ids = HashSet::new();
        let of_fixture = settings.fixture.iter().flat_map(|fixture| &fixture.queues);
        let queues =
            of_fixture.map(|kept| &kept.queue.id).chain(settings.queues.iter().map(|queue| &queue.id));
        if let Some(id) = queues.into_iter().find(|id| !ids.insert(id.as_str())) {
            return Err(StartError::DuplicateQueue { id: id.clone() });
        }
        let disk = match &settings.store {
            Store::Memory => None,
            Store::File(path) => Some(File::open(path).map_err(|error| match error {
                StoreError::InUse => StartError::InUse { path: path.clone() },
                error => StartError::Store { path: path.clone(), source: Box::new(error) },
            })?),
        };
        let listen = |source| StartError::Listen { address: settings.listen, source };
        let listener = TcpListener::bind(settings.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let store = settings.store.clone();
        let organization = Organization::new(settings, disk).map_err(|error| StartError::Store {
            path: if let Store::File(path) = store { path } else { PathBuf::new() },
            source: Box::new(error),
        })?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(Server::new(organization.clone()).run(listener, stopped));
        Ok(Self { organization, address, stop: Some(stop), task: Some(task) })
    }

    /// Where it is served: `http://127.0.0.1:49152`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A handle that outlives this value, for callbacks and other tasks.
    pub fn organization(&self) -> Organization {
        self.organization.clone()
    }

    /// Closes every connection and gives the file back.
    pub async fn stop(mut self) {
        self.stop.take();
        if let Some(task) = self.task.take() {
            // It ends with an error only where the runtime is going down, which stops it too.
            let _ = task.await;
        }
    }
}

impl Deref for Sandbox {
    type Target = Organization;

    fn deref(&self) -> &Organization {
        &self.organization
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.take();
        self.organization.close();
    }
}

/// Why an organization cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The sandbox guards nothing, so nobody but this machine may reach it.
    #[error("the sandbox listens on loopback only, and {address} is not")]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Another process serves from the file.
    #[error("`{}` is in use by another sandbox", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read or made.
    #[error("cannot open `{}`: {source}", path.display())]
    Store {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Two queues have one id.
    #[error("two queues have the id `{id}`")]
    DuplicateQueue {
        /// The id.
        id: String,
    },
}
