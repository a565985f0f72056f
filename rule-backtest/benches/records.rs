//! How fast records are read, beside what nobody can read them faster than: `cargo bench -p rule-backtest --bench records`.
//!
//! Records of 20 attributes, all of which are wanted, on one core. Beside each format stands its floor: the file alone,
//! its JSON read and ignored, its Parquet as the library reads it. Rounds take turns, so that a busy machine slows all
//! alike; the table has the best of them.
//!
//! With `-- --only NAME` it measures one row of the table alone. With `-- --check` it ends with an error where a stated bound is not kept.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a table of measurements"
)]

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use rule_backtest::records::{Chunks, Input, Limits, Records, Type, Wanted, WantedColumn};

const RECORDS: u64 = 400_000;
const ROUNDS: usize = 5;

/// The least megabytes a second of JSON lines on one core.
const LEAST_JSON: f64 = 400.0;

/// The attributes: what they are called, what they are declared as, how many values they take.
const ATTRIBUTES: [(&str, Type, u64); 20] = [
    ("mediaType", Type::String, 3),
    ("language", Type::String, 12),
    ("priority", Type::Int, 10),
    ("skills", Type::Set, 8),
    ("vip", Type::Bool, 2),
    ("customerTier", Type::String, 4),
    ("region", Type::String, 40),
    ("waitSeconds", Type::Int, 600),
    ("sentiment", Type::Float, 2_001),
    ("queueName", Type::String, 60),
    ("wrapUpCode", Type::String, 25),
    ("callerNumber", Type::String, 10_000_000),
    ("accountAgeDays", Type::Int, 5_000),
    ("openOrders", Type::Int, 7),
    ("product", Type::String, 300),
    ("channel", Type::String, 6),
    ("callback", Type::Bool, 2),
    ("lifetimeValue", Type::Float, 1_000_000),
    ("campaign", Type::String, 90),
    ("subject", Type::String, 5_000),
];

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let json = folder.path().join("calls.jsonl");
    write_json(&json);
    let mut table = Table::default();
    let (csv, parquet) = (folder.path().join("calls.csv"), folder.path().join("calls.parquet"));
    write_csv(&csv);
    write_parquet(&parquet);
    for _ in 0..ROUNDS {
        table.time("the file alone", &json, whole_file);
        table.time("its lines read and ignored", &json, ignored);
        table.time("JSON lines", &json, |path| {
            read(Chunks::json_lines(input(), open(path), Limits::default()), ATTRIBUTES.len());
        });
        table.time("JSON lines, 5 of 20 wanted", &json, |path| {
            read(Chunks::json_lines(input(), open(path), Limits::default()), 5);
        });
        table.time("CSV", &csv, |path| {
            read(Chunks::csv(input(), open(path), Limits::default()), ATTRIBUTES.len());
        });
        table.time("Parquet by the library alone", &parquet, by_library);
        table.time("Parquet", &parquet, |path| read(Chunks::parquet(input(), open(path)), ATTRIBUTES.len()));
    }
    table.print();
    if std::env::args().any(|argument| argument == "--check") {
        let found = table.megabytes("JSON lines");
        assert!(found >= LEAST_JSON, "JSON lines: {found:.0} MB/s, and at least {LEAST_JSON} are stated");
    }
}

/// The best time of each row.
#[derive(Default)]
struct Table(Vec<(&'static str, u64, Duration)>);

impl Table {
    fn time(&mut self, what: &'static str, path: &Path, run: impl FnOnce(&Path)) {
        let only = std::env::args().skip_while(|argument| argument != "--only").nth(1);
        if only.is_some_and(|only| only != what) {
            return;
        }
        let bytes = std::fs::metadata(path).expect("it is written").len();
        let start = clock();
        run(path);
        let taken = clock().saturating_sub(start);
        match self.0.iter_mut().find(|row| row.0 == what) {
            Some(row) => row.2 = row.2.min(taken),
            None => self.0.push((what, bytes, taken)),
        }
    }

    fn megabytes(&self, what: &str) -> f64 {
        self.0.iter().find(|row| row.0 == what).map_or(0.0, |row| row.1 as f64 / 1e6 / row.2.as_secs_f64())
    }

    fn print(&self) {
        println!("{RECORDS} records of {} attributes, one core, best of {ROUNDS} rounds", ATTRIBUTES.len());
        println!("{:<36} {:>8} {:>8} {:>14}", "", "MB", "MB/s", "records/s");
        for (what, bytes, taken) in &self.0 {
            let records = RECORDS as f64 / taken.as_secs_f64();
            println!("{what:<36} {:>8} {:>8.0} {records:>14.0}", bytes / 1_000_000, self.megabytes(what));
        }
    }
}

/// How long this thread ran, where the system says so: what else runs on the machine does not count then.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let of_thread = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = of_thread.and_then(|line| line.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn open(path: &Path) -> File {
    File::open(path).expect("it is written")
}

fn input() -> Input {
    Input::new("calls", 0)
}

fn wanted(columns: usize) -> Wanted {
    let column = |(name, ty, _): &(&str, Type, u64)| WantedColumn {
        field: (*name).into(),
        source: (*name).into(),
        ty: Some(*ty),
    };
    Wanted { columns: ATTRIBUTES.iter().take(columns).map(column).collect(), extra: Vec::new() }
}

fn read(chunks: Chunks, columns: usize) {
    let mut records = Records::new(chunks, &wanted(columns), Limits::default());
    let mut rows = 0;
    while let Some(batch) = records.next_batch().expect("good records") {
        rows += batch.batch.rows as u64;
        black_box(batch);
    }
    assert_eq!(rows, RECORDS);
}

fn whole_file(path: &Path) {
    let mut file = open(path);
    let mut buffer = vec![0; 1024 * 1024];
    while file.read(&mut buffer).expect("a file") > 0 {
        black_box(&buffer);
    }
}

fn ignored(path: &Path) {
    let mut lines = BufReader::with_capacity(1024 * 1024, open(path));
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).expect("a file") > 0 {
        let text = std::str::from_utf8(&line).expect("text");
        black_box(serde_json::from_str::<serde::de::IgnoredAny>(text).expect("JSON"));
        line.clear();
    }
}

