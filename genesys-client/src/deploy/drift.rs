//! Where the organization differs from what was deployed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::{FieldDifference, Observed, differences};
use crate::resource::{Goal, Key, Kind, Live};

/// An object that is not as it was deployed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Drift {
    /// Its kind.
    pub kind: Kind,
    /// Its key when it was deployed.
    pub key: Key,
    /// Its id.
    pub id: String,
    /// What was deployed, and what is there; none where the object is gone.
    pub differences: Option<Vec<FieldDifference>>,
}

/// Compares what was deployed with what is there.
pub fn drift(deployed: &BTreeMap<(Kind, String), Goal>, observed: &Observed) -> Vec<Drift> {
    let mut live_by_id: BTreeMap<(Kind, &str), &Live> = BTreeMap::new();
    live_by_id.extend(observed.all().map(|(kind, live)| ((kind, live.id.as_str()), live)));
    let mut found = Vec::new();
    for ((kind, id), goal) in deployed {
        let live = live_by_id.get(&(*kind, id.as_str()));
        let differences = live.map(|live| differences(*kind, &goal.fields, &live.fields));
        if differences.as_ref().is_none_or(|differences| !differences.is_empty()) {
            let mut key = goal.key.clone();
            // Its queue may have another name since.
            if let Some(queue) = &mut key.queue
                && let Some(name) = observed.name_of(Kind::Queue, queue.id())
            {
                name.clone_into(&mut queue.name);
            }
            found.push(Drift { kind: *kind, key, id: id.clone(), differences });
        }
    }
    found
}
