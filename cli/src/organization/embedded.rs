//! The organization that comes with `rulec`: a sandbox in this process, kept in the project's state.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use genesys_client::deploy::{Record, deployments};
use genesys_client::resource::{Kind, Reference};
use genesys_model::{Bundle, Queue as LiveQueue, QueueRef};
use genesys_sandbox::{
    ClientCredentials, Fixture, MAX_FIXTURE_BYTES, Sandbox, Settings, StartError, Store, queue,
};

use crate::deploy::home::Home;
use crate::failure::Failure;
use crate::name::shown;

/// What it starts with; what was written since counts more.
#[derive(Debug, Default)]
pub struct Start {
    /// Queues that nothing creates: external ones, and those that bundles of old named.
    pub queues: Vec<LiveQueue>,
    /// The rest of an organization.
    pub fixture: Option<Fixture>,
}

impl Start {
    /// The same with this fixture, whose queues go before those of the same names.
    #[must_use]
    pub fn with(mut self, fixture: Fixture) -> Self {
        self.queues.retain(|queue| !fixture.queue_names().any(|name| name == queue.name));
        self.fixture = Some(fixture);
        self
    }
}

/// Starts it on a free port, with credentials that nobody else knows and no limit on requests.
///
/// # Errors
///
/// Where its file is in use or cannot be read, or no port can be listened on.
pub async fn start(file: &Path, start: Start, max_depth: u32) -> Result<(Sandbox, String, String), Failure> {
    let (id, secret) = (random(), random());
    let settings = Settings {
        store: Store::File(file.to_path_buf()),
        queues: start.queues,
        fixture: start.fixture,
        clients: vec![ClientCredentials::new(&id, &secret)],
        rate: None,
        max_depth,
        admin_key: Some(random()),
        ..Settings::default()
    };
    let sandbox = Sandbox::start(settings).await.map_err(|error| failure(&error))?;
    Ok((sandbox, id, secret))
}

/// What the sandbox of a project starts with, where it is to hold what these bundles name.
///
/// # Errors
///
/// Where the fixture that the project names cannot be read.
pub(crate) fn start_of(home: &Home, bundles: &[&Bundle], records: &[Record]) -> Result<Start, Failure> {
    let fixture = home.config.fixture.as_ref().map(|path| read_fixture(&home.root.join(path))).transpose()?;
    let start = Start { queues: queues(bundles, records), fixture: None };
    Ok(match fixture {
        Some(fixture) => start.with(fixture),
        None => start,
    })
}

/// Reads a fixture.
///
/// # Errors
///
/// Where it cannot be read, or is none.
pub fn read_fixture(path: &Path) -> Result<Fixture, Failure> {
    let name = shown(path);
    let limit = MAX_FIXTURE_BYTES as u64;
    let bytes = crate::read::bytes(path, limit).map_err(|error| Failure::file("read", path, &error))?;
    let bytes = bytes.ok_or_else(|| {
        Failure::new(format!("`{name}` is larger than {} MiB", limit / 1024 / 1024)).about(&name)
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("`{name}` is not UTF-8 text")).about(&name))?;
    Fixture::from_json(&text).map_err(|error| {
        Failure::new(format!("`{name}` holds no organization: {error}"))
            .help("docs/sandbox.md shows what a fixture looks like")
            .about(name)
    })
}

/// Why a sandbox does not start.
pub fn failure(error: &StartError) -> Failure {
    match error {
        StartError::InUse { path } => {
            Failure::new(format!("the sandbox's state `{}` is in use by another `rulec`", shown(path))).help(
                "wait until it ends; to use a running `rulec sandbox`, set the variables that it printed",
            )
        }
        StartError::Listen { .. } => {
            Failure::new(error.to_string()).help("choose another port with `--port`")
        }
        StartError::Store { path, .. } => Failure::new(error.to_string())
            .help(format!("remove `{}` to start with an empty sandbox", shown(path))),
        _ => Failure::new(error.to_string()),
    }
}

/// The queues that bundles and earlier deployments name and none of them creates, each with an id that stays the same.
fn queues(bundles: &[&Bundle], records: &[Record]) -> Vec<LiveQueue> {
    let deployments = deployments(records);
    let mut created: BTreeSet<String> = BTreeSet::new();
    let mut by_id: BTreeMap<String, String> = BTreeMap::new();
    for bundle in bundles {
        let own: BTreeSet<&str> =
            bundle.queues.iter().filter(|queue| !queue.external).map(|queue| queue.name.as_str()).collect();
        let external = bundle.queues.iter().filter(|queue| queue.external);
        let external = external.map(|queue| match &queue.identity.id {
            Some(id) => (id.clone(), queue.name.clone()),
            None => (id_of(&queue.name), queue.name.clone()),
        });
        by_id.extend(external);
        let was = bundle.rules.iter().filter_map(|rule| rule.was.as_ref()?.queue.as_ref());
        let rules = bundle.rules.iter().map(|rule| &rule.queue);
        for queue in rules.chain(was).chain(bundle.strategies.iter().map(|strategy| &strategy.queue)) {
            match queue {
                QueueRef::Name(name) if own.contains(name.as_str()) => {}
                QueueRef::Name(name) => {
                    if !by_id.values().any(|other| other == name) {
                        by_id.insert(id_of(name), name.clone());
                    }
                }
                QueueRef::Id(id) => {
                    by_id.entry(id.clone()).or_insert_with(|| id.clone());
                }
            }
        }
    }
    for deployment in &deployments {
        let changes = deployment.begin.changes.iter().zip(deployment.ids());
        for (change, id) in changes.filter(|(change, _)| change.kind == Kind::Queue) {
            created.extend(id.into_iter().chain(change.before.iter().map(|live| live.id.clone())));
        }
    }
    for change in deployments.iter().flat_map(|deployment| &deployment.begin.changes) {
        let keys =
            change.before.iter().map(|live| &live.key).chain(change.after.iter().map(|goal| &goal.key));
        for Reference { id, name } in keys.filter_map(|key| key.queue.as_ref()) {
            if let Some(id) = id.as_ref().filter(|id| !created.contains(*id)) {
                by_id.entry(id.clone()).or_insert_with(|| name.clone());
            }
        }
    }
    by_id.into_iter().map(|(id, name)| queue(id, name)).collect()
}

/// The id of a queue in the sandbox: always the same for a name, on every machine.
fn id_of(name: &str) -> String {
    /// FNV-1a of 128 bits, which no release of anything will change.
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = name.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    let hex = format!("{hash:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// Something that nobody guesses, from the system's own dice.
fn random() -> String {
    let part = || RandomState::new().hash_one(0_u8);
    format!("{:016x}{:016x}", part(), part())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_has_the_same_id_on_every_machine() {
        assert_eq!(id_of("Support"), id_of("Support"));
        assert_eq!(id_of("Support").len(), 36);
        assert_ne!(id_of("Support"), id_of("support"));
        assert_ne!(random(), random());
    }
}
