//! A column put together row by row, of whatever types the values turn out to be.

use std::mem::take;

use ahash::RandomState;
use hashbrown::HashTable;

use super::interner::Interner;
use super::{Bitmap, Column, MISSING, Sets, Strings};
use crate::Attribute;

/// Up to here every whole number is a float exactly.
const EXACT: i64 = 1 << 53;

/// Puts a column together, a value for each row.
///
/// Integers beside floats become floats where each of them is one exactly: numbers compare as the numbers that they are,
/// so nothing tells the two apart. Other values of several types make the column [`Column::Mixed`].
#[derive(Clone, Debug, Default)]
pub struct ColumnBuilder {
    rows: usize,
    values: Values,
    /// Which rows have a value; nothing as long as all have one, or none.
    present: Option<Bitmap>,
    strings: Interner,
    sets: SetInterner,
    /// The members of the set that is pushed, for its memory.
    members: Vec<u32>,
    /// How many rows the column before had.
    likely: usize,
}

#[derive(Clone, Debug, Default)]
enum Values {
    #[default]
    Missing,
    Bool(Bitmap),
    Int(Vec<i64>),
    Float(Vec<f64>),
    String(Vec<u32>),
    Set(Vec<u32>),
    Mixed(Vec<Option<Attribute>>),
}

/// Sets by their members; equal ones have one code.
#[derive(Clone, Debug, Default)]
struct SetInterner {
    hasher: RandomState,
    table: HashTable<(u64, u32)>,
    ends: Vec<u32>,
    members: Vec<u32>,
}

impl ColumnBuilder {
    /// A column without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows were pushed.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row without a value.
    #[inline]
    pub fn push_missing(&mut self) {
        match &mut self.values {
            Values::Missing => {}
            Values::Bool(values) => values.push(false),
            Values::Int(values) => values.push(0),
            Values::Float(values) => values.push(0.0),
            Values::String(codes) | Values::Set(codes) => codes.push(MISSING),
            Values::Mixed(values) => values.push(None),
        }
        if matches!(self.values, Values::Bool(_) | Values::Int(_) | Values::Float(_)) {
            let rows = self.rows;
            self.present.get_or_insert_with(|| Bitmap::all(rows)).push(false);
        }
        self.rows += 1;
    }

    /// Adds a truth value.
    #[inline]
    pub fn push_bool(&mut self, value: bool) {
        if matches!(self.values, Values::Missing) {
            self.values = Values::Bool(Bitmap::zeros(self.rows));
            self.present = self.only_missing();
        }
        match &mut self.values {
            Values::Bool(values) => {
                values.push(value);
                self.there();
            }
            _ => self.push_other(Attribute::Bool(value)),
        }
    }

    /// Adds a whole number.
    #[inline]
    pub fn push_int(&mut self, value: i64) {
        if matches!(self.values, Values::Missing) {
            self.values = Values::Int(self.filled(0));
            self.present = self.only_missing();
        }
        match &mut self.values {
            Values::Int(values) => {
                values.push(value);
                self.there();
            }
            Values::Float(values) if exact(value) => {
                values.push(float(value));
                self.there();
            }
            _ => self.push_other(Attribute::Int(value)),
        }
    }

    /// Adds a float, which must not be NaN.
    #[inline]
    pub fn push_float(&mut self, value: f64) {
        if matches!(self.values, Values::Missing) {
            self.values = Values::Float(self.filled(0.0));
            self.present = self.only_missing();
        }
        if let Values::Int(values) = &self.values
            && values.iter().all(|value| exact(*value))
        {
            self.values = Values::Float(values.iter().map(|value| float(*value)).collect());
        }
        match &mut self.values {
            Values::Float(values) => {
                values.push(value);
                self.there();
            }
            _ => self.push_other(Attribute::Float(value)),
        }
    }

    /// Adds a string.
    #[inline]
    pub fn push_str(&mut self, value: &str) {
        if matches!(self.values, Values::Missing) {
            self.values = Values::String(self.filled(MISSING));
        }
        match &mut self.values {
            Values::String(codes) => {
                codes.push(self.strings.intern(value));
                self.rows += 1;
            }
            _ => self.push_other(Attribute::String(value.to_owned())),
        }
    }

