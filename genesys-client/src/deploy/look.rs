//! What an object really is, where an answer was lost or somebody else may have been there.

use std::time::Duration;

use super::Event;
use super::transaction::{Slot, Transaction};
use super::way::Way;
use crate::Error;
use crate::plan::{Goal, differences, find, get};
use crate::resource::{Kind, Live};

/// Where an object stands on its way.
#[derive(Debug)]
pub(super) enum Seen {
    /// At the start: the write was not carried out, or not yet to be seen.
    From(Slot),
    /// At the end: it was.
    To(Slot),
    /// Elsewhere: somebody else changed it, removed it, or made another of its name.
    Other(Option<Live>),
}

/// How long a look takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    /// One read.
    Once,
    /// Until the object has left the start, or a write would have shown by now.
    UntilLeft,
}

/// How much of an object is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Compare {
    /// All managed fields.
    Everything,
    /// Only the fields that the step changes: what somebody else did to the others is theirs.
    Changed,
}

impl Transaction<'_> {
    /// Asks where the object stands.
    pub(super) async fn look(
        &self,
        kind: Kind,
        slot: &Slot,
        way: &Way,
        look: Look,
        compare: Compare,
    ) -> Result<Seen, Error> {
        let mut waited = Duration::ZERO;
        loop {
            let seen = self.look_once(kind, slot, way, compare).await?;
            let unmoved = matches!(&seen, Seen::From(now) if now.version == slot.version);
            let patience = self.target.patience;
            if !unmoved || look == Look::Once || waited >= patience.window {
                return Ok(seen);
            }
            self.wait(patience.interval, "to see whether a write shows").await;
            waited += patience.interval.max(Duration::from_millis(1));
        }
    }

    async fn look_once(&self, kind: Kind, slot: &Slot, way: &Way, compare: Compare) -> Result<Seen, Error> {
        let key = way.key();
        let client = &self.target.client;
        let live = if let Some(id) = &slot.id {
            get(client, kind, id, key).await?
        } else {
            let mut found = find(client, kind, key).await?;
            if found.len() > 1 {
                return Ok(Seen::Other(None));
            }
            found.pop()
        };
        Ok(classify(kind, live, way, compare))
    }

    /// Waits, and says so.
    pub(super) async fn wait(&self, wait: Duration, reason: &str) {
        (self.control.watch)(&Event::Wait { wait, reason });
        self.target.clock.sleep(wait).await;
    }
}

fn classify(kind: Kind, live: Option<Live>, way: &Way, compare: Compare) -> Seen {
    let Some(live) = live else {
        return match way {
            Way::Remove(_) => Seen::To(Slot::default()),
            Way::Make(_) => Seen::From(Slot::default()),
            Way::Change(..) => Seen::Other(None),
        };
    };
    let slot = Slot { id: Some(live.id.clone()), version: live.version };
    let changed = way.changed(kind);
    let counts =
        |field: &str| compare == Compare::Everything || changed.is_empty() || changed.contains_key(field);
    let is_at = |goal: Option<&Goal>| {
        goal.is_some_and(|goal| {
            !differences(kind, &goal.fields, &live.fields).iter().any(|one| counts(&one.field))
        })
    };
    if is_at(way.to()) {
        Seen::To(slot)
    } else if is_at(way.from()) {
        Seen::From(slot)
    } else {
        Seen::Other(Some(live))
    }
}
