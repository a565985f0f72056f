//! Records put together as rows of columns, one value after the other.

use rule_eval::columnar::{Batch, Column, ColumnBuilder};
use rule_eval::limits::{MAX_SET_ITEMS, MAX_STRING_BYTES};

use super::{ExtraKind, Found, RecordBatch, Reject, Type, Wanted, Why, time};

/// How much of a string is shown.
const SHOWN: usize = 32;

/// Rows that grow, with a slot for each column or key of the data that is wanted.
#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<Slot>,
    /// For each column, then for each extra, where it is filled: the slot, and the place among its targets.
    places: Vec<(usize, usize)>,
    columns: usize,
    rows: usize,
    numbers: Vec<u64>,
    rejects: Vec<Reject>,
}

/// A column or key of the data.
#[derive(Debug)]
struct Slot {
    source: String,
    targets: Vec<Target>,
    /// How many rows it has, those without a value included: more than the table as soon as the record has it.
    rows: usize,
    /// Whether the value of the record comes from an object within.
    within: bool,
    seen: bool,
}

/// A column that is made of it.
#[derive(Debug)]
struct Target {
    kind: Kind,
    builder: ColumnBuilder,
}

/// What is made of the values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Attribute(Option<Type>),
    Extra(ExtraKind),
}

/// A value of a record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Missing,
    Bool(bool),
    Int(i64),
    /// Never NaN.
    Float(f64),
    Str(&'a str),
    Set(&'a Members),
}

/// The members of a set, in one text.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    text: String,
    ends: Vec<usize>,
}

impl Members {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(super) fn push(&mut self, member: &str) {
        self.text.push_str(member);
        self.ends.push(self.text.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.text.get(start..*end).unwrap_or_default())
    }
}

impl Table {
    pub(super) fn new(wanted: &Wanted) -> Self {
        let mut slots: Vec<Slot> = Vec::new();
        let columns = wanted.columns.iter().map(|column| Kind::Attribute(column.ty));
        let kinds = columns.chain(wanted.extra.iter().map(|extra| Kind::Extra(extra.kind)));
        let mut places = Vec::new();
        for (source, kind) in wanted.sources().zip(kinds) {
            let known = slots.iter().position(|slot| slot.source == source);
            let at = known.unwrap_or(slots.len());
            if known.is_none() {
                let source = source.to_owned();
                slots.push(Slot { source, targets: Vec::new(), rows: 0, within: false, seen: false });
            }
            if let Some(slot) = slots.get_mut(at) {
                places.push((at, slot.targets.len()));
                slot.targets.push(Target { kind, builder: ColumnBuilder::new() });
            }
        }
        let columns = wanted.columns.len();
        Self { slots, places, columns, rows: 0, numbers: Vec::new(), rejects: Vec::new() }
    }

