//! What a check has to say: what every format is written from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rule_lang::{Diagnostic, FileId, Severity, Source, SourceMap, Span};

use super::{Place, Places, Repository, Summary};
use crate::failure::Failure;

/// Everything that a check found, and how it is to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The texts of the files.
    pub sources: &'a SourceMap,
    /// The paths of files that messages have to show otherwise, with escapes: programs need them as they are.
    pub exact: &'a HashMap<FileId, PathBuf>,
    /// The files that were reported on.
    pub files: &'a [FileId],
    /// What was found, ordered by file and place.
    pub diagnostics: &'a [&'a Diagnostic],
    /// What kept files from being read: with any, nothing is said to be clean.
    pub failures: &'a [Failure],
    /// The numbers.
    pub summary: Summary,
    /// Whether warnings fail the check.
    pub error_on_warning: bool,
    /// Where files stand for those who show a repository.
    pub repository: &'a Repository,
    /// How text looks.
    pub look: Look,
}

/// How text looks; the other formats look the same everywhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    /// Whether it has colours.
    pub color: bool,
    /// Its columns.
    pub width: usize,
    /// Whether it has to name failures too, since nobody who reads it sees standard error.
    pub has_failures: bool,
}

impl<'a> Report<'a> {
    /// The path of a file as programs read it; as messages show it, where it is no text.
    pub fn name(&self, file: FileId) -> &'a str {
        let exact = self.exact.get(&file).and_then(|path| path.to_str());
        exact.or_else(|| self.sources.get(file).map(Source::name)).unwrap_or_default()
    }

    /// The path of a file, whatever it consists of.
    pub fn path(&self, file: FileId) -> &'a Path {
        self.exact.get(&file).map_or_else(|| Path::new(self.name(file)), PathBuf::as_path)
    }

    /// Where a span stands.
    pub fn place(&self, places: &Places, span: Span) -> Place {
        const START: Place = Place { start: 0, end: 0, line: 1, column: 1, end_line: 1, end_column: 1 };
        self.sources.get(span.file).map_or(START, |source| places.of(source, span))
    }

    /// Whether a finding fails the check.
    pub fn fails(&self, diagnostic: &Diagnostic) -> bool {
        self.error_on_warning || diagnostic.severity == Severity::Error
    }
}
