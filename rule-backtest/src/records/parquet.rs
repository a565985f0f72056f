//! Parquet: row groups, of which the wanted columns are read.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;

use super::cells::{Cell, cell, column};
use super::positioned::Positioned;
use super::table::{Members, Table, Value};
use super::{Found, Input, Limits, RecordBatch, RecordError, Reject, Unit, Why};

/// The row groups of a file, one after the other.
#[derive(Debug)]
pub(super) enum Groups {
    Closed(Option<File>),
    Open { file: Positioned, metadata: ArrowReaderMetadata, next: usize, first: u64 },
}

/// A row group.
#[derive(Debug)]
pub(super) struct Group {
    file: Positioned,
    metadata: ArrowReaderMetadata,
    place: usize,
    /// The number of its first row.
    first: u64,
}

/// A row group that is being read.
pub(super) struct Rows {
    input: Input,
    reader: ParquetRecordBatchReader,
    next: u64,
    /// How many bytes of the file the group has.
    bytes: u64,
    /// How many rows.
    count: u64,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("input", &self.input).field("next", &self.next).finish_non_exhaustive()
    }
}

impl Groups {
    pub(super) fn next(&mut self, input: &Input) -> Result<Option<Group>, RecordError> {
        if let Self::Closed(file) = self {
            let Some(file) = file.take() else { return Ok(None) };
            let file = Positioned::new(file)
                .map_err(|source| RecordError::Read { file: input.name.clone(), source })?;
            let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
            let metadata = guarded(|| ArrowReaderMetadata::load(&file, options))
                .map_err(|error| wrong(input, &error))?;
            *self = Self::Open { file, metadata, next: 0, first: 1 };
        }
        let Self::Open { file, metadata, next, first } = self else { return Ok(None) };
        let Some(group) = metadata.metadata().row_groups().get(*next) else { return Ok(None) };
        let found = Group { file: file.clone(), metadata: metadata.clone(), place: *next, first: *first };
        *next += 1;
        *first += u64::try_from(group.num_rows()).unwrap_or(0);
        Ok(Some(found))
    }
}

/// Runs what reads bytes of a file: on a damaged one the library may panic, which is an error like any other here.
fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(ParquetError::General("it is damaged".to_owned())))
}

/// What the library says is wrong with a file.
fn wrong(input: &Input, error: &ParquetError) -> RecordError {
    let text = match error {
        ParquetError::General(text) | ParquetError::EOF(text) => text.clone(),
        other => other.to_string(),
    };
    RecordError::File {
        file: input.name.clone(),
        why: format!("cannot be read as Parquet, or is cut off: {text}"),
    }
}

impl Group {
    /// Starts to read the columns that the table asks for.
    pub(super) fn start(self, input: Input, limits: Limits, table: &Table) -> Result<Rows, RecordError> {
        let failed = |error: ParquetError| wrong(&input, &error);
        let meta = self.metadata.metadata().clone();
        let group = meta.row_groups().get(self.place);
        let schema = self.metadata.schema();
        let paths: Vec<Vec<&str>> =
            table.sources().filter_map(|source| path(schema.fields(), source)).collect();
        let descriptor = self.metadata.parquet_schema();
        let (mut leaves, mut size) = (Vec::new(), 0);
        let mut plain = Vec::new();
        for (leaf, column) in descriptor.columns().iter().enumerate() {
            let parts = column.path().parts();
            let chunk = group.map(|group| group.column(leaf));
            if chunk.is_some_and(is_plain) {
                plain.push(parts.first().cloned().unwrap_or_default());
            }
            if paths.iter().any(|path| {
                path.len() <= parts.len() && path.iter().zip(parts).all(|(one, other)| one == other)
            }) {
                leaves.push(leaf);
                size += chunk.map_or(0, |chunk| u64::try_from(chunk.uncompressed_size()).unwrap_or(0));
            }
        }
        let rows = group.map_or(0, |group| u64::try_from(group.num_rows()).unwrap_or(0));
        let bytes = group.map_or(0, |group| u64::try_from(group.compressed_size()).unwrap_or(0));
        let fields = schema.fields().iter().map(|field| coded(field, plain.contains(field.name())));
        let options =
            ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields.collect::<Fields>())));
        let metadata = guarded(|| ArrowReaderMetadata::try_new(meta.clone(), options)).map_err(failed)?;
        let mask = ProjectionMask::leaves(descriptor, leaves);
        let each = (size / rows.max(1)).max(1);
        let at_once =
            usize::try_from(limits.bytes as u64 / each).unwrap_or(limits.rows).clamp(1, limits.rows);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file, metadata);
        let builder =
            builder.with_row_groups(vec![self.place]).with_projection(mask).with_batch_size(at_once);
        let reader = guarded(|| builder.build()).map_err(failed)?;
        Ok(Rows { input, reader, next: self.first, bytes, count: rows })
    }
}

/// Whether strings stand there one by one, in all pages or in some: as codes they would have to be looked up first.
fn is_plain(chunk: &ColumnChunkMetaData) -> bool {
    chunk.dictionary_page_offset().is_none()
        || chunk.page_encoding_stats_mask().is_some_and(|pages| pages.is_set(Encoding::PLAIN))
}

