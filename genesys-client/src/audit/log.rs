//! The audit log: a file that only grows, each record sealed together with the seal of the one before.

use std::path::{Path, PathBuf};

use super::chain::{self, Line, Verification};
use super::key::{AuditKey, seal};
use super::record::{AuditRecord, What};
use crate::lines::{self, FileError};

/// The longest audit log that is read or written, in bytes: some hundred thousand deployments.
pub const MAX_AUDIT_BYTES: u64 = 64 * 1024 * 1024;

/// More lines than a log of that length has: two seals alone are half as long as the shortest record. Whatever holds more was
/// not written here, and is not taken apart, as each line takes much more memory than its bytes.
const MAX_LINES: usize = 256 * 1024;

/// The seal before the first.
pub(super) const NONE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An audit log that was read.
#[derive(Debug)]
pub struct AuditLog {
    path: PathBuf,
    bytes: Vec<u8>,
    sealed: Vec<Sealed>,
}

/// A record with its seal.
#[derive(Clone, PartialEq, Debug)]
pub struct Sealed {
    /// The record.
    pub record: AuditRecord,
    /// Its seal, 64 hexadecimal digits: the chain's head, where it is the last.
    pub hash: String,
}

/// Why nothing can be added to a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// It is keyed, and there is no key.
    #[error("the audit log is keyed, and the key is not set")]
    NoKey,
    /// Its last keyed record is not sealed with this key.
    #[error("the last keyed record of the audit log is not sealed with this key")]
    OtherKey,
}

