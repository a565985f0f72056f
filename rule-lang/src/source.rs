//! The texts of a program's files. Only renderers read lines and columns.

use std::sync::{Arc, OnceLock};

use line_index::{LineIndex, TextSize};

use crate::{Diagnostic, FileId, Span, Utf16, codes};

/// The longest file that is read, in bytes. A longer one is an error, not a wait.
pub const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;

/// The finding for a file over [`MAX_FILE_BYTES`], which is not read.
pub fn too_large(file: FileId) -> Diagnostic {
    let limit = MAX_FILE_BYTES / 1024 / 1024;
    Diagnostic::new(
        &codes::FILE_TOO_LARGE,
        Span::new(file, 0, 0),
        format!("this file is larger than {limit} MiB"),
    )
    .help("split it: all `.rule` files of a project are one program")
}

/// One file: its name as the author knows it, and its text.
#[derive(Debug, Clone)]
pub struct Source {
    id: FileId,
    name: String,
    text: Arc<str>,
    lines: OnceLock<LineIndex>,
    utf16: OnceLock<Utf16>,
}

/// A place in a file as people count it: both numbers start at 1, columns count characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Source {
    /// A file with this text. The caller has refused texts over [`MAX_FILE_BYTES`].
    pub fn new(id: FileId, name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { id, name: name.into(), text: text.into(), lines: OnceLock::new(), utf16: OnceLock::new() }
    }

    /// The file's number.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The file's name, as messages show it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The text under a span; empty where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The line index, built at the first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The counts of UTF-16, made at the first use.
    pub fn utf16(&self) -> &Utf16 {
        self.utf16.get_or_init(|| Utf16::of(&self.text))
    }

    /// The line and column of a byte offset; offsets past the end are clamped.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let position = self.lines().line_col(TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX)));
        let line_start = offset - position.col as usize;
        let head = self.text.get(line_start..offset).unwrap_or("");
        // A byte order mark is none of the text.
        let head = if line_start == 0 { head.trim_start_matches('\u{feff}') } else { head };
        let column = head.chars().count();
        LineColumn { line: position.line + 1, column: u32::try_from(column).unwrap_or(u32::MAX - 1) + 1 }
    }
}

/// The files of a program.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<Source>,
}

impl SourceMap {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Source::new(id, name, text));
        id
    }

    /// Gives a file a new text.
    pub fn replace(&mut self, id: FileId, text: impl Into<Arc<str>>) {
        if let Some(file) = self.files.get_mut(id.0 as usize) {
            *file = Source::new(id, std::mem::take(&mut file.name), text);
        }
    }

    /// A file by its number.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// All files, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }
}
