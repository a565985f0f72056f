//! Values of Parquet's columns: a column at once where its type is an attribute's, else value by value.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, OffsetSizeTrait, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use rule_eval::columnar::{Bitmap, Column, ColumnBuilder, MISSING, Strings};
use rule_eval::limits::{MAX_SET_ITEMS, MAX_STRING_BYTES};

use super::json::whole;
use super::table::{Kind, Members, Value};
use super::{ExtraKind, Type};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A value of a column.
pub(super) enum Cell<'a> {
    Value(Value<'a>),
    /// The members that were handed in.
    Set,
    /// A date or time, in milliseconds since 1970.
    Moment(i64),
    /// No attribute's value.
    None(&'static str),
    /// No number.
    NotFinite(String),
}

/// The column as it is, if its values need no second look. The builder is without rows, before and after.
pub(super) fn column(array: &dyn Array, kind: Kind, builder: &mut ColumnBuilder) -> Option<Column> {
    match (array.data_type(), kind) {
        (DataType::Boolean, Kind::Attribute(None | Some(Type::Bool))) => {
            let array = array.as_boolean();
            let values = array.values().bit_chunks();
            let values = match array.nulls() {
                Some(nulls) => {
                    let present = nulls.inner().bit_chunks();
                    let values = values.iter_padded().zip(present.iter_padded());
                    Bitmap::from_words(values.map(|(value, present)| value & present), array.len())
                }
                None => Bitmap::from_words(values.iter_padded(), array.len()),
            };
            Some(Column::Bool { values, present: present(array) })
        }
        (ty, Kind::Attribute(None | Some(Type::Int | Type::Float))) if ty.is_integer() => Some(match ty {
            DataType::Int8 => ints::<Int8Type>(array),
            DataType::Int16 => ints::<Int16Type>(array),
            DataType::Int32 => ints::<Int32Type>(array),
            DataType::Int64 => ints::<Int64Type>(array),
            DataType::UInt8 => ints::<UInt8Type>(array),
            DataType::UInt16 => ints::<UInt16Type>(array),
            DataType::UInt32 => ints::<UInt32Type>(array),
            _ => return None,
        }),
        (DataType::Float64, Kind::Attribute(None | Some(Type::Float))) => {
            floats(array, array.as_primitive::<Float64Type>().values().to_vec())
        }
        (DataType::Float32, Kind::Attribute(None | Some(Type::Float))) => floats(
            array,
            array.as_primitive::<Float32Type>().values().iter().map(|one| f64::from(*one)).collect(),
        ),
        (
            DataType::Dictionary(_, _),
            Kind::Attribute(None | Some(Type::String)) | Kind::Extra(ExtraKind::Text),
        ) => strings(array),
        (DataType::Utf8, Kind::Attribute(None | Some(Type::String)) | Kind::Extra(ExtraKind::Text)) => {
            built(plain_strings(array, builder), builder)
        }
        (DataType::List(_), Kind::Attribute(None | Some(Type::Set))) => built(sets(array, builder), builder),
        (DataType::Null, _) => Some(Column::Missing),
        _ => None,
    }
}

fn present(array: &dyn Array) -> Option<Bitmap> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0)?;
    Some(Bitmap::from_words(nulls.inner().bit_chunks().iter_padded(), nulls.len()))
}

fn ints<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array) -> Column {
    let values = array.as_primitive::<T>().values().iter().map(|one| (*one).into()).collect();
    Column::Int { values, present: present(array) }
}

fn floats(array: &dyn Array, values: Vec<f64>) -> Option<Column> {
    // A float that is missing may be anything; what is not finite is looked at value by value.
    values.iter().all(|one| one.is_finite()).then(|| Column::Float { values, present: present(array) })
}

/// The strings that the rows use, each once.
fn strings(array: &dyn Array) -> Option<Column> {
    let array = array.as_dictionary_opt::<Int32Type>()?;
    let texts = array.values().as_string_opt::<i32>()?;
    let mut places = vec![MISSING; texts.len()];
    let mut distinct: Vec<String> = Vec::new();
    let mut codes = Vec::with_capacity(array.len());
    for key in array.keys() {
        let Some(key) = key.and_then(|key| usize::try_from(key).ok()) else {
            codes.push(MISSING);
            continue;
        };
        let place = places.get_mut(key)?;
        if *place == MISSING && texts.is_valid(key) {
            let text = texts.value(key);
            if text.len() > MAX_STRING_BYTES {
                return None;
            }
            *place = u32::try_from(distinct.len()).ok()?;
            distinct.push(text.to_owned());
        }
        codes.push(*place);
    }
    Some(Column::String(Strings { codes, distinct }))
}

/// What was built; nothing where that ended early.
fn built(whole: Option<()>, builder: &mut ColumnBuilder) -> Option<Column> {
    if whole.is_none() {
        builder.truncate(0);
        return None;
    }
    Some(builder.finish())
}

/// Strings that the file holds one by one.
fn plain_strings(array: &dyn Array, builder: &mut ColumnBuilder) -> Option<()> {
    for text in array.as_string_opt::<i32>()? {
        match text {
            Some(text) if text.len() > MAX_STRING_BYTES => return None,
            Some(text) => builder.push_str(text),
            None => builder.push_missing(),
        }
    }
    Some(())
}

/// Lists of strings.
fn sets(array: &dyn Array, builder: &mut ColumnBuilder) -> Option<()> {
    let lists = array.as_list_opt::<i32>()?;
    let texts = lists.values().as_string_opt::<i32>()?;
    for (row, ends) in lists.value_offsets().windows(2).enumerate() {
        let [start, end] = *ends else { return None };
        let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        if lists.is_null(row) {
            builder.push_missing();
            continue;
        }
        let good = |member: usize| texts.is_valid(member) && texts.value(member).len() <= MAX_STRING_BYTES;
        if end > texts.len() || end - start > MAX_SET_ITEMS || !(start..end).all(good) {
            return None;
        }
        builder.push_set((start..end).map(|member| texts.value(member)));
    }
    Some(())
}

