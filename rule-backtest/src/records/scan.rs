//! JSON as it mostly is, read in one pass over the bytes.
//!
//! It reads numbers, words, strings without escapes and lists of them itself, leaves single values that are more than that
//! to the library, and gives up on what is wrong or unusual: then the library reads the record, and says what is wrong. What
//! is read here means the same as there; the tests of JSON lines hold one against the other.

use memchr::memchr;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::keys::{Entry, Keys, START};
use super::lists::Lists;
use super::table::{Members, Table, Value};

/// Up to so many digits any number fits an `i64`.
const SAFE_DIGITS: usize = 18;

/// Up to so many digits any number is a float exactly.
const EXACT_DIGITS: usize = 15;

/// The powers of ten, each of which is a float exactly.
const POWERS: [f64; EXACT_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// A line on the way.
pub(super) struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    keys: &'a mut Keys,
    members: &'a mut Members,
    lists: &'a mut Lists,
    table: &'a mut Table,
}

impl<'a> Scan<'a> {
    pub(super) fn new(
        text: &'a str,
        keys: &'a mut Keys,
        (members, lists): (&'a mut Members, &'a mut Lists),
        table: &'a mut Table,
    ) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, keys, members, lists, table }
    }

    /// Reads the record; nothing where it gives up.
    pub(super) fn record(mut self) -> Option<()> {
        self.token(b'{')?;
        self.object(0)?;
        self.space();
        (self.at == self.bytes.len()).then_some(())
    }

    /// An object, from behind its brace. Objects lie in each other only as deep as wanted names do.
    fn object(&mut self, level: usize) -> Option<()> {
        if self.token(b'}').is_some() {
            return Some(());
        }
        let mut before = START;
        loop {
            self.space();
            let (key, entry) = self.key(level, before)?;
            before = key;
            self.token(b':')?;
            self.space();
            self.value(entry, level > 0)?;
            self.space();
            match self.byte()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    #[inline]
    fn key(&mut self, level: usize, before: usize) -> Option<(usize, Entry)> {
        if let Some((key, entry, length)) = self.keys.likely(level, before, self.bytes.get(self.at..)?) {
            self.at += length;
            return Some((key, entry));
        }
        let key = self.plain_string()?;
        self.keys.unlikely(level, before, key)
    }

    #[inline]
    fn value(&mut self, entry: Entry, within: bool) -> Option<()> {
        let Some(slot) = entry.slot else { return self.unwanted(entry) };
        match self.byte()? {
            b'"' => {
                if let Some(string) = self.plain_string() {
                    return self.set(slot, Value::Str(string), within);
                }
                let string: String = self.by_library()?;
                self.set(slot, Value::Str(&string), within)
            }
            b'[' => {
                let rest = self.bytes.get(self.at..)?;
                let written = rest.get(..=memchr(b']', rest)?)?;
                if let Some(row) = self.lists.row(slot, written) {
                    self.at += written.len();
                    return self.table.set_again(slot, row, within).ok();
                }
                let end = self.at + written.len();
                self.members.clear();
                self.list()?;
                self.table.set(slot, Value::Set(self.members), within).ok()?;
                // One within another object may yet give way to one that stands right in the record.
                if self.at == end && !within {
                    self.lists.note(slot, written, self.table.rows());
                }
                Some(())
            }
            b't' => self.word("true").and_then(|()| self.set(slot, Value::Bool(true), within)),
            b'f' => self.word("false").and_then(|()| self.set(slot, Value::Bool(false), within)),
            b'n' => self.word("null").and_then(|()| self.set(slot, Value::Missing, within)),
            b'{' => None,
            _ => {
                let number = self.number()?;
                self.set(slot, number, within)
            }
        }
    }

    #[inline]
    fn set(&mut self, slot: usize, value: Value<'_>, within: bool) -> Option<()> {
        self.table.set(slot, value, within).ok()
    }

    /// The value of a key that is not wanted.
    fn unwanted(&mut self, entry: Entry) -> Option<()> {
        if let (b'{', Some(level)) = (self.byte()?, entry.level) {
            self.at += 1;
            return self.object(level);
        }
        if self.byte()? == b'"' && self.plain_string().is_some() {
            return Some(());
        }
        self.by_library::<IgnoredAny>().map(|_| ())
    }

    /// A list of strings.
    fn list(&mut self) -> Option<()> {
        self.at += 1;
        if self.token(b']').is_some() {
            return Some(());
        }
        loop {
            self.space();
            if self.byte()? != b'"' {
                return None;
            }
            if let Some(string) = self.plain_string() {
                self.members.push(string);
            } else {
                let string: String = self.by_library()?;
                self.members.push(&string);
            }
            self.space();
            match self.byte()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    /// A string without escapes; nothing, and no step further, where it has some or is none.
    #[inline]
    fn plain_string(&mut self) -> Option<&'a str> {
        if self.byte()? != b'"' {
            return None;
        }
        let start = self.at + 1;
        let end = start + plain(self.bytes.get(start..)?);
        if *self.bytes.get(end)? != b'"' {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    #[inline]
    fn number(&mut self) -> Option<Value<'static>> {
        let start = self.at;
        let negative = self.byte()? == b'-';
        self.at += usize::from(negative);
        let first = self.at;
        let mut whole: i64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            // Wraps only where there are more digits than are used.
            whole = whole.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.at - first;
        if digits == 0 || digits > SAFE_DIGITS || (digits > 1 && *self.bytes.get(first)? == b'0') {
            return None;
        }
        if !matches!(self.byte(), Some(b'.' | b'e' | b'E')) {
            // The library takes -0 for a float.
            return match (negative, whole) {
                (true, 0) => Some(Value::Float(-0.0)),
                (true, whole) => Some(Value::Int(-whole)),
                (false, whole) => Some(Value::Int(whole)),
            };
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            let first = self.at;
            while let Some(digit @ b'0'..=b'9') = self.byte() {
                whole = whole.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
                self.at += 1;
            }
            let fraction = self.at - first;
            if fraction == 0 {
                return None;
            }
            if digits + fraction <= EXACT_DIGITS && !matches!(self.byte(), Some(b'e' | b'E')) {
                // Both are floats exactly, so that their quotient is the float nearest to the number.
                #[expect(clippy::cast_precision_loss, reason = "it has few digits")]
                let float = whole as f64 / POWERS.get(fraction)?;
                return Some(Value::Float(if negative { -float } else { float }));
            }
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        let float: f64 = self.text.get(start..self.at)?.parse().ok()?;
        float.is_finite().then_some(Value::Float(float))
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.bytes.get(self.at..)?.starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    /// A value as the library reads it.
    #[cold]
    fn by_library<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut values = serde_json::Deserializer::from_str(self.text.get(self.at..)?).into_iter();
        let value = values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(value)
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// White space, then this byte.
    #[inline]
    fn token(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.byte()? == byte).then(|| self.at += 1)
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.byte() {
            self.at += 1;
        }
    }
}

/// How many bytes there are before the first quote, backslash or control character.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // The lowest high bit that is set marks the first zero byte; those above it may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found =
            zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\'))) | control;
        if found != 0 {
            return place * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    words.len() * 8 + rest.iter().position(special).unwrap_or(rest.len())
}
