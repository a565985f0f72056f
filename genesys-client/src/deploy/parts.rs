//! What ends with an object though nobody deletes it: the strategies of a queue.

use std::time::Duration;

use super::carry_out::Write;
use super::transaction::{Cause, Slot, Transaction};
use super::way::Way;
use crate::plan::list;
use crate::resource::{Kind, Live};

impl Transaction<'_> {
    /// Before an object is deleted: nothing of somebody else's may end with it. Where the object is our own and is
    /// taken back, theirs goes too, and it is said.
    pub(super) async fn spare_parts(&self, write: &mut Write, slot: &Slot) -> Result<(), Cause> {
        let (Way::Remove(_), Some(id)) = (&write.way, &slot.id) else { return Ok(()) };
        for kind in write.kind.referring().filter(|kind| kind.driver().capabilities().part) {
            let mut waited = Duration::ZERO;
            loop {
                let mut parts = list(&self.target.client, kind).await?;
                parts.retain(|live| live.key.queue.as_ref().is_some_and(|queue| queue.id() == id));
                // Ours may still show, though they are deleted.
                let theirs =
                    parts.iter().position(|live| !self.is_patient(waited) || !self.is_ours(kind, live));
                match theirs {
                    Some(_) if write.undo => write.sweep(),
                    Some(at) => {
                        let key = parts.swap_remove(at).key;
                        return Err(Cause::Conflict { kind, key, differences: Vec::new() });
                    }
                    None if parts.is_empty() || write.undo => {}
                    None => {
                        self.pause(&mut waited, "for a write to show").await;
                        continue;
                    }
                }
                break;
            }
        }
        Ok(())
    }

    /// Whether this deployment is about an object of this key.
    fn is_ours(&self, kind: Kind, live: &Live) -> bool {
        (0..self.begin.steps.len()).filter_map(|index| self.step(index)).any(|(_, of, way)| {
            of == kind && [way.from(), way.to()].into_iter().flatten().any(|goal| goal.key == live.key)
        })
    }
}
