//! What is shown of a place: hover, and the pages of diagnostics.

use rule_lang::Span;

use crate::features::hover;
use crate::main_loop::Session;
use crate::pages;
use crate::protocol::{
    Contents, Hover, HoverParams, MarkupContent, MarkupKind, TextDocumentContentParams,
    TextDocumentContentResult,
};
use crate::workspace::Place;

/// What is known of the name under the cursor.
pub(super) fn hover(session: &Session<'_, '_>, params: &HoverParams) -> Option<Hover> {
    let place = session.workspace.place(&params.text_document_position_params)?;
    let found = hover::hover(&place.project.program, place.file, place.offset)?;
    let takes_markdown = session.client.markdown_hover;
    let mut parts = vec![code(&found.code, "rule", takes_markdown)];
    parts.extend(found.notes.iter().cloned());
    if let Some(tree) = &found.tree {
        parts.push("sent as".to_owned());
        parts.push(code(tree, "text", takes_markdown));
    }
    parts.extend(found.declared.and_then(|span| declared(session, &place, span, takes_markdown)));
    let kind = if takes_markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Some(Hover {
        contents: Contents::MarkupContent(MarkupContent { kind, value: parts.join("\n\n") }),
        range: found.span.map(|span| place.lines.range(span)),
    })
}

/// Code between fences that are longer than any in it.
fn code(text: &str, language: &str, takes_markdown: bool) -> String {
    if !takes_markdown {
        return text.to_owned();
    }
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}{language}\n{text}\n{fence}")
}

/// Where something is declared: the file and the line, from 1.
fn declared(
    session: &Session<'_, '_>,
    place: &Place<'_>,
    span: Span,
    takes_markdown: bool,
) -> Option<String> {
    let path = place.project.path(span.file)?;
    let location = session.workspace.location(place.project, span)?;
    let line = location.range.start.line + 1;
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    Some(if takes_markdown {
        format!("declared in [{name}:{line}](<{}#L{line}>)", location.uri.0)
    } else {
        format!("declared in {name}:{line}")
    })
}

/// A diagnostic's page; an empty text where there is none.
pub(super) fn page(_: &Session<'_, '_>, params: &TextDocumentContentParams) -> TextDocumentContentResult {
    TextDocumentContentResult { text: pages::text(&params.uri).unwrap_or_default().to_owned() }
}
