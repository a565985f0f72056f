//! Names of findings that stay when the lines above them come or go.

use std::collections::HashMap;
use std::fmt::Write;

use rule_lang::Diagnostic;
use sha2::{Digest, Sha256};

use super::Report;
use super::place::{border, line_of, line_range};

/// How much of a line counts, in bytes: a line of megabytes may have many findings.
const MAX_LINE: usize = 1024;

/// Gives findings their fingerprints, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Fingerprints<'a> {
    /// How often each code was found so far in a line of this text, in this file.
    seen: HashMap<(&'static str, &'a str, &'a str), u32>,
}

impl<'a> Fingerprints<'a> {
    /// The fingerprint of the next finding: made of its code, its file, the text of its line, and of how many
    /// such there were before. Neither the line's number nor its indentation counts.
    pub(super) fn next(&mut self, report: &Report<'a>, diagnostic: &Diagnostic) -> String {
        let span = diagnostic.primary.span;
        let (name, line) = report.sources.get(span.file).map_or(("", ""), |source| {
            let (start, end) = line_range(source, line_of(source, span.start as usize));
            let line = source.text().get(start..end).unwrap_or_default().trim();
            (source.name(), line.get(..border(line, MAX_LINE)).unwrap_or_default())
        });
        let before = self.seen.entry((diagnostic.code.id, name, line)).or_default();
        let fingerprint = of(&[diagnostic.code.id, &report.repository.path(name), line, &before.to_string()]);
        *before += 1;
        fingerprint
    }
}

/// The fingerprint of something that consists of these parts.
pub(super) fn of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
