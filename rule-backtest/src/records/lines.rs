//! Lines of text, cut into chunks.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

use super::csv::ends_quoted;
use super::{Input, Limits, MAX_LINE_BYTES, Reject, Unit, Why};

/// How much is read at once.
const STEP: usize = 256 * 1024;

/// How much of a line that is too long is shown.
const SHOWN: usize = 1_024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Whole lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    pub(super) bytes: Vec<u8>,
    /// Where the first one starts.
    pub(super) start: usize,
    /// Where the lines end, their line feeds included.
    pub(super) ends: Vec<usize>,
    /// The number of the first one.
    pub(super) first: u64,
    /// A line after them that is too long.
    pub(super) too_long: Option<Reject>,
    /// Whether the last one ends with the file, without a line feed.
    pub(super) cut: bool,
}

/// Cuts a stream of text into chunks of whole lines.
pub(super) struct Cutter {
    source: Box<dyn Read + Send>,
    input: Input,
    limits: Limits,
    /// What stands between cells, where line feeds within quotes end no line.
    quotes: Option<u8>,
    /// What is read and belongs to no chunk yet.
    rest: Vec<u8>,
    /// The number of its first line.
    line: u64,
    started: bool,
    ended: bool,
}

impl Cutter {
    pub(super) fn new(
        source: Box<dyn Read + Send>,
        input: Input,
        limits: Limits,
        quotes: Option<u8>,
    ) -> Self {
        Self { source, input, limits, quotes, rest: Vec::new(), line: 1, started: false, ended: false }
    }

    /// The next lines; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Lines>> {
        let mut lines = Lines { first: self.line, ..Lines::default() };
        lines.ends.reserve(self.limits.rows);
        let mut searched = 0;
        let mut complete = 0;
        let mut quoted = false;
        loop {
            while let Some(at) = self.rest.get(searched..).and_then(|rest| memchr(b'\n', rest)) {
                let line = self.rest.get(searched..=searched + at).unwrap_or_default();
                searched += at + 1;
                if let Some(delimiter) = self.quotes {
                    quoted = ends_quoted(line, quoted, delimiter);
                    if quoted && searched - complete <= MAX_LINE_BYTES {
                        continue;
                    }
                }
                if complete > 0 && searched > self.limits.bytes {
                    return Ok(Some(self.chunk(lines, complete)));
                }
                if searched - complete > MAX_LINE_BYTES + 1 {
                    return self.skip(lines).map(Some);
                }
                complete = searched;
                lines.ends.push(complete);
                if lines.ends.len() >= self.limits.rows || complete >= self.limits.bytes {
                    return Ok(Some(self.chunk(lines, complete)));
                }
            }
            let line = searched;
            searched = self.rest.len();
            if complete > 0 && searched > self.limits.bytes {
                return Ok(Some(self.chunk(lines, complete)));
            }
            if searched - complete > MAX_LINE_BYTES {
                return self.skip(lines).map(Some);
            }
            if !self.ended {
                self.read()?;
            }
            if self.quotes.is_some() && searched < self.rest.len() {
                // Quotes are looked at line by line, from where the line starts.
                searched = line;
            } else if self.ended && searched == self.rest.len() {
                if complete < searched {
                    complete = searched;
                    lines.ends.push(complete);
                    lines.cut = true;
                }
                return Ok((complete > 0).then(|| self.chunk(lines, complete)));
            }
        }
    }

    /// The first bytes that are read, as lines; the rest waits for the next chunk.
    fn chunk(&mut self, mut lines: Lines, complete: usize) -> Lines {
        let rest = self.rest.get(complete..).unwrap_or_default().to_vec();
        lines.bytes = std::mem::replace(&mut self.rest, rest);
        lines.bytes.truncate(complete);
        self.line += match self.quotes {
            Some(_) => memchr_iter(b'\n', &lines.bytes).count() as u64,
            None => lines.ends.len() as u64,
        };
        lines
    }

    fn read(&mut self) -> io::Result<()> {
        let before = self.rest.len();
        if self.rest.capacity() < before + STEP {
            self.rest.reserve_exact((self.limits.bytes + STEP).max(before + STEP) - before);
        }
        let read = self.source.by_ref().take(STEP as u64).read_to_end(&mut self.rest)?;
        self.ended = read == 0;
        if !std::mem::replace(&mut self.started, true) && self.rest.starts_with(BYTE_ORDER_MARK) {
            self.rest.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(())
    }

    /// Passes over the line after these, which is too long.
    fn skip(&mut self, lines: Lines) -> io::Result<Lines> {
        let complete = lines.ends.last().copied().unwrap_or_default();
        let mut lines = self.chunk(lines, complete);
        let start = self.rest.get(..SHOWN.min(self.rest.len())).unwrap_or_default();
        let text = Some(format!("{}…", String::from_utf8_lossy(start)));
        let mut found = 0;
        loop {
            let end = memchr(b'\n', &self.rest);
            let passed = end.unwrap_or(self.rest.len());
            found += passed as u64;
            self.rest.drain(..end.map_or(passed, |end| end + 1));
            if end.is_some() || self.ended {
                break;
            }
            self.read()?;
        }
        let number = self.line;
        self.line += 1;
        let why = Why::LineTooLong { found };
        lines.too_long = Some(Reject { input: self.input.clone(), unit: Unit::Line, number, why, text });
        Ok(lines)
    }
}
