//! Records from CSV and Parquet.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::fs::File;
use std::io::Cursor;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;
use rule_backtest::records::{
    Chunks, Input, Limits, RecordBatch, RecordError, Records, Type, Wanted, WantedColumn, Why,
};
use rule_eval::Attribute;

const COLUMNS: [(&str, Type); 5] =
    [("b", Type::Bool), ("i", Type::Int), ("f", Type::Float), ("s", Type::String), ("t", Type::Set)];

type Row = (Option<bool>, Option<i64>, Option<f64>, Option<String>, Option<Vec<String>>);

fn wanted() -> Wanted {
    let column = |(source, ty): &(&str, Type)| WantedColumn {
        field: (*source).into(),
        source: (*source).into(),
        ty: Some(*ty),
    };
    Wanted { columns: COLUMNS.iter().map(column).collect(), extra: Vec::new() }
}

fn read(chunks: Chunks, limits: Limits) -> Result<Vec<RecordBatch>, RecordError> {
    let mut records = Records::new(chunks, &wanted(), limits);
    let mut batches = Vec::new();
    while let Some(batch) = records.next_batch()? {
        batches.push(batch);
    }
    Ok(batches)
}

fn csv(text: impl Into<Vec<u8>>, limits: Limits) -> Result<Vec<RecordBatch>, RecordError> {
    read(Chunks::csv(Input::new("calls.csv", 0), Cursor::new(text.into()), limits), limits)
}

fn rows(batches: &[RecordBatch]) -> Vec<Vec<Option<Attribute>>> {
    let row = |batch: &RecordBatch, row| batch.batch.columns.iter().map(|column| column.value(row)).collect();
    batches.iter().flat_map(|batch| (0..batch.batch.rows).map(move |at| row(batch, at))).collect()
}

fn numbers(batches: &[RecordBatch]) -> Vec<u64> {
    batches.iter().flat_map(|batch| batch.numbers.clone()).collect()
}

fn expected(rows: &[Row]) -> Vec<Vec<Option<Attribute>>> {
    rows.iter()
        .map(|(b, i, f, s, t)| {
            vec![
                b.map(Attribute::Bool),
                i.map(Attribute::Int),
                f.map(Attribute::Float),
                s.clone().map(Attribute::String),
                t.clone().map(Attribute::Set),
            ]
        })
        .collect()
}

fn row() -> impl Strategy<Value = Row> {
    let float = any::<f64>().prop_filter("finite", |value| value.is_finite());
    // A whole float is written as one, and is one again.
    let float = float.prop_map(|value| value + 0.5).prop_filter("a float", |value| value.fract() != 0.0);
    let set = prop::collection::vec("[ab\",\n|é]{0,3}", 0..3);
    (
        any::<Option<bool>>(),
        any::<Option<i64>>(),
        prop::option::of(float),
        prop::option::of("[a\",;\n\ré\\\\]{0,4}"),
        prop::option::of(set),
    )
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn as_csv(rows: &[Row]) -> String {
    let mut text = "other,b,i,f,s,t\n".to_owned();
    for (b, i, f, s, t) in rows {
        let cells = [
            "x".to_owned(),
            b.map(|one| one.to_string()).unwrap_or_default(),
            i.map(|one| one.to_string()).unwrap_or_default(),
            f.map(|one| format!("{one:e}")).unwrap_or_default(),
            s.as_deref().map(quoted).unwrap_or_default(),
            t.as_ref().map(|one| quoted(&serde_json::to_string(one).unwrap())).unwrap_or_default(),
        ];
        text += &(cells.join(",") + "\r\n");
    }
    text
}

fn as_parquet(rows: &[Row], group: usize, is_coded: bool) -> File {
    let mut sets = ListBuilder::new(StringBuilder::new());
    for row in rows {
        row.4.iter().flatten().for_each(|member| sets.values().append_value(member));
        sets.append(row.4.is_some());
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("b", Arc::new(rows.iter().map(|row| row.0).collect::<BooleanArray>())),
        ("i", Arc::new(rows.iter().map(|row| row.1).collect::<Int64Array>())),
        ("f", Arc::new(rows.iter().map(|row| row.2).collect::<Float64Array>())),
        ("s", Arc::new(rows.iter().map(|row| row.3.as_deref()).collect::<StringArray>())),
        ("t", Arc::new(sets.finish())),
    ];
    written(columns, group, is_coded)
}

fn written(columns: Vec<(&str, ArrayRef)>, group: usize, is_coded: bool) -> File {
    let batch = arrow_array::RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, one)| (name, one, true)),
    )
    .unwrap();
    let properties =
        WriterProperties::builder().set_max_row_group_row_count(Some(group)).set_dictionary_enabled(is_coded);
    let file = tempfile::tempfile().unwrap();
    let mut writer =
        ArrowWriter::try_new(file.try_clone().unwrap(), batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    file
}

