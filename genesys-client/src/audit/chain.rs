//! Whether an audit log is what was written: each record's own seal, the links between them, their order, their end.

use std::collections::{BTreeMap, BTreeSet};

use super::key::{AuditKey, seal};
use super::log::{NONE, Sealed};
use super::record::AuditRecord;
use crate::lines;

/// What stands between a record's text and its seal.
pub(super) const SEAL: &str = ",\"hash\":\"";
/// What a record begins with.
const START: &str = "{\"number\":";
/// How many digits a seal has.
const DIGITS: usize = 64;

/// What was found in a log.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Verification {
    /// How many lines it has.
    pub records: usize,
    /// How many of them are keyed.
    pub keyed: usize,
    /// The seal of the last record that is sound.
    pub head: Option<String>,
    /// How many records follow the one whose seal was given.
    pub after_head: Option<usize>,
    /// Whether the last line is torn, as a crash leaves it; it counts for nothing.
    pub torn: bool,
    /// What is wrong; nothing where the log is what was written.
    pub findings: Vec<Finding>,
}

/// Something that is wrong with a log. Numbers are those of records, lines those of the file, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Finding {
    /// A record does not fit its own seal, or is no record at all.
    Changed {
        /// Its number, where its place tells.
        number: Option<u64>,
        /// Its line.
        line: usize,
    },
    /// A record was sealed again after it was changed: the next one followed another.
    Rewritten {
        /// Its number.
        number: u64,
        /// Its line.
        line: usize,
    },
    /// Records are gone.
    Missing {
        /// The number of the first.
        from: u64,
        /// The number of the last.
        to: u64,
    },
    /// A record stands where another belongs.
    Moved {
        /// Its number.
        number: u64,
        /// Its line.
        line: usize,
    },
    /// A second record of this number.
    Inserted {
        /// Its number.
        number: u64,
        /// Its line.
        line: usize,
    },
    /// A record without a key follows one with a key: whoever wrote it did not have it.
    Unkeyed {
        /// Its number.
        number: u64,
        /// Its line.
        line: usize,
    },
    /// No record has the seal that was given: the end was cut off, or the log is another.
    Cut,
    /// Records are keyed and there is no key to check them with.
    Unchecked {
        /// How many.
        records: usize,
    },
    /// A key was given, and none of the records is sealed with it.
    OtherKey {
        /// How many are keyed.
        keyed: usize,
    },
}

/// A line of the file.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    line: usize,
    /// The record's text, without the seal; none where it is no record.
    found: Option<(&'a str, Sealed)>,
}

impl Line<'_> {
    pub(super) fn sealed(self) -> Option<Sealed> {
        self.found.map(|(_, sealed)| sealed)
    }

    pub(super) fn is_keyed(&self) -> bool {
        self.found.as_ref().is_some_and(|(_, sealed)| sealed.record.keyed)
    }

    pub(super) fn is_sealed_with(&self, key: Option<&AuditKey>) -> bool {
        self.found.as_ref().is_some_and(|(text, sealed)| same(&seal(text, key), &sealed.hash))
    }
}

/// Whether two seals are one, in a time that does not tell where they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// The lines of a file, and whether what follows the last is torn.
pub(super) fn lines(bytes: &[u8]) -> (Vec<Line<'_>>, bool) {
    let (whole, rest) = lines::whole_lines(bytes);
    let torn = is_torn(rest);
    let ended = whole
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| line.split_last().map_or(line, |(_, line)| line));
    let rest = (!rest.is_empty() && !torn).then_some(rest);
    let all =
        ended.chain(rest).enumerate().map(|(index, text)| Line { line: index + 1, found: record(text) });
    (all.collect(), torn)
}

/// Whether this is what a record begins with, and no whole one.
pub(super) fn is_torn(rest: &[u8]) -> bool {
    let known = rest.len().min(START.len());
    !rest.is_empty()
        && rest.get(..known) == START.as_bytes().get(..known)
        && !String::from_utf8_lossy(rest).split(SEAL).skip(1).any(|rest| rest.len() > DIGITS + 1)
        && record(rest).is_none()
}