impl AuditLog {
    /// Reads a log without touching it; an empty one where there is none. What is no record is left out here, and told by
    /// [`verify`](Self::verify).
    ///
    /// # Errors
    /// The file system, what is no regular file, and too long a file.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let bytes = lines::read(path, MAX_AUDIT_BYTES)?;
        if bytes.split(|byte| *byte == b'\n').nth(MAX_LINES + 1).is_some() {
            let many = format!("it has more than {MAX_LINES} lines, so it is no audit log");
            return Err(FileError::of("read", path)(std::io::Error::other(many)));
        }
        let (sealed, _) = chain::lines(&bytes);
        let sealed = sealed.into_iter().filter_map(Line::sealed).collect();
        Ok(Self { path: path.to_owned(), bytes, sealed })
    }

    /// Its records, oldest first.
    pub fn records(&self) -> &[Sealed] {
        &self.sealed
    }

    /// The seal of the last record.
    pub fn head(&self) -> Option<&str> {
        self.sealed.last().map(|sealed| sealed.hash.as_str())
    }

    /// Whether a record can be added with this key, or without one: a keyed log goes on with its key.
    ///
    /// # Errors
    /// The key is missing, or another.
    pub fn fits(&self, key: Option<&AuditKey>) -> Result<(), Unfit> {
        let (all, _) = chain::lines(&self.bytes);
        let Some(last) = all.iter().rev().find(|line| line.is_keyed()) else { return Ok(()) };
        match key {
            None => Err(Unfit::NoKey),
            Some(key) if last.is_sealed_with(Some(key)) => Ok(()),
            Some(_) => Err(Unfit::OtherKey),
        }
    }

    /// Adds a record. When this returns, it is on the disk.
    ///
    /// # Errors
    /// The file system, and a log that is full.
    pub fn append(&mut self, what: What, key: Option<&AuditKey>) -> Result<&Sealed, FileError> {
        let last = self.sealed.last();
        let record = AuditRecord {
            number: last.map_or(1, |last| last.record.number.saturating_add(1)),
            what,
            keyed: key.is_some(),
            previous: last.map_or_else(|| NONE.to_owned(), |last| last.hash.clone()),
        };
        let json = serde_json::to_string(&record)
            .map_err(|error| FileError::of("write", &self.path)(error.into()))?;
        let text = json.strip_suffix('}').unwrap_or(&json);
        let hash = seal(text, key);
        let line = format!("{text}{}{hash}\"}}\n", chain::SEAL);
        let (whole, torn) = lines::whole_lines(&self.bytes);
        let mut whole = whole.to_vec();
        let before = whole.len();
        if !torn.is_empty() && !chain::is_torn(torn) {
            // A record that lacks its line end alone, or what somebody else wrote there: both stay to be seen.
            whole.extend_from_slice(torn);
            whole.push(b'\n');
        }
        let more = [whole.get(before..).unwrap_or_default(), line.as_bytes()].concat();
        lines::append(&self.path, before as u64, &more, MAX_AUDIT_BYTES)?;
        whole.extend_from_slice(line.as_bytes());
        self.bytes = whole;
        self.sealed.push(Sealed { record, hash });
        self.sealed.last().ok_or_else(|| FileError::of("write", &self.path)(std::io::Error::other("nothing")))
    }

    /// Whether the log is what was written, and where it is not. `head` is a seal that a deployment printed.
    pub fn verify(&self, key: Option<&AuditKey>, head: Option<&str>) -> Verification {
        chain::verify(&self.bytes, key, head)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::super::chain::Finding;
    use super::super::record::{AuditVerb, AuditedOutcome};
    use super::*;

    fn what(reason: &str) -> What {
        What {
            time: "2026-11-21T13:07:28Z".to_owned(),
            who: "ada@desk".to_owned(),
            verb: AuditVerb::Deploy,
            organization: "prod (api.example)".to_owned(),
            deployment: Some(7),
            begun: None,
            rollback_of: None,
            bundle: Some("ab".repeat(32)),
            changes: Some(super::super::Changes { create: 3, ..Default::default() }),
            outcome: AuditedOutcome::Deployed,
            reason: Some(reason.to_owned()),
            evaluation: None,
            late: false,
        }
    }

    fn key(text: &str) -> AuditKey {
        AuditKey::new(text.to_owned().into()).unwrap()
    }

    fn written(records: usize, key: Option<&AuditKey>) -> (tempfile::TempDir, AuditLog) {
        let folder = tempfile::tempdir().unwrap();
        let mut log = AuditLog::read(&folder.path().join("audit.jsonl")).unwrap();
        for number in 0..records {
            log.append(what(&format!("reason {number}")), key).unwrap();
        }
        (folder, log)
    }

    fn verified(lines: &[String], key: Option<&AuditKey>, head: Option<&str>) -> Vec<Finding> {
        let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        chain::verify(text.as_bytes(), key, head).findings
    }

    fn lines_of(log: &AuditLog) -> Vec<String> {
        String::from_utf8(log.bytes.clone()).unwrap().lines().map(str::to_owned).collect()
    }

    fn names(findings: &[Finding], wanted: u64) -> bool {
        findings.iter().any(|finding| match finding {
            Finding::Changed { number, .. } => *number == Some(wanted),
            Finding::Rewritten { number, .. }
            | Finding::Moved { number, .. }
            | Finding::Inserted { number, .. }
            | Finding::Unkeyed { number, .. } => *number == wanted,
            Finding::Missing { from, to } => (*from..=*to).contains(&wanted),
            _ => false,
        })
    }

    #[test]
    fn what_is_written_is_read_again_and_sound() {
        for key in [None, Some(key("0123456789abcdef"))] {
            let (_folder, log) = written(3, key.as_ref());
            let again = AuditLog::read(&log.path).unwrap();
            assert_eq!(again.records(), log.records());
            let found = again.verify(key.as_ref(), again.records().get(1).map(|one| one.hash.as_str()));
            assert_eq!((found.findings.as_slice(), found.records, found.after_head), (&[][..], 3, Some(1)));
            assert_eq!(found.head.as_deref(), again.head());
        }
        let nothing = AuditLog::read(std::path::Path::new("/nowhere/audit.jsonl")).unwrap();
        assert!(nothing.verify(None, None).findings.is_empty());
    }

    #[test]
    fn a_file_of_more_lines_than_a_log_has_is_not_taken_apart() {
        let (_folder, log) = written(1, None);
        let shortest = log.bytes.len() - what("reason 0").reason.unwrap().len() - "ab".repeat(32).len() - 100;
        assert!((shortest * MAX_LINES) as u64 > MAX_AUDIT_BYTES, "no log has so many: {shortest}");
        let filled = [log.bytes.clone(), vec![b'\n'; MAX_LINES]].concat();
        std::fs::write(&log.path, &filled[..filled.len() - 1]).unwrap();
        assert_eq!(AuditLog::read(&log.path).unwrap().records().len(), 1);
        std::fs::write(&log.path, &filled).unwrap();
        assert!(AuditLog::read(&log.path).unwrap_err().to_string().contains("no audit log"));
    }

    #[test]
    fn a_torn_last_line_is_recognized_and_written_over_wherever_it_tore() {
        let (_folder, log) = written(3, None);
        let whole = log.bytes.clone();
        let two = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0 + 1;
        for length in two + 1..whole.len() {
            std::fs::write(&log.path, &whole[..length]).unwrap();
            let mut torn = AuditLog::read(&log.path).unwrap();
            let found = torn.verify(None, None);
            let is_whole = length + 1 == whole.len();
            assert_eq!((found.torn, found.records), (!is_whole, if is_whole { 3 } else { 2 }), "{length}");
            assert_eq!(found.findings, [], "cut at {length}");
            torn.append(what("again"), None).unwrap();
            let found = AuditLog::read(&log.path).unwrap().verify(None, None);
            assert_eq!((found.findings.as_slice(), found.torn), (&[][..], false), "cut at {length}");
        }
    }

    #[test]
    fn a_cut_at_the_end_shows_with_the_head_alone() {
        let (_folder, log) = written(4, None);
        let (lines, head) = (lines_of(&log), log.head().unwrap().to_owned());
        assert_eq!(verified(&lines[..3], None, None), []);
        assert_eq!(verified(&lines[..3], None, Some(&head)), [Finding::Cut]);
        assert_eq!(verified(&[], None, Some(&head)), [Finding::Cut]);
        assert_eq!(verified(&lines, None, Some(&head)), []);
    }

    #[test]
    fn a_keyed_log_needs_its_key_to_be_read_and_to_go_on() {
        let (mine, other) = (key("0123456789abcdef"), key("fedcba9876543210"));
        let (_folder, mut log) = written(2, Some(&mine));
        assert_eq!(log.verify(None, None).findings, [Finding::Unchecked { records: 2 }]);
        assert_eq!(log.verify(Some(&other), None).findings, [Finding::OtherKey { keyed: 2 }]);
        assert_eq!((log.fits(None), log.fits(Some(&other))), (Err(Unfit::NoKey), Err(Unfit::OtherKey)));
        log.fits(Some(&mine)).unwrap();
        // Whoever lacks the key can add only what shows.
        log.append(what("forged"), None).unwrap();
        assert_eq!(log.verify(Some(&mine), None).findings, [Finding::Unkeyed { number: 3, line: 3 }]);
        // Nor can the whole log be made anew without it.
        let (_folder, forged) = written(2, None);
        assert_eq!(forged.verify(Some(&mine), None).findings, [Finding::OtherKey { keyed: 0 }]);
    }

    #[test]
    fn a_key_may_come_later() {
        let (_folder, mut log) = written(2, None);
        let mine = key("0123456789abcdef");
        log.fits(Some(&mine)).unwrap();
        log.append(what("keyed"), Some(&mine)).unwrap();
        assert_eq!(log.verify(Some(&mine), None).findings, []);
        // What came before is bound by it: sealing it again breaks the link.
        let mut lines = lines_of(&log);
        lines[1] = sealed_again(&lines[1]);
        assert_eq!(verified(&lines, Some(&mine), None), [Finding::Rewritten { number: 2, line: 2 }]);
    }

    /// A record as a forger without a key makes it: changed, and sealed anew.
    fn sealed_again(line: &str) -> String {
        let text = line.rsplit_once(chain::SEAL).unwrap().0.replace("ada@desk", "eve@desk");
        let hash = seal(&text, None);
        format!("{text}{}{hash}\"}}", chain::SEAL)
    }

    proptest! {
        #[test]
        fn any_byte_that_is_changed_names_its_record(
            records in 1_usize..8, record: Index, at: Index, byte: u8, is_keyed: bool,
        ) {
            let mine = is_keyed.then(|| key("0123456789abcdef"));
            let (_folder, log) = written(records, mine.as_ref());
            let lines = lines_of(&log);
            let record = record.index(records);
            let mut line = lines[record].clone().into_bytes();
            let at = at.index(line.len());
            prop_assume!(line[at] != byte && byte != b'\n');
            line[at] = byte;
            let mut bytes: Vec<u8> = Vec::new();
            for (index, text) in lines.iter().enumerate() {
                bytes.extend_from_slice(if index == record { &line } else { text.as_bytes() });
                bytes.push(b'\n');
            }
            let findings = chain::verify(&bytes, mine.as_ref(), None).findings;
            // Where the only keyed record is the changed one, the key may as well be another.
            let is_only = matches!(findings.as_slice(), [Finding::OtherKey { .. }, ..]) && is_keyed && records == 1;
            prop_assert!(is_only || names(&findings, record as u64 + 1), "{record} {at}: {findings:?}");
        }

        #[test]
        fn any_line_end_that_is_changed_shows(records in 1_usize..8, record: Index, byte: u8) {
            prop_assume!(byte != b'\n');
            let (_folder, log) = written(records, None);
            let mut bytes = log.bytes.clone();
            let ends: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
            bytes[ends[record.index(ends.len())]] = byte;
            prop_assert!(!chain::verify(&bytes, None, None).findings.is_empty());
        }

        #[test]
        fn any_record_that_is_removed_is_named(records in 2_usize..9, record: Index, is_keyed: bool) {
            let mine = is_keyed.then(|| key("0123456789abcdef"));
            let (_folder, log) = written(records, mine.as_ref());
            let mut lines = lines_of(&log);
            let record = record.index(records);
            lines.remove(record);
            let findings = verified(&lines, mine.as_ref(), log.head());
            let number = record as u64 + 1;
            if record + 1 == records {
                prop_assert_eq!(findings, [Finding::Cut]);
            } else {
                prop_assert_eq!(findings, [Finding::Missing { from: number, to: number }]);
            }
        }

        #[test]
        fn any_two_records_that_are_swapped_are_named(records in 2_usize..9, one: Index, other: Index) {
            let (_folder, log) = written(records, None);
            let mut lines = lines_of(&log);
            let (one, other) = (one.index(records), other.index(records));
            prop_assume!(one != other);
            lines.swap(one, other);
            let findings = verified(&lines, None, None);
            let both = [one as u64 + 1, other as u64 + 1];
            prop_assert!(both.iter().any(|number| names(&findings, *number)), "{findings:?}");
            prop_assert!(findings.iter().all(|finding| matches!(finding, Finding::Moved { .. })), "{findings:?}");
        }

        #[test]
        fn any_record_that_is_changed_and_sealed_again_is_named(records in 2_usize..9, record: Index) {
            let (_folder, log) = written(records, None);
            let mut lines = lines_of(&log);
            let record = record.index(records - 1);
            lines[record] = sealed_again(&lines[record]);
            let findings = verified(&lines, None, None);
            let number = record as u64 + 1;
            prop_assert_eq!(findings, [Finding::Rewritten { number, line: record + 1 }]);
        }

        #[test]
        fn any_record_that_is_inserted_is_named(records in 2_usize..9, record: Index, at: Index) {
            let (_folder, log) = written(records, None);
            let mut lines = lines_of(&log);
            let record = record.index(records - 1);
            lines.insert(at.index(records + 1), sealed_again(&lines[record]));
            let findings = verified(&lines, None, None);
            let number = record as u64 + 1;
            prop_assert!(matches!(findings.as_slice(), [Finding::Inserted { number: found, .. }] if *found == number), "{findings:?}");
        }

        #[test]
        fn any_bytes_are_verified_without_a_panic(bytes: Vec<u8>, cut: Index) {
            let (_folder, log) = written(3, None);
            let at = cut.index(log.bytes.len());
            let mixed = [&log.bytes[..at], &bytes, &log.bytes[at..]].concat();
            let _ = chain::verify(&mixed, None, None);
            let _ = chain::verify(&bytes, None, None);
        }
    }
}
