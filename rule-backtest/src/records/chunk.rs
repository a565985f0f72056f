//! Files cut into parts that are read each on its own.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use super::csv::{self, COMMA, Names};
use super::lines::{Cutter, Lines};
use super::parquet::{Group, Groups};
use super::{Limits, RecordError};

/// A file of records, as it is spoken of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// What it is called in messages.
    pub name: Arc<str>,
    /// Its place among the files.
    pub place: u32,
}

impl Input {
    /// A file of this name at this place among the files.
    pub fn new(name: impl Into<Arc<str>>, place: u32) -> Self {
        Self { name: name.into(), place }
    }
}

/// A part of a file, of bounded size.
#[derive(Debug)]
pub struct Chunk {
    pub(super) input: Input,
    pub(super) part: Part,
}

#[derive(Debug)]
pub(super) enum Part {
    JsonLines(Lines),
    Csv(Lines, Names),
    Parquet(Group),
}

/// The chunks of a file, in its order. Taking one reads no more of the file than the chunk.
pub struct Chunks {
    input: Input,
    parts: Parts,
    ended: bool,
}

enum Parts {
    JsonLines(Cutter),
    Csv(Cutter, Option<Names>),
    Parquet(Groups),
}

impl Chunks {
    /// JSON lines: a record a line, each an object. Lines of white space alone are none.
    pub fn json_lines(input: Input, source: impl Read + Send + 'static, limits: Limits) -> Self {
        let cutter = Cutter::new(Box::new(source), input.clone(), limits, None);
        Self { input, parts: Parts::JsonLines(cutter), ended: false }
    }

    /// CSV with commas between the cells, and the names of the columns first.
    pub fn csv(input: Input, source: impl Read + Send + 'static, limits: Limits) -> Self {
        let cutter = Cutter::new(Box::new(source), input.clone(), limits, Some(COMMA));
        Self { input, parts: Parts::Csv(cutter, None), ended: false }
    }

    /// Parquet: each row group is a chunk.
    pub fn parquet(input: Input, file: File) -> Self {
        Self { input, parts: Parts::Parquet(Groups::Closed(Some(file))), ended: false }
    }

    fn part(&mut self) -> Result<Option<Part>, RecordError> {
        match &mut self.parts {
            Parts::JsonLines(cutter) => {
                let lines = cutter.next();
                let lines =
                    lines.map_err(|source| RecordError::Read { file: self.input.name.clone(), source })?;
                Ok(lines.map(Part::JsonLines))
            }
            Parts::Csv(cutter, names) => {
                let lines = cutter.next();
                let lines =
                    lines.map_err(|source| RecordError::Read { file: self.input.name.clone(), source })?;
                let Some(mut lines) = lines else { return Ok(None) };
                let known = if let Some(names) = names {
                    names.clone()
                } else {
                    let first = csv::names(&lines, &self.input, COMMA)?;
                    csv::pass_names(&mut lines);
                    names.insert(first).clone()
                };
                Ok(Some(Part::Csv(lines, known)))
            }
            Parts::Parquet(groups) => Ok(groups.next(&self.input)?.map(Part::Parquet)),
        }
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let part = self.part().transpose();
        self.ended = !matches!(part, Some(Ok(_)));
        Some(part?.map(|part| Chunk { input: self.input.clone(), part }))
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks").field("input", &self.input).finish_non_exhaustive()
    }
}