proptest! {
    #[test]
    fn a_record_is_the_same_from_csv_and_parquet(
        records in prop::collection::vec(row(), 1..30),
        rows_at_once in 1..10_usize, bytes in 1..300_usize, group in 1..20_usize, is_coded in any::<bool>(),
    ) {
        let limits = Limits { rows: rows_at_once, bytes, rejects: 0 };
        let found = csv(as_csv(&records), limits).unwrap();
        prop_assert_eq!(rows(&found), expected(&records));
        let file = as_parquet(&records, group, is_coded);
        let found = read(Chunks::parquet(Input::new("calls.parquet", 0), file), limits).unwrap();
        prop_assert_eq!(rows(&found), expected(&records));
        prop_assert_eq!(numbers(&found), (1..=records.len() as u64).collect::<Vec<_>>());
    }

    #[test]
    fn no_bytes_make_csv_panic(bytes in prop::collection::vec(prop_oneof![
        any::<u8>().boxed(), prop::sample::select(b"b,i\"\n\r1[]|".to_vec()).boxed()
    ], 0..200)) {
        let limits = Limits { rejects: u64::MAX, rows: 3, bytes: 40 };
        let _ = csv([b"b,i,t\n".to_vec(), bytes].concat(), limits);
    }

    #[test]
    fn no_damage_makes_parquet_panic(at in 0..2_000_usize, byte in any::<u8>(), cut in any::<bool>()) {
        use std::io::{Read, Seek, Write};
        let records: Vec<Row> = (0..50).map(|one| (Some(true), Some(one), None, Some(one.to_string()), None)).collect();
        let mut file = as_parquet(&records, 20, true);
        let mut whole = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut whole).unwrap();
        let at = at % whole.len();
        if cut { whole.truncate(at) } else { whole[at] = byte }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&whole).unwrap();
        let _ = read(Chunks::parquet(Input::new("calls.parquet", 0), file), Limits::default());
    }
}

#[test]
fn cells_of_csv_are_missing_or_empty_and_records_have_the_line_that_they_start_on() {
    let text = "s,t,b\n,,\n\"\",\"\",true\n\n\"two\nlines\",a|b,false\nx,[],";
    let batches = csv(text, Limits::default()).unwrap();
    assert_eq!(numbers(&batches), [2, 3, 5, 7]);
    let rows = rows(&batches);
    let set = |members: &[&str]| Some(Attribute::Set(members.iter().map(|one| (*one).to_owned()).collect()));
    assert_eq!(rows[0], [None, None, None, None, None]);
    assert_eq!((&rows[1][3], &rows[1][4]), (&Some("".into()), &set(&[])));
    assert_eq!((&rows[2][3], &rows[2][4]), (&Some("two\nlines".into()), &set(&["a", "b"])));
    assert_eq!((&rows[3][3], &rows[3][4]), (&Some("x".into()), &set(&[])));
}

#[test]
fn errors_of_csv_name_the_line() {
    let told = [
        ("b,i\ntrue,1\ntrue\n", "`calls.csv`, line 3: the record has 1 cells, and there are 2 columns"),
        ("b,i\nTRUE,1\n", "`calls.csv`, line 2: `b` is the string `TRUE`, and it is declared as bool"),
        ("b,i\ntrue,x\n", "`calls.csv`, line 2: `i` is the string `x`, and it is declared as int"),
        ("s,i\n\"a\"b,1\n", "`calls.csv`, line 2: a quoted cell does not end at its closing quote"),
        ("s,i\n\"a\n\n", "`calls.csv`, line 2: the file ends in the middle of a record"),
        ("i,i\n1,1\n", "`calls.csv`, line 2: `i` stands twice"),
    ];
    for (text, expected) in told {
        assert_eq!(csv(text, Limits::default()).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_row_of_parquet_that_is_wrong_is_left_out_or_named() {
    let columns = || -> Vec<(&str, ArrayRef)> {
        vec![
            ("f", Arc::new(Float64Array::from(vec![Some(0.5), Some(f64::NAN), None]))),
            ("i", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ]
    };
    let parquet =
        |limits| read(Chunks::parquet(Input::new("calls.parquet", 0), written(columns(), 10, true)), limits);
    let error = parquet(Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "`calls.parquet`, row 2: `f` is `NaN`, which is not a number");
    let batches = parquet(Limits { rejects: 1, ..Limits::default() }).unwrap();
    assert_eq!(numbers(&batches), [1, 3]);
    assert!(matches!(batches[0].rejects[0].why, Why::NotFinite { .. }));
    let columns = vec![("i", Arc::new(StringArray::from(vec!["5"])) as ArrayRef)];
    let file = written(columns, 10, true);
    let error = read(Chunks::parquet(Input::new("calls.parquet", 0), file), Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "`calls.parquet`, row 1: `i` is the string `5`, and it is declared as int");
    let error =
        read(Chunks::parquet(Input::new("calls.csv", 0), tempfile::tempfile().unwrap()), Limits::default());
    assert!(
        error.unwrap_err().to_string().starts_with("`calls.csv` cannot be read as Parquet, or is cut off")
    );
}