    /// Adds a set of strings, in the order and with the repetitions of the data.
    pub fn push_set<'a>(&mut self, members: impl IntoIterator<Item = &'a str>) {
        if matches!(self.values, Values::Missing) {
            self.values = Values::Set(self.filled(MISSING));
        }
        match &mut self.values {
            Values::Set(codes) => {
                self.members.clear();
                self.members.extend(members.into_iter().map(|member| self.strings.intern(member)));
                codes.push(self.sets.intern(&self.members));
                self.rows += 1;
            }
            _ => self.push_other(Attribute::Set(members.into_iter().map(str::to_owned).collect())),
        }
    }

    /// Adds what a row before has, which must be a string or a set: for a caller who knows that it is the same.
    #[inline]
    pub fn push_again(&mut self, row: usize) {
        match &mut self.values {
            Values::String(codes) | Values::Set(codes) => {
                codes.push(codes.get(row).copied().unwrap_or(MISSING));
                self.rows += 1;
            }
            Values::Mixed(values) => {
                values.push(values.get(row).cloned().flatten());
                self.rows += 1;
            }
            _ => self.push_missing(),
        }
    }

    /// Takes back the rows from this one on.
    pub fn truncate(&mut self, rows: usize) {
        if rows >= self.rows {
            return;
        }
        match &mut self.values {
            Values::Missing => {}
            Values::Bool(values) => values.truncate(rows),
            Values::Int(values) => values.truncate(rows),
            Values::Float(values) => values.truncate(rows),
            Values::String(codes) | Values::Set(codes) => codes.truncate(rows),
            Values::Mixed(values) => values.truncate(rows),
        }
        if let Some(present) = &mut self.present {
            present.truncate(rows);
        }
        self.rows = rows;
        if rows == 0 {
            self.values = Values::Missing;
            self.present = None;
            self.strings.clear();
            self.sets.clear();
        }
    }

    /// The column. Starts anew, with the memory for finding strings again.
    pub fn finish(&mut self) -> Column {
        self.likely = take(&mut self.rows);
        let present = take(&mut self.present);
        let column = match take(&mut self.values) {
            Values::Missing => Column::Missing,
            Values::Bool(values) => Column::Bool { values, present },
            Values::Int(values) => Column::Int { values, present },
            Values::Float(values) => Column::Float { values, present },
            Values::String(codes) => Column::String(Strings { codes, distinct: self.strings.finish() }),
            Values::Set(codes) => {
                let (ends, members) = self.sets.finish();
                Column::Set(Sets { codes, ends, members, distinct: self.strings.finish() })
            }
            Values::Mixed(values) => Column::Mixed(values),
        };
        self.strings.clear();
        self.sets.clear();
        column
    }

    /// Values for the rows that are missing so far, with room for as many as the column before had.
    fn filled<T: Clone>(&self, value: T) -> Vec<T> {
        let mut values = Vec::with_capacity(self.likely.max(self.rows + 1));
        values.resize(self.rows, value);
        values
    }

    /// What is present where no row has a value.
    fn only_missing(&self) -> Option<Bitmap> {
        (self.rows > 0).then(|| Bitmap::zeros(self.rows))
    }

    /// Notes that the row has a value.
    #[inline]
    fn there(&mut self) {
        if let Some(present) = &mut self.present {
            present.push(true);
        }
        self.rows += 1;
    }

    /// Adds a value of another type than those before.
    #[cold]
    fn push_other(&mut self, value: Attribute) {
        if !matches!(self.values, Values::Mixed(_)) {
            let (rows, likely) = (self.rows, self.likely);
            let column = self.finish();
            self.values = Values::Mixed((0..rows).map(|row| column.value(row)).collect());
            (self.rows, self.likely) = (rows, likely);
        }
        if let Values::Mixed(values) = &mut self.values {
            values.push(Some(value));
            self.rows += 1;
        }
    }
}

impl SetInterner {
    fn intern(&mut self, set: &[u32]) -> u32 {
        let Self { hasher, table, ends, members } = self;
        let hash = hasher.hash_one(set);
        let same =
            |(other, code): &(u64, u32)| *other == hash && members_of(ends, members, *code) == Some(set);
        if let Some((_, code)) = table.find(hash, same) {
            return *code;
        }
        let code = u32::try_from(ends.len()).unwrap_or(MISSING);
        members.extend(set);
        ends.push(u32::try_from(members.len()).unwrap_or(u32::MAX));
        table.insert_unique(hash, (hash, code), |(hash, _)| *hash);
        code
    }

    fn finish(&mut self) -> (Vec<u32>, Vec<u32>) {
        self.table.clear();
        (take(&mut self.ends), take(&mut self.members))
    }

    fn clear(&mut self) {
        self.table.clear();
        self.ends.clear();
        self.members.clear();
    }
}

fn members_of<'a>(ends: &[u32], members: &'a [u32], code: u32) -> Option<&'a [u32]> {
    let code = code as usize;
    let start = code.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    members.get(start as usize..*ends.get(code)? as usize)
}

fn exact(value: i64) -> bool {
    (-EXACT..=EXACT).contains(&value)
}