/// Numbers that look random, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }
}

/// A value as JSON; nothing where it is missing, as one in thirty is.
fn value(random: &mut Random, name: &str, ty: Type, values: u64) -> Option<String> {
    if random.below(30) == 0 {
        return None;
    }
    let value = random.below(values);
    Some(match ty {
        Type::Bool => (value == 1).to_string(),
        Type::Int => value.to_string(),
        Type::Float => (value as f64 / 100.0).to_string(),
        Type::String if name == "subject" => format!("\"Question about order {value}, please call back\""),
        Type::String => format!("\"{}-{value}\"", name.get(..4).unwrap_or(name)),
        Type::Set => {
            let members: Vec<_> =
                (0..random.below(4)).map(|_| format!("\"skill_{}\"", random.below(values))).collect();
            format!("[{}]", members.join(","))
        }
    })
}

fn records() -> impl Iterator<Item = Vec<Option<String>>> {
    let mut random = Random(88_172_645_463_325_252);
    (0..RECORDS).map(move |_| {
        ATTRIBUTES.iter().map(|(name, ty, values)| value(&mut random, name, *ty, *values)).collect()
    })
}

fn write_json(path: &Path) {
    let mut file = std::io::BufWriter::new(File::create(path).expect("a file"));
    for record in records() {
        let entries = ATTRIBUTES.iter().zip(record);
        let entries: Vec<_> =
            entries.filter_map(|((name, ..), value)| Some(format!("\"{name}\":{}", value?))).collect();
        writeln!(file, "{{{}}}", entries.join(",")).expect("a file");
    }
    file.flush().expect("a file");
}

fn write_csv(path: &Path) {
    let mut file = std::io::BufWriter::new(File::create(path).expect("a file"));
    writeln!(file, "{}", ATTRIBUTES.map(|(name, ..)| name).join(",")).expect("a file");
    for record in records() {
        let cell = |(value, (_, ty, _)): (Option<String>, &(&str, Type, u64))| match (value, ty) {
            (None, _) => String::new(),
            (Some(list), Type::Set) => list.replace(['[', ']', '"'], "").replace(',', "|"),
            (Some(value), _) => value,
        };
        let cells: Vec<_> = record.into_iter().zip(&ATTRIBUTES).map(cell).collect();
        writeln!(file, "{}", cells.join(",")).expect("a file");
    }
    file.flush().expect("a file");
}

/// In row groups of 100,000 rows.
fn write_parquet(path: &Path) {
    let mut all = records();
    let mut writer = None;
    loop {
        let rows: Vec<_> = all.by_ref().take(100_000).collect();
        if rows.is_empty() {
            break;
        }
        let columns = ATTRIBUTES.iter().enumerate().map(|(place, (name, ty, _))| {
            let values = rows.iter().map(|row| row.get(place).and_then(Option::as_deref));
            (*name, array(values, *ty), true)
        });
        let batch =
            arrow_array::RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = || File::create(path).expect("a file");
        let writer = writer.get_or_insert_with(|| {
            ArrowWriter::try_new(file(), batch.schema(), Some(properties)).expect("a writer")
        });
        writer.write(&batch).expect("a file");
        writer.flush().expect("a file");
    }
    writer.expect("records").close().expect("a file");
}

fn array<'a>(values: impl Iterator<Item = Option<&'a str>>, ty: Type) -> ArrayRef {
    match ty {
        Type::Bool => Arc::new(values.map(|one| one.map(|one| one == "true")).collect::<BooleanArray>()),
        Type::Int => Arc::new(values.map(|one| one?.parse::<i64>().ok()).collect::<Int64Array>()),
        Type::Float => Arc::new(values.map(|one| one?.parse::<f64>().ok()).collect::<Float64Array>()),
        Type::String => {
            Arc::new(values.map(|one| one.map(|one| one.trim_matches('"'))).collect::<StringArray>())
        }
        Type::Set => {
            let mut sets = ListBuilder::new(StringBuilder::new());
            for value in values {
                let members: Option<Vec<String>> =
                    value.map(|one| serde_json::from_str(one).expect("a list"));
                members.iter().flatten().for_each(|member| sets.values().append_value(member));
                sets.append(value.is_some());
            }
            Arc::new(sets.finish())
        }
    }
}

fn by_library(path: &Path) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(open(path)).expect("Parquet");
    let reader = builder.with_batch_size(Limits::default().rows).build().expect("Parquet");
    for batch in reader {
        black_box(batch.expect("good rows"));
    }
}