/// A row's value.
pub(super) fn cell<'a>(array: &'a dyn Array, row: usize, members: &mut Members) -> Cell<'a> {
    if array.is_null(row) {
        return Cell::Value(Value::Missing);
    }
    match array.data_type() {
        DataType::Null => Cell::Value(Value::Missing),
        DataType::Boolean => Cell::Value(Value::Bool(array.as_boolean().value(row))),
        DataType::Int8 => int::<Int8Type>(array, row),
        DataType::Int16 => int::<Int16Type>(array, row),
        DataType::Int32 => int::<Int32Type>(array, row),
        DataType::Int64 => int::<Int64Type>(array, row),
        DataType::UInt8 => int::<UInt8Type>(array, row),
        DataType::UInt16 => int::<UInt16Type>(array, row),
        DataType::UInt32 => int::<UInt32Type>(array, row),
        DataType::UInt64 => Cell::Value(whole(array.as_primitive::<UInt64Type>().value(row))),
        DataType::Float32 => float(f64::from(array.as_primitive::<Float32Type>().value(row))),
        DataType::Float64 => float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => Cell::Value(Value::Str(array.as_string::<i32>().value(row))),
        DataType::LargeUtf8 => Cell::Value(Value::Str(array.as_string::<i64>().value(row))),
        DataType::Utf8View => Cell::Value(Value::Str(array.as_string_view().value(row))),
        DataType::Dictionary(_, _) => match array.as_dictionary_opt::<Int32Type>() {
            Some(array) => {
                let key = usize::try_from(array.keys().value(row)).unwrap_or(usize::MAX);
                if key < array.values().len() {
                    cell(array.values().as_ref(), key, members)
                } else {
                    Cell::None("no value")
                }
            }
            None => Cell::None("of a type that is not read"),
        },
        DataType::List(_) => list::<i32>(array, row, members),
        DataType::LargeList(_) => list::<i64>(array, row, members),
        DataType::Date32 => moment::<Date32Type>(array, row, |days| days.checked_mul(DAY)),
        DataType::Date64 => moment::<Date64Type>(array, row, Some),
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => {
                moment::<TimestampSecondType>(array, row, |seconds| seconds.checked_mul(1000))
            }
            TimeUnit::Millisecond => moment::<TimestampMillisecondType>(array, row, Some),
            TimeUnit::Microsecond => {
                moment::<TimestampMicrosecondType>(array, row, |one| Some(one.div_euclid(1000)))
            }
            TimeUnit::Nanosecond => {
                moment::<TimestampNanosecondType>(array, row, |one| Some(one.div_euclid(1_000_000)))
            }
        },
        DataType::Decimal32(_, scale) => {
            decimal(array.as_primitive::<Decimal32Type>().value(row).into(), *scale)
        }
        DataType::Decimal64(_, scale) => {
            decimal(array.as_primitive::<Decimal64Type>().value(row).into(), *scale)
        }
        DataType::Decimal128(_, scale) => decimal(array.as_primitive::<Decimal128Type>().value(row), *scale),
        DataType::Struct(_) => Cell::None("an object"),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            Cell::None("bytes that are not declared as text")
        }
        _ => Cell::None("of a type that is not read"),
    }
}

fn int<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array, row: usize) -> Cell<'static> {
    Cell::Value(Value::Int(array.as_primitive::<T>().value(row).into()))
}

fn float(value: f64) -> Cell<'static> {
    if value.is_finite() { Cell::Value(Value::Float(value)) } else { Cell::NotFinite(format!("`{value}`")) }
}

fn moment<T: ArrowPrimitiveType<Native: Into<i64>>>(
    array: &dyn Array,
    row: usize,
    milliseconds: impl Fn(i64) -> Option<i64>,
) -> Cell<'static> {
    let array: &PrimitiveArray<T> = array.as_primitive();
    milliseconds(array.value(row).into()).map_or(Cell::None("a time out of range"), Cell::Moment)
}

/// A list of strings.
fn list<O: OffsetSizeTrait>(array: &dyn Array, row: usize, members: &mut Members) -> Cell<'static> {
    let items = array.as_list::<O>().value(row);
    members.clear();
    let mut none = Members::default();
    for item in 0..items.len() {
        match cell(items.as_ref(), item, &mut none) {
            Cell::Value(Value::Str(member)) => members.push(member),
            _ => return Cell::None("a list of other things than strings"),
        }
    }
    Cell::Set
}

/// A decimal as the integer or float that it is exactly.
fn decimal(unscaled: i128, scale: i8) -> Cell<'static> {
    let (mut unscaled, mut scale) = (unscaled, i32::from(scale));
    while scale > 0 && unscaled % 10 == 0 {
        unscaled /= 10;
        scale -= 1;
    }
    if scale <= 0 {
        let power = 10_i128.checked_pow(scale.unsigned_abs());
        let whole =
            power.and_then(|power| unscaled.checked_mul(power)).and_then(|one| i64::try_from(one).ok());
        return whole.map_or(Cell::None("a decimal out of range"), |whole| Cell::Value(Value::Int(whole)));
    }
    // A decimal number as it is written, and the float that is nearest: as JSON reads it.
    let text = format!("{unscaled}e-{scale}");
    text.parse().map_or(Cell::None("a decimal out of range"), float)
}
