//! JSON lines: of each object the wanted keys.

use std::fmt;

use rule_eval::limits::MAX_SET_ITEMS;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::keys::{Entry, Keys};
use super::lines::Lines;
use super::lists::Lists;
use super::scan::Scan;
use super::table::{Members, Table, Value};
use super::{Found, Input, Reject, Unit, Why};

/// Reads objects into a table.
#[derive(Debug)]
pub(super) struct Json {
    keys: Keys,
    members: Members,
    lists: Lists,
    /// The slot of the set that is being read.
    set: Option<usize>,
    /// What is wrong with the record, when the library only knows that something is.
    why: Option<Box<Why>>,
}

impl Json {
    pub(super) fn new(table: &Table) -> Self {
        let (members, lists) = (Members::default(), Lists::default());
        Self { keys: Keys::new(table), members, lists, set: None, why: None }
    }

    /// Reads lines, and stops after one more than so many rejects.
    pub(super) fn read(
        &mut self,
        input: &Input,
        lines: Lines,
        rejects: u64,
        table: &mut Table,
        found: &mut Found,
    ) {
        self.lists.forget();
        let mut start = 0;
        for (index, end) in lines.ends.iter().enumerate() {
            let line = lines.bytes.get(start..*end).unwrap_or_default();
            start = *end;
            let number = lines.first + index as u64;
            match self.record(line, table) {
                Ok(true) => table.end(number),
                Ok(false) => {}
                Err(why) => {
                    let last = lines.cut && *end == lines.bytes.len();
                    let why = if last && matches!(&*why, Why::Json { cut: true, .. }) {
                        Why::Truncated
                    } else {
                        *why
                    };
                    let text = Some(String::from_utf8_lossy(line.trim_ascii()).into_owned());
                    table.reject(Reject { input: input.clone(), unit: Unit::Line, number, why, text });
                    if table.rejected() as u64 > rejects {
                        break;
                    }
                }
            }
        }
        if table.rows() > 0 {
            self.keys.others().for_each(|key| found.other(input.place, key));
        }
        if let Some(reject) = lines.too_long {
            table.reject(reject);
        }
    }

    /// Reads a line; false where it is blank.
    fn record(&mut self, line: &[u8], table: &mut Table) -> Result<bool, Box<Why>> {
        let text = std::str::from_utf8(line.trim_ascii_end()).map_err(|_| Why::NotUtf8)?;
        let scan = Scan::new(text, &mut self.keys, (&mut self.members, &mut self.lists), table);
        if scan.record().is_some() {
            return Ok(true);
        }
        self.lists.forget();
        table.undo();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = (&mut deserializer).deserialize_map(Object { json: self, table, level: 0 });
        match read.and_then(|()| deserializer.end()) {
            Ok(()) => Ok(true),
            Err(_) if text.is_empty() => Ok(false),
            Err(error) => {
                let set = self.set.take().filter(|_| error.is_data());
                let set = set.map(|slot| {
                    Box::new(Why::NoValue {
                        column: table.source(slot),
                        found: "a list of other things than strings",
                    })
                });
                Err(self.why.take().or(set).unwrap_or_else(|| Box::new(why(&error))))
            }
        }
    }
}

/// What is wrong as the library says it, without the place, which is that of one line.
fn why(error: &serde_json::Error) -> Why {
    if error.is_data() {
        return Why::NoObject;
    }
    let cut = error.classify() == Category::Eof;
    let text = error.to_string();
    let what = if cut { "the line ends too early" } else { text.as_str() };
    let what = what.rsplit_once(" at line ").map_or(what, |(what, _)| what);
    Why::Json { what: what.to_owned(), column: error.column(), cut }
}

/// An object: a record, or one within it.
struct Object<'a> {
    json: &'a mut Json,
    table: &'a mut Table,
    level: usize,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { json, table, level } = self;
        while let Some(entry) = map.next_key_seed(Key { keys: &json.keys, level })? {
            match entry {
                Entry { slot: None, level: None } => {
                    map.next_value::<IgnoredAny>()?;
                }
                entry => map.next_value_seed(Valued { json, table, entry, within: level > 0 })?,
            }
        }
        Ok(())
    }
}

/// A key: what it leads to.
struct Key<'a> {
    keys: &'a Keys,
    level: usize,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Entry;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entry, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Entry, E> {
        Ok(self.keys.entry(self.level, key))
    }
}

/// The value of a key that is wanted, or within which something is.
struct Valued<'a> {
    json: &'a mut Json,
    table: &'a mut Table,
    entry: Entry,
    /// Whether it lies in an object within the record.
    within: bool,
}

impl Valued<'_> {
    #[inline]
    fn set<E: Error>(self, value: Value<'_>) -> Result<(), E> {
        let Some(slot) = self.entry.slot else { return Ok(()) };
        self.table.set(slot, value, self.within).map_err(|why| self.json.fail(why))
    }
}

impl Json {
    /// Keeps what is wrong, since the library's errors carry text alone.
    #[cold]
    fn fail<E: Error>(&mut self, why: impl Into<Box<Why>>) -> E {
        self.why = Some(why.into());
        E::custom("")
    }
}

impl<'de> DeserializeSeed<'de> for Valued<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Valued<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.set(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.set(Value::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.set(whole(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.set(Value::Float(value))
    }

    #[inline]
    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.set(Value::Str(value))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.set(Value::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some(slot) = self.entry.slot else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        let Self { json, table, .. } = self;
        json.members.clear();
        json.set = Some(slot);
        while seq.next_element_seed(Member(&mut json.members))?.is_some() {
            if json.members.len() > MAX_SET_ITEMS {
                return Err(json.fail(Why::SetTooLarge { column: table.source(slot) }));
            }
        }
        json.set = None;
        table.set(slot, Value::Set(&json.members), self.within).map_err(|why| json.fail(why))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Self { json, table, entry, .. } = self;
        if let Some(slot) = entry.slot {
            return Err(json.fail(Why::NoValue { column: table.source(slot), found: "an object" }));
        }
        Object { json, table, level: entry.level.unwrap_or_default() }.visit_map(map)
    }
}

/// A whole number; beyond an `i64` the nearest float, as for [`rule_eval::Interaction::from_json`].
#[expect(clippy::cast_precision_loss, reason = "the nearest float is meant")]
pub(super) fn whole(value: u64) -> Value<'static> {
    i64::try_from(value).map_or(Value::Float(value as f64), Value::Int)
}

/// A member of a set.
struct Member<'a>(&'a mut Members);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Member<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, member: &str) -> Result<(), E> {
        self.0.push(member);
        Ok(())
    }
}