/// Reads a line: the text that is sealed, and the record.
fn record(line: &[u8]) -> Option<(&str, Sealed)> {
    let line = std::str::from_utf8(line).ok()?;
    let (text, rest) = line.rsplit_once(SEAL)?;
    let hash = rest.strip_suffix("\"}").filter(|hash| hash.len() == DIGITS)?;
    if !hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        return None;
    }
    let record: AuditRecord = serde_json::from_str(&format!("{text}}}")).ok()?;
    Some((text, Sealed { record, hash: hash.to_owned() }))
}

/// A record that fits its own seal, as far as can be told.
struct Sound {
    line: usize,
    number: u64,
    hash: String,
    previous: String,
    keyed: bool,
}

/// A line that is no record, or one that does not fit its seal.
struct Broken {
    line: usize,
    /// The number that it claims.
    says: Option<u64>,
}

pub(super) fn verify(bytes: &[u8], key: Option<&AuditKey>, head: Option<&str>) -> Verification {
    let (all, torn) = lines(bytes);
    let keyed = all.iter().filter(|line| line.is_keyed()).count();
    let mut found = Verification { records: all.len(), keyed, torn, ..Verification::default() };
    let is_other_key = key.is_some() && !all.iter().any(|line| line.is_keyed() && line.is_sealed_with(key));
    if is_other_key && !all.is_empty() {
        found.findings.push(Finding::OtherKey { keyed });
    } else if key.is_none() && keyed > 0 {
        found.findings.push(Finding::Unchecked { records: keyed });
    }
    let can_check = |line: &Line<'_>| !line.is_keyed() || (key.is_some() && !is_other_key);
    let (mut sound, mut broken) = (Vec::new(), Vec::new());
    for line in &all {
        let seal_key = if line.is_keyed() { key } else { None };
        match &line.found {
            Some((_, sealed)) if !can_check(line) || line.is_sealed_with(seal_key) => sound.push(Sound {
                line: line.line,
                number: sealed.record.number,
                hash: sealed.hash.clone(),
                previous: sealed.record.previous.clone(),
                keyed: sealed.record.keyed,
            }),
            found => broken.push(Broken {
                line: line.line,
                says: found.as_ref().map(|(_, sealed)| sealed.record.number),
            }),
        }
    }
    let (kept, moved) = in_order(sound, &mut found.findings);
    gaps(&kept, &moved, &broken, &mut found.findings);
    links(&kept, &mut found.findings);
    found.findings.extend(moved.iter().map(|one| Finding::Moved { number: one.number, line: one.line }));
    found.head = kept.last().map(|last| last.hash.clone());
    if let Some(head) = head {
        match kept.iter().rposition(|one| one.hash == head) {
            Some(place) => found.after_head = Some(kept.len() - place - 1),
            None => found.findings.push(Finding::Cut),
        }
    }
    found.findings.sort_by_key(place);
    found
}

/// Where a finding is shown: those of the whole log first, a cut last.
fn place(finding: &Finding) -> (u8, u64) {
    match finding {
        Finding::Unchecked { .. } | Finding::OtherKey { .. } => (0, 0),
        Finding::Changed { number: None, line } => (1, *line as u64),
        Finding::Changed { number: Some(number), .. }
        | Finding::Rewritten { number, .. }
        | Finding::Moved { number, .. }
        | Finding::Inserted { number, .. }
        | Finding::Unkeyed { number, .. }
        | Finding::Missing { from: number, .. } => (1, *number),
        Finding::Cut => (2, 0),
    }
}

/// The records that stand in the order of their numbers, as many as can be, and those that do not.
fn in_order(sound: Vec<Sound>, findings: &mut Vec<Finding>) -> (Vec<Sound>, Vec<Sound>) {
    // Of several with one number the one that another follows is the real one.
    let followed: BTreeSet<&str> = sound.iter().map(|one| one.previous.as_str()).collect();
    let mut real: BTreeMap<u64, (usize, bool)> = BTreeMap::new();
    for one in &sound {
        let is_followed = followed.contains(one.hash.as_str());
        let (line, is_real) = real.entry(one.number).or_insert((one.line, is_followed));
        if is_followed && !*is_real {
            (*line, *is_real) = (one.line, true);
        }
    }
    let mut unique = Vec::new();
    for one in sound {
        if real.get(&one.number).is_some_and(|(line, _)| *line == one.line) {
            unique.push(one);
        } else {
            findings.push(Finding::Inserted { number: one.number, line: one.line });
        }
    }
    let stays = longest_rise(&unique.iter().map(|one| one.number).collect::<Vec<_>>());
    let (mut kept, mut moved) = (Vec::new(), Vec::new());
    for (index, one) in unique.into_iter().enumerate() {
        if stays.contains(&index) { kept.push(one) } else { moved.push(one) }
    }
    (kept, moved)
}

