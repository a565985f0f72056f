//! What the platform does not notice by itself: after a group changes, its queues are refreshed, and asked until they
//! show that routing follows (contract 1.4).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::transaction::{Cause, Transaction};
use crate::plan::{list, object};
use crate::resource::{Key, Kind, references};

impl Transaction<'_> {
    /// Refreshes what these changes touch, and waits until the platform follows. Nothing is noted: to do it again does
    /// no harm.
    pub(super) async fn refresh(&self, changes: &BTreeSet<usize>) -> Result<(), Cause> {
        let touched = self.touched(changes).await?;
        for ((kind, id), key) in &touched {
            if let Some(request) = kind.driver().refresh(id, key) {
                self.target.client.send(&request).await?;
            }
        }
        for ((kind, id), key) in &touched {
            self.until_fresh(*kind, id, key).await?;
        }
        Ok(())
    }

    /// The same after undoing, as far as it goes: the platform notices by itself later.
    pub(super) async fn refresh_after_undoing(&self) {
        let all = (0..self.begin.changes.len()).collect();
        let Ok(touched) = self.touched(&all).await else { return };
        for ((kind, id), key) in &touched {
            if let Some(request) = kind.driver().refresh(id, key) {
                let _ = self.target.client.send(&request).await;
            }
        }
    }

    /// What can be refreshed and either was changed here or refers to what was.
    async fn touched(&self, changes: &BTreeSet<usize>) -> Result<BTreeMap<(Kind, String), Key>, Cause> {
        let moved = changes.iter().filter_map(|index| Some((*index, self.begin.changes.get(*index)?)));
        let moved: Vec<_> = moved.filter(|(_, change)| change.moves_references()).collect();
        let mut touched = BTreeMap::new();
        let mut asked = BTreeSet::new();
        for (index, change) in &moved {
            let (Some(id), Some(key)) = (self.slot(*index).id, change.key()) else { continue };
            if change.kind.driver().refresh(&id, key).is_some() {
                touched.insert((change.kind, id), key.clone());
            } else if change.before.is_some() {
                asked.extend(change.kind.referring().map(|kind| (kind, change.kind, id.clone())));
            }
        }
        let kinds: BTreeSet<Kind> = asked.iter().map(|(kind, ..)| *kind).collect();
        for kind in kinds {
            let refreshes = kind.driver().refresh("", &Key::alone("")).is_some();
            if !refreshes {
                continue;
            }
            for live in list(&self.target.client, kind).await? {
                let mut named = references(kind, &live.fields).into_iter();
                if named.any(|(to, reference)| asked.contains(&(kind, to, reference.id().to_owned()))) {
                    touched.insert((kind, live.id), live.key);
                }
            }
        }
        Ok(touched)
    }

    async fn until_fresh(&self, kind: Kind, id: &str, key: &Key) -> Result<(), Cause> {
        let mut waited = Duration::ZERO;
        loop {
            let found = object(&self.target.client, &kind.driver().get(id, key)).await?;
            match found {
                // Whoever deleted it took the link along; that it is gone shows when it is verified.
                None => return Ok(()),
                Some(object) if kind.driver().is_fresh(&object) => return Ok(()),
                Some(_) if !self.is_patient(waited) => {
                    return Err(Cause::NotFresh { kind, key: key.clone() });
                }
                Some(_) => {}
            }
            self.pause(&mut waited, "for routing to follow a queue's skill group").await;
        }
    }
}
