//! Records from JSON lines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::io::{Cursor, Read};

use proptest::prelude::*;
use rule_backtest::records::{
    Chunks, Extra, ExtraKind, Input, Limits, MAX_LINE_BYTES, RecordBatch, RecordError, Records, Type, Wanted,
    WantedColumn, Why,
};
use rule_eval::columnar::Column;
use rule_eval::{Attribute, Interaction};

fn wanted(columns: &[(&str, Option<Type>)]) -> Wanted {
    let column = |(source, ty): &(&str, _)| WantedColumn {
        field: (*source).into(),
        source: (*source).into(),
        ty: *ty,
    };
    Wanted { columns: columns.iter().map(column).collect(), extra: Vec::new() }
}

fn records(
    text: impl Into<Vec<u8>>,
    wanted: &Wanted,
    limits: Limits,
) -> Result<Vec<RecordBatch>, RecordError> {
    let chunks = Chunks::json_lines(Input::new("calls.jsonl", 0), Cursor::new(text.into()), limits);
    let mut records = Records::new(chunks, wanted, limits);
    let mut batches = Vec::new();
    while let Some(batch) = records.next_batch()? {
        batches.push(batch);
    }
    Ok(batches)
}

fn one(text: &str, wanted: &Wanted) -> Result<RecordBatch, RecordError> {
    records(text, wanted, Limits::default()).map(|mut batches| batches.pop().unwrap_or_default())
}

fn message(text: &str, wanted: &Wanted) -> String {
    one(text, wanted).unwrap_err().to_string()
}

/// The rows, each with its number.
fn rows(batches: &[RecordBatch]) -> Vec<(u64, Vec<Option<Attribute>>)> {
    let mut rows = Vec::new();
    for batch in batches {
        assert_eq!(batch.numbers.len(), batch.batch.rows);
        for (row, number) in batch.numbers.iter().enumerate() {
            rows.push((*number, batch.batch.columns.iter().map(|column| column.value(row)).collect()));
        }
    }
    rows
}

/// The same, an integer and a float being so where they are the same number.
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn same(left: Option<&Attribute>, right: Option<&Attribute>) -> bool {
    match (left, right) {
        (Some(Attribute::Int(int)), Some(Attribute::Float(float))) => {
            int.abs() <= 1 << 53 && (*int as f64).to_bits() == float.to_bits()
        }
        _ => left == right,
    }
}

const KEYS: [&str; 5] = ["a", "b", "é", "long \"name\"", "a.b"];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<u64>().prop_map(|value| value.to_string()),
        (-5..5_i8).prop_map(|value| value.to_string()),
        any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value:?}")),
        Just("-0".to_owned()),
        any::<String>().prop_map(|value| serde_json::to_string(&value).unwrap()),
        "[ab]{0,2}".prop_map(|value| serde_json::to_string(&value).unwrap()),
        prop::collection::vec("[ab\n\u{20}-\u{2fff}]{0,3}", 0..4)
            .prop_map(|value| serde_json::to_string(&value).unwrap()),
    ]
}

/// A line of an object with these keys in any order.
fn line() -> impl Strategy<Value = String> {
    let keys = prop::sample::subsequence(KEYS.to_vec(), 0..=KEYS.len()).prop_shuffle();
    (keys, prop::collection::vec(value(), KEYS.len())).prop_map(|(keys, values)| {
        let entries = keys.iter().zip(values);
        let entries: Vec<_> =
            entries.map(|(key, value)| format!("{} :{value}", serde_json::to_string(key).unwrap())).collect();
        format!("{{{}}}", entries.join(", "))
    })
}

/// A source that gives a few bytes at a time.
struct Slow(Cursor<Vec<u8>>, usize);

impl Read for Slow {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let most = self.1.min(to.len());
        self.0.read(&mut to[..most])
    }
}

proptest! {
    #[test]
    fn a_row_has_the_attributes_of_its_interaction(
        lines in prop::collection::vec(line(), 0..40),
        blank in 0..40_usize,
        rows_at_once in 1..10_usize,
        bytes in 1..400_usize,
    ) {
        let mut lines = lines;
        lines.insert(blank.min(lines.len()), " \t".to_owned());
        let wanted = wanted(&KEYS.map(|key| (key, None)));
        let limits = Limits { rows: rows_at_once, bytes, rejects: 0 };
        let batches = records(lines.join("\n"), &wanted, limits).unwrap();
        prop_assert!(batches.iter().all(|batch| batch.batch.rows <= rows_at_once));
        prop_assert_eq!(batches.iter().map(|batch| batch.bytes).sum::<u64>(), lines.join("\n").len() as u64);
        let rows = rows(&batches);
        let expected = (1..).zip(&lines).filter(|(_, line)| !line.trim().is_empty());
        let expected: Vec<_> = expected.map(|(number, line)| (number, Interaction::from_json(line).unwrap())).collect();
        prop_assert_eq!(rows.len(), expected.len());
        for ((number, values), (line, interaction)) in rows.iter().zip(&expected) {
            prop_assert_eq!(number, line);
            for (key, value) in KEYS.iter().zip(values) {
                prop_assert!(same(interaction.get(key), value.as_ref()), "{key}: {interaction:?} {value:?}");
            }
        }
    }

    #[test]
    fn anything_at_all_is_rows_and_rejects(bytes in prop::collection::vec(prop_oneof![
        any::<u8>().boxed(), prop::sample::select(b"{}[]\",:\n\\a1 .e-".to_vec()).boxed()
    ], 0..300)) {
        let wanted = wanted(&[("a", None), ("a.a", Some(Type::Int))]);
        let limits = Limits { rejects: u64::MAX, rows: 3, bytes: 40 };
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        let batches = records(bytes, &wanted, limits).unwrap();
        let found: usize = batches.iter().map(|batch| batch.batch.rows + batch.rejects.len()).sum();
        prop_assert_eq!(found, lines);
    }
}