    /// The columns or keys of the data, slot by slot.
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|slot| slot.source.as_str())
    }

    /// What a slot's column or key is called.
    pub(super) fn source(&self, slot: usize) -> String {
        self.slots.get(slot).map(|slot| slot.source.clone()).unwrap_or_default()
    }

    /// Sets a value of the record. One that stands right in the record goes before one of an object `within` it.
    #[inline]
    pub(super) fn set(&mut self, slot: usize, value: Value<'_>, within: bool) -> Result<(), Box<Why>> {
        let Some(slot) = self.slots.get_mut(slot) else { return Ok(()) };
        if slot.rows > self.rows && !slot.replaces(self.rows, within)? {
            return Ok(());
        }
        slot.rows = self.rows + 1;
        slot.within = within;
        for target in &mut slot.targets {
            target.push(value, &slot.source)?;
        }
        Ok(())
    }

    /// Sets what a row before has, which must be a string or a list.
    #[inline]
    pub(super) fn set_again(&mut self, slot: usize, row: usize, within: bool) -> Result<(), Box<Why>> {
        let Some(slot) = self.slots.get_mut(slot) else { return Ok(()) };
        if slot.rows > self.rows && !slot.replaces(self.rows, within)? {
            return Ok(());
        }
        slot.rows = self.rows + 1;
        slot.within = within;
        slot.targets.iter_mut().for_each(|target| target.builder.push_again(row));
        Ok(())
    }

    /// Ends the record: what was not set is missing.
    pub(super) fn end(&mut self, number: u64) {
        for slot in &mut self.slots {
            if slot.rows > self.rows {
                slot.seen = true;
                continue;
            }
            slot.rows += 1;
            for target in &mut slot.targets {
                target.builder.push_missing();
            }
        }
        self.rows += 1;
        self.numbers.push(number);
    }

    /// Takes back what was set of the record.
    pub(super) fn undo(&mut self) {
        let rows = self.rows;
        for slot in &mut self.slots {
            slot.truncate(rows);
        }
    }

    /// Leaves the record out.
    pub(super) fn reject(&mut self, reject: Reject) {
        self.undo();
        self.rejects.push(reject);
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// How many records were rejected.
    pub(super) fn rejected(&self) -> usize {
        self.rejects.len()
    }

    /// Sets a cell of CSV, read as what its attribute is declared as.
    pub(super) fn set_cell(&mut self, slot: usize, cell: Option<&str>) -> Result<(), Box<Why>> {
        let Some(slot) = self.slots.get_mut(slot) else { return Ok(()) };
        if slot.rows > self.rows {
            return Err(Box::new(Why::Duplicate { column: slot.source.clone() }));
        }
        slot.rows = self.rows + 1;
        for target in &mut slot.targets {
            let mut members = Members::default();
            let value = cell.map_or(Value::Missing, |cell| read_cell(cell, target.kind, &mut members));
            target.push(value, &slot.source)?;
        }
        Ok(())
    }

    /// Sets a moment of the record, in milliseconds: for those who ask for a time.
    pub(super) fn set_moment(&mut self, slot: usize, moment: i64) -> Result<(), Box<Why>> {
        let Some(slot) = self.slots.get_mut(slot) else { return Ok(()) };
        slot.rows = self.rows + 1;
        for target in &mut slot.targets {
            if target.kind != Kind::Extra(ExtraKind::Time) {
                return Err(Box::new(Why::NoValue { column: slot.source.clone(), found: "a time" }));
            }
            target.builder.push_int(moment);
        }
        Ok(())
    }

    /// Columns that are there already, for each target of each slot.
    pub(super) fn direct(
        &mut self,
        column: impl Fn(usize, Kind, &mut ColumnBuilder) -> Option<Column>,
    ) -> Vec<Vec<Option<Column>>> {
        let slots = self.slots.iter_mut().enumerate();
        let columns = slots.map(|(place, slot)| {
            let targets = slot.targets.iter_mut();
            targets.map(|target| column(place, target.kind, &mut target.builder)).collect()
        });
        columns.collect()
    }

    /// Adds rows of nothing but such columns.
    pub(super) fn count(&mut self, rows: usize, first: u64) {
        self.rows += rows;
        self.numbers.extend((first..).take(rows));
    }

    /// The batch with such columns, where a slot has nothing else; then the table is empty again.
    pub(super) fn finish_with(
        &mut self,
        mut direct: Vec<Vec<Option<Column>>>,
        file: u32,
        found: &mut Found,
    ) -> RecordBatch {
        let mut batch = self.finish(file, found);
        // A slot of which one column had to be filled value by value has them all so.
        direct.iter_mut().filter(|slot| slot.iter().any(Option::is_none)).for_each(Vec::clear);
        let columns = batch.batch.columns.iter_mut().chain(&mut batch.extra);
        for (column, (slot, target)) in columns.zip(&self.places) {
            if let Some(there) = direct.get_mut(*slot).and_then(|slot| slot.get_mut(*target)?.take()) {
                *column = there;
            }
        }
        batch
    }

    /// The batch; then the table is empty again.
    pub(super) fn finish(&mut self, file: u32, found: &mut Found) -> RecordBatch {
        if self.rows > 0 {
            found.file(file);
        }
        for slot in &mut self.slots {
            slot.rows = 0;
            if std::mem::take(&mut slot.seen) {
                found.source(file, &slot.source);
            }
        }
        let mut columns = Vec::with_capacity(self.places.len());
        for (slot, target) in &self.places {
            let target = self.slots.get_mut(*slot).and_then(|slot| slot.targets.get_mut(*target));
            columns.push(target.map(|target| target.builder.finish()).unwrap_or_default());
        }
        let extra = columns.split_off(self.columns.min(columns.len()));
        let rows = std::mem::take(&mut self.rows);
        RecordBatch {
            batch: Batch { rows, columns },
            extra,
            file,
            numbers: std::mem::take(&mut self.numbers),
            rejects: std::mem::take(&mut self.rejects),
            bytes: 0,
        }
    }
}

impl Slot {
    /// Whether a second value takes the place of the first one.
    #[cold]
    fn replaces(&mut self, rows: usize, within: bool) -> Result<bool, Box<Why>> {
        if within == self.within {
            return Err(Box::new(Why::Duplicate { column: self.source.clone() }));
        }
        if !within {
            self.truncate(rows);
        }
        Ok(!within)
    }

    fn truncate(&mut self, rows: usize) {
        self.rows = self.rows.min(rows);
        for target in &mut self.targets {
            target.builder.truncate(rows);
        }
    }
}

