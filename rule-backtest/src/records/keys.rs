//! Keys of objects: which are wanted, and which comes next.

use rustc_hash::FxHashMap;

use super::table::Table;

/// How many keys of an object are remembered.
const MAX_KEYS: usize = 2_000;

/// How many keys that are expected next may be left out before one is looked up.
const LOOK_AHEAD: usize = 4;

/// What stands in no text where a key may start.
const NO_KEY: &[u8] = b"\0";

/// The object of a record, and those within it that wanted keys lie in.
#[derive(Debug)]
pub(super) struct Keys(Vec<Level>);

/// What a key leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Entry {
    /// The slot of its value, if that is wanted.
    pub(super) slot: Option<usize>,
    /// The level of its object, if something within is wanted.
    pub(super) level: Option<usize>,
}

/// The keys of one object.
#[derive(Debug, Default)]
struct Level {
    /// The first two stand for the start of an object, and for a key that is not remembered.
    known: Vec<Known>,
    index: FxHashMap<Box<str>, usize>,
}

#[derive(Debug)]
struct Known {
    /// The key in quotes.
    quoted: Box<[u8]>,
    entry: Entry,
    /// The key that came after it.
    next: usize,
}

/// Where an object starts.
pub(super) const START: usize = 0;
const FORGOTTEN: usize = 1;

impl Keys {
    /// The keys that a table asks for.
    pub(super) fn new(table: &Table) -> Self {
        let mut keys = Self(vec![Level::new()]);
        for (slot, source) in table.sources().enumerate() {
            keys.want(0, source, slot);
            let mut level = 0;
            let mut rest = source;
            while let Some((object, key)) = rest.split_once('.') {
                level = keys.within(level, object);
                rest = key;
            }
            keys.want(level, rest, slot);
        }
        keys
    }

    fn want(&mut self, level: usize, key: &str, slot: usize) {
        if let Some(entry) = self.0.get_mut(level).and_then(|level| level.entry(key)) {
            entry.slot = Some(slot);
        }
    }

    /// The level of an object within another.
    fn within(&mut self, level: usize, key: &str) -> usize {
        let next = self.0.len();
        let Some(entry) = self.0.get_mut(level).and_then(|level| level.entry(key)) else { return level };
        let below = *entry.level.get_or_insert(next);
        if below == next {
            self.0.push(Level::new());
        }
        below
    }

    /// What a key leads to.
    pub(super) fn entry(&self, level: usize, key: &str) -> Entry {
        let level = self.0.get(level);
        let known = level.and_then(|level| level.known.get(*level.index.get(key)?));
        known.map(|known| known.entry).unwrap_or_default()
    }

    /// The key that this text starts with in quotes, if it is one of those that are likely after `before`: its place, what
    /// it leads to, its length with the quotes.
    #[inline]
    pub(super) fn likely(&self, level: usize, before: usize, text: &[u8]) -> Option<(usize, Entry, usize)> {
        let known = &self.0.get(level)?.known;
        let mut place = known.get(before)?.next;
        for _ in 0..LOOK_AHEAD {
            let key = known.get(place)?;
            if starts_with(text, &key.quoted) {
                return Some((place, key.entry, key.quoted.len()));
            }
            place = key.next;
        }
        None
    }

    /// The same for any key, which will be likely from now on.
    #[cold]
    pub(super) fn unlikely(&mut self, level: usize, before: usize, key: &str) -> Option<(usize, Entry)> {
        let level = self.0.get_mut(level)?;
        let place = level.place(key);
        level.known.get_mut(before)?.next = place;
        Some((place, level.known.get(place)?.entry))
    }

    /// Keys of records that nobody wants.
    pub(super) fn others(&self) -> impl Iterator<Item = &str> {
        let level = self.0.first();
        let index = level
            .into_iter()
            .flat_map(|level| level.index.iter().map(move |(key, place)| (level, key, place)));
        let other = |level: &Level, place: usize| {
            level.known.get(place).is_some_and(|known| known.entry == Entry::default())
        };
        index.filter(move |(level, _, place)| other(level, **place)).map(|(_, key, _)| &**key)
    }
}

/// Whether the text starts so; without a call for the short keys that most are.
#[inline]
fn starts_with(text: &[u8], key: &[u8]) -> bool {
    let Some(start) = text.get(..key.len()) else { return false };
    match key.len() {
        // The two ends overlap.
        16..=32 => {
            start.first_chunk::<16>() == key.first_chunk() && start.last_chunk::<16>() == key.last_chunk()
        }
        8..=15 => {
            start.first_chunk::<8>() == key.first_chunk() && start.last_chunk::<8>() == key.last_chunk()
        }
        4..=7 => start.first_chunk::<4>() == key.first_chunk() && start.last_chunk::<4>() == key.last_chunk(),
        _ => start == key,
    }
}

impl Level {
    fn new() -> Self {
        let none = || Known { quoted: NO_KEY.into(), entry: Entry::default(), next: FORGOTTEN };
        Self { known: vec![none(), none()], index: FxHashMap::default() }
    }

    fn entry(&mut self, key: &str) -> Option<&mut Entry> {
        let place = self.remember(key);
        self.known.get_mut(place).map(|known| &mut known.entry)
    }

    fn place(&mut self, key: &str) -> usize {
        match self.index.get(key) {
            Some(place) => *place,
            None if self.known.len() < MAX_KEYS => self.remember(key),
            None => FORGOTTEN,
        }
    }

    fn remember(&mut self, key: &str) -> usize {
        *self.index.entry(key.into()).or_insert_with(|| {
            let quoted = format!("\"{key}\"").into_bytes().into();
            self.known.push(Known { quoted, entry: Entry::default(), next: FORGOTTEN });
            self.known.len() - 1
        })
    }
}