#[test]
fn bytes_that_come_one_by_one_are_the_same_records() {
    let text = "{\"a\": 1}\n{\"a\": \"é\"}\r\n\n{\"a\": [\"x\"]}";
    let wanted = wanted(&[("a", None)]);
    let expected = rows(&records(text, &wanted, Limits::default()).unwrap());
    assert_eq!(expected.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 4]);
    for most in [1, 2, 7] {
        let limits = Limits::default();
        let source = Slow(Cursor::new(text.into()), most);
        let chunks = Chunks::json_lines(Input::new("-", 0), source, limits);
        let mut records = Records::new(chunks, &wanted, limits);
        let mut batches = Vec::new();
        while let Some(batch) = records.next_batch().unwrap() {
            batches.push(batch);
        }
        assert_eq!(rows(&batches), expected);
    }
}

#[test]
fn dotted_names_reach_into_objects_and_a_flat_key_goes_first() {
    let wanted = wanted(&[("customer.tier", None), ("customer.address.city", None)]);
    let text = r#"{"customer": {"tier": "gold", "address": {"city": "Bern", "zip": [1, {}]}}}
{"customer.tier": "flat", "customer": {"tier": "gold"}}
{"customer": {"tier": "gold"}, "customer.tier": "flat"}
{"customer": {"tier": "gold"}, "customer.tier": null}
{"customer": "acme"}
{"customer": null}"#;
    let batch = one(text, &wanted).unwrap();
    let tiers: Vec<_> = (0..6).map(|row| batch.batch.columns[0].value(row)).collect();
    let string = |text: &str| Some(Attribute::from(text));
    assert_eq!(tiers, [string("gold"), string("flat"), string("flat"), None, None, None]);
    assert_eq!(batch.batch.columns[1].value(0), string("Bern"));
}

#[test]
fn extras_are_texts_and_times_beside_the_attributes_of_the_same_key() {
    let mut wanted = wanted(&[("queue", None), ("id", Some(Type::Int))]);
    let extra = |source: &str, kind| Extra { source: source.into(), kind };
    wanted.extra =
        vec![extra("id", ExtraKind::Text), extra("queue", ExtraKind::Text), extra("at", ExtraKind::Time)];
    let text =
        "{\"queue\": \"billing\", \"id\": 7, \"at\": \"1970-01-01T00:00:01Z\"}\n{\"at\": 2, \"queue\": true}";
    let batch = one(text, &wanted).unwrap();
    let extra = |place: usize, row| batch.extra[place].value(row);
    assert_eq!((extra(0, 0), extra(0, 1)), (Some("7".into()), None));
    assert_eq!((extra(1, 0), extra(1, 1)), (Some("billing".into()), Some("true".into())));
    assert_eq!((extra(2, 0), extra(2, 1)), (Some(Attribute::Int(1_000)), Some(Attribute::Int(2_000))));
    assert_eq!(batch.batch.columns[0].value(1), Some(Attribute::Bool(true)));
    assert_eq!(batch.batch.columns[1].value(0), Some(Attribute::Int(7)));
}

#[test]
fn a_declared_number_takes_whole_floats_and_integers_to_the_last_digit() {
    let wanted = wanted(&[("i", Some(Type::Int)), ("f", Some(Type::Float))]);
    let batch = one("{\"i\": 5.0, \"f\": 0.5}\n{\"i\": 6, \"f\": 9007199254740993}", &wanted).unwrap();
    assert!(matches!(batch.batch.columns[0], Column::Int { .. }));
    assert_eq!(batch.batch.columns[1].value(1), Some(Attribute::Int(9_007_199_254_740_993)));
}

