//! Edits in the protocol's words.

use std::collections::{BTreeMap, HashMap};

use rule_lang::format::{line_end, with_line_end};
use rule_lang::{Edit, FileId, Span};
use similar::{DiffTag, TextDiff};

use crate::main_loop::Session;
use crate::position::Lines;
use crate::project::Project;
use crate::protocol::{
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit, Uri,
    WorkspaceEdit,
};

/// Edits of one file. Line ends in what is inserted become those of the text.
pub(crate) fn of_file(lines: Lines<'_>, text: &str, edits: &[&Edit]) -> Vec<TextEdit> {
    let end = line_end(text);
    let written = |edit: &Edit| match end {
        "\n" => edit.text.clone(),
        end => with_line_end(&edit.text, end).into_owned(),
    };
    edits.iter().map(|edit| TextEdit { range: lines.range(edit.span), new_text: written(edit) }).collect()
}

/// Edits of the files of a project, with the versions of those that are open, where the editor takes them.
pub(crate) fn of_project(session: &Session<'_, '_>, project: &Project, edits: &[Edit]) -> WorkspaceEdit {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let mut changes: Vec<(Uri, Option<i32>, Vec<TextEdit>)> = Vec::new();
    for (file, edits) in by_file {
        let (Some(source), Some(path)) = (project.sources.get(file), project.path(file)) else { continue };
        let lines = Lines::of(source, session.workspace.encoding);
        let version = session.workspace.document(path).map(|document| document.version);
        changes.push((session.workspace.uri(path), version, of_file(lines, source.text(), &edits)));
    }
    if !session.client.versioned_edits {
        let changes: HashMap<Uri, Vec<TextEdit>> =
            changes.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let changes = changes.into_iter().map(|(uri, version, edits)| {
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: TextDocumentIdentifier { uri },
        };
        TextDocumentEdit { text_document, edits: edits.into_iter().map(Into::into).collect() }.into()
    });
    WorkspaceEdit { document_changes: Some(changes.collect()), ..WorkspaceEdit::default() }
}

/// The edits, line by line, that make one text of a file another.
pub(crate) fn between(file: FileId, old: &str, new: &str) -> Vec<Edit> {
    let diff = TextDiff::from_lines(old, new);
    let starts = |text: &str| -> Vec<usize> {
        std::iter::once(0)
            .chain(text.split_inclusive('\n').scan(0, |at, line| {
                *at += line.len();
                Some(*at)
            }))
            .collect()
    };
    let (old_lines, new_lines) = (starts(old), starts(new));
    let at = |lines: &[usize], line: usize| lines.get(line).or(lines.last()).copied().unwrap_or(0);
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let edits = changed.map(|op| {
        let (from, to) = (at(&old_lines, op.old_range().start), at(&old_lines, op.old_range().end));
        let (new_from, new_to) = (at(&new_lines, op.new_range().start), at(&new_lines, op.new_range().end));
        let text = new.get(new_from..new_to).unwrap_or("").to_owned();
        Edit { span: Span::new(file, offset(from), offset(to)), text }
    });
    edits.collect()
}

#[cfg(test)]
mod tests {
    use rule_lang::fix::apply;

    use super::*;

    #[test]
    fn what_differs_is_edited_line_by_line() {
        for (old, new, count) in [
            ("a\nb\nc\n", "a\nB\nc\nd", 2),
            ("", "x\n", 1),
            ("x", "", 1),
            ("a\r\nb\r\n", "a\r\nc\r\n", 1),
            ("a", "a", 0),
        ] {
            let edits = between(FileId(0), old, new);
            assert_eq!(edits.len(), count, "{old:?} {new:?}");
            assert_eq!(apply(old, &edits.iter().collect::<Vec<_>>()).as_deref(), Some(new));
        }
    }
}