impl Target {
    #[inline]
    fn push(&mut self, value: Value<'_>, source: &str) -> Result<(), Box<Why>> {
        let builder = &mut self.builder;
        match (value, self.kind) {
            (
                Value::Str(value),
                Kind::Attribute(None | Some(Type::String)) | Kind::Extra(ExtraKind::Text),
            ) if value.len() <= MAX_STRING_BYTES => {
                builder.push_str(value);
            }
            (Value::Int(value), Kind::Attribute(None | Some(Type::Int | Type::Float))) => {
                builder.push_int(value);
            }
            (Value::Float(value), Kind::Attribute(None | Some(Type::Float))) => builder.push_float(value),
            (Value::Bool(value), Kind::Attribute(None | Some(Type::Bool))) => builder.push_bool(value),
            (Value::Missing, _) => builder.push_missing(),
            (value, kind) => return self.push_other(value, kind, source),
        }
        Ok(())
    }

    /// What is not pushed as it is, or perhaps not at all.
    #[inline(never)]
    fn push_other(&mut self, value: Value<'_>, kind: Kind, source: &str) -> Result<(), Box<Why>> {
        let column = || source.to_owned();
        match (value, kind) {
            (Value::Str(value), _) if value.len() > MAX_STRING_BYTES => {
                return Err(Box::new(Why::StringTooLong { column: column(), found: value.len() }));
            }
            (Value::Set(members), Kind::Attribute(None | Some(Type::Set))) => {
                if members.len() > MAX_SET_ITEMS {
                    return Err(Box::new(Why::SetTooLarge { column: column() }));
                }
                if let Some(long) = members.iter().find(|member| member.len() > MAX_STRING_BYTES) {
                    return Err(Box::new(Why::StringTooLong { column: column(), found: long.len() }));
                }
                self.builder.push_set(members.iter());
            }
            (_, Kind::Attribute(declared)) => match (whole(value), declared) {
                (Some(whole), Some(Type::Int)) => self.builder.push_int(whole),
                (_, Some(declared)) => {
                    return Err(Box::new(Why::Type { column: column(), found: shown(value), declared }));
                }
                // Without a declaration, everything is pushed as it is.
                (_, None) => {}
            },
            (_, Kind::Extra(ExtraKind::Time)) => {
                let moment = match value {
                    Value::Int(value) => time::of_int(value),
                    Value::Float(value) => time::of_float(value),
                    Value::Str(value) => time::of_text(value),
                    _ => None,
                };
                let moment =
                    moment.ok_or_else(|| Box::new(Why::Time { column: column(), found: shown(value) }))?;
                self.builder.push_int(moment);
            }
            (Value::Bool(value), _) => self.builder.push_str(if value { "true" } else { "false" }),
            (Value::Int(value), _) => self.builder.push_str(&value.to_string()),
            (Value::Float(value), _) => self.builder.push_str(&value.to_string()),
            (_, Kind::Extra(ExtraKind::Text)) => {
                return Err(Box::new(Why::Type {
                    column: column(),
                    found: shown(value),
                    declared: Type::String,
                }));
            }
        }
        Ok(())
    }
}

/// A cell as what is declared; as a string where it is something else.
fn read_cell<'a>(cell: &'a str, kind: Kind, members: &'a mut Members) -> Value<'a> {
    let number = || {
        // The library's grammar, which has no `+1`, `inf` or `.5`.
        let is_number = cell.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        let number = is_number.then(|| serde_json::from_str::<serde_json::Number>(cell).ok()).flatten()?;
        number.as_i64().map(Value::Int).or_else(|| number.as_f64().map(Value::Float))
    };
    match (kind, cell) {
        (Kind::Attribute(Some(Type::Bool)), "true") => Value::Bool(true),
        (Kind::Attribute(Some(Type::Bool)), "false") => Value::Bool(false),
        (Kind::Attribute(Some(Type::Int | Type::Float)) | Kind::Extra(ExtraKind::Time), _) => {
            number().unwrap_or(Value::Str(cell))
        }
        (Kind::Attribute(Some(Type::Set)), _) => {
            if cell.starts_with('[') {
                let Ok(list) = serde_json::from_str::<Vec<String>>(cell) else { return Value::Str(cell) };
                for member in &list {
                    members.push(member);
                }
            } else if !cell.is_empty() {
                cell.split('|').for_each(|member| members.push(member));
            }
            Value::Set(members)
        }
        _ => Value::Str(cell),
    }
}

/// The integer that a float is.
fn whole(value: Value<'_>) -> Option<i64> {
    const PAST: f64 = 9_223_372_036_854_775_808.0;
    let Value::Float(value) = value else { return None };
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and lies in an `i64`'s range")]
    (value.fract() == 0.0 && (-PAST..PAST).contains(&value)).then_some(value as i64)
}

/// A value for a message.
pub(super) fn shown(value: Value<'_>) -> String {
    match value {
        Value::Missing => "missing".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Int(value) => format!("`{value}`"),
        Value::Float(value) => format!("`{value:?}`"),
        Value::Str(value) if value.chars().nth(SHOWN).is_some() => {
            format!("the string `{}…`", value.chars().take(SHOWN).collect::<String>())
        }
        Value::Str(value) => format!("the string `{value}`"),
        Value::Set(_) => "a list".to_owned(),
    }
}