#[test]
fn errors_name_file_line_and_key() {
    let any = wanted(&[("a", None), ("b.c", None)]);
    let told = [
        ("{\"a\": 1}\n{\"a\": }", "`calls.jsonl`, line 2: this is not JSON: expected value at column 7"),
        ("[1]", "`calls.jsonl`, line 1: this is not a JSON object"),
        ("{\"a\": 1} {}", "`calls.jsonl`, line 1: this is not JSON: trailing characters at column 10"),
        (
            "\n\n{\"a\": {}}",
            "`calls.jsonl`, line 3: `a` is an object; a value is a string, a number, a boolean or a list of strings",
        ),
        (
            "{\"a\": [1]}",
            "`calls.jsonl`, line 1: `a` is a list of other things than strings; a value is a string, a number, a boolean or a list of strings",
        ),
        ("{\"a\": 1, \"a\": 1}", "`calls.jsonl`, line 1: `a` stands twice"),
        ("{\"a\": null, \"a\": null}", "`calls.jsonl`, line 1: `a` stands twice"),
        ("{\"b\": {\"c\": 1, \"c\": 2}}", "`calls.jsonl`, line 1: `b.c` stands twice"),
        ("{\"a\": 1}\n{\"a\": [\"x\", ", "`calls.jsonl`, line 2: the file ends in the middle of a record"),
        (
            "{\"a\": [\"x\"\n}",
            "`calls.jsonl`, line 1: this is not JSON: the line ends too early at column 10",
        ),
    ];
    for (text, expected) in told {
        assert_eq!(message(text, &any), expected);
    }
    let typed = wanted(&[("a", Some(Type::Int)), ("s", Some(Type::String))]);
    let told = [
        ("{\"a\": 5.5}", "`calls.jsonl`, line 1: `a` is `5.5`, and it is declared as int"),
        ("{\"a\": \"5\"}", "`calls.jsonl`, line 1: `a` is the string `5`, and it is declared as int"),
        ("{\"s\": []}", "`calls.jsonl`, line 1: `s` is a list, and it is declared as string"),
    ];
    for (text, expected) in told {
        assert_eq!(message(text, &typed), expected);
    }
    let error = records(b"{\"a\": \"\xff\"}".to_vec(), &any, Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "`calls.jsonl`, line 1: this is not UTF-8 text");
}

#[test]
fn so_many_wrong_records_are_tolerated_and_no_more() {
    let wanted = wanted(&[("a", Some(Type::Int)), ("b", None)]);
    let text =
        "{\"b\": 1, \"a\": 1}\n{\"b\": 2, \"a\": true}\n\n{\"b\": 3\n{\"b\": 4}\n{\"b\": 5, \"a\": \"x\"}";
    for rows_at_once in [1, 2, 100] {
        let limits = |rejects| Limits { rejects, rows: rows_at_once, ..Limits::default() };
        let batches = records(text, &wanted, limits(3)).unwrap();
        let rejects: Vec<_> = batches.iter().flat_map(|batch| &batch.rejects).collect();
        assert_eq!(rejects.iter().map(|reject| reject.number).collect::<Vec<_>>(), [2, 4, 6]);
        assert_eq!(rejects[1].text.as_deref(), Some("{\"b\": 3"));
        let rows = rows(&batches);
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(rows[1].1, [None, Some(Attribute::Int(4))]);
        let error = records(text, &wanted, limits(1)).unwrap_err();
        assert!(matches!(error, RecordError::Record { number: 4, .. }), "{error}");
    }
}

#[test]
fn a_line_too_long_is_passed_over() {
    let wanted = wanted(&[("a", None)]);
    let long = format!("{{\"a\": 1}}\n{{\"a\": \"{}\"}}\n{{\"a\": 3}}", "x".repeat(MAX_LINE_BYTES));
    let batches = records(long, &wanted, Limits { rejects: 1, ..Limits::default() }).unwrap();
    assert_eq!(rows(&batches).iter().map(|row| row.0).collect::<Vec<_>>(), [1, 3]);
    let rejects: Vec<_> = batches.iter().flat_map(|batch| &batch.rejects).collect();
    assert_eq!(rejects[0].number, 2);
    assert!(matches!(rejects[0].why, Why::LineTooLong { found } if found == MAX_LINE_BYTES as u64 + 9));
    let string = format!("{{\"a\": \"{}\"}}", "x".repeat(64 * 1024 + 1));
    assert!(message(&string, &wanted).ends_with("`a` has 65537 bytes, and at most 65536 are read"));
    let set = format!("{{\"a\": [\"\"{}]}}", ",\"\"".repeat(10_000));
    assert!(message(&set, &wanted).ends_with("`a` has more than 10000 members"));
}

#[test]
fn what_no_record_has_is_absent() {
    let wanted = wanted(&[("a", None), ("b", None), ("c.d", None)]);
    let limits = Limits::default();
    let chunks = Chunks::json_lines(
        Input::new("calls.jsonl", 0),
        Cursor::new("{\"a\": null, \"bb\": 1}\n{\"c\": {}}"),
        limits,
    );
    let mut records = Records::new(chunks, &wanted, limits);
    while records.next_batch().unwrap().is_some() {}
    let found = records.found();
    let absent: Vec<_> = found.absent(&wanted).iter().map(|absent| absent.source).collect();
    assert_eq!(absent, ["b", "c.d"]);
    assert!(found.absent(&wanted)[0].others.contains("bb"));
}