/// The field, with strings as codes, so that each is seen once; those that the file does not hold so stay `plain`.
fn coded(field: &FieldRef, plain: bool) -> FieldRef {
    let ty = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View if !plain => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        _ => return field.clone(),
    };
    Arc::new(Field::new(field.name(), ty, field.is_nullable()).with_metadata(field.metadata().clone()))
}

/// Where a column lies: a field of that name, or one within others for a dotted name.
fn path<'a>(fields: &Fields, source: &'a str) -> Option<Vec<&'a str>> {
    if fields.find(source).is_some() {
        return Some(vec![source]);
    }
    let (name, rest) = source.split_once('.')?;
    let DataType::Struct(within) = fields.find(name)?.1.data_type() else { return None };
    let mut path = path(within, rest)?;
    path.insert(0, name);
    Some(path)
}

/// The values of a column, which may lie within another.
fn find(batch: &arrow_array::RecordBatch, path: &[&str]) -> Option<ArrayRef> {
    let (first, rest) = path.split_first()?;
    let mut array = batch.column_by_name(first)?.clone();
    for name in rest {
        array = array.as_struct_opt()?.column_by_name(name)?.clone();
    }
    Some(array)
}

impl Rows {
    /// The next batch; none at the end of the row group.
    pub(super) fn next(
        &mut self,
        rejects: u64,
        table: &mut Table,
        found: &mut Found,
    ) -> Result<Option<RecordBatch>, RecordError> {
        let batch =
            guarded(|| Ok(self.reader.next().transpose()?)).map_err(|error| wrong(&self.input, &error))?;
        let Some(batch) = batch else { return Ok(None) };
        let sources: Vec<String> = table.sources().map(str::to_owned).collect();
        let fields = batch.schema();
        let arrays: Vec<Option<ArrayRef>> =
            sources.iter().map(|source| find(&batch, &path(fields.fields(), source)?)).collect();
        for (source, array) in sources.iter().zip(&arrays) {
            if array.is_some() {
                found.source(self.input.place, source);
            }
        }
        let rows = batch.num_rows();
        let direct = table.direct(|slot, kind, builder| match arrays.get(slot) {
            Some(Some(array)) => column(array.as_ref(), kind, builder),
            _ => Some(rule_eval::columnar::Column::Missing),
        });
        let by_row = |slot: usize| direct.get(slot).is_none_or(|columns| columns.iter().any(Option::is_none));
        let slots: Vec<usize> = (0..arrays.len()).filter(|slot| by_row(*slot)).collect();
        let first = self.next;
        self.next += rows as u64;
        let direct = if slots.is_empty() || self.fill(&arrays, &slots, rows, first, 0, table) {
            if slots.is_empty() {
                table.count(rows, first);
            }
            direct
        } else {
            // Something is wrong: all of it value by value, so that the records that are wrong can be left out.
            table.finish(self.input.place, found);
            let all: Vec<usize> = (0..arrays.len()).collect();
            self.fill(&arrays, &all, rows, first, rejects.saturating_add(1), table);
            Vec::new()
        };
        let batch = table.finish_with(direct, self.input.place, found);
        let bytes = self.bytes * rows as u64 / self.count.max(1);
        Ok(Some(RecordBatch { bytes, ..batch }))
    }

    /// Fills these slots row by row; false when there are so many rejects. With none allowed, nothing is rejected.
    fn fill(
        &self,
        arrays: &[Option<ArrayRef>],
        slots: &[usize],
        rows: usize,
        first: u64,
        rejects: u64,
        table: &mut Table,
    ) -> bool {
        let mut members = Members::default();
        for (row, number) in (0..rows).zip(first..) {
            let mut set = || -> Result<(), Box<Why>> {
                for slot in slots {
                    let Some(Some(array)) = arrays.get(*slot) else { continue };
                    let value = match cell(array.as_ref(), row, &mut members) {
                        Cell::Value(value) => value,
                        Cell::Set => {
                            table.set(*slot, Value::Set(&members), false)?;
                            continue;
                        }
                        Cell::Moment(moment) => {
                            table.set_moment(*slot, moment)?;
                            continue;
                        }
                        Cell::None(found) => {
                            return Err(Box::new(Why::NoValue { column: table.source(*slot), found }));
                        }
                        Cell::NotFinite(found) => {
                            return Err(Box::new(Why::NotFinite { column: table.source(*slot), found }));
                        }
                    };
                    table.set(*slot, value, false)?;
                }
                Ok(())
            };
            match set() {
                Ok(()) => table.end(number),
                Err(_) if rejects == 0 => {
                    table.undo();
                    return false;
                }
                Err(why) => {
                    let input = self.input.clone();
                    table.reject(Reject { input, unit: Unit::Row, number, why: *why, text: None });
                    if table.rejected() as u64 >= rejects {
                        return false;
                    }
                }
            }
        }
        true
    }
}
