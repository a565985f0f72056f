//! Which of the wanted columns there are.

use std::collections::{BTreeMap, BTreeSet};

use super::Wanted;

/// How many names of other columns are kept for a file.
const MAX_OTHERS: usize = 1_000;

/// Which of the wanted columns there are in which file. That of parts adds up to that of the whole.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found(BTreeMap<u32, InFile>);

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct InFile {
    sources: BTreeSet<String>,
    others: BTreeSet<String>,
}

/// A column that is wanted, and that no record of a file has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Absent<'a> {
    /// The place of the file among the files.
    pub file: u32,
    /// The column or key.
    pub source: &'a str,
    /// Columns or keys that the file has and nobody wants: the first thousand that were met.
    pub others: &'a BTreeSet<String>,
}

impl Found {
    /// The columns or keys that are wanted and that no record of a file has, file by file. A file without any record
    /// has none.
    pub fn absent<'a>(&'a self, wanted: &'a Wanted) -> Vec<Absent<'a>> {
        let mut absent = Vec::new();
        for (file, found) in &self.0 {
            let mut told = BTreeSet::new();
            for source in wanted.sources().filter(|source| !found.sources.contains(*source)) {
                if told.insert(source) {
                    absent.push(Absent { file: *file, source, others: &found.others });
                }
            }
        }
        absent
    }

    /// Adds what was found in another part.
    pub fn merge(&mut self, other: Self) {
        for (file, found) in other.0 {
            let here = self.0.entry(file).or_default();
            here.sources.extend(found.sources);
            here.others.extend(found.others);
        }
    }

    /// Notes that a file has records.
    pub(super) fn file(&mut self, file: u32) {
        self.0.entry(file).or_default();
    }

    /// Notes a wanted column.
    pub(super) fn source(&mut self, file: u32, source: &str) {
        self.0.entry(file).or_default().sources.insert(source.to_owned());
    }

    /// Notes a column that nobody wants.
    pub(super) fn other(&mut self, file: u32, name: &str) {
        let others = &mut self.0.entry(file).or_default().others;
        if others.len() < MAX_OTHERS && !others.contains(name) {
            others.insert(name.to_owned());
        }
    }
}

impl Wanted {
    /// The columns or keys of the data, one for each column and extra.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        let columns = self.columns.iter().map(|column| column.source.as_str());
        columns.chain(self.extra.iter().map(|extra| extra.source.as_str()))
    }
}
