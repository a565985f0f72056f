//! The organization that comes with `rulec`: a sandbox in this process, kept in the project's state.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use genesys_client::deploy::Record;
use genesys_client::deploy::{Deployment, deployments};
use genesys_model::{Bundle, Queue as LiveQueue, QueueRef};
use genesys_sandbox::{ClientCredentials, Sandbox, Settings, StartError, Store, queue};
use rule_compiler::{Program, Queue};
use rule_lang::tree::ItemKind;

use crate::failure::Failure;
use crate::name::shown;

/// Starts it on a free port, with credentials that nobody else knows and no limit on requests.
///
/// # Errors
///
/// Where its file is in use or cannot be read, or no port can be listened on.
pub async fn start(
    file: &Path,
    queues: Vec<LiveQueue>,
    max_depth: u32,
) -> Result<(Sandbox, String, String), Failure> {
    let (id, secret) = (random(), random());
    let settings = Settings {
        store: Store::File(file.to_path_buf()),
        queues,
        clients: vec![ClientCredentials::new(&id, &secret)],
        rate: None,
        max_depth,
        admin_key: Some(random()),
        ..Settings::default()
    };
    let sandbox = Sandbox::start(settings).await.map_err(|error| failure(&error))?;
    Ok((sandbox, id, secret))
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

/// The queues that a program declares or names, those of a bundle, and those of earlier deployments, each with an id
/// that stays the same.
pub fn queues(program: Option<&Program>, bundle: Option<&Bundle>, records: &[Record]) -> Vec<LiveQueue> {
    let mut by_id: HashMap<String, String> = HashMap::new();
    let mut add = |id: String, name: &str| {
        by_id.entry(id).or_insert_with(|| name.to_owned());
    };
    if let Some(program) = program {
        for tree in program.trees() {
            for item in &tree.items {
                if let ItemKind::Queue { name, .. } = item.kind {
                    let name = tree.string(name);
                    add(id_of(&name), &name);
                }
            }
        }
        for rule in program.rules() {
            match &rule.queue {
                Queue::Name(name) => add(id_of(name), name),
                Queue::Id(id) => add(id.to_string(), id),
            }
            if let Some((Some(queue), _)) = &rule.was {
                add(id_of(queue), queue);
            }
        }
    }
    for body in bundle.into_iter().flat_map(|bundle| &bundle.rules) {
        let was = body.was.as_ref().and_then(|was| was.queue.as_ref());
        for queue in std::iter::once(&body.queue).chain(was) {
            match queue {
                QueueRef::Name(name) => add(id_of(name), name),
                QueueRef::Id(id) => add(id.clone(), id),
            }
        }
    }
    for Deployment { begin, .. } in deployments(records) {
        for change in &begin.changes {
            let keys =
                change.before.iter().map(|live| &live.key).chain(change.after.iter().map(|goal| &goal.key));
            for key in keys {
                add(key.queue.id.clone(), &key.queue.name);
            }
        }
    }
    let sorted: BTreeMap<String, String> = by_id.into_iter().map(|(id, name)| (name, id)).collect();
    sorted.into_iter().map(|(name, id)| queue(id, name)).collect()
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
