//! What an object really is, where an answer was lost or somebody else may have been there.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Event;
use super::carry_out::Write;
use super::transaction::{Slot, Transaction};
use super::way::Way;
use crate::Error;
use crate::plan::{differences, find, get};
use crate::resource::{Goal, Live};

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

/// How long a look takes. What is certainly out of date is always looked at again, until a write would have shown.
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

/// What one read shows.
enum Shown {
    /// What is known already, or older: a read may be behind the writes.
    Nothing,
    /// Something new.
    Seen(Seen),
    /// What is to be, or was before: without versions nobody can tell whether the read is behind.
    Perhaps(Seen),
}

impl Transaction<'_> {
    /// Asks where the object stands.
    pub(super) async fn look(&self, write: &Write, slot: &Slot, look: Look) -> Result<Seen, Error> {
        let mut waited = Duration::ZERO;
        loop {
            let (read, shown) = self.look_once(write, slot, look).await?;
            match shown {
                Shown::Perhaps(_) if self.is_patient(waited) => {}
                Shown::Seen(seen) | Shown::Perhaps(seen) => return Ok(seen),
                Shown::Nothing if self.is_patient(waited) && (look == Look::UntilLeft || read.is_stale) => {}
                // By now a deletion would show, and only that.
                Shown::Nothing if read.is_gone => {
                    return Ok(match write.way {
                        Way::Remove(_) => Seen::To(Slot::default()),
                        Way::Make(_) => Seen::From(Slot::at(None, read.version)),
                        Way::Change(..) => Seen::Other(None),
                    });
                }
                Shown::Nothing => return Ok(Seen::From(slot.clone())),
            }
            self.pause(&mut waited, "to see whether a write shows").await;
        }
    }

    async fn look_once(&self, write: &Write, slot: &Slot, look: Look) -> Result<(Read, Shown), Error> {
        let (kind, way) = (write.kind, &write.way);
        let client = &self.target.client;
        let mut found = match &slot.id {
            Some(id) => get(client, kind, id, way.key()).await?,
            None => find(client, kind, way.key()).await?,
        };
        // A part goes by its key, which others may have had before.
        if slot.id.is_none() && !kind.driver().capabilities().part {
            let known = self.known_ids();
            let division = way.to().and_then(Goal::division);
            // What has an id already is not what was just made, whatever a read that is behind calls it; nor is what
            // lies in another division.
            found.live.retain(|live| {
                !known.contains(live.id.as_str()) && (division.is_none() || live.division() == division)
            });
        }
        if found.live.len() > 1 {
            return Ok((Read::default(), Shown::Seen(Seen::Other(None))));
        }
        let (live, version) = (found.live.pop(), found.version);
        let is_gone = live.is_none();
        let is_stale = match &live {
            // What was made a moment ago may not show yet; what was there when the plan was made is gone.
            None => slot.id.is_some() && (write.undo || !matches!(way, Way::Remove(_))),
            Some(live) => live.version.is_some() && live.version < slot.version,
        };
        Ok((Read { is_gone, is_stale, version }, shown(write, slot, live, is_stale, look)))
    }

    /// The ids of all objects that this deployment knows.
    fn known_ids(&self) -> BTreeSet<&str> {
        let before = self.begin.changes.iter().filter_map(|change| change.before.as_ref());
        let noted = self.noted().filter_map(|(_, id, _)| id);
        before.map(|live| live.id.as_str()).chain(noted).collect()
    }

    /// Whether a write may take longer than this to show.
    pub(super) fn is_patient(&self, waited: Duration) -> bool {
        waited < self.target.patience.window
    }

    /// Waits until it is worth looking again, and counts how long was waited in all.
    pub(super) async fn pause(&self, waited: &mut Duration, reason: &str) {
        let interval = self.target.patience.interval;
        self.wait(interval, reason).await;
        *waited += interval.max(Duration::from_millis(1));
    }

    /// Waits, and says so.
    pub(super) async fn wait(&self, wait: Duration, reason: &str) {
        (self.control.watch)(&Event::Wait { wait, reason });
        self.target.clock.sleep(wait).await;
    }
}

/// What kind of news one read was.
#[derive(Clone, Copy, Default)]
struct Read {
    /// Nothing was there.
    is_gone: bool,
    /// It is certainly behind, or may be.
    is_stale: bool,
    /// The version of the list that it is a part of.
    version: Option<u64>,
}

fn shown(write: &Write, slot: &Slot, live: Option<Live>, is_stale: bool, look: Look) -> Shown {
    let way = &write.way;
    let Some(live) = live else {
        return match way {
            Way::Remove(_) if !is_stale => Shown::Seen(Seen::To(Slot::default())),
            _ => Shown::Nothing,
        };
    };
    if is_stale || (slot.version.is_some() && live.version == slot.version) {
        return Shown::Nothing;
    }
    let changed = way.changed(write.kind);
    let counts = |field: &str| {
        write.compare() == Compare::Everything || changed.is_empty() || changed.contains_key(field)
    };
    let is_at = |goal: Option<&Goal>| {
        goal.is_some_and(|goal| {
            !differences(write.kind, &goal.fields, &live.fields).iter().any(|one| counts(&one.field))
        })
    };
    let now = Slot::of(&live);
    let is_behind_perhaps = !write.kind.driver().capabilities().versions;
    if is_behind_perhaps && write.undo && is_at(way.to()) {
        return Shown::Perhaps(Seen::To(now));
    }
    if is_behind_perhaps && look == Look::UntilLeft && is_at(way.from()) {
        return Shown::Perhaps(Seen::From(now));
    }
    Shown::Seen(if is_at(way.to()) {
        Seen::To(now)
    } else if is_at(way.from()) {
        Seen::From(now)
    } else {
        Seen::Other(Some(live))
    })
}
