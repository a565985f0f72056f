//! What the editor has open: texts that count instead of the files they will be saved to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use line_index::LineIndex;
use rule_lang::{MAX_FILE_BYTES, TextRange};

use crate::position::{Encoding, Lines};
use crate::protocol::{TextDocumentContentChangeEvent, Uri};

/// A document that the editor has open.
#[derive(Debug)]
pub(crate) struct Document {
    /// As the editor names it, and wants it named.
    pub(crate) uri: Uri,
    /// The version that the text is of.
    pub(crate) version: i32,
    /// Its text; nothing where that is larger than any file may be, until the editor sends all of it anew.
    pub(crate) text: Option<Arc<str>>,
    /// The project that it is a part of.
    pub(crate) root: Option<PathBuf>,
}

impl Document {
    /// Makes the changes, one after another. Once the text is larger than any file may be, what later changes speak of is
    /// not known.
    pub(crate) fn change(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        self.version = version;
        for change in changes {
            let text = match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => whole.text,
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let Some(old) = self.text.as_deref() else { continue };
                    let index = LineIndex::new(old);
                    let lines = Lines::new(old, &index, encoding);
                    let start = lines.offset(part.range.start);
                    let end = lines.offset(part.range.end).max(start);
                    let replaced = TextRange::new(start, end).bytes();
                    let mut text = String::with_capacity(old.len() + part.text.len());
                    text.push_str(old.get(..replaced.start).unwrap_or(""));
                    text.push_str(&part.text);
                    text.push_str(old.get(replaced.end..).unwrap_or(""));
                    text
                }
            };
            self.text = within_limits(text);
        }
    }
}

/// A text that is not larger than any file may be.
pub(crate) fn within_limits(text: String) -> Option<Arc<str>> {
    (text.len() <= MAX_FILE_BYTES).then(|| text.into())
}

/// All documents, by the paths that their files are known by. What is no file has its URI for a path.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

impl Documents {
    pub(crate) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    pub(crate) fn get_mut(&mut self, path: &Path) -> Option<&mut Document> {
        self.open.get_mut(path)
    }

    pub(crate) fn open(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, document);
    }

    pub(crate) fn close(&mut self, path: &Path) -> Option<Document> {
        self.open.remove(path)
    }

    /// The documents of one project, or those of none.
    pub(crate) fn of_project(&self, root: Option<&Path>) -> impl Iterator<Item = &Path> {
        self.open
            .iter()
            .filter(move |(_, document)| document.root.as_deref() == root)
            .map(|(path, _)| path.as_path())
    }

    /// Whether a document is a part of this project.
    pub(crate) fn any_of(&self, root: &Path) -> bool {
        self.of_project(Some(root)).next().is_some()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&Path, &mut Document)> {
        self.open.iter_mut().map(|(path, document)| (path.as_path(), document))
    }
}