#[expect(clippy::cast_precision_loss, reason = "only of numbers that are floats exactly")]
fn float(value: i64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn push(builder: &mut ColumnBuilder, value: Option<&Attribute>) {
        match value {
            None => builder.push_missing(),
            Some(Attribute::Bool(value)) => builder.push_bool(*value),
            Some(Attribute::Int(value)) => builder.push_int(*value),
            Some(Attribute::Float(value)) => builder.push_float(*value),
            Some(Attribute::String(value)) => builder.push_str(value),
            Some(Attribute::Set(members)) => builder.push_set(members.iter().map(String::as_str)),
        }
    }

    fn push_all(builder: &mut ColumnBuilder, values: &[Option<Attribute>]) {
        for value in values {
            push(builder, value.as_ref());
        }
    }

    /// The same, an integer and a float being so where they are the same number.
    fn same(left: Option<&Attribute>, right: Option<&Attribute>) -> bool {
        match (left, right) {
            (Some(Attribute::Int(int)), Some(Attribute::Float(other))) => {
                crate::number::compare(*int, *other) == Some(std::cmp::Ordering::Equal)
            }
            _ => left == right,
        }
    }

    fn value() -> impl Strategy<Value = Option<Attribute>> {
        prop_oneof![
            Just(None),
            any::<bool>().prop_map(|value| Some(value.into())),
            prop_oneof![any::<i64>(), -3..3_i64].prop_map(|value| Some(value.into())),
            (-1e9..1e9_f64).prop_map(|value| Some(Attribute::Float(value))),
            "[ab]{0,2}".prop_map(|value| Some(value.into())),
            prop::collection::vec("[ab]{0,2}", 0..3).prop_map(|value| Some(value.into())),
        ]
    }

    /// Columns of one type and a few missing ones, of numbers, and of anything.
    fn values() -> impl Strategy<Value = Vec<Option<Attribute>>> {
        (0..7_usize, prop::collection::vec(value(), 0..150)).prop_map(|(kind, mut values)| {
            values.retain(|value| match value {
                None => true,
                Some(Attribute::Bool(_)) => matches!(kind, 0 | 6),
                Some(Attribute::Int(_)) => matches!(kind, 1 | 5 | 6),
                Some(Attribute::Float(_)) => matches!(kind, 2 | 5 | 6),
                Some(Attribute::String(_)) => matches!(kind, 3 | 6),
                Some(Attribute::Set(_)) => matches!(kind, 4 | 6),
            });
            values
        })
    }

    proptest! {
        #[test]
        fn a_column_has_the_values_that_were_pushed_whatever_was_taken_back(
            before in values(), wrong in values(), after in values()
        ) {
            let mut builder = ColumnBuilder::new();
            for _ in 0..2 {
                push_all(&mut builder, &before);
                push_all(&mut builder, &wrong);
                builder.truncate(before.len());
                push_all(&mut builder, &after);
                prop_assert_eq!(builder.rows(), before.len() + after.len());
                let column = builder.finish();
                for (row, value) in before.iter().chain(&after).enumerate() {
                    let found = column.value(row);
                    prop_assert!(same(value.as_ref(), found.as_ref()), "{row}: {value:?}, {found:?}");
                }
            }
        }
    }

    #[test]
    fn equal_strings_and_sets_are_held_once() {
        let mut builder = ColumnBuilder::new();
        for value in ["en", "de", "en"] {
            builder.push_str(value);
        }
        let column =
            Column::String(Strings { codes: vec![0, 1, 0], distinct: vec!["en".into(), "de".into()] });
        assert_eq!(builder.finish(), column);
        for set in [["a", "b"], ["b", "a"], ["a", "b"]] {
            builder.push_set(set);
        }
        let Column::Set(sets) = builder.finish() else { panic!("sets") };
        assert_eq!((sets.codes, sets.ends, sets.members), (vec![0, 1, 0], vec![2, 4], vec![0, 1, 1, 0]));
    }

    #[test]
    fn a_row_before_is_had_again_in_columns_of_one_type_and_of_several() {
        let mut builder = ColumnBuilder::new();
        builder.push_missing();
        builder.push_set(["a", "b"]);
        builder.push_again(1);
        builder.push_str("c");
        builder.push_again(2);
        builder.push_again(3);
        let column = builder.finish();
        let set = Some(Attribute::Set(vec!["a".into(), "b".into()]));
        let expected = [None, set.clone(), set.clone(), Some("c".into()), set, Some("c".into())];
        assert_eq!([0, 1, 2, 3, 4, 5].map(|row| column.value(row)), expected);
    }

    #[test]
    fn a_number_that_is_no_float_exactly_keeps_its_digits_beside_floats() {
        let mut builder = ColumnBuilder::new();
        builder.push_float(0.5);
        builder.push_int(EXACT + 1);
        let mixed = vec![Some(Attribute::Float(0.5)), Some(Attribute::Int(EXACT + 1))];
        assert_eq!(builder.finish(), Column::Mixed(mixed));
    }
}
