//! What an organization starts with: the settings, and what was written since.

use std::sync::Arc;

use crate::Settings;
use crate::store::HeldObject;
use crate::table::Object;
use crate::topology::{KeptQueue, Topology};

/// What the settings say, the fixture first. Objects take the places below all that are written later.
pub(crate) fn topology(settings: &Settings) -> Topology {
    let mut topology = Topology::default();
    let fixture = settings.fixture.clone().unwrap_or_default();
    let others = settings.queues.iter().map(|queue| KeptQueue {
        queue: queue.clone().into(),
        followed: None,
        linked: 0,
    });
    fill(&mut topology, fixture.skills);
    fill(&mut topology, fixture.groups);
    fill(&mut topology, fixture.queues.into_iter().chain(others));
    fill(&mut topology, fixture.strategies);
    fill(&mut topology, fixture.agents);
    topology
}

fn fill<T: Object>(topology: &mut Topology, objects: impl IntoIterator<Item = T>) {
    for (place, object) in (0..).zip(objects) {
        T::table_mut(topology).put(place, Arc::new(object));
    }
}

/// What was written since holds, also where it says that something is gone.
///
/// # Errors
/// Where the file holds something else than was written.
pub(crate) fn overlay(topology: &mut Topology, mut held: Vec<HeldObject>) -> serde_json::Result<()> {
    held.sort_by_key(|object| object.place);
    for object in held {
        put_any(topology, object)?;
    }
    Ok(())
}

fn put_any(topology: &mut Topology, held: HeldObject) -> serde_json::Result<()> {
    use crate::topology::{Agent, KeptGroup, KeptStrategies};
    use genesys_model::Skill;
    match held.kind.as_str() {
        kind if kind == Skill::KIND.word() => put::<Skill>(topology, held),
        kind if kind == KeptGroup::KIND.word() => put::<KeptGroup>(topology, held),
        kind if kind == KeptQueue::KIND.word() => put::<KeptQueue>(topology, held),
        kind if kind == KeptStrategies::KIND.word() => put::<KeptStrategies>(topology, held),
        kind if kind == Agent::KIND.word() => put::<Agent>(topology, held),
        _ => Ok(()),
    }
}

fn put<T: Object>(topology: &mut Topology, held: HeldObject) -> serde_json::Result<()> {
    let table = T::table_mut(topology);
    match held.object {
        // Where the settings still have it, its place is theirs.
        Some(object) => {
            let place = table.get(&held.id).map_or(held.place, |(place, _)| place);
            table.put(place, Arc::new(serde_json::from_value(object)?));
        }
        None => table.remove(&held.id),
    }
    Ok(())
}
