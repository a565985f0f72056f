//! CSV as of RFC 4180: a line of names, then records, whose quoted cells may have line feeds.
//!
//! An empty cell is missing; `""` is the empty string. Cells are read as what their attribute is declared as, strings
//! without a declaration: `true` and `false`, numbers as in JSON, sets as JSON's lists of strings or as members with `|`
//! between them. Nothing is trimmed. Lines without a character are no records.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::lines::Lines;
use super::table::Table;
use super::{Found, Input, RecordError, Reject, Unit, Why};

/// What stands between cells, where nothing else is said.
pub(super) const COMMA: u8 = b',';

/// The names of a file's columns.
pub(super) type Names = Arc<[String]>;

/// Reads records into a table.
#[derive(Debug, Default)]
pub(super) struct Csv {
    /// The names that were met last, and for each of them its slot.
    names: Option<Names>,
    slots: Vec<Option<usize>>,
}

/// Whether a line ends within quotes, if it began so.
pub(super) fn ends_quoted(line: &[u8], began: bool, delimiter: u8) -> bool {
    if !began && memchr(b'"', line).is_none() {
        return false;
    }
    let mut place = if began { Place::Quoted } else { Place::Start };
    for byte in line {
        place = match (place, byte) {
            // A quote behind the closing one stands for a quote, and the cell goes on.
            (Place::Quoted, b'"') => Place::Closed,
            (Place::Start | Place::Closed, b'"') | (Place::Quoted, _) => Place::Quoted,
            (_, byte) if *byte == delimiter => Place::Start,
            _ => Place::Plain,
        };
    }
    place == Place::Quoted
}

/// Where in a record a byte stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// Where a cell starts.
    Start,
    Plain,
    Quoted,
    /// Behind a quote that may be the closing one.
    Closed,
}

/// The names in the first record, and where it ends.
pub(super) fn names(lines: &Lines, input: &Input, delimiter: u8) -> Result<Names, RecordError> {
    let wrong = |why: String| RecordError::File { file: input.name.clone(), why };
    let end = lines.ends.first().copied().unwrap_or_default();
    let line = std::str::from_utf8(lines.bytes.get(..end).unwrap_or_default());
    let line = without_end(line.map_err(|_| wrong("is not UTF-8 text in line 1".to_owned()))?);
    let mut names = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let (cell, _, after) =
            cell(text, delimiter).map_err(|why| wrong(format!("has bad names in line 1: {why}")))?;
        names.push(cell.into_owned());
        rest = after;
    }
    Ok(names.into())
}

/// Takes the names away.
pub(super) fn pass_names(lines: &mut Lines) {
    if !lines.ends.is_empty() {
        lines.start = lines.ends.remove(0);
    }
    let passed = lines.bytes.get(..lines.start).unwrap_or_default();
    lines.first += memchr_iter(b'\n', passed).count() as u64;
}

impl Csv {
    /// Reads records, and stops after one more than so many rejects.
    pub(super) fn read(
        &mut self,
        input: &Input,
        (lines, names): (Lines, Names),
        delimiter: u8,
        rejects: u64,
        table: &mut Table,
        found: &mut Found,
    ) {
        self.know(&names, table);
        let mut start = lines.start;
        let mut number = lines.first;
        for end in &lines.ends {
            let line = lines.bytes.get(start..*end).unwrap_or_default();
            start = *end;
            let cut = lines.cut && *end == lines.bytes.len();
            match self.record(line, delimiter, table) {
                Ok(true) => table.end(number),
                Ok(false) => {}
                Err(why) => {
                    let why = if cut && matches!(*why, Why::Ragged { .. } | Why::Quotes) {
                        Why::Truncated
                    } else {
                        *why
                    };
                    let text = Some(String::from_utf8_lossy(line.trim_ascii_end()).into_owned());
                    table.reject(Reject { input: input.clone(), unit: Unit::Line, number, why, text });
                    if table.rejected() as u64 > rejects {
                        break;
                    }
                }
            }
            number += memchr_iter(b'\n', line).count() as u64;
        }
        for (name, slot) in names.iter().zip(&self.slots) {
            match slot {
                Some(_) => found.source(input.place, name),
                None => found.other(input.place, name),
            }
        }
        if let Some(reject) = lines.too_long {
            table.reject(reject);
        }
    }

    /// Finds the slots of the columns, where they are not those of before.
    fn know(&mut self, names: &Names, table: &Table) {
        if self.names.as_ref().is_some_and(|known| Arc::ptr_eq(known, names)) {
            return;
        }
        let slot = |name: &String| table.sources().position(|source| source == name);
        self.slots = names.iter().map(slot).collect();
        self.names = Some(names.clone());
    }

    /// Reads a record; false where it is an empty line.
    fn record(&mut self, line: &[u8], delimiter: u8, table: &mut Table) -> Result<bool, Box<Why>> {
        let text = without_end(std::str::from_utf8(line).map_err(|_| Why::NotUtf8)?);
        if text.is_empty() {
            return Ok(false);
        }
        let mut found = 0;
        let mut rest = Some(text);
        while let Some(text) = rest {
            let (cell, is_quoted, after) = cell(text, delimiter)?;
            if let Some(Some(slot)) = self.slots.get(found) {
                let is_missing = cell.is_empty() && !is_quoted;
                table.set_cell(*slot, (!is_missing).then_some(&*cell))?;
            }
            found += 1;
            rest = after;
        }
        if found != self.slots.len() {
            return Err(Box::new(Why::Ragged { found, expected: self.slots.len() }));
        }
        Ok(true)
    }
}

fn without_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// A cell, whether it is quoted, and what follows behind the delimiter.
type Cell<'a> = (Cow<'a, str>, bool, Option<&'a str>);

/// The first cell, whether it is quoted, and what follows behind the delimiter; nothing follows the last one.
fn cell(text: &str, delimiter: u8) -> Result<Cell<'_>, Box<Why>> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = memchr(delimiter, text.as_bytes());
        let cell = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        return Ok((cell.into(), false, end.and_then(|end| text.get(end + 1..))));
    };
    let mut at = 0;
    let mut has_quotes = false;
    loop {
        let rest = quoted.as_bytes().get(at..).unwrap_or_default();
        at += memchr(b'"', rest).ok_or(Why::Quotes)?;
        if quoted.as_bytes().get(at + 1) != Some(&b'"') {
            break;
        }
        has_quotes = true;
        at += 2;
    }
    let cell = quoted.get(..at).unwrap_or_default();
    let cell = if has_quotes { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) };
    match quoted.as_bytes().get(at + 1) {
        None => Ok((cell, true, None)),
        Some(byte) if *byte == delimiter => Ok((cell, true, quoted.get(at + 2..))),
        Some(_) => Err(Box::new(Why::Quotes)),
    }
}
