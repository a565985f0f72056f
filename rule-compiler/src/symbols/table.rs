//! The names of one namespace, and how they are found.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Meaning, Slot};

/// The names of one namespace.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    index: FxHashMap<Arc<str>, u32>,
    slots: Vec<Slot>,
    /// The slots of some names, found by their lengths and ends: all of them where there are few, as of attributes,
    /// which every comparison looks up.
    quick: [u32; QUICK],
}

const QUICK: usize = 256;

impl Default for Table {
    fn default() -> Self {
        Self { index: FxHashMap::default(), slots: Vec::new(), quick: [u32::MAX; QUICK] }
    }
}

/// Where the slot of a name may be found quickly.
fn quick_place(name: &str) -> usize {
    let bytes = name.as_bytes();
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
    (byte(bytes.first()) * 7 + byte(bytes.get(1)) * 3 + byte(bytes.last()) * 31 + bytes.len() * 5) % QUICK
}

impl Table {
    /// Makes room for so many more names.
    pub(crate) fn reserve(&mut self, names: usize) {
        self.index.reserve(names);
        self.slots.reserve(names);
    }

    pub(crate) fn intern(&mut self, name: &str) -> u32 {
        if let Some(slot) = self.find(name) {
            return slot;
        }
        let slot = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        if let Some(quick) = self.quick.get_mut(quick_place(name)) {
            *quick = slot;
        }
        let name: Arc<str> = name.into();
        self.index.insert(name.clone(), slot);
        self.slots.push(Slot { name, decls: Vec::new(), users: 0, meaning: Meaning::Undeclared, places: 0 });
        slot
    }

    /// The slot of a name, whether it is declared or not.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        let quick = *self.quick.get(quick_place(name))?;
        if self.slot(quick).is_some_and(|slot| *slot.name == *name) {
            return Some(quick);
        }
        self.index.get(name).copied()
    }

    /// The slot of a declared name.
    pub(crate) fn declared(&self, name: &str) -> Option<(u32, &Slot)> {
        let id = self.find(name)?;
        let slot = self.slot(id)?;
        (slot.meaning != Meaning::Undeclared).then_some((id, slot))
    }

    /// How many names there are, declared or not.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn slot(&self, slot: u32) -> Option<&Slot> {
        self.slots.get(slot as usize)
    }

    pub(crate) fn slot_mut(&mut self, slot: u32) -> Option<&mut Slot> {
        self.slots.get_mut(slot as usize)
    }

    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| slot.meaning != Meaning::Undeclared)
    }

    /// The declared name that a misspelt one most likely means.
    pub(crate) fn nearest(&self, wrong: &str) -> Option<&str> {
        rule_lang::nearest(wrong, self.slots().map(|slot| &*slot.name))
    }
}