/// The places of a longest rising row of numbers.
fn longest_rise(numbers: &[u64]) -> BTreeSet<usize> {
    // For each length the place of the smallest number that a row of that length ends with, and what came before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    let at = |place: usize| numbers.get(place).copied().unwrap_or_default();
    for (place, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| at(*end) < *number);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let row = std::iter::successors(ends.last().copied(), |place| before.get(*place).copied().flatten());
    row.collect()
}

/// Numbers that are nowhere, and lines that are no records: one may have been the other.
fn gaps(kept: &[Sound], moved: &[Sound], broken: &[Broken], findings: &mut Vec<Finding>) {
    let moved: BTreeSet<u64> = moved.iter().map(|one| one.number).collect();
    let (mut number, mut line) = (0_u64, 0);
    for one in kept {
        let first = broken.partition_point(|broken| broken.line <= line);
        let end = broken.partition_point(|broken| broken.line < one.line);
        let between = broken.get(first..end).unwrap_or_default();
        gap(number.saturating_add(1), one.number, between, &moved, findings);
        (number, line) = (one.number, one.line);
    }
    // Behind the last, each line is the next number.
    let first = broken.partition_point(|broken| broken.line <= line);
    let numbers = (number.saturating_add(1)..=u64::MAX).filter(|number| !moved.contains(number));
    let rest = broken.get(first..).unwrap_or_default();
    findings.extend(
        rest.iter()
            .zip(numbers)
            .map(|(one, number)| Finding::Changed { number: Some(number), line: one.line }),
    );
}

/// The numbers from one on and up to another, which is there, and the lines between.
fn gap(from: u64, until: u64, lines: &[Broken], moved: &BTreeSet<u64>, findings: &mut Vec<Finding>) {
    let mut known: BTreeSet<u64> =
        if from < until { moved.range(from..until).copied().collect() } else { BTreeSet::new() };
    let gone = |known: &BTreeSet<u64>| until.saturating_sub(from).saturating_sub(known.len() as u64);
    // As many lines as numbers: each line is one of them. Else a line is what it says, where that can be.
    let fits = gone(&known) == lines.len() as u64;
    let (mut nameless, mut next) = (0, from);
    for Broken { line, says } in lines {
        let number = if fits {
            while known.contains(&next) {
                next = next.saturating_add(1);
            }
            Some(next)
        } else {
            says.filter(|says| (from..until).contains(says) && !known.contains(says))
        };
        match number {
            Some(number) => drop(known.insert(number)),
            None => nameless += 1,
        }
        findings.push(Finding::Changed { number, line: *line });
    }
    if gone(&known) > nameless {
        let mut from = from;
        for known in known.into_iter().chain([until]) {
            if from < known {
                findings.push(Finding::Missing { from, to: known - 1 });
            }
            from = known.saturating_add(1);
        }
    }
}

/// Whether each record follows the one before it.
fn links(kept: &[Sound], findings: &mut Vec<Finding>) {
    let mut before: Option<&Sound> = None;
    for one in kept {
        match before {
            Some(before)
                if before.number.checked_add(1) == Some(one.number) && before.hash != one.previous =>
            {
                findings.push(Finding::Rewritten { number: before.number, line: before.line });
            }
            None if one.number == 1 && one.previous != NONE => {
                findings.push(Finding::Changed { number: Some(1), line: one.line });
            }
            _ => {}
        }
        if before.is_some_and(|before| before.keyed) && !one.keyed {
            findings.push(Finding::Unkeyed { number: one.number, line: one.line });
        }
        before = Some(one);
    }
}
