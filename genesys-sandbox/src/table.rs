//! Objects of one kind in memory, in the order in which they were created.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::audit::EntityType;
use crate::lag::Lag;
use crate::topology::Topology;

/// The place of the first object that is not from the settings. Those stand before, in their own order.
pub(crate) const FIRST_WRITTEN: u64 = 1 << 32;

/// Something that is kept by an id.
pub(crate) trait Object: Clone + Serialize + DeserializeOwned + 'static {
    /// What it is, for people, the trail and the file.
    const KIND: EntityType;

    fn id(&self) -> &str;
    fn name(&self) -> &str;
    /// The id of its division.
    fn division(&self) -> Option<&str>;
    /// What the trail shows of it.
    fn shown(&self) -> Value;
    fn table(topology: &Topology) -> &Table<Self>;
    fn table_mut(topology: &mut Topology) -> &mut Table<Self>;
}

/// Objects of one kind.
#[derive(Debug)]
pub(crate) struct Table<T> {
    objects: BTreeMap<u64, Arc<T>>,
    places: HashMap<String, u64>,
    next: u64,
    pub(crate) lag: Lag<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), places: HashMap::new(), next: FIRST_WRITTEN, lag: Lag::default() }
    }
}

impl<T: Object> Table<T> {
    /// The place in the order that the next new object takes.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    pub(crate) fn get(&self, id: &str) -> Option<(u64, Arc<T>)> {
        let place = *self.places.get(id)?;
        Some((place, Arc::clone(self.objects.get(&place)?)))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<T>> {
        self.objects.values()
    }

    /// Puts the object at its place, or behind all others where another stands there.
    pub(crate) fn put(&mut self, place: u64, object: Arc<T>) {
        let taken = self.objects.get(&place).is_some_and(|other| other.id() != object.id());
        let place = if taken { self.next } else { place };
        if let Some(before) = self.places.insert(object.id().to_owned(), place)
            && before != place
        {
            self.objects.remove(&before);
        }
        self.objects.insert(place, object);
        self.next = self.next.max(place + 1);
    }

    pub(crate) fn remove(&mut self, id: &str) {
        if let Some(place) = self.places.remove(id) {
            self.objects.remove(&place);
        }
    }

    /// What a reader sees of this object, who may be behind.
    pub(crate) fn read(&mut self, id: &str) -> Option<Arc<T>> {
        match self.lag.read(id) {
            Some(behind) => behind.before,
            None => self.get(id).map(|(_, object)| object),
        }
    }

    /// What a reader sees of the objects that are taken, who may be behind.
    pub(crate) fn list(&mut self, takes: impl Fn(&T) -> bool) -> Vec<Arc<T>> {
        if self.lag.is_empty() {
            return self.objects.values().filter(|object| takes(object)).cloned().collect();
        }
        let mut seen = self.objects.clone();
        let now = |id: &str| self.places.get(id).and_then(|place| self.objects.get(place));
        for behind in self.lag.list(now, &takes) {
            match behind.before {
                Some(object) => seen.insert(behind.place, object),
                None => seen.remove(&behind.place),
            };
        }
        seen.into_values().filter(|object| takes(object)).collect()
    }
}
